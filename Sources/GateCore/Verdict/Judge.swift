import GateGit

/// Draws verdicts: a pure function of what was observed.
package enum Judge {
    /// Everything a verdict depends on.
    package struct Facts: Sendable {
        package var targets: Targets
        /// Observations of the head, by step.
        package var head: [StepObservation]
        package var base: [StepObservation]?
        /// Observations of the candidate: a complete run first, then repetitions of the steps with targets.
        package var candidate: [[StepObservation]]
        package var sandboxDemand: SandboxDemand
        /// What tripwires showed of the candidate; empty while it is only searched for.
        package var tripwires: [TripwireObservation] = []
        package var tripwireDemand = TripwireDemand.preferred

        package init(
            targets: Targets,
            head: [StepObservation],
            base: [StepObservation]?,
            candidate: [[StepObservation]],
            sandboxDemand: SandboxDemand
        ) {
            self.targets = targets
            self.head = head
            self.base = base
            self.candidate = candidate
            self.sandboxDemand = sandboxDemand
        }
    }

    /// The verdict on a candidate, and every test's way from head to candidate.
    package static func judge(_ facts: Facts) -> (verdict: Verdict, transitions: [TestTransition]) {
        var reasons: [Reason] = []
        var remarks: [Reason] = []
        var transitions: [TestTransition] = []
        for test in facts.targets.unknown {
            reasons.append(Reason(.noTargets, test.name, "the target '\(test)' is not among the tests of any step"))
        }
        let complete = facts.candidate.first ?? []
        for head in facts.head {
            guard let candidate = complete.first(where: { $0.step == head.step }) else {
                reasons.append(Reason(.reportMissing, head.step, "'\(head.step)' was not run on the candidate"))
                continue
            }
            let before = facts.base?.first { $0.step == head.step }
            let comparison = Comparison(head: head, base: before, candidate: candidate, targets: facts.targets)
            var (found, compared) = comparison.run()
            transitions += compared
            if !head.isRequired {
                // An advisory check is shown, and decides nothing but what somebody named as a target in it.
                let hasTargets = facts.targets.steps.contains(head.step)
                let deciding = found.filter { hasTargets && $0.code.isAboutTargets }
                remarks += found.filter { !deciding.contains($0) }.map {
                    Reason(.advisoryFailed, $0.subject, $0.message)
                }
                found = deciding
            }
            reasons += found
            if candidate.strength == .weak {
                remarks.append(Reason(.weakEvidence, head.step, "'\(head.step)' gave an exit code only: weak evidence"))
            }
            if facts.sandboxDemand == .required, !candidate.sandbox.isIsolated {
                reasons.append(
                    Reason(.isolation, head.step, "policy requires isolation, and '\(head.step)' ran without it")
                )
            }
        }
        for (step, names) in facts.targets.attributedToBase {
            for name in names {
                remarks.append(Reason(.baseFailure, name, "fails at the base already, in '\(step)': not required"))
            }
        }
        let tripwires = TripwireRules.apply(facts.tripwires, demand: facts.tripwireDemand)
        reasons += tripwires.reasons
        remarks += tripwires.remarks
        for repetition in facts.candidate.dropFirst() where Defence.repetition.isOn {
            reasons += unstable(repetition, against: complete, targets: facts.targets)
        }
        return (
            Verdict(reasons: unique(reasons), remarks: unique(remarks)),
            transitions.sorted { ($0.step, $0.test) < ($1.step, $1.test) }
        )
    }

    private static func unstable(
        _ repetition: [StepObservation],
        against complete: [StepObservation],
        targets: Targets
    ) -> [Reason] {
        var reasons: [Reason] = []
        for again in repetition {
            guard let first = complete.first(where: { $0.step == again.step }) else { continue }
            if !again.isReadable, first.isReadable {
                reasons.append(
                    Reason(.unstable, again.step, "'\(again.step)' could be read once and not a second time")
                )
                continue
            }
            for (test, outcome) in first.outcomes where outcome.holds {
                let second = again.outcomes[test] ?? .notRun
                guard !second.holds else { continue }
                let isTarget = targets.tests[again.step]?.contains(test) == true
                reasons.append(
                    Reason(
                        isTarget ? .targetUnstable : .unstable,
                        test.name,
                        "'\(test)' passed in one run and was \(second.rawValue) in another of the same tree"
                    )
                )
            }
        }
        return reasons
    }

    private static func unique(_ reasons: [Reason]) -> [Reason] { Array(Set(reasons)) }
}

/// One step of head and candidate, side by side.
private struct Comparison {
    let head: StepObservation
    let base: StepObservation?
    let candidate: StepObservation
    let targets: Targets

    func run() -> (reasons: [Reason], transitions: [TestTransition]) {
        var reasons = problems()
        var transitions: [TestTransition] = []
        let targetTests = targets.tests[head.step] ?? []
        let targetPrefixes = targets.uncollected[head.step] ?? []
        // A run that says nothing at all says nothing about single tests either: one reason is enough.
        guard candidate.isReadable || !candidate.outcomes.isEmpty else { return (reasons, []) }
        for test in Set(head.outcomes.keys).union(candidate.outcomes.keys).union(targetTests) {
            let before = head.outcomes[test] ?? .notRun
            let after = candidate.outcomes[test] ?? .notRun
            // A run that was cut short says nothing about the tests it did not come to.
            if after == .notRun, candidate.isCutShort { continue }
            let isCollected = targetPrefixes.contains { Targets.covers($0, test) }
            // The stand-in a runner reports for a file it could not collect is gone once the file can be collected.
            if targetPrefixes.contains(test.name), after == .notRun { continue }
            let isTarget = targetTests.contains(test) || isCollected
            transitions.append(
                TestTransition(
                    step: head.step,
                    test: test,
                    base: base?.outcomes[test],
                    head: before,
                    candidate: after,
                    isTarget: isTarget
                )
            )
            if let reason = reason(test, before: before, after: after, isTarget: isTarget, isCollected: isCollected) {
                reasons.append(reason)
            }
        }
        if !candidate.isCutShort { reasons += collected(targetPrefixes) }
        return (reasons, transitions)
    }

