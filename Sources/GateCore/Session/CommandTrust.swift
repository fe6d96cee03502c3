import GateGit

/// What a person here has allowed to run without isolation, of what the repository's own files name.
///
/// In a sandbox the commands of a tracked policy can harm nothing, so nobody is asked. Without one they run with the
/// user's own rights, and whoever wrote the file would decide what happens on this machine.
package struct CommandTrust: Sendable {
    /// One command that files of the repository name.
    package struct Command: Sendable, Codable, Hashable {
        package var step: String
        package var command: String
        package var source: String
    }

    private let folder: String
    /// The commands of a session's plan that come from the repository.
    package let commands: [Command]

    package init(_ session: Session) {
        folder = "\(session.repository.commonDirectory)/gatekeeper"
        commands = session.plan.steps.compactMap { step in
            switch step.commandSource {
            case .tracked, .detected: break
            // What the user's own configuration, environment or command line says is the user's own word.
            case .builtIn, .gitConfig, .environment, .flag: return nil
            }
            return Command(
                step: step.id,
                command: PolicyValue.quoted(step.command),
                source: step.commandSource.description
            )
        }
    }

    /// Whether just these commands have been trusted.
    package var isGiven: Bool {
        guard let text = try? SafeFolder(path: folder).read(RepositoryPath(Self.file), limit: 1 << 20)?.content
        else { return false }
        return String(decoding: text, as: UTF8.self).split(separator: "\n").contains { $0.hasPrefix(digest) }
    }

    /// Remembers that these commands are trusted.
    ///
    /// - Parameter note: who says so and when, for whoever reads the file.
    package func give(note: String) throws {
        try SafeScratch.makeFolders(folder)
        try SafeFolder(path: folder)
            .append(RepositoryPath(Self.file), content: Array("\(digest)  \(Excerpt.line(note))\n".utf8))
    }

    /// Forgets all that was trusted.
    ///
    /// - Returns: whether there was anything.
    package func revoke() throws -> Bool {
        let place = try SafeFolder(path: folder)
        guard try place.status(RepositoryPath(Self.file)) != nil else { return false }
        try place.removeTree(RepositoryPath(Self.file))
        return true
    }

    /// Stops a run that would start untrusted commands without isolation.
    ///
    /// - Throws: `GateFailure` with `trust.unknown-commands`, naming each of them.
    static func demand(_ session: Session, _ sandbox: Sandbox) throws(GateFailure) {
        guard isNeeded(session, sandbox) else { return }
        let trust = CommandTrust(session)
        guard !trust.commands.isEmpty, !trust.isGiven else { return }
        let names = trust.commands.map { "'\($0.command)' (\($0.source))" }
        throw GateFailure(
            "trust.unknown-commands",
            "nothing isolates tests here (\(sandbox.shortfall)), and nobody here has trusted what files of the repository "
                + "name to be run: \(Listing.some(names))",
            hints: [
                "read these commands and what they start; then say so with 'git gatekeeper trust'",
                "or install what isolates them: 'git gatekeeper doctor' says what is missing",
                "or run them once all the same with '--sandbox off'",
            ]
        )
    }

    /// The same for commands that no plan has, such as those of CI jobs: nobody can have trusted them before.
    static func demand(
        _ session: Session,
        _ sandbox: Sandbox,
        beyondThePlan commands: [Command]
    ) throws(GateFailure) {
        guard isNeeded(session, sandbox), !commands.isEmpty else { return }
        throw GateFailure(
            "trust.unknown-commands",
            "nothing isolates tests here (\(sandbox.shortfall)), and files of the repository name these to be run: "
                + Listing.some(commands.map { "'\($0.command)' (\($0.source))" }),
            hints: [
                "install what isolates them: 'git gatekeeper doctor' says what is missing",
                "or read these commands and what they start; then run them all the same with '--sandbox off'",
            ]
        )
    }

    /// Whether anybody has to have trusted what would run.
    private static func isNeeded(_ session: Session, _ sandbox: Sandbox) -> Bool {
        let policy = session.policy
        guard !sandbox.level.isIsolated, Defence.commandTrust.isOn, !session.options.trustsCommands,
            policy.trustedCommands.value == .ask
        else { return false }
        switch (policy.sandbox.value, policy.sandbox.source) {
        // Nothing will run at all.
        case (.required, _): return false
        // Who switches isolation off knows that there is none.
        case (.off, .flag), (.off, .gitConfig), (.off, .environment): return false
        default: return true
        }
    }

    private static let file = "trusted"

    private var digest: String {
        SHA256.hex(commands.map { "\($0.step)\0\($0.command)" }.sorted().joined(separator: "\n"))
    }
}
