import ArgumentParser
import GateCore
import GateGit

/// `git gatekeeper plan-clarification`
struct PlanClarification: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "plan-clarification",
        abstract: "Test the working tree and say what has to be asked before a repair; repair nothing.",
        discussion: """
            Exit 0 where the tests are green, nothing has to be asked, or everything was answered; 125 where a person
            has to answer first. With '--clarification-policy interactive' the questions are asked at once.
            """
    )

    @OptionGroup var proposal: ProposalOptions
    @OptionGroup var backend: BackendOptions
    @OptionGroup var clarification: ClarificationOptions
    @OptionGroup var events: EventOptions
    @OptionGroup var common: CommonOptions

    @Option(help: ArgumentHelp("Copy the artifacts of the run into this folder.", valueName: "folder"))
    var output: String?

    func run() async throws {
        let common = try common.with(events)
        var options = proposal.session()
        backend.fill(&options)
        clarification.fill(&options)
        let record = try await Work.take(
            "plan-clarification",
            options,
            common: common,
            source: .plan(Work.makeBackend),
            delivery: Engine.Delivery(isDryRun: true, commits: false),
            output: output
        )
        switch common.format {
        case .json: try Work.answer(record, common: common)
        case .text: common.console.answer(ClarificationReport.text(record))
        }
        // Red tests are why this command is called, so that they are red is no failure of it.
        let status = record.result?.exitStatus ?? 125
        if status != 0, record.clarification.map({ $0.required && $0.outcome != "resolved" }) ?? true {
            throw ExitStatus(rawValue: status == 1 ? 125 : status)
        }
    }
}

/// `git gatekeeper approve-scenario-proposal`
struct ApproveScenarioProposal: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "approve-scenario-proposal",
        abstract: "Write a drafted scenario record into the working tree, and show what is written.",
        discussion: """
            A draft is checked field by field first. The record counts for you at once, and for others when it is in the
            base; commit it. To change a draft, print it with 'git gatekeeper show scenario_proposal.json', edit the
            copy, and name it with --proposal-file.
            """
    )

    @Argument(help: ArgumentHelp("The run that drafted it; the newest one with a draft.", valueName: "run"))
    var run: String?

    @Option(help: ArgumentHelp("Take the newest draft of a run of this scenario.", valueName: "id"))
    var scenario: String?

    @Option(help: ArgumentHelp("Take the draft in this file instead.", valueName: "file"))
    var proposalFile: String?

    @Flag(help: "Replace a record of the same id that says something else.")
    var force = false

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if proposalFile != nil, run != nil || scenario != nil {
            throw ValidationError("--proposal-file names the draft already; leave out the run and --scenario")
        }
    }

    func run() async throws {
        let context = GateContext.current()
        let repository = try await Work.repository(context, common.console)
        let (name, draft) = try find(context, RunLedger(repository: repository))
        let approval = try await ProposalApproval(repository: repository)
            .approve(draft, name: name, isForced: force)
        let path = approval.path.description
        if common.format == .json {
            return try common.console.answer(
                ApprovalRecord(
                    id: approval.knowledge.id,
                    path: path,
                    diff: String(decoding: approval.diff, as: UTF8.self),
                    remarks: approval.remarks
                ),
                as: .approveScenarioProposal
            )
        }
        common.console.answer(
            approval.diff.isEmpty
                ? "'\(path)' is there already, word for word"
                : Excerpt.visible(String(decoding: approval.diff, as: UTF8.self))
        )
        for remark in approval.remarks { common.console.progress("note: \(remark)") }
        common.console.progress("next: it counts for you from now on; commit '\(path)' so that it counts for others")
    }

    private func find(_ context: GateContext, _ ledger: RunLedger) throws -> (name: String, draft: [UInt8]) {
        if let proposalFile {
            guard
                let bytes = try InputFile.read(
                    path: proposalFile,
                    below: context.workingDirectory,
                    limit: KnowledgeReader.mostBytes
                )
            else {
                throw GateFailure("scenario.no-proposal", "there is no file '\(proposalFile)'")
            }
            return (proposalFile, bytes)
        }
        let ids = try run.map { [try ledger.find($0).id] } ?? ledger.ids().reversed()
        for id in ids {
            let found = try ledger.find(id)
            guard let bytes = try found.read(ScenarioProposal.artifact) else { continue }
            if let scenario {
                guard let record = try found.read("record.json"),
                    try JSON.decode(RunRecord.self, from: record).scenarios.contains(scenario)
                else { continue }
            }
            return ("\(ScenarioProposal.artifact) of run \(id)", bytes)
        }
        throw GateFailure(
            "scenario.no-proposal",
            run.map { "run \($0) drafted no scenario record" }
                ?? "no run\(scenario.map { " of the scenario '\($0)'" } ?? "") has drafted a scenario record",
            hints: ["'git gatekeeper plan-clarification' drafts one where a failure is new"]
        )
    }
}
