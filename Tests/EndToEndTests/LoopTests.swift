import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// The behaviours of a supervised loop: retries, the breaker, a person's message, budgets, the switch.
@Suite("the repair loop, end to end")
struct LoopTests {
    /// A program that answers attempt by attempt, with what `answers` lists; the last one is repeated.
    private static func program(_ answers: [String]) -> String {
        """
        #!/usr/bin/env python3
        import json, os, sys
        request = json.load(sys.stdin)
        here = os.path.dirname(os.path.abspath(sys.argv[0]))
        answers = [\(answers.map { "'''\($0)'''" }.joined(separator: ", "))]
        number = request["attempt"]
        open(here + "/request-%d.json" % number, "w").write(json.dumps(request))
        new = answers[min(number, len(answers)) - 1]
        old = "def sub(a, b):\\n    return a + b"
        print(json.dumps({"session": "s%d" % number, "edits": [{"path": "calc/core.py", "edits": [
            {"search": old, "replace": "def sub(a, b):\\n    return " + new}]}]}))

        """
    }

    private static func request(_ number: Int, _ repository: TestRepository) throws -> [String: Any] {
        let bytes = try Data(contentsOf: URL(fileURLWithPath: "\(repository.scratch)/request-\(number).json"))
        return try #require(JSONSerialization.jsonObject(with: bytes) as? [String: Any])
    }

    /// Answers that are wrong in the same way: `5 - 3` gives 8 in each of them.
    private static let same = ["a + b + 0", "a + b + 0 * a", "a + b + 0 * b", "a + b - 0"]

