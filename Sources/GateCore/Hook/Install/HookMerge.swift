/// What a person writes into somebody else's hook so that it calls the gate: lines that work as they stand.
enum HookMerge {
    /// - Parameter path: the file they belong into, as it is to be shown.
    static func lines(_ kind: HookKind, into path: String) -> [String] {
        let flag = kind == .prePush ? " --from-git" : ""
        return switch kind {
        case .prePush, .preReceive:
            [
                "add to '\(path)', before anything that reads standard input:",
                "    lines=$(cat && echo .) || exit 1",
                "    printf %s \"${lines%.}\" | git-gatekeeper hook \(kind.rawValue)\(flag) -- \"$@\" || exit 1",
                "and hand the same lines to whatever reads them below: printf %s \"${lines%.}\" | …",
            ]
        case .preCommit:
            ["add to the end of '\(path)':", "    git-gatekeeper hook pre-commit -- \"$@\" || exit 1"]
        case .postCommit: ["add to the end of '\(path)':", "    git-gatekeeper hook post-commit -- \"$@\""]
        }
    }

    /// The entry of a configuration of lefthook.
    static func lefthook(_ kind: HookKind) -> [String] {
        ["\(kind.rawValue):", "  commands:", "    gatekeeper:"]
            + [
                "      run: git-gatekeeper hook \(kind.rawValue)" + (kind == .prePush ? " -- {1} {2}" : "")
            ] + (kind == .prePush ? ["      use_stdin: true"] : [])
    }
}
