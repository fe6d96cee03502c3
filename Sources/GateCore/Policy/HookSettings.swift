import GateGit

/// The hooks of git in which the gate can stand.
package enum HookKind: String, Sendable, Hashable, CaseIterable {
    case prePush = "pre-push"
    case preCommit = "pre-commit"
    case postCommit = "post-commit"
    case preReceive = "pre-receive"

    /// Whether a fix may be looked for there: somebody has to be there who can take it.
    package var canRepair: Bool { self == .prePush || self == .preCommit }
}

/// What the user wants of one hook; a tracked file has no say in it.
package struct HookSettings: Sendable, Hashable {
    /// What is done where tests are red.
    package enum OnRed: String, Sendable, Hashable, CaseIterable {
        case block, repair
    }

    package var isEnabled = Sourced(true, .builtIn)
    package var onRed: Sourced<OnRed>

    package init(_ kind: HookKind) { onRed = Sourced(kind == .prePush ? .repair : .block, .builtIn) }
}

/// A pattern over names of branches.
package struct BranchPattern: Sendable, Hashable {
    private let glob: Glob

    /// - Parameter text: `main`, `release/*`, or a full name such as `refs/heads/main`.
    package init(_ text: String) throws { glob = try Glob(Self.full(text)) }

    /// Whether a reference, by its full name, is meant.
    package func matches(_ reference: String) -> Bool { glob.matches(RepositoryPath(reference)) }

    /// The pattern as one over full names, so that `main` is that branch and no other whose name ends so.
    static func full(_ text: String) -> String { text.hasPrefix("refs/") ? text : "refs/heads/\(text)" }
}