    @Test("the same failure three times in a row escalates: said more strictly, then afresh, then a person is needed")
    func escalates() async throws {
        try await Calculator.withRepository { repository in
            let before = try await repository.state()
            let program = try repository.install("backend.py", Self.program(Self.same))
            let record = try await repository.record(
                "run",
                "--backend-command",
                program,
                "--max-retries",
                "10",
                status: 125
            )
            #expect(record.attempts.count == 3)
            #expect(record.result?.stopReason == "escalated")
            #expect(
                record.result?.reasons.first?.code == "loop.escalated"
                    || record.result?.reasons.map(\.code).contains("loop.escalated") == true
            )
            // What came of the work is kept aside, and the tree is as it was.
            let kept = try #require(record.result?.keptAt)
            #expect(try await repository.git("show", "\(kept):calc/core.py").contains("a + b + 0 * b"))
            #expect(try await repository.state() == before)
            #expect(record.blocking?.state == "escalated")
            #expect(record.digests?.artifacts["blocking.json"] != nil)
            #expect(try Self.request(2, repository)["session"] as? String == "s1")
            let third = try Self.request(3, repository)
            #expect(third["session"] is NSNull)
            let told = try #require(third["feedback"] as? [String])
            #expect(told.last?.contains("come back 2 times in a row") == true)
            #expect(told.joined().contains("FAIL_TO_FAIL"))
        }
    }

    @Test("another failure in between starts the count again, and the budget ends the loop")
    func resets() async throws {
        try await Calculator.withRepository { repository in
            let program = try repository.install(
                "backend.py",
                Self.program(["a + b + 0", "undefined", "a + b + 0 * a", "undefined + 0", "a + b - 0"])
            )
            let record = try await repository.record(
                "run",
                "--backend-command",
                program,
                "--max-retries",
                "5",
                status: 1
            )
            #expect(record.attempts.count == 5)
            #expect(record.result?.stopReason == "attempt-budget")
            #expect(record.blocking == nil)
        }
    }

    @Test("a person's message opens a new window, with everything that still holds put before it")
    func message() async throws {
        try await Calculator.withRepository { repository in
            let program = try repository.install("backend.py", Self.program(Array(Self.same.prefix(3)) + ["a - b"]))
            let record = try await repository.record(
                "run",
                "--backend-command",
                program,
                "--max-retries",
                "3",
                "--clarification-policy",
                "interactive",
                input: "subtraction needs a minus\n",
                status: 0
            )
            #expect(record.attempts.map(\.verdict) == ["rejected", "rejected", "rejected", "accepted"])
            let told = try #require(try Self.request(4, repository)["feedback"] as? [String]).last ?? ""
            let compliance = try #require(told.firstRange(of: "every named test must pass"))
            let words = try #require(told.firstRange(of: "subtraction needs a minus"))
            #expect(compliance.lowerBound < words.lowerBound)
        }
    }

    @Test(
        "what becomes of the last candidate is for policy to say, and for the person where policy asks",
        arguments: [
            ("enabled", "", false), ("disabled", "", true), ("ask", "revert\n", false), ("ask", "keep\n", true),
            ("ask", "", true),
        ]
    )
    func revert(mode: String, input: String, isKept: Bool) async throws {
        try await Calculator.withRepository { repository in
            let program = try repository.install("backend.py", Self.program(Self.same))
            try await repository.git("config", "gatekeeper.escalation.revert", mode)
            try await repository.git("config", "gatekeeper.escalation.repeats", "1")
            let record = try await repository.record(
                "run",
                "--backend-command",
                program,
                "--clarification-policy",
                "interactive",
                input: input,
                status: 125
            )
            #expect((record.result?.keptAt != nil) == isKept)
        }
    }

    @Test("a gate that is switched off says so, and never that anything passed")
    func disabled() async throws {
        try await Calculator.withRepository { repository in
            try await repository.git("config", "gatekeeper.enabled", "false")
            let record = try await repository.record("run", status: 0)
            #expect(record.result?.verdict == "skipped")
            #expect(record.steps.isEmpty)
            let text = try await repository.gatekeeper("run").standardOutput.text
            #expect(text.hasPrefix("skipped: the gate is switched off"))
            // A proof that was asked for cannot be had, so nothing is taken.
            let patch = try repository.install("fix.patch", Calculator.patch("a + b", "a - b"))
            _ = try await repository.record("judge", patch, "--apply", status: 125)
            #expect(repository.read("calc/core.py") == Calculator.broken)
        }
    }

    @Test("where policy allows trials, a backend is shown which part of the delta is suspected, and nothing is written")
    func suspects() async throws {
        try await Calculator.withRepository { repository in
            try repository.write(
                "calc/core.py",
                Calculator.broken.replacing("a / b", with: "a / b  # as people divide")
            )
            let before = repository.read("calc/core.py")
            let plain = try await repository.gatekeeper("build-context", "--show").standardOutput.text
            #expect(!plain.contains("# SUSPECTED_HUNKS"))
            try await repository.git("config", "gatekeeper.context.suspectTrials", "8")
            try await repository.git("config", "gatekeeper.backend", "command")
            let shown = try await repository.gatekeeper("build-context", "--show").standardOutput.text
            let section = try #require(shown.components(separatedBy: "# SUSPECTED_HUNKS").dropFirst().first)
            #expect(section.contains("+    return a + b") && !section.contains("as people divide"), "\(section)")
            #expect(repository.read("calc/core.py") == before)
            // Without trials nothing is said.
            try await repository.git("config", "gatekeeper.context.suspectTrials", "0")
            let none = try await repository.gatekeeper("build-context", "--show").standardOutput.text
            #expect(!none.contains("# SUSPECTED_HUNKS"))
        }
    }

    @Test("with 'gatekeeper.conversation' fresh, no attempt continues a session, and every one is told what happened")
    func freshConversations() async throws {
        try await Calculator.withRepository { repository in
            try await repository.git("config", "gatekeeper.conversation", "fresh")
            let program = try repository.install("backend.py", Self.program(["a * b", "a - b"]))
            _ = try await repository.record("run", "--backend-command", program, status: 0)
            let second = try Self.request(2, repository)
            #expect(second["session"] is NSNull)
            #expect((second["feedback"] as? [String])?.isEmpty == false)
        }
    }
}
