package import GateGit

/// One run of one step: what it reported, and how it ran.
package struct StepRun: Sendable {
    package let step: Step
    package let report: TestReport
    package let process: ProcessResult
    package let sandbox: SandboxLevel
    /// Whether the worktree held nothing but the staged tree before the run.
    package let isPristine: Bool
    /// Time it took to bring the worktree to the tree, before anything was started.
    package let staging: Duration
    /// Path that the command saw as the repository root.
    package let root: String
    /// What was done otherwise than in a first run, for the record; empty for a first run.
    package let variation: [String]
    /// Files of the report as they were read, before anything was taken out of them.
    package var reports: [ReportFile] = []
    /// Names of the variables the command was started with.
    package var environment: [String] = []

    package init(
        step: Step,
        report: TestReport,
        process: ProcessResult,
        sandbox: SandboxLevel,
        isPristine: Bool,
        staging: Duration = .zero,
        root: String = "",
        variation: [String] = []
    ) {
        self.step = step
        self.report = report
        self.process = process
        self.sandbox = sandbox
        self.isPristine = isPristine
        self.staging = staging
        self.root = root
        self.variation = variation
    }

    package var observation: StepObservation {
        StepObservation(
            step: step.id,
            kind: step.kind,
            isRequired: step.isRequired,
            strength: report.strength,
            outcomes: report.outcomes,
            problems: report.problems,
            ending: process.ending,
            sandbox: sandbox
        )
    }
}

/// One file of a report: enough to recognise it again.
package struct ReportFile: Sendable, Hashable, Codable {
    /// Path in the report folder, or below the repository for files that the command writes there.
    package let name: String
    package let bytes: Int
    package let sha256: String
}

/// What a verdict needs to know of a step's run, and nothing else.
package struct StepObservation: Sendable, Hashable {
    package let step: String
    package let kind: Check.Kind
    package let isRequired: Bool
    package let strength: TestReport.Strength
    package let outcomes: [TestID: Outcome]
    package let problems: [TestReport.Problem]
    package let ending: ProcessResult.Ending
    package let sandbox: SandboxLevel

    package init(
        step: String,
        kind: Check.Kind = .test,
        isRequired: Bool = true,
        strength: TestReport.Strength = .structured,
        outcomes: [TestID: Outcome],
        problems: [TestReport.Problem] = [],
        ending: ProcessResult.Ending = .itself,
        sandbox: SandboxLevel = .overlay
    ) {
        self.step = step
        self.kind = kind
        self.isRequired = isRequired
        self.strength = strength
        self.outcomes = outcomes
        self.problems = problems
        self.ending = ending
        self.sandbox = sandbox
    }

    /// The same observation without some tests, or files of tests that could not be collected.
    package func without(_ tests: Set<TestID>) -> StepObservation {
        guard !tests.isEmpty else { return self }
        return StepObservation(
            step: step,
            kind: kind,
            isRequired: isRequired,
            strength: strength,
            outcomes: outcomes.filter { !tests.contains($0.key) },
            problems: problems.filter { problem in
                problem.kind != .collection || !tests.contains(TestID(problem.scope ?? ""))
            },
            ending: ending,
            sandbox: sandbox
        )
    }

    /// Prefixes of ids that could not be collected; an empty prefix stands for the whole step.
    package var uncollected: [String] {
        problems.filter { $0.kind == .collection }.map { $0.scope ?? "" }
    }

    /// Problems other than collection: those that leave nothing to be said.
    package var blockingProblems: [TestReport.Problem] { problems.filter { $0.kind != .collection } }

    /// Whether the run says, for every test it could collect, what it gave.
    package var isReadable: Bool { blockingProblems.isEmpty && ending == .itself }

    /// Whether every test held and nothing is in doubt.
    package var isGreen: Bool {
        problems.isEmpty && ending == .itself && !outcomes.values.contains { $0.isRed || $0 == .indeterminate }
    }
}
