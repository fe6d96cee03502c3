import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("a program as backend, end to end")
struct CommandBackendEndToEndTests {
    /// A program in Python: `request` holds what it was asked, and `reply` prints an answer.
    private static func program(_ body: String) -> String {
        """
        #!/usr/bin/env python3
        import json, os, subprocess, sys, time

        request = json.load(sys.stdin)
        scratch = os.path.dirname(os.path.abspath(sys.argv[0]))

        def edit(new, path="calc/core.py", old="def sub(a, b):\\n    return a + b"):
            return {"path": path, "edits": [{"search": old, "replace": "def sub(a, b):\\n    return " + new}]}

        def reply(*edits):
            print(json.dumps({"edits": list(edits)}))

        \(body)

        """
    }

    private func run(
        _ body: String,
        _ repository: TestRepository,
        _ arguments: String...,
        status: Int32
    ) async throws -> RunRecord {
        let program = try repository.install("backend.py", Self.program(body))
        let result = try await repository.gatekeeper(
            arguments: ["run", "--backend-command", program, "--format", "json"] + arguments
        )
        #expect(result.exitCode == status, "\(result.standardError.text)\(result.standardOutput.text)")
        return try JSON.decode(RunRecord.self, from: result.standardOutput.bytes)
    }

    @Test("a wrong first reply is told why, and the second reply, which reads that, is accepted")
    func feedback() async throws {
        try await Calculator.withRepository { repository in
            let record = try await run(
                """
                told = "\\n".join(request["feedback"])
                learned = "\(Calculator.target)" in told and "FAIL_TO_FAIL" in told and "15 != 2" in told
                reply(edit("a - b" if request["attempt"] == 2 and learned else "a * b"))
                """,
                repository,
                status: 0
            )
            #expect(record.attempts.map(\.verdict) == ["rejected", "accepted"])
            #expect(record.attempts[0].reasons.contains { $0.code == "f2p.not-fixed" })
            #expect(record.result?.applied == true)
            #expect(repository.read("calc/core.py") == Calculator.healthy)
        }
    }

    @Test("a backend that says it cannot is believed, with its reason, and is not asked again")
    func cannotFix() async throws {
        try await Calculator.withRepository { repository in
            let before = try await repository.state()
            let record = try await run(
                #"print(json.dumps({"cannot_fix": {"reason": "the moon is wrong"}}))"#,
                repository,
                status: 1
            )
            #expect(record.attempts.count == 1)
            #expect(record.result?.stopReason == "cannot-fix")
            #expect(record.result?.reasons.first?.message.contains("the moon is wrong") == true)
            #expect(try await repository.state() == before)
        }
    }

    @Test(
        "where the backend says that a person has to look, the verdict is open, and says what to do",
        arguments: [
            ("contract-is-wrong", "takes the tests to be wrong", "change the tests yourself"),
            ("needs-dependency", "needs something that no candidate may bring", "install or declare"),
            ("needs-human", "asks a person to decide", "decide what it asks"),
            ("not-reproducible", "cannot see the failure", "red every time"),
        ]
    )
    func needsPerson(kind: String, statement: String, advice: String) async throws {
        try await Calculator.withRepository { repository in
            let before = try await repository.state()
            let record = try await run(
                """
                print(json.dumps({"cannot_fix": {"kind": "\(kind)", "reason": "5 - 3 is 8 here",
                                                 "tests": ["\(Calculator.target)", "no.such.test"]}}))
                """,
                repository,
                status: 125
            )
            let result = try #require(record.result)
            #expect(result.verdict == "undecided")
            #expect(result.stopReason == "cannot-fix")
            #expect(result.reasons.map(\.code) == ["backend.needs-person"])
            #expect(result.reasons.first?.subject == kind)
            #expect(result.reasons.first?.message.contains(statement) == true)
            #expect(result.reasons.first?.message.contains("5 - 3 is 8 here") == true)
            #expect(result.next.contains("it names: \(Calculator.target)"))
            #expect(result.next.contains("it also names what no step reports: no.such.test"))
            #expect(result.next.contains { $0.contains(advice) })
            #expect(record.attempts.map(\.cannotFix?.kind) == [kind])
            #expect(try await repository.state() == before)
            let text = try await repository.gatekeeper("show", record.id).standardOutput.text
            #expect(text.hasPrefix("undecided: a person has to look first"))
        }
    }

    @Test("a reply that cannot be read costs an attempt, is kept, and the next one may be accepted")
    func unreadable() async throws {
        try await Calculator.withRepository { repository in
            let record = try await run(
                """
                if not request["feedback"]:
                    print("Sure! I have fixed the bug for you.")
                else:
                    reply(edit("a - b"))
                """,
                repository,
                status: 0
            )
            #expect(record.attempts.map(\.verdict) == ["rejected", "accepted"])
            #expect(record.attempts[0].artifacts.contains("attempt-1/response.md"))
            #expect(repository.read("calc/core.py") == Calculator.healthy)
        }
    }

