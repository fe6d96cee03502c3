/// Tests that gave different outcomes in runs of one and the same tree, by step; they count for nothing.
///
/// Learnt from runs of the head only. A candidate's own runs never make a test flaky: a candidate would then only have
/// to misbehave at random to be let off.
package struct FlakyTests: Sendable, Hashable {
    /// Tests by step; what stands for a file that can be loaded only sometimes is among them.
    package private(set) var tests: [String: Set<TestID>] = [:]

    package init(_ tests: [String: Set<TestID>] = [:]) {
        self.tests = tests.filter { !$0.value.isEmpty }
    }

    package var isEmpty: Bool { tests.isEmpty }

    /// Every one of them, whatever the step.
    package var all: [TestID] { Set(tests.values.joined()).sorted() }

    package mutating func insert(_ found: Set<TestID>, in step: String) {
        if !found.isEmpty { tests[step, default: []].formUnion(found) }
    }

    /// An observation without them.
    package func without(_ observation: StepObservation) -> StepObservation {
        observation.without(tests[observation.step] ?? [])
    }

    /// Tests, and files of tests, that two runs of one tree disagree about.
    ///
    /// That a red test fails in one run and breaks in another is no disagreement. A test that one of the runs did not
    /// come to, because it stops at the first failure, says nothing.
    package static func differing(_ one: StepObservation, _ other: StepObservation) -> Set<TestID> {
        let prefixes = Set(one.uncollected).symmetricDifference(other.uncollected)
        var found = Set(prefixes.map { TestID($0) })
        for test in Set(one.outcomes.keys).union(other.outcomes.keys) {
            let pair = (one.outcomes[test], other.outcomes[test])
            if pair.0 == .notRun || pair.1 == .notRun { continue }
            if prefixes.contains(where: { Targets.covers($0, test) }) || kind(pair.0) != kind(pair.1) {
                found.insert(test)
            }
        }
        return found
    }

    private static func kind(_ outcome: Outcome?) -> String {
        guard let outcome else { return "missing" }
        return outcome.isRed ? "red" : outcome.rawValue
    }
}
