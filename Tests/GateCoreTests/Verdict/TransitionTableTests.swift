import GateCore
import Testing

/// Every way one test can go from head to candidate, and what each means.
@Suite("Verdict: every pair of outcomes")
struct TransitionTableTests {
    /// Candidate outcomes in the order of the columns below.
    private static let columns: [Outcome] = [
        .passed, .failed, .errored, .skipped, .timedOut, .killed, .notRun, .indeterminate,
    ]

    private static let notHeld: [ReasonCode?] = [nil, nil, nil, nil, nil, nil, .idMissing, nil]
    private static let newTest: [ReasonCode?] = [
        nil, .newFailure, .newFailure, nil, .newFailure, .newFailure, nil, .newFailure,
    ]

    /// Rows by head outcome for tests that are no targets.
    private static let others: [Outcome: [ReasonCode?]] = [
        .passed: [
            nil, .regression, .regression, .regressionSkipped, .regression, .regression, .regressionMissing,
            .regression,
        ],
        .failed: notHeld, .errored: notHeld, .timedOut: notHeld, .killed: notHeld, .indeterminate: notHeld,
        .skipped: [
            nil, .newFailure, .newFailure, nil, .newFailure, .newFailure, .idMissing, .newFailure,
        ],
        .notRun: newTest,
    ]

    /// One row for targets: what the head said no longer matters.
    private static let target: [ReasonCode?] = [
        nil, .targetNotFixed, .targetNotFixed, .targetSkipped, .targetNotFixed, .targetNotFixed, .targetMissing,
        .targetNotFixed,
    ]

    struct Pair: Sendable, CustomTestStringConvertible {
        let head: Outcome
        let candidate: Outcome
        let isTarget: Bool
        let code: ReasonCode?
        var testDescription: String { "\(head.rawValue) → \(candidate.rawValue)\(isTarget ? ", target" : "")" }
    }

    static let pairs: [Pair] = Outcome.allCases.flatMap { head in
        columns.enumerated().flatMap { index, candidate in
            [
                Pair(head: head, candidate: candidate, isTarget: true, code: target[index]),
                Pair(head: head, candidate: candidate, isTarget: false, code: others[head]?[index]),
            ]
        }
    }

    @Test("a pair of outcomes gives its transition, its reason and its verdict", arguments: pairs)
    func pair(_ pair: Pair) throws {
        let test = TestID("t")
        // `notRun` is what a report that does not name the test means.
        let head = observation(pair.head == .notRun ? [:] : ["t": pair.head])
        let candidate = observation(pair.candidate == .notRun ? [:] : ["t": pair.candidate])
        var targets = Targets()
        if pair.isTarget { targets.tests["check:test"] = [test] }
        let (verdict, transitions) = Judge.judge(
            Judge.Facts(targets: targets, head: [head], base: nil, candidate: [[candidate]], sandboxDemand: .preferred)
        )
        #expect(verdict.codes == (pair.code.map { [$0] } ?? []))
        #expect(verdict.kind == (pair.code == nil ? .accepted : .rejected))
        if pair.head == .notRun, pair.candidate == .notRun, !pair.isTarget {
            #expect(transitions.isEmpty)
            return
        }
        let moved = try #require(transitions.first)
        let word: Transition =
            switch (pair.head == .passed, pair.candidate == .passed) {
            case (false, true): .failToPass
            case (true, true): .passToPass
            case (true, false): .passToFail
            case (false, false): .failToFail
            }
        #expect(moved.transition == word)
        #expect(moved.isTarget == pair.isTarget)
        #expect(moved.head == pair.head && moved.candidate == pair.candidate)
        #expect(transitions.count == 1)
    }

    @Test("transitions are spelled as SWE-bench spells them")
    func words() {
        #expect(
            Transition.allCases.map(\.rawValue) == ["FAIL_TO_PASS", "PASS_TO_PASS", "PASS_TO_FAIL", "FAIL_TO_FAIL"]
        )
    }
}