    private func reason(
        _ test: TestID,
        before: Outcome,
        after: Outcome,
        isTarget: Bool,
        isCollected: Bool
    ) -> Reason? {
        if after.holds { return nil }
        if after == .notRun, !Defence.idAccounting.isOn { return nil }
        if after == .skipped, !Defence.skips.isOn { return nil }
        if test == ExitCodeRunner.id, after.isRed, isTarget || before.holds {
            // A command without test ids stands for itself, and is named as its user named it.
            let code: ReasonCode = head.kind == .test ? (isTarget ? .targetNotFixed : .regression) : .checkFailed
            return Reason(code, head.step, "'\(head.step)' \(isTarget ? "still fails" : "passed before and fails now")")
        }
        if isTarget {
            switch after {
            case .skipped where isCollected && base?.outcomes[test] == .skipped: return nil
            case .skipped where isCollected:
                return Reason(.skipUnknown, test.name, "'\(test)' is skipped, and whether it was before is not known")
            case .skipped:
                return Reason(.targetSkipped, test.name, "the target '\(test)' is skipped, which is not a pass")
            case .notRun: return Reason(.targetMissing, test.name, "the target '\(test)' is not reported any more")
            default: return Reason(.targetNotFixed, test.name, "the target '\(test)' \(after.verb)")
            }
        }
        if before.holds {
            switch after {
            case .skipped: return Reason(.regressionSkipped, test.name, "'\(test)' passed before and is skipped now")
            case .notRun:
                return Reason(.regressionMissing, test.name, "'\(test)' passed before and is not reported any more")
            default: return Reason(.regression, test.name, "'\(test)' passed before and \(after.verb) now")
            }
        }
        switch (before, after) {
        case (.notRun, _) where after.isRed || after == .indeterminate:
            return Reason(.newFailure, test.name, "'\(test)' is new with the candidate and \(after.verb)")
        case (.skipped, _) where after.isRed || after == .indeterminate:
            return Reason(.newFailure, test.name, "'\(test)' was skipped before and \(after.verb) now")
        case (_, .notRun) where before != .notRun && !candidate.uncollected.contains { Targets.covers($0, test) }:
            return Reason(.idMissing, test.name, "'\(test)' was \(before.rawValue) before and is not reported any more")
        default: return nil
        }
    }

    /// What must hold where the head could not be collected and the candidate can.
    private func collected(_ prefixes: Set<String>) -> [Reason] {
        var reasons: [Reason] = []
        for prefix in prefixes {
            let name = prefix.isEmpty ? head.step : prefix
            let outcomes = candidate.outcomes.filter { Targets.covers(prefix, $0.key) }
            if !candidate.uncollected.contains(prefix), !outcomes.values.contains(where: \.holds) {
                reasons.append(Reason(.targetMissing, name, "no test of '\(name)' passes"))
            }
            for (test, outcome) in base?.outcomes ?? [:] where outcome.holds && Targets.covers(prefix, test) {
                if candidate.outcomes[test] == nil {
                    reasons.append(
                        Reason(
                            .regressionMissing,
                            test.name,
                            "'\(test)' passed at the base and is not reported any more"
                        )
                    )
                }
            }
        }
        return reasons
    }

    private func problems() -> [Reason] {
        var reasons: [Reason] = []
        if let phrase = candidate.ending.phrase {
            reasons.append(Reason(.limitHit, head.step, "'\(head.step)' \(phrase)"))
        }
        let attributed = targets.attributedToBase[head.step] ?? []
        for problem in candidate.problems {
            let code: ReasonCode
            switch problem.kind {
            case .missing, .tooLarge: code = .reportMissing
            case .malformed, .namelessCase: code = .reportMalformed
            case .noTests: code = .noTests
            case .exitCode, .console: code = .reportContradiction
            case .contract: code = .contractTouched
            case .elsewhere: code = .loadedElsewhere
            case .collection:
                // What the base could not collect either is not the candidate's doing.
                if attributed.contains(problem.scope ?? "") { continue }
                code = .collectionFailed
            }
            reasons.append(Reason(code, problem.scope ?? head.step, "'\(head.step)': \(problem.message)"))
        }
        return reasons
    }
}

extension StepObservation {
    /// Whether the report ends before the run did, or the run before its tests.
    fileprivate var isCutShort: Bool {
        ending != .itself || problems.contains { [.missing, .malformed, .tooLarge].contains($0.kind) }
    }
}

extension ReasonCode {
    /// Whether a reason is about a test that must turn green, or about the report that would have to say so.
    fileprivate var isAboutTargets: Bool {
        switch self {
        case .targetNotFixed, .targetSkipped, .targetMissing, .reportMissing, .reportMalformed, .reportContradiction,
            .collectionFailed, .noTests, .limitHit, .skipUnknown, .contractTouched,
            .loadedElsewhere:
            true
        default: false
        }
    }
}

extension Outcome {
    /// The outcome as the end of a sentence about a test.
    package var verb: String {
        switch self {
        case .passed: "passes"
        case .failed: "fails"
        case .errored: "ends in an error"
        case .skipped: "is skipped"
        case .timedOut: "runs out of time"
        case .killed: "is killed"
        case .notRun: "is not run"
        case .indeterminate: "says contradictory things"
        }
    }
}
