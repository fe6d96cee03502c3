import ArgumentParser
import GateCore
import GateGit

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// `git gatekeeper judge`
struct Judge: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Judge a candidate from anywhere: a patch, a reply, a commit or a branch.",
        discussion: """
            A commit or branch is taken as its whole tree; a file, or '-' for standard input, as a unified diff or a
            reply in the backends' JSON. The working tree is left alone unless --apply is given.
            """
    )

    @Argument(
        help: ArgumentHelp("A patch file, a commit, a branch, or '-' for standard input.", valueName: "candidate")
    )
    var candidate: String

    @Flag(help: "Write an accepted candidate into the working tree.")
    var apply = false

    @Flag(
        help: "Say that you have looked at the candidate: what the second look finds is remarked, and decides nothing."
    )
    var reviewed = false

    @Flag(help: "With --apply: commit the accepted tree as well.")
    var commit = false

    @OptionGroup var proposal: ProposalOptions
    @OptionGroup var attestation: AttestOptions
    @OptionGroup var events: EventOptions
    @OptionGroup var lines: LineOptions
    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("Copy the artifacts of the run into this folder.", valueName: "folder"))
    var output: String?

    func validate() throws {
        if commit, !apply { throw ValidationError("--commit needs --apply") }
        if apply, !proposal.judgesWorkingTree {
            throw ValidationError("--apply writes into the working tree; leave out --head and --staged")
        }
    }

    func run() async throws {
        let common = try common.with(events, lines)
        let answer = try await answer(candidate)
        var options = proposal.session()
        options.isReviewed = reviewed
        attestation.fill(&options)
        try await Work.run(
            "judge",
            options,
            common: common,
            source: .given(answer, origin: candidate == "-" ? "standard input" : candidate),
            delivery: Engine.Delivery(isDryRun: !apply, commits: commit),
            output: output
        )
    }

    /// Reads what was named: a file wins over a revision of the same name only where no such revision exists.
    private func answer(_ name: String) async throws -> Answer {
        let context = GateContext.current()
        let limit = 64 << 20
        if name == "-" {
            return try Self.parse(try InputFile.read(descriptor: STDIN_FILENO, limit: limit), from: "standard input")
        }
        let repository = try await Work.repository(context, common.console)
        if let commit = try await repository.resolveCommit(name) {
            return .tree(try await repository.tree(ofCommit: commit))
        }
        guard let bytes = try InputFile.read(path: name, below: context.workingDirectory, limit: limit) else {
            throw GateFailure(
                "judge.unknown-candidate",
                "'\(name)' is neither a revision of this repository nor a file",
                hints: ["give a branch, a commit, the path of a patch, or '-' for standard input"]
            )
        }
        return try Self.parse(bytes, from: name)
    }

    private static func parse(_ bytes: [UInt8], from name: String) throws -> Answer {
        switch ReplyParser.parse(bytes) {
        case .success(let answer): return answer
        case .failure(let refusal):
            throw GateFailure(
                "judge.unreadable-candidate",
                "'\(name)' is neither a patch nor a reply: \(refusal.findings.map(\.message).joined(separator: "; "))"
            )
        }
    }
}
