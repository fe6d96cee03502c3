import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("a council of backends, end to end")
struct CouncilTests {
    /// A program that answers with what `sub` is to return, after some seconds; as a reviewer with an opinion.
    private static func program(_ returned: String, after seconds: Double = 0, opinion: String = "") -> String {
        """
        #!/usr/bin/env python3
        import json, os, sys, time
        request = json.load(sys.stdin)
        here = os.path.dirname(os.path.abspath(sys.argv[0]))
        if request.get("kind") == "question":
            open(here + "/asked-" + request["purpose"], "w").write(request["prompt"])
            print('''\(opinion)''')
            sys.exit()
        open(here + "/" + os.path.basename(sys.argv[0]) + "-%d.json" % request["attempt"], "w").write(json.dumps(request))
        time.sleep(\(seconds))
        old = "def sub(a, b):\\n    return a + b"
        new = '''\(returned)'''
        if new == "again" and request["feedback"]:
            new = "-b + a"
        elif new == "again":
            new = "a - b"
        print(json.dumps({"edits": [{"path": "calc/core.py", "edits": [
            {"search": old, "replace": "def sub(a, b):\\n    return " + new}]}]}))

        """
    }

    private static func member(_ name: String, _ text: String, _ repository: TestRepository) async throws {
        let path = try repository.install("\(name).py", text)
        try await repository.git("config", "gatekeeper.backend.\(name).command", path)
    }

    @Test("the first proven candidate wins, and the others are ended")
    func first() async throws {
        try await Calculator.withRepository { repository in
            try await Self.member("slow", Self.program("-b + a", after: 600), repository)
            try await Self.member("quick", Self.program("a - b"), repository)
            let record = try await repository.record("run", "--council", "slow,quick", status: 0)
            #expect(record.attempts.map(\.backend) == ["quick"])
            #expect(record.council?.map(\.name) == ["slow", "quick"])
            #expect(repository.read("calc/core.py") == Calculator.healthy)
        }
    }

    @Test("the smallest proven candidate wins where policy says so; a wrong one never does")
    func smallest() async throws {
        try await Calculator.withRepository { repository in
            try await Self.member("wordy", Self.program("(\n        a\n        - b\n    )"), repository)
            try await Self.member("terse", Self.program("a - b", after: 1), repository)
            try await Self.member("wrong", Self.program("a"), repository)
            try await repository.git("config", "gatekeeper.council.choice", "smallest")
            let record = try await repository.record(
                "run",
                "--council",
                "wordy,wrong,terse",
                "--max-retries",
                "3",
                status: 0
            )
            #expect(Set(record.attempts.map(\.backend)) == ["wordy", "wrong", "terse"])
            #expect(record.attempts.last?.backend == "terse")
            #expect(record.attempts.first { $0.backend == "wrong" }?.verdict == "rejected")
            #expect(Set(record.attempts.map(\.number)) == [1, 2, 3])
            #expect(repository.read("calc/core.py") == Calculator.healthy)
        }
    }

    @Test("one budget is shared, and one tree is validated once")
    func budget() async throws {
        try await Calculator.withRepository { repository in
            for name in ["one", "two"] { try await Self.member(name, Self.program("a * b"), repository) }
            let before = try await repository.state()
            let record = try await repository.record("run", "--council", "one,two", "--max-retries", "3", status: 1)
            #expect(record.attempts.count == 3)
            #expect(record.attempts.count { $0.reasons.contains { $0.code == "candidate.repeated" } } == 2)
            let validated = Set(record.steps.map(\.phase).filter { $0.hasPrefix("attempt") })
            #expect(validated.count == 1, "\(validated)")
            #expect(try await repository.state() == before)
        }
    }

    @Test("a reviewer's findings send a proven candidate back, and its approval accepts nothing by itself")
    func reviewed() async throws {
        let objects =
            #"{"verdict":"findings","reason":"wrong place","findings":[{"path":"calc/core.py","problem":"it hides the cause"}]}"#
        try await Calculator.withRepository { repository in
            try await Self.member("author", Self.program("again"), repository)
            try await Self.member("critic", Self.program("", opinion: objects), repository)
            try await repository.git("config", "gatekeeper.council.reviewer", "critic")
            let record = try await repository.record("run", "--backend", "author", "--max-retries", "2", status: 1)
            #expect(record.attempts.map(\.verdict) == ["rejected", "rejected"])
            #expect(record.attempts.first?.reasons.map(\.code) == ["review.findings"])
            let told = try String(contentsOfFile: "\(repository.scratch)/author.py-2.json", encoding: .utf8)
            #expect(told.contains("it hides the cause"))
            let prompt = try String(contentsOfFile: "\(repository.scratch)/asked-review", encoding: .utf8)
            #expect(prompt.contains("+    return -b + a") && prompt.contains(Calculator.target))
            #expect(repository.read("calc/core.py") == Calculator.broken)
            // The same reviewer, satisfied: what is wrong stays wrong, and what is proven is taken.
            let approves = #"{"verdict":"approve","reason":"it repairs the cause","findings":[]}"#
            try await Self.member("critic", Self.program("", opinion: approves), repository)
            try await Self.member("author", Self.program("a * b"), repository)
            _ = try await repository.record("run", "--backend", "author", "--max-retries", "1", status: 1)
            try await Self.member("author", Self.program("a - b"), repository)
            let accepted = try await repository.record("run", "--backend", "author", status: 0)
            #expect(accepted.attempts.last?.review?.verdict == "approve")
        }
    }

    @Test("a reviewer without an opinion leaves it to a person")
    func noOpinion() async throws {
        try await Calculator.withRepository { repository in
            try await Self.member("author", Self.program("a - b"), repository)
            try await Self.member("critic", Self.program("", opinion: "LGTM"), repository)
            try await repository.git("config", "gatekeeper.council.reviewer", "critic")
            let record = try await repository.record("run", "--backend", "author", status: 125)
            #expect(record.result?.reasons.map(\.code) == ["review.required"])
            #expect(repository.read("calc/core.py") == Calculator.broken)
        }
    }

    @Test("a reviewer of the author's own family is refused where policy wants another")
    func families() async throws {
        try await Calculator.withRepository { repository in
            try await Self.member("author", Self.program("a - b"), repository)
            try await Self.member("critic", Self.program(""), repository)
            try await repository.git("config", "gatekeeper.council.reviewer", "critic")
            try await repository.git("config", "gatekeeper.council.otherFamily", "true")
            for name in ["author", "critic"] {
                try await repository.git("config", "gatekeeper.backend.\(name).family", "acme")
            }
            let result = try await repository.gatekeeper("run", "--backend", "author")
            #expect(result.exitCode == 128)
            #expect(result.standardError.text.contains("of the family 'acme'"))
        }
    }
}
