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

    /// Whether every required step that counts is green.
    package var isGreen: Bool {
        head.filter { deciding.contains($0.step.id) && $0.step.isRequired }
            .allSatisfy { $0.observation.without(exempt).isGreen }
    }

    /// Why the head says nothing that could be repaired: broken runs of required steps, by reason.
    package var obstacles: [Reason] {
        head.filter { deciding.contains($0.step.id) && $0.step.isRequired }.flatMap { run -> [Reason] in
            let observation = run.observation
            var reasons = observation.blockingProblems.map { problem in
                Reason(
                    .baselineInconclusive,
                    run.step.id,
                    "'\(run.step.id)' cannot be read at the head: \(problem.message)"
                )
            }
            switch observation.ending {
            case .itself: break
            case .wallTime:
                reasons.append(Reason(.limitHit, run.step.id, "'\(run.step.id)' ran longer than its limit at the head"))
            case .idleTime:
                reasons.append(
                    Reason(.limitHit, run.step.id, "'\(run.step.id)' was silent for longer than its limit at the head")
                )
            case .outputLimit:
                reasons.append(
                    Reason(.limitHit, run.step.id, "'\(run.step.id)' printed more than its limit at the head")
                )
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
        let say: @Sendable (String) -> @Sendable (ValidationEvent) -> Void = { phase in
            { event in
                switch event {
                case .started(let step, _): tell(.stepStarted(step: step.id, phase: phase))
                case .ended(let run, _): tell(.stepEnded(run: run, phase: phase))
                }
            }
        }
        let proposal = session.proposal
        var head: [StepRun] = []
        if hasScenarioSteps {
            head = try await validator.run(scenarioSteps, on: proposal.headTree, for: .baseline, progress: say("head"))
            if head.filter(\.step.isRequired).allSatisfy(\.observation.isGreen) {
                return Baseline(head: head, base: nil, targets: Targets(), deciding: deciding, exempt: [])
            }
        }
        let rest = steps.filter { step in !head.contains { $0.step.id == step.id } }
        head += try await validator.run(rest, on: proposal.headTree, for: .baseline, progress: say("head"))
        let exempt = Set(head.filter { exempting.contains($0.step.id) }.flatMap { $0.report.results.map(\.id) })
        let early = Baseline(head: head, base: nil, targets: Targets(), deciding: deciding, exempt: exempt)
        if early.isGreen || !early.obstacles.isEmpty { return early }
        var base: [StepRun]?
        if proposal.baseTree != proposal.headTree, proposal.baseTree != .emptyTree {
            // The base says which failures are old. It is the user's own code, and it warms nothing.
            base = try await validator.run(steps, on: proposal.baseTree, for: .confirmation, progress: say("base"))
        }
        let targets = Targets.choose(
            named: named,
            head: head.map { $0.observation.without(exempt) },
            base: base?.map(\.observation),
            steps: deciding,
            requireBaseGreen: session.policy.requireBaseGreen.value
        )
        return Baseline(head: head, base: base, targets: targets, deciding: deciding, exempt: exempt)
    }
}
