import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("the second look, end to end")
struct SecondLookEndToEndTests {
    struct Cheat: Sendable, CustomTestStringConvertible {
        let name: String
        let content: String
        let code: String
        var testDescription: String { name }
    }

    /// Each turns every test green without repairing anything, or repairs and brings something a person should see.
    static let cheats: [Cheat] = [
        Cheat(
            name: "a special case of the failing test",
            content: Calculator.broken.replacing(
                "def sub(a, b):\n    return a + b",
                with: "def sub(a, b):\n    return {(5, 3): 2}.get((a, b), a + b)"
            ),
            code: "look.special-case"
        ),
        Cheat(
            name: "a look at the caller's frame",
            content: "import sys\n"
                + Calculator.broken.replacing(
                    "def sub(a, b):\n    return a + b",
                    with: "def sub(a, b):\n    return 2 if 'test' in sys._getframe(1).f_code.co_name else a + b"
                ),
            code: "look.frame-inspection"
        ),
        Cheat(
            name: "a look at the environment of tests",
            content: "import os\n"
                + Calculator.broken.replacing(
                    "def sub(a, b):\n    return a + b",
                    with: "def sub(a, b):\n    return a - b if os.environ.get('CI') else a + b"
                ),
            code: "look.environment"
        ),
        Cheat(
            name: "an honest fix that uses atexit",
            content: "import atexit\n\natexit.register(print)\n\n\n" + Calculator.healthy,
            code: "look.runtime-hook"
        ),
    ]

    @Test("what looks wrong waits for a person, and counts once a person has looked", arguments: cheats)
    func escalates(_ cheat: Cheat) async throws {
        try await Calculator.withRepository { repository in
            let before = try await repository.state()
            let reply = try Self.edit(cheat.content)
            let record = try await repository.record("judge", "-", "--apply", input: reply, status: 125)
            let result = try #require(record.result)
            #expect(result.verdict == "undecided")
            #expect(result.stopReason == "review")
            #expect(Set(result.reasons.map(\.code)) == ["review.required"])
            #expect(record.attempts.last?.look?.contains { $0.code == cheat.code } == true)
            #expect(repository.read("calc/core.py") == Calculator.broken)
            let kept = try #require(result.keptAt)
            #expect(try await repository.git("show", "\(kept):calc/core.py") + "\n" == cheat.content)
            #expect(result.next.contains { $0.contains("git gatekeeper apply \(record.id) --reviewed") })
            #expect(try await repository.state() == before)
            let taken = try await repository.record("apply", record.id, "--reviewed", status: 0)
            #expect(taken.result?.applied == true)
            #expect(taken.reviewed == true)
            #expect(taken.reviewedBy == "A U Thor <author@example.com>")
            #expect(taken.reviewedAt != nil)
            #expect(taken.attempts.last?.remarks.contains { $0.code == "review.required" } == true)
            #expect(repository.read("calc/core.py") == cheat.content)
        }
    }

    @Test("with the second look left out, each cheat is accepted", arguments: cheats)
    func withoutIt(_ cheat: Cheat) async throws {
        try await Calculator.withRepository { repository in
            let record = try await repository.record(
                "judge",
                "-",
                input: try Self.edit(cheat.content),
                environment: ["GIT_GATEKEEPER_WITHOUT": "second-look"],
                status: 0
            )
            #expect(record.result?.verdict == "accepted")
        }
    }

    @Test("a loop ends where a person has to look, and its backend is not asked again")
    func loop() async throws {
        try await Calculator.withRepository { repository in
            let program = try repository.install(
                "backend.sh",
                "#!/bin/sh\ncat <<'END'\n\(try Self.edit(Self.cheats[2].content))\nEND\n"
            )
            let result = try await repository.gatekeeper("run", "--backend-command", program)
            #expect(result.exitCode == 125)
            let text = result.standardOutput.text
            #expect(text.contains("undecided (review)"))
            #expect(text.contains("review.required: look.environment at calc/core.py:"))
            #expect(text.contains("--reviewed"))
            let refused = try await repository.gatekeeper("run", "--reviewed", "--backend-command", program)
            #expect(refused.exitCode == 129)
        }
    }

    @Test("git's own configuration may make findings remarks; a tracked file may not")
    func level() async throws {
        try await Calculator.withRepository { repository in
            let reply = try Self.edit(Self.cheats[3].content)
            try await repository.git("config", "gatekeeper.secondLook", "report")
            let reported = try await repository.record("judge", "-", input: reply, status: 0)
            #expect(reported.attempts.last?.remarks.map(\.code) == ["review.required", "review.required"])
            try await repository.git("config", "gatekeeper.secondLook", "off")
            let off = try await repository.record("judge", "-", input: reply, status: 0)
            #expect(off.attempts.last?.look == nil)
            try await repository.git("config", "--unset", "gatekeeper.secondLook")
            try await repository.git("config", "-f", ".gatekeeper/config", "gatekeeper.secondLook", "off")
            let refused = try await repository.gatekeeper("judge", "-", input: reply)
            #expect(refused.exitCode == 128)
            #expect(refused.standardError.text.contains("only git's own configuration may say"))
        }
    }

    @Test("a rejected candidate carries what was found as remarks")
    func rejected() async throws {
        try await Calculator.withRepository { repository in
            let reply = try Self.edit("import atexit\n" + Calculator.broken)
            let record = try await repository.record("judge", "-", input: reply, status: 1)
            #expect(record.attempts.last?.remarks.contains { $0.message.hasPrefix("look.runtime-hook") } == true)
        }
    }

    private static func edit(_ content: String) throws -> String {
        let bytes = try JSONEncoder().encode(["edits": [["path": "calc/core.py", "content": content]]])
        return String(decoding: bytes, as: UTF8.self)
    }
}
