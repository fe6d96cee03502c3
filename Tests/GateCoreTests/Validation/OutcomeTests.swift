import GateCore
import Testing

@Test("a test named twice has its worst outcome, whatever the order")
func worstOutcomeWins() {
    for first in Outcome.allCases {
        for second in Outcome.allCases {
            let id = TestID("t")
            let forth = TestReport(
                runner: "x",
                strength: .structured,
                results: [TestResult(id: id, outcome: first), TestResult(id: id, outcome: second)]
            )
            let back = TestReport(
                runner: "x",
                strength: .structured,
                results: [TestResult(id: id, outcome: second), TestResult(id: id, outcome: first)]
            )
            #expect(forth.outcomes == back.outcomes)
            #expect(forth.duplicates == [id])
            if first != .passed || second != .passed { #expect(forth.outcomes[id] != .passed) }
        }
    }
}
