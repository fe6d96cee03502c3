import GateGit

/// Our hook in git's own configuration, as git 2.54 and newer run it beside everybody else's.
struct ConfiguredHook: Sendable {
    let kind: HookKind
    let repository: GitRepository

    init(_ kind: HookKind, _ repository: GitRepository) {
        self.kind = kind
        self.repository = repository
    }

    /// A name that is no event's: git refuses those.
    var section: String { "hook.gatekeeper-\(kind.rawValue)" }

    /// What git hands to a shell, with the arguments of the hook behind it.
    var command: String {
        let missing = "\(kind.rawValue): git-gatekeeper is not on the PATH, so nothing was judged"
        let status = kind == .postCommit ? 0 : 1
        return "command -v git-gatekeeper >/dev/null || { echo '\(missing)' >&2; exit \(status); }; "
            + "exec git-gatekeeper hook \(kind.rawValue)\(kind == .prePush ? " --from-git" : "") --"
    }

    func isThere() async throws -> Bool {
        try await repository.settings(prefix: "\(section).").contains { $0.key == "\(section).event" }
    }

    /// The command first: git takes an event without a command for an error, and a command without an event for nothing.
    func add() async throws {
        try await repository.removeConfigSection(section)
        try await repository.setConfig("\(section).command", command)
        try FaultPoint.reach("hook.command-written")
        try await repository.setConfig("\(section).event", kind.rawValue)
    }

    func remove() async throws { try await repository.removeConfigSection(section) }
}
