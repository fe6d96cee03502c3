import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("what people read")
struct ReportTests {
    private static let policy = """
        [gatekeeper "check.test"]
        \tcommand = python3 -m unittest discover -t . -s tests
        [gatekeeper "scenario.subtracting"]
        \tcommand = python3 -m unittest tests.test_core.CalcTests.test_sub

        """
    private static let bothBroken = Calculator.broken.replacing("a / b", with: "a * b")

    @Test("a scenario's report names its own red tests, counts the others, and says what stays red")
    func scenario() async throws {
        try await Calculator.withRepository { repository in
            try repository.write("calc/core.py", Calculator.healthy)
            try repository.write(".gatekeeper/config", Self.policy)
            try await repository.commitAll("a scenario")
            try repository.write("calc/core.py", Self.bothBroken)
            let red = try await repository.gatekeeper("test", "--scenario", "subtracting")
            #expect(red.exitCode == 1, "\(red.standardError.text)")
            #expect(red.standardOutput.text.contains("red: 1 of this scenario, 1 elsewhere\n"))
            #expect(!red.standardOutput.text.contains("test_div"))
            let patch = Calculator.patch("a + b", "a - b")
            let fixed = try await repository.gatekeeper("judge", "-", "--scenario", "subtracting", input: patch)
            #expect(fixed.exitCode == 0, "\(fixed.standardOutput.text)\(fixed.standardError.text)")
            #expect(fixed.standardOutput.text.contains("still red: 1 other test, which this run was not about\n"))
        }
    }

    @Test("what the summary says is not said before as progress")
    func saidOnce() async throws {
        try await Calculator.withRepository { repository in
            let patch = Calculator.patch("a + b", "a * b")
            let result = try await repository.gatekeeper("judge", "-", input: patch)
            #expect(result.exitCode == 1)
            #expect(result.standardOutput.text.contains("  failing: "))
            #expect(!result.standardError.text.contains("failing: "))
            let reasons = result.standardOutput.text.split(separator: "\n").filter { $0.hasPrefix("  f2p.") }
            #expect(!reasons.isEmpty, "\(result.standardOutput.text)")
            for reason in reasons { #expect(!result.standardError.text.contains(reason)) }
        }
    }
}
