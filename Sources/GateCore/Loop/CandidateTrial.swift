package import GateGit

/// Tries candidates out against one baseline: a warm run to search with, pristine runs to decide by.
package actor CandidateTrial {
    /// What a candidate's runs gave.
    package struct Outcome: Sendable {
        package let verdict: Verdict
        package let transitions: [TestTransition]
        package let runs: [(phase: String, run: StepRun)]
        /// Runs that no backend hears of: of tripwires and held-out tests.
        package var probes: [TripwireBench.Probe] = []
        package var tripwires: [TripwireObservation] = []
    }

    private let session: Session
    private let validator: Validator
    private let baseline: Baseline
    private let tell: @Sendable (RunEvent) -> Void
    /// Warm outcomes by tree, so that one tree is searched once.
    private var known: [ObjectID: Outcome] = [:]
    private var trials = 0
    /// Candidates that are being validated just now.
    private var busy = 0
    private let baseContract: BaseContract

    package init(
        session: Session,
        validator: Validator,
        baseline: Baseline,
        tell: @escaping @Sendable (RunEvent) -> Void
    ) {
        self.session = session
        self.validator = validator
        self.baseline = baseline
        self.tell = tell
        baseContract = BaseContract(session: session, validator: validator, baseline: baseline, tell: tell)
    }

    /// The sandbox that candidates are run in.
    nonisolated var sandbox: Sandbox { validator.setting.sandbox }

    /// Runs a tree warm, the steps with targets first, and stops as soon as one of them is not green.
    package func search(_ tree: ObjectID, phase: String, isQuiet: Bool) async throws -> Outcome {
        if let outcome = known[tree] { return outcome }
        try await enter()
        defer { busy -= 1 }
        let steps = boundedSteps
        let first = steps.filter { baseline.targets.steps.contains($0.id) }
        var runs = try await validator.run(first, on: tree, for: .search, progress: progress(phase, isQuiet: isQuiet))
        let early = judge([runs])
        // What the deciding steps already reject, the others cannot save.
        let lacking = Set(steps.map(\.id)).subtracting(runs.map(\.step.id))
        let decisive = early.verdict.reasons.filter { $0.subject.map { !lacking.contains($0) } ?? true }
        if decisive.isEmpty {
            let rest = steps.filter { step in !runs.contains { $0.step.id == step.id } }
            runs += try await validator.run(rest, on: tree, for: .search, progress: progress(phase, isQuiet: isQuiet))
            let complete = judge([runs])
            let outcome = Outcome(
                verdict: complete.verdict,
                transitions: complete.transitions,
                runs: runs.map { (phase, $0) }
            )
            known[tree] = outcome
            return outcome
        }
        let outcome = Outcome(
            verdict: Verdict(reasons: decisive, remarks: early.verdict.remarks),
            transitions: early.transitions,
            runs: runs.map { (phase, $0) }
        )
        known[tree] = outcome
        return outcome
    }

    /// Waits until fewer candidates are being validated than policy allows at once.
    private func enter() async throws {
        while busy >= session.policy.jobs.value { try await Task.sleep(for: .milliseconds(20)) }
        busy += 1
    }

    /// The plan's steps with limits that fit what the head took.
    private var boundedSteps: [Step] {
        session.plan.steps.map { step in
            guard let run = baseline.head.first(where: { $0.step.id == step.id }) else { return step }
            return step.bounded(byRunOf: run.process.duration)
        }
    }

    /// Numbers the trials of a run, from 1.
    package func nextTrial() -> Int {
        trials += 1
        return trials
    }

    /// Runs a tree in a pristine worktree: everything once, and the steps with targets a second time, varied as the
    /// head was.
    ///
    /// With more than one job both rounds run at once, each in its own worktree.
    package func confirm(_ tree: ObjectID, phase: String) async throws -> Outcome {
        try await enter()
        defer { busy -= 1 }
        let steps = boundedSteps
        let again = repeated(steps)
        var rounds: [[StepRun]]
        if session.policy.jobs.value > 1, !again.isEmpty {
            async let second = round(again, on: tree, phase: "\(phase)/confirm-2", under: baseline.variation)
            async let first = round(steps, on: tree, phase: "\(phase)/confirm-1")
            rounds = [try await first, try await second]
        } else {
            rounds = [try await round(steps, on: tree, phase: "\(phase)/confirm-1")]
            if judge(rounds).verdict.kind == .accepted, !again.isEmpty {
                rounds.append(
                    try await round(again, on: tree, phase: "\(phase)/confirm-2", under: baseline.variation)
                )
            }
        }
        var judged = judge(rounds)
        var probed = TripwireBench.Result()
        if judged.verdict.kind == .accepted {
            // Only what would be accepted is worth the cost of asking whether it can be believed.
            let probe = CandidateProbe(session: session, validator: validator, baseline: baseline, tell: tell)
            probed = try await probe.examine(tree, rounds[0], phase: phase)
            judged = judge(rounds, tripwires: probed.observations)
        }
        if judged.verdict.kind == .accepted {
            let held = try await baseContract.examine(tree, phase: phase)
            judged.verdict = Verdict(reasons: held.reasons, remarks: judged.verdict.remarks)
            probed.runs += held.runs
        }
        return Outcome(
            verdict: judged.verdict,
            transitions: judged.transitions,
            runs: rounds.enumerated().flatMap { index, runs in runs.map { ("\(phase)/confirm-\(index + 1)", $0) } },
            probes: probed.runs,
            tripwires: probed.observations
        )
    }

    /// Steps that are run a second time: those with targets, and those that were run again at the head.
    private func repeated(_ steps: [Step]) -> [Step] {
        guard Defence.repetition.isOn else { return [] }
        return steps.filter { baseline.targets.steps.contains($0.id) || baseline.variation.steps.contains($0.id) }
    }

    private func round(
        _ steps: [Step],
        on tree: ObjectID,
        phase: String,
        under variation: Variation = .none
    ) async throws -> [StepRun] {
        try await validator.run(
            steps,
            on: tree,
            for: .confirmation,
            under: variation,
            progress: progress(phase, isQuiet: false)
        )
    }

    private func judge(
        _ rounds: [[StepRun]],
        tripwires: [TripwireObservation] = []
    ) -> (verdict: Verdict, transitions: [TestTransition]) {
        var facts = Judge.Facts(
            targets: baseline.targets,
            head: baseline.head.map { baseline.flaky.without($0.observation) },
            base: baseline.base?.map { baseline.flaky.without($0.observation) },
            candidate: rounds.map { $0.map { baseline.flaky.without($0.observation) } },
            sandboxDemand: session.policy.sandbox.value
        )
        facts.tripwires = tripwires
        facts.tripwireDemand = session.policy.tripwires.value
        return Judge.judge(facts)
    }

    private func progress(_ phase: String, isQuiet: Bool) -> @Sendable (ValidationEvent) -> Void {
        RunEvent.progress(phase) { [tell] event in
            if case .stepEnded(let run, let phase) = event, isQuiet {
                return tell(.stepDone(step: run.step.id, phase: phase))
            }
            tell(event)
        }
    }
}
