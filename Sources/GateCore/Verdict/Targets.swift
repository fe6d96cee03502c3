/// What must turn green, and what was red before the delta came.
package struct Targets: Sendable, Hashable {
    /// Tests by step.
    package var tests: [String: Set<TestID>] = [:]
    /// Prefixes of ids that could not be collected at the head, by step; an empty prefix stands for the whole step.
    package var uncollected: [String: Set<String>] = [:]
    /// Red tests, and uncollected prefixes, that are red at the base as well, by step.
    package var attributedToBase: [String: Set<String>] = [:]
    /// Named targets that no step reports.
    package var unknown: [TestID] = []
    /// Named targets that already hold at the head.
    package var alreadyGreen: [TestID] = []

    package init() {}

    package var isEmpty: Bool { tests.values.allSatisfy(\.isEmpty) && uncollected.values.allSatisfy(\.isEmpty) }

    /// Every target test, whatever the step.
    package var allTests: [TestID] { Set(tests.values.joined()).sorted() }

    /// Steps that hold a target.
    package var steps: Set<String> {
        Set(tests.filter { !$0.value.isEmpty }.keys).union(uncollected.filter { !$0.value.isEmpty }.keys)
    }

    /// Chooses the targets.
    ///
    /// Named tests; else what is red at the head and not at the base; else, where every failure is old or base and
    /// head are the same tree, whatever is red.
    ///
    /// - Parameters:
    ///   - named: tests named by a scenario or on the command line.
    ///   - head: observations of the head, by step.
    ///   - base: observations of the base; `nil` where it is the same tree or was not run.
    ///   - steps: steps whose red tests count: those of the scenarios, or all.
    ///   - requireBaseGreen: whether policy wants old failures repaired too.
    package static func choose(
        named: [TestID],
        head: [StepObservation],
        base: [StepObservation]?,
        steps: Set<String>,
        requireBaseGreen: Bool
    ) -> Targets {
        var targets = Targets()
        if !named.isEmpty {
            for test in named {
                let outcomes = head.compactMap { observation in
                    observation.outcomes[test].map { (observation.step, $0) }
                }
                let red = outcomes.filter { !$0.1.holds }
                if outcomes.isEmpty {
                    // It may hide behind a collection failure; otherwise nobody knows it.
                    let hiding = head.filter { $0.uncollected.contains { Self.covers($0, test) } }
                    if hiding.isEmpty { targets.unknown.append(test) }
                    for observation in hiding { targets.tests[observation.step, default: []].insert(test) }
                } else if red.isEmpty {
                    targets.alreadyGreen.append(test)
                } else {
                    for (step, _) in red { targets.tests[step, default: []].insert(test) }
                }
            }
            return targets
        }
        let baseByStep = Dictionary(uniqueKeysWithValues: (base ?? []).map { ($0.step, $0) })
        for observation in head where steps.contains(observation.step) && observation.isRequired {
            let before = baseByStep[observation.step]
            for (test, outcome) in observation.outcomes where outcome.isRed {
                if before?.outcomes[test]?.isRed == true {
                    targets.attributedToBase[observation.step, default: []].insert(test.name)
                } else {
                    targets.tests[observation.step, default: []].insert(test)
                }
            }
            for prefix in observation.uncollected {
                if before?.uncollected.contains(prefix) == true {
                    targets.attributedToBase[observation.step, default: []].insert(prefix)
                } else {
                    targets.uncollected[observation.step, default: []].insert(prefix)
                }
            }
        }
        if targets.isEmpty || requireBaseGreen {
            for observation in head where steps.contains(observation.step) && observation.isRequired {
                for (test, outcome) in observation.outcomes where outcome.isRed {
                    targets.tests[observation.step, default: []].insert(test)
                }
                targets.uncollected[observation.step, default: []].formUnion(observation.uncollected)
            }
            targets.attributedToBase = [:]
        }
        return targets
    }

    /// Whether an uncollected prefix stands for a test.
    package static func covers(_ prefix: String, _ test: TestID) -> Bool {
        if prefix.isEmpty || test.name == prefix { return true }
        guard test.name.hasPrefix(prefix), let next = test.name.dropFirst(prefix.count).first else { return false }
        return !next.isLetter && !next.isNumber && next != "_"
    }
}
