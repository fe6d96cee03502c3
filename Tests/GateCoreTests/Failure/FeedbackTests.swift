import GateCore
import GateGit
import Testing

/// What a backend is told of a candidate that was not accepted.
@Suite("feedback")
struct FeedbackTests {
    @Test("it says why, what moved, of what kind the failure is, how the command ended, and what it said")
    func judged() {
        let detail = (1...150).map { "line \($0)" }.joined(separator: "\n")
        let results = [
            TestResult(id: TestID("a"), outcome: .failed, message: "assert 8 == 2", detail: detail),
            TestResult(id: TestID("b\u{1B}[2J"), outcome: .failed, message: "SyntaxError: no"),
        ]
        let run = Failing.tests(results)
        let text = Feedback.judged(
            Verdict(reasons: [Reason(.targetNotFixed, "a", "'a' still fails")]),
            transitions: [],
            runs: [run],
            failure: Failing.record(run),
            flaky: FlakyTests(),
            attempt: 2
        )
        for expected in [
            "Attempt 2 was rejected:", "f2p.not-fixed: 'a' still fails", "Detected: syntax error: no [syntax-error]",
            "What to do: Correct the syntax", "'check:test' exited with 1",
            "line 50\n[… 50 lines left out …]\nline 101",
        ] {
            #expect(text.contains(expected), "\(expected)")
        }
        #expect(!text.contains("\u{1B}"))
    }
}
