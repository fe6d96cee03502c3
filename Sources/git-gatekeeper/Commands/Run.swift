import ArgumentParser
import GateCore

/// `git gatekeeper run`
struct Run: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Test the working tree; where it is red, repair it and keep only what is proven.",
        discussion: """
            Green: nothing is changed, exit 0. Red: a backend is asked, each candidate is validated in a worktree of
            its own, and the first proven one is written into your working tree; the index is left as it is.
            """
    )

    @OptionGroup var proposal: ProposalOptions
    @OptionGroup var backend: BackendOptions
    @OptionGroup var clarification: ClarificationOptions
    @OptionGroup var delivery: DeliveryOptions
    @OptionGroup var attestation: AttestOptions
    @OptionGroup var events: EventOptions
    @OptionGroup var lines: LineOptions
    @OptionGroup var common: CommonOptions

    @Flag(help: "Keep what is proven only where reviewers sign it off, whatever policy says of that.")
    var signoff = false

    @Flag(help: "With --commit: push the branch then; where the remote has moved, rebase, judge again and try again.")
    var push = false

    func validate() throws {
        if push, !delivery.commit || delivery.isDryRun {
            throw ValidationError("--push goes with --commit: what is not committed cannot be pushed")
        }
        if delivery.commit, !proposal.judgesWorkingTree {
            throw ValidationError("--commit commits the working tree; leave out --head and --staged")
        }
    }

    func run() async throws {
        let common = try common.with(events, lines)
        var options = proposal.session()
        options.signsOff = signoff
        backend.fill(&options)
        clarification.fill(&options)
        attestation.fill(&options)
        try await Work.run(
            "run",
            options,
            common: common,
            source: Work.backend,
            delivery: delivery.delivery,
            output: delivery.output
        )
        if push { try await Publish.run(common, signsOff: signoff) }
    }
}

/// `git gatekeeper run-all`
struct RunAll: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run-all",
        abstract: "Run every gating scenario, one after the other, then the suite; repair what is red.",
        discussion: """
            Exit 0 only if every scenario and the suite are green, or were repaired and the repair kept. Tests of
            scenarios that do not gate may be red in the suite.
            """
    )

    @Option(
        help: ArgumentHelp("Judge against this commit instead of the merge base with upstream.", valueName: "revision")
    )
    var base: String?

    @Flag(help: "Run scenarios that do not gate, too.")
    var includeNonGating = false

    @Option(help: ArgumentHelp("Isolation of tests: 'required', 'preferred' or 'off'.", valueName: "level"))
    var sandbox: String?

    @Option(help: ArgumentHelp("Validations that may run at once.", valueName: "n"))
    var jobs: Int?

    @OptionGroup var backend: BackendOptions
    @OptionGroup var clarification: ClarificationOptions
    @OptionGroup var delivery: DeliveryOptions
    @OptionGroup var attestation: AttestOptions
    @OptionGroup var events: EventOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        let common = try common.with(events)
        var options = SessionOptions()
        options.base = base
        options.sandbox = sandbox
        options.jobs = jobs
        backend.fill(&options)
        clarification.fill(&options)
        attestation.fill(&options)
        let scenarios = try await Session.scenarios(.current(), options)
        let ids = scenarios.filter { $0.isGating || includeNonGating }.map(\.id)
        guard !ids.isEmpty else {
            throw GateFailure(
                "scenario.none",
                "no scenario is configured\(includeNonGating ? "" : " that gates")",
                hints: [
                    "'git gatekeeper run' runs the whole suite", "'git gatekeeper list-scenarios' shows what there is",
                ]
            )
        }
        var records: [RunRecord] = []
        for id in ids {
            common.console.progress("scenario \(id)")
            var one = options
            one.scenarios = [id]
            records.append(try await run(one, named: id, common))
        }
        common.console.progress("the suite")
        var suite = options
        suite.exempting = scenarios.map(\.id).filter { !ids.contains($0) }
        records.append(try await run(suite, named: "suite", common))
        if common.format == .json { try common.console.answer(RunAllRecord(records), as: .runAll) }
        let bad = records.compactMap { $0.result?.exitStatus }.filter { $0 != 0 }
        // Of what is not green, red is the more certain answer.
        if let first = bad.first {
            throw bad.contains(ExitStatus.rejected.rawValue) ? ExitStatus.rejected : ExitStatus(rawValue: first)
        }
    }

    /// Runs one part; as text its answer is printed at once.
    private func run(
        _ options: SessionOptions,
        named name: String,
        _ common: CommonOptions
    ) async throws -> RunRecord {
        let record = try await Work.take(
            "run-all",
            options,
            common: common,
            source: Work.backend,
            delivery: delivery.delivery,
            output: delivery.output.map { "\($0)/\(name)" },
            signing: .asks
        )
        if common.format == .text { try Work.answer(record, common: common) }
        return record
    }
}

/// `git gatekeeper test`
struct Test: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        abstract: "Test the working tree and say what is red; repair nothing.",
        discussion: "Works as the command of 'git bisect run': 0 is good, 1 is bad, 125 is skipped."
    )

    @OptionGroup var proposal: ProposalOptions
    @OptionGroup var attestation: AttestOptions
    @OptionGroup var events: EventOptions
    @OptionGroup var lines: LineOptions
    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("Copy the artifacts of the run into this folder.", valueName: "folder"))
    var output: String?

    func run() async throws {
        let common = try common.with(events, lines)
        var options = proposal.session()
        attestation.fill(&options)
        try await Work.run(
            "test",
            options,
            common: common,
            source: .none,
            delivery: Engine.Delivery(isDryRun: true, commits: false),
            output: output,
            signing: .leavesOut
        )
    }
}