    @Test("a backend that fails leaves the verdict open, and what it said is kept")
    func exits() async throws {
        try await Calculator.withRepository { repository in
            let before = try await repository.state()
            let record = try await run(
                "print('out of credit', file=sys.stderr); sys.exit(3)",
                repository,
                status: 125
            )
            #expect(record.attempts.count == 1)
            #expect(record.result?.stopReason == "backend-failed")
            #expect(record.result?.reasons.map(\.code) == ["backend.failed"])
            let kept = try await repository.gatekeeper("show", record.id, "attempt-1/stderr.txt")
            #expect(kept.standardOutput.text == "out of credit\n")
            #expect(try await repository.state() == before)
        }
    }

    @Test("a backend that hangs is ended in its time, with the child it left behind")
    func hangs() async throws {
        try await Calculator.withRepository { repository in
            try await repository.git("config", "gatekeeper.backend.command.timeout", "2s")
            let before = try await repository.state()
            let record = try await run(
                """
                child = subprocess.Popen(["sleep", "300"])
                with open(scratch + "/pids", "w") as file:
                    file.write("%d %d" % (os.getpid(), child.pid))
                time.sleep(300)
                """,
                repository,
                status: 125
            )
            #expect(record.result?.reasons.map(\.code) == ["backend.failed"])
            #expect(record.result?.reasons.first?.message.contains("within 2 seconds") == true)
            let text = try String(contentsOfFile: "\(repository.scratch)/pids", encoding: .utf8)
            for pid in text.split(separator: " ") { #expect(try await isGone(pid: String(pid)), "\(pid) survived") }
            #expect(try await repository.state() == before)
        }
    }

    @Test("what a backend writes into the user's checkout is no repair, and nothing of anybody is lost")
    func writesIntoTheCheckout() async throws {
        try await Calculator.withRepository { repository in
            let record = try await run(
                """
                root = "\(repository.path)"
                with open(root + "/calc/core.py", "a") as file:
                    file.write("# scribbled\\n")
                with open(root + "/calc/planted.py", "w") as file:
                    file.write("PLANTED = 1\\n")
                reply(edit("a - b"))
                """,
                repository,
                status: 125
            )
            #expect(record.result?.reasons.map(\.code) == ["acceptance.moved"])
            #expect(record.result?.applied == false)
            #expect(repository.read("calc/core.py") == Calculator.broken + "# scribbled\n")
            #expect(repository.read("calc/planted.py") == "PLANTED = 1\n")
            let kept = try #require(record.result?.keptAt)
            #expect(try await repository.git("show", "\(kept):calc/core.py") + "\n" == Calculator.healthy)
            let applied = try await repository.gatekeeper("apply", record.id)
            #expect(applied.exitCode == 0, "\(applied.standardError.text)")
            #expect(repository.read("calc/core.py") == Calculator.healthy + "# scribbled\n")
        }
    }

    @Test("the same candidate a second time is not run again")
    func repeats() async throws {
        try await Calculator.withRepository { repository in
            let before = try await repository.state()
            let record = try await run("reply(edit('a * b'))", repository, "--max-retries", "3", status: 1)
            #expect(record.attempts.count == 3)
            #expect(record.result?.stopReason == "attempt-budget")
            for attempt in record.attempts.dropFirst() {
                #expect(attempt.reasons.map(\.code) == ["candidate.repeated"])
                #expect(!record.steps.contains { $0.phase.hasPrefix("attempt-\(attempt.number)") })
            }
            #expect(try await repository.state() == before)
        }
    }

    @Test("a real fix that comes with a change of the tests is refused whole, before anything of it runs")
    func touchesTheContract() async throws {
        try await Calculator.withRepository { repository in
            let before = try await repository.state()
            let record = try await run(
                """
                reply(edit("a - b"), {"path": "tests/test_core.py", "content": "import unittest\\n"})
                """,
                repository,
                "--max-retries",
                "1",
                status: 1
            )
            #expect(record.attempts.first?.reasons.map(\.code) == ["admission.refused"])
            #expect(record.attempts.first?.reasons.first?.subject == "tests/test_core.py")
            #expect(!record.steps.contains { $0.phase.hasPrefix("attempt-") })
            #expect(try await repository.state() == before)
        }
    }

    private func isGone(pid: String) async throws -> Bool {
        for _ in 0..<50 {
            let asked = try await ProcessRunner.run(
                ProcessRequest(
                    executable: "/bin/sh",
                    arguments: ["-c", "test -e /proc/\(pid) && ! grep -q '^State:.Z' /proc/\(pid)/status"],
                    environment: ["PATH": "/usr/bin:/bin"],
                    workingDirectory: "/"
                )
            )
            if !asked.isSuccess { return true }
            try await Task.sleep(for: .milliseconds(100))
        }
        return false
    }
}
