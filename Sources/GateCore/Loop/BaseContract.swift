import GateGit

/// Holds trees to the tests of the base as well, where policy asks for it: `contract.from = base`.
///
/// Nothing is run where the delta leaves the contract alone: then the ordinary run was this one.
package actor BaseContract {
    /// What a tree gave under the base's contract.
    package struct Finding: Sendable {
        package var reasons: [Reason] = []
        package var runs: [TripwireBench.Probe] = []
    }

    private let session: Session
    private let validator: Validator
    private let baseline: Baseline
    private let tell: @Sendable (RunEvent) -> Void
    /// Runs of the base, once made.
    private var base: [StepRun]?

    init(
        session: Session,
        validator: Validator,
        baseline: Baseline,
        tell: @escaping @Sendable (RunEvent) -> Void
    ) {
        self.session = session
        self.validator = validator
        self.baseline = baseline
        self.tell = tell
        base = baseline.base
    }

    /// Runs a tree with the contract of the base laid over it.
    ///
    /// - Parameter tree: the head, or a candidate made from it.
    func examine(_ tree: ObjectID, phase: String) async throws -> Finding {
        let proposal = session.proposal
        guard session.policy.contractFrom.value == .base, Defence.baseContract.isOn, proposal.baseTree != .emptyTree
        else { return Finding() }
        let entries = try await session.contractWithLinks().restoring(proposal.delta)
        guard !entries.isEmpty else { return Finding() }
        let steps = session.plan.steps.filter { step in
            step.isRequired && step.kind == .test && !session.plan.exempting.contains(step.id)
        }
        var finding = Finding()
        let before = try await baseRuns(steps, &finding)
        let laid = try await session.repository.graft(entries, onto: tree)
        let phase = "\(phase)/base-contract"
        let runs = try await run(steps, on: laid, phase, &finding)
        var again: [StepRun] = []
        if session.policy.flakyRuns.value > 0, Defence.repetition.isOn {
            let doubtful = runs.filter { !reasons(before, [$0]).isEmpty && $0.observation.isReadable }.map(\.step)
            // What fails is run again: a test that fails by chance must not speak against anybody.
            if !doubtful.isEmpty { again = try await run(doubtful, on: laid, "\(phase)-2", &finding) }
        }
        for one in runs {
            finding.reasons += reasons(before, [one] + again.filter { $0.step.id == one.step.id })
        }
        return finding
    }

    private func reasons(_ before: [StepRun], _ runs: [StepRun]) -> [Reason] {
        guard let step = runs.first?.step, let base = before.first(where: { $0.step.id == step.id }) else { return [] }
        return BaseContractRules.reasons(
            base: base.observation.without(baseline.exempt),
            runs: runs.map(\.observation),
            flaky: baseline.flaky
        )
    }

    private func baseRuns(_ steps: [Step], _ finding: inout Finding) async throws -> [StepRun] {
        if let base { return base }
        let made = try await run(steps, on: session.proposal.baseTree, "base", &finding)
        base = made
        return made
    }

    private func run(
        _ steps: [Step],
        on tree: ObjectID,
        _ phase: String,
        _ finding: inout Finding
    ) async throws -> [StepRun] {
        let runs = try await validator.run(
            steps,
            on: tree,
            for: .confirmation,
            progress: RunEvent.progress(phase, tell)
        )
        finding.runs += runs.map { TripwireBench.Probe(phase: phase, tree: tree, run: $0) }
        return runs
    }
}
