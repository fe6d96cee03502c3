import GateGit

/// Runs red steps of the head again, varied, and learns which of their tests do not give the same twice.
struct HeadRepetition: Sendable {
    /// What the further runs gave.
    struct Finding: Sendable {
        /// The runs, by phase.
        var runs: [(phase: String, run: StepRun)] = []
        var flaky = FlakyTests()
        /// How the first further run was varied; a candidate's second confirmation is varied in the same way.
        var variation = Variation.none
        /// Steps that could be read the first time and not again.
        var obstacles: [Reason] = []
        var notes: [String] = []
    }

    let session: Session
    let validator: Validator
    let tell: @Sendable (RunEvent) -> Void

    /// Repeats some runs of the head.
    ///
    /// - Parameter first: the runs to repeat: required steps that decide and are red.
    func run(_ first: [StepRun]) async throws -> Finding {
        var finding = Finding()
        guard !first.isEmpty, Defence.repetition.isOn else { return finding }
        let count = session.policy.flakyRuns.value
        guard count > 0 else {
            finding.notes.append(
                "flaky tests were not looked for: 'gatekeeper.flakyRuns' is 0 (\(session.policy.flakyRuns.source.description))"
            )
            return finding
        }
        let steps = Set(first.map(\.step.id))
        var keepingOrder: Set<String> = []
        for number in 1...count {
            var variation = Variation(number: number, steps: steps, keepingOrder: keepingOrder)
            let again = try await repeated(first, variation, phase: "head/varied-\(number)", &finding)
            var unsettled: [StepRun] = []
            for (one, other) in zip(first, again) {
                let lost = Self.lost(one.observation, other.observation)
                if variation.of(one.step).isReversed, lost == nil || lost?.isEmpty == false { unsettled.append(one) }
            }
            // What holds first and not in the opposite order may hold only in its own: that is not chance.
            variation.keepingOrder.formUnion(unsettled.map(\.step.id))
            let inOrder =
                unsettled.isEmpty
                ? []
                : try await repeated(unsettled, variation, phase: "head/varied-\(number)-in-order", &finding)
            for (one, other) in zip(first, again) {
                let straight = inOrder.first { $0.step.id == one.step.id }
                let isBound = compare(one, other, straight, &finding)
                if isBound { keepingOrder.insert(one.step.id) }
            }
            if number == 1 { finding.variation = Variation(number: 1, steps: steps, keepingOrder: keepingOrder) }
        }
        return finding
    }

    private func repeated(
        _ runs: [StepRun],
        _ variation: Variation,
        phase: String,
        _ finding: inout Finding
    ) async throws -> [StepRun] {
        let again = try await validator.run(
            runs.map { $0.step.bounded(byRunOf: $0.process.duration) },
            on: session.proposal.headTree,
            for: .confirmation,
            under: variation,
            progress: RunEvent.progress(phase, tell)
        )
        finding.runs += again.map { (phase, $0) }
        return again
    }

    /// Compares the runs of one step.
    ///
    /// - Returns: whether its tests hold in their own order only.
    private func compare(_ first: StepRun, _ again: StepRun, _ inOrder: StepRun?, _ finding: inout Finding) -> Bool {
        let step = first.step.id
        let last = inOrder ?? again
        guard last.observation.isReadable, !Self.isWhole(FlakyTests.differing(first.observation, last.observation))
        else {
            let problem = last.observation.blockingProblems.first?.message ?? "it loads its tests only sometimes"
            finding.obstacles.append(
                Reason(
                    .baselineInconclusive,
                    step,
                    "'\(step)' could be read once at the head, and not a second time: \(problem)"
                )
            )
            return false
        }
        var differing = FlakyTests.differing(first.observation, last.observation)
        var bound: Set<TestID> = []
        if inOrder != nil, again.observation.isReadable {
            let reversed = FlakyTests.differing(first.observation, again.observation)
            bound = reversed.subtracting(differing).filter { first.observation.outcomes[$0]?.holds == true }
            differing.formUnion(reversed.subtracting(bound))
        }
        finding.flaky.insert(differing, in: step)
        let isBound = !bound.isEmpty || (inOrder != nil && !again.observation.isReadable)
        if isBound {
            let which = bound.isEmpty ? "" : ": \(Listing.some(bound.map(\.name).sorted()))"
            finding.notes.append("the tests of '\(step)' hold only in their own order, which further runs keep\(which)")
        }
        return isBound
    }

    /// Whether it is the whole step that could be loaded in one run only.
    private static func isWhole(_ differing: Set<TestID>) -> Bool { differing.contains(TestID("")) }

    /// Tests that hold in one run and not in another; `nil` where the other cannot be read.
    private static func lost(_ one: StepObservation, _ other: StepObservation) -> Set<TestID>? {
        guard other.isReadable else { return nil }
        return FlakyTests.differing(one, other).filter { one.outcomes[$0]?.holds == true }
    }
}
