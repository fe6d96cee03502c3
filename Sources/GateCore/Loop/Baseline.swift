import GateGit

/// What the head gave before any repair, and, where it is red, what the base gave.
package struct Baseline: Sendable {
    package let head: [StepRun]
    /// `nil` where the head is green, or base and head are the same tree.
    package let base: [StepRun]?
    package let targets: Targets
    /// Steps whose red tests count.
    package let deciding: Set<String>

    /// Tests that are red or not as they like: those of scenarios that do not gate.
    package let exempt: Set<TestID>

    /// Named tests that must turn green, from the command line and the scenarios.
    package let named: [TestID]

    /// What further runs of the head gave.
    private let repetition: HeadRepetition.Finding

    /// Tests of the head that do not give the same twice; they count for nothing.
    package var flaky: FlakyTests { repetition.flaky }
    /// How a candidate's second confirmation is varied, so that like is compared with like.
    package var variation: Variation { repetition.variation }
    /// Further runs of the head, by phase.
    package var repetitions: [(phase: String, run: StepRun)] { repetition.runs }
    package var notes: [String] { repetition.notes }

    /// Whether every required step that counts is green.
    package var isGreen: Bool {
        head.filter { deciding.contains($0.step.id) && $0.step.isRequired }
            .allSatisfy { $0.observation.without(exempt).isGreen }
    }

    /// Why nothing can be said although the head is red: named targets that are flaky, or nothing red but flaky tests.
    package var uncertainties: [Reason] {
        let all = Set(flaky.all)
        let targets = named.filter(all.contains)
        if !targets.isEmpty {
            return targets.map {
                Reason(.baselineFlaky, $0.name, "the target '\($0)' does not give the same twice at the head")
            }
        }
        guard !flaky.isEmpty, self.targets.isEmpty,
            head.filter({ deciding.contains($0.step.id) && $0.step.isRequired })
                .allSatisfy({ flaky.without($0.observation.without(exempt)).isGreen })
        else { return [] }
        return flaky.all.map { test in
            let name = test.name.isEmpty ? FailureRecord.wholeBuild : test.name
            return Reason(.baselineFlaky, name, "'\(name)' does not give the same twice at the head")
        }
    }

    /// Why the head says nothing that could be repaired: broken runs of required steps, by reason.
    package var obstacles: [Reason] {
        repetition.obstacles
            + head.filter { deciding.contains($0.step.id) && $0.step.isRequired }.flatMap { run in
                let observation = run.observation
                var reasons = observation.blockingProblems.map { problem in
                    Reason(
                        problem.kind == .elsewhere ? .loadedElsewhere : .baselineInconclusive,
                        run.step.id,
                        "'\(run.step.id)' cannot be read at the head: \(problem.message)"
                    )
                }
                if let phrase = observation.ending.phrase {
                    reasons.append(Reason(.limitHit, run.step.id, "'\(run.step.id)' \(phrase) at the head"))
                }
                return reasons
            }
    }

    /// Steps in which not one test could be loaded, neither at the head nor at the base: the machine lacks something.
    package var unloadable: [Reason] {
        guard let base else { return [] }
        return head.filter { deciding.contains($0.step.id) && $0.step.isRequired }.compactMap { run in
            guard let before = base.first(where: { $0.step.id == run.step.id }),
                !run.observation.uncollected.isEmpty, run.report.results.isEmpty,
                !before.observation.uncollected.isEmpty, before.report.results.isEmpty
            else { return nil }
            let why = run.report.problems.first.map { ": \($0.message)" } ?? ""
            return Reason(
                .baselineInconclusive,
                run.step.id,
                "'\(run.step.id)' can load no test, neither at the head nor at the base\(why)"
            )
        }
    }

    /// Runs the head, and the base where it is needed to say what is old.
    ///
    /// Scenarios run first; where all of them are green nothing else is run.
    package static func run(
        _ session: Session,
        _ validator: Validator,
        tell: @escaping @Sendable (RunEvent) -> Void
    ) async throws -> Baseline {
        let steps = session.plan.steps
        let exempting = session.plan.exempting
        let scenarioSteps = steps.filter { $0.id.hasPrefix("scenario:") && !exempting.contains($0.id) }
        let hasScenarioSteps = !scenarioSteps.isEmpty && !session.plan.scenarios.isEmpty
        let deciding = Set((hasScenarioSteps ? scenarioSteps : steps).map(\.id)).subtracting(exempting)
        let named =
            session.options.targets.map { TestID($0) }
            + session.plan.scenarios.flatMap { $0.targets.map { TestID($0) } }
        let say: @Sendable (String) -> @Sendable (ValidationEvent) -> Void = { RunEvent.progress($0, tell) }
        let proposal = session.proposal
        var head: [StepRun] = []
        if hasScenarioSteps {
            head = try await validator.run(scenarioSteps, on: proposal.headTree, for: .baseline, progress: say("head"))
            let reported = Set(head.flatMap { $0.report.results.map(\.id) })
            if head.filter(\.step.isRequired).allSatisfy(\.observation.isGreen), reported.isSuperset(of: named) {
                return Baseline(head, deciding: deciding, named: named)
            }
        }
        let rest = steps.filter { step in !head.contains { $0.step.id == step.id } }
        head += try await validator.run(rest, on: proposal.headTree, for: .baseline, progress: say("head"))
        let exempt = Set(head.filter { exempting.contains($0.step.id) }.flatMap { $0.report.results.map(\.id) })
        let early = Baseline(head, deciding: deciding, exempt: exempt, named: named)
        if !early.obstacles.isEmpty { return early }
        if early.isGreen {
            // A name that nobody knows is found out here as well: what it was meant to say has not been tested.
            let asked = Targets.choose(
                named: named,
                head: head.map { $0.observation.without(exempt) },
                base: nil,
                steps: deciding,
                requireBaseGreen: false
            )
            return Baseline(head, targets: asked, deciding: deciding, exempt: exempt, named: named)
        }
        let repetition = try await HeadRepetition(session: session, validator: validator, tell: tell).run(
            head.filter { run in
                deciding.contains(run.step.id) && run.step.isRequired && run.step.kind == .test
                    && !run.observation.without(exempt).isGreen
            }
        )
        let repeated = Baseline(head, deciding: deciding, exempt: exempt, named: named, repetition: repetition)
        if !repeated.obstacles.isEmpty || !repeated.uncertainties.isEmpty { return repeated }
        var base: [StepRun]?
        if proposal.baseTree != proposal.headTree, proposal.baseTree != .emptyTree {
            // The base says which failures are old. It is the user's own code, and it warms nothing.
            base = try await validator.run(steps, on: proposal.baseTree, for: .confirmation, progress: say("base"))
        }
        let targets = Targets.choose(
            named: named,
            head: head.map { repetition.flaky.without($0.observation.without(exempt)) },
            base: base?.map { repetition.flaky.without($0.observation) },
            steps: deciding,
            requireBaseGreen: session.policy.requireBaseGreen.value
        )
        return Baseline(
            head,
            base: base,
            targets: targets,
            deciding: deciding,
            exempt: exempt,
            named: named,
            repetition: repetition
        )
    }

    private init(
        _ head: [StepRun],
        base: [StepRun]? = nil,
        targets: Targets = Targets(),
        deciding: Set<String>,
        exempt: Set<TestID> = [],
        named: [TestID],
        repetition: HeadRepetition.Finding = HeadRepetition.Finding()
    ) {
        self.head = head
        self.base = base
        self.targets = targets
        self.deciding = deciding
        self.exempt = exempt
        self.named = named
        self.repetition = repetition
    }
}
