package import GateGit

/// Offers a proven fix as a branch of its own on the remote. The branch that is judged is never pushed to, and nothing
/// that is there already is moved.
package struct FixBranch: Sendable {
    package enum Outcome: Sendable, Hashable {
        case pushed(String)
        /// A fix of the same head waits there already.
        case present(String, ObjectID)
    }

    private let repository: GitRepository
    private let remote: String

    /// - Parameter remote: its name, or an address.
    package init(repository: GitRepository, remote: String) throws {
        guard !remote.isEmpty, !remote.hasPrefix("-") else {
            throw GateFailure("ci.remote", "'\(remote)' is no remote", hints: ["'git remote' lists those there are"])
        }
        self.repository = repository
        self.remote = remote
    }

    /// Name of the branch for the fix of a commit.
    package static func name(of head: ObjectID) -> String { "gatekeeper/fix/\(head.hex)" }

    /// Pushes a fix, where nobody was faster.
    ///
    /// - Throws: `GateFailure` with `ci.push` and git's own complaint.
    package func offer(_ fix: ObjectID, of head: ObjectID) async throws -> Outcome {
        let name = Self.name(of: head)
        if let there = try await target(of: name) { return .present(name, there) }
        let result = try await talk([
            // It must not be there yet, and where it is it stays as it is.
            "push", "--quiet", "--no-verify", "--force-with-lease=refs/heads/\(name):", remote,
            "\(fix.hex):refs/heads/\(name)",
        ])
        if result.isSuccess { return .pushed(name) }
        if let there = try await target(of: name) { return .present(name, there) }
        throw failure("push the fix to", result)
    }

    private func target(of name: String) async throws -> ObjectID? {
        let result = try await talk(["ls-remote", "--quiet", remote, "refs/heads/\(name)"])
        guard result.isSuccess else { throw failure("ask", result) }
        return ObjectID(hex: result.standardOutput.text.prefix { $0 != "\t" && $0 != "\n" })
    }

    /// Any transport that the user may use, and none that runs a program of its own.
    private func talk(_ arguments: [String]) async throws -> ProcessResult {
        try await repository.command.run(
            ["-c", "protocol.allow=user", "-c", "protocol.ext.allow=never"] + arguments,
            limits: ProcessLimits(wallTime: .seconds(120), headBytes: 1 << 20)
        )
    }

    private func failure(_ what: String, _ result: ProcessResult) -> GateFailure {
        let why = result.ending.phrase.map { "git \($0)" } ?? GitCommand.complaint(of: result)
        return GateFailure(
            "ci.push",
            "cannot \(what) '\(remote)': \(why)",
            hints: [
                "the job needs leave to push branches: 'contents: write' on GitHub, a project token on GitLab",
                "or take the fix as an artifact: --on-fix artifact",
            ]
        )
    }
}
