import ArgumentParser
import GateBackends
import GateCore

/// `git gatekeeper doctor`
struct DoctorCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "doctor",
        abstract: "Look at everything the gate needs here, and say what to do about what is missing.",
        discussion: """
            Git, libgit2, the repository, hooks, policy, the programs of checks, the sandbox, scenario records and
            prompts; and each configured backend, which is asked for one word. No test is run and nothing is changed.
            Exit 0 where everything works, 1 where something does not.
            """
    )

    @Flag(help: "Ask no backend.")
    var offline = false

    @OptionGroup var proposal: ProposalOptions
    @OptionGroup var backend: BackendOptions
    @OptionGroup var common: CommonOptions

    func run() async throws {
        var options = proposal.session()
        backend.fill(&options)
        let isOffline = offline
        let report = DoctorReport(
            try await Doctor(.current(), options).examine { session in
                isOffline ? [] : await BackendProbe.findings(session.policy, Work.world(session))
            }
        )
        switch common.format {
        case .json: try common.console.answer(report, as: .doctor)
        case .text: common.console.answer(report.text)
        }
        if report.state == .broken { throw ExitStatus.rejected }
    }
}
