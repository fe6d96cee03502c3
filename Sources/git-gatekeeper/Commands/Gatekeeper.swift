import ArgumentParser

/// The command itself: a list of its subcommands, which does nothing else.
struct Gatekeeper: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "git-gatekeeper",
        abstract: "Decide by tests whether a change may be kept, and repair it when it may not.",
        discussion: """
            The gate runs the tests people wrote. When they fail it asks a backend for a fix, proves the fix in a
            worktree of its own, and only then fast-forwards yours.

            Exit status: 0 green or accepted, 1 rejected, 125 undecided, 128 the gate could not run, 129 usage,
            130 or 143 interrupted.
            """,
        version: gateVersion,
        subcommands: [
            Init.self, Run.self, RunAll.self, Test.self, Judge.self, SignoffCommand.self, ListScenarios.self,
            BuildContext.self,
            PlanClarification.self, ApproveScenarioProposal.self, GeneratePatch.self, Apply.self, Undo.self, Log.self,
            Show.self, Report.self, Status.self, Attest.self, Verify.self, Config.self, Trust.self, Install.self,
            Uninstall.self,
            Hook.self, PreCommitGate.self,
            MCP.self, AgentHookCommand.self,
            DoctorCommand.self, Clean.self, Background.self, ContinuousIntegration.self, PlanCommand.self, Ask.self,
            SchemaCommand.self, NotifyCommand.self,
        ]
    )
}
