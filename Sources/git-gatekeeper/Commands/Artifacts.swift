import ArgumentParser
import GateBackends
import GateCore
import GateGit

/// `git gatekeeper build-context`
struct BuildContext: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "build-context",
        abstract: "Test the working tree and write down what a backend would be shown; ask none."
    )

    @Flag(help: "Print the exact bytes instead of where they were kept.")
    var show = false

    @Option(help: ArgumentHelp("Show at most so many tokens, of about four bytes each.", valueName: "n"))
    var tokens: Int?

    @OptionGroup var proposal: ProposalOptions
    @OptionGroup var events: EventOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let common = try common.with(events)
        let console = common.console
        var options = proposal.session()
        options.contextTokens = tokens
        let (record, run) = try await Session.open(.current(), options) { session in
            try await Engine(
                session: session,
                command: "build-context",
                scout: RevertBackend(),
                tell: await common.audience(in: session.repository).teller(session)
            ).run(.context, Engine.Delivery(isDryRun: true, commits: false))
        }
        let artifact = "context.txt"
        let context = try run.read(artifact)
        if common.format == .json {
            let answer = ContextRecord(
                run: run.id,
                verdict: record.result?.verdict ?? "undecided",
                artifact: context == nil ? nil : artifact,
                bytes: context?.count ?? 0,
                contents: record.context,
                text: show ? context.map { String(decoding: $0, as: UTF8.self) } : nil
            )
            try console.answer(answer, as: .buildContext)
        }
        guard let bytes = context else {
            if common.format == .text { try Work.answer(record, common: common) }
            throw ExitStatus(rawValue: record.result?.exitStatus ?? 125)
        }
        if common.format == .json { return }
        if show {
            console.answer(bytes)
        } else {
            console.answer(ContextReport.text(record.context, bytes: bytes.count, run: run.id, artifact: artifact))
        }
    }
}

/// `git gatekeeper generate-patch`
struct GeneratePatch: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "generate-patch",
        abstract: "Ask for a fix, prove it, and print it as a patch; the working tree is left alone.",
        discussion: "Exit 0 with a proven patch; otherwise the last candidate is printed and the exit status says why."
    )

    @OptionGroup var proposal: ProposalOptions
    @OptionGroup var backend: BackendOptions
    @OptionGroup var clarification: ClarificationOptions
    @OptionGroup var events: EventOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let common = try common.with(events)
        var options = proposal.session()
        backend.fill(&options)
        clarification.fill(&options)
        let console = common.console
        let (record, run) = try await Session.open(.current(), options) { session in
            try await Engine(
                session: session,
                command: "generate-patch",
                person: TerminalPerson.shared,
                scout: RevertBackend(),
                tell: await common.audience(in: session.repository).teller(session)
            ).run(Work.backend, Engine.Delivery(isDryRun: true, commits: false))
        }
        if common.format == .json {
            try Work.answer(record, common: common)
        } else if let attempt = record.attempts.last(where: { $0.candidate != nil }),
            let patch = try run.read("attempt-\(attempt.number)/patch.diff")
        {
            console.answer(patch)
        }
        if let status = record.result?.exitStatus, status != 0 {
            if common.format == .text { console.line(TextReport.render(record)) }
            throw ExitStatus(rawValue: status)
        }
    }
}

/// `git gatekeeper apply`
struct Apply: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Take a fix that was kept aside, or a patch, into the working tree.",
        discussion: """
            Whatever is taken is judged first on the working tree as it stands now, exactly as 'judge --apply' does.
            """
    )

    @Argument(
        help: ArgumentHelp(
            "A run, or the path of a patch; the newest run where nothing is named.",
            valueName: "run or patch"
        )
    )
    var what: String?

    @Flag(help: "Commit the accepted tree as well.")
    var commit = false

    @Flag(
        help: "Say that you have looked at the candidate: what the second look finds is remarked, and decides nothing."
    )
    var reviewed = false

    @OptionGroup var proposal: ProposalOptions
    @OptionGroup var events: EventOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let common = try common.with(events)
        let context = GateContext.current()
        let repository = try await Work.repository(context, common.console)
        let answer: Answer
        if let what, let bytes = try InputFile.read(path: what, below: context.workingDirectory, limit: 64 << 20) {
            guard case .success(let parsed) = ReplyParser.parse(bytes) else {
                throw GateFailure("apply.unreadable-patch", "'\(what)' is neither a patch nor a reply")
            }
            answer = parsed
        } else {
            let run = try RunLedger(repository: repository).find(what)
            guard let bytes = try run.read("record.json"),
                let attempt = try JSON.decode(RunRecord.self, from: bytes).attempts.last(where: { $0.candidate != nil }
                ),
                let patch = try run.read("attempt-\(attempt.number)/patch.diff")
            else {
                throw GateFailure(
                    "apply.no-candidate",
                    "run \(run.id) has no candidate",
                    hints: ["'git gatekeeper log' lists all runs"]
                )
            }
            answer = .patch(patch)
        }
        var options = proposal.session()
        options.isReviewed = reviewed
        try await Work.run(
            "apply",
            options,
            common: common,
            source: .given(answer, origin: what ?? "newest run"),
            delivery: Engine.Delivery(isDryRun: false, commits: commit)
        )
    }
}

/// `git gatekeeper undo`
struct Undo: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Return to the state before the last accepted candidate.",
        discussion:
            "Only what the gate wrote is taken back. A file that was changed since is named, and nothing is written."
    )

    @OptionGroup var common: CommonOptions

    func run() async throws {
        let context = GateContext.current()
        let repository = try await Work.repository(context, common.console)
        let outcome = try await Acceptance(repository: repository).undo()
        switch common.format {
        case .json:
            try common.console.answer(UndoRecord(outcome), as: .undo)
        case .text:
            common.console.answer(UndoReport.text(outcome))
            for hint in outcome.hints { common.console.line("hint: \(hint)") }
        }
        guard case .undone = outcome else { throw ExitStatus.rejected }
    }
}
