import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("clarification and scenario records, end to end")
struct ClarificationTests {
    /// A program that repairs the calculator, and writes down what it was shown.
    private static let repairer = """
        #!/usr/bin/env python3
        import json, os, sys
        request = json.load(sys.stdin)
        here = os.path.dirname(os.path.abspath(sys.argv[0]))
        if request.get("kind") == "question":
            print(json.dumps({"options": ["keep " + str(n) for n in range(3)]}))
            sys.exit()
        open(here + "/asked", "w").write(request["context"])
        old = "def sub(a, b):\\n    return a + b"
        print(json.dumps({"edits": [{"path": "calc/core.py", "edits": [
            {"search": old, "replace": "def sub(a, b):\\n    return a - b"}]}]}))

        """

    private static let record = """
        {"id":"other","title":"another failure","affected_tests":["tests.test_other"]}
        """

    private static func withRepository(
        record: String? = record,
        _ body: (TestRepository, String) async throws -> Void
    ) async throws {
        try await Calculator.withRepository(broken: false) { repository in
            if let record {
                try repository.write(".gatekeeper/scenarios/other.json", record)
                try await repository.commitAll("what we know")
            }
            try repository.write("calc/core.py", Calculator.broken)
            try await body(repository, try repository.install("backend.py", Self.repairer))
        }
    }

    @Test("a failure that no record describes stops before any backend is asked, and says what to do")
    func fails() async throws {
        try await Self.withRepository { repository, program in
            let before = try await repository.state()
            let record = try await repository.record("run", "--backend-command", program, status: 125)
            #expect(record.result?.stopReason == "clarification")
            #expect(record.result?.reasons.map(\.code) == ["clarification.needed"])
            #expect(record.result?.next.contains { $0.contains("run --clarification-policy interactive") } == true)
            #expect(record.clarification?.outcome == "not-asked")
            #expect(record.attempts.isEmpty)
            #expect(!FileManager.default.fileExists(atPath: "\(repository.scratch)/asked"))
            for artifact in ["clarification_request.json", "scenario_proposal.json", "context.txt"] {
                #expect(record.digests?.artifacts[artifact] != nil, "\(artifact)")
            }
            #expect(try await repository.state() == before)
            // Nobody at standard input is no answer either.
            let asked = try await repository.record(
                "run",
                "--backend-command",
                program,
                "--clarification-policy",
                "interactive",
                input: "",
                status: 125
            )
            #expect(asked.clarification?.outcome == "no-answer")
            #expect(try await repository.state() == before)
            // Where policy wants no questions, none are asked.
            try await repository.git("config", "gatekeeper.clarification.when", "never")
            _ = try await repository.record("run", "--backend-command", program, status: 0)
        }
    }

    @Test("answers through a pipe go into the context, and the draft made of them is approved, and then fits")
    func piped() async throws {
        try await Self.withRepository { repository, program in
            let record = try await repository.record(
                "run",
                "--dry-run",
                "--backend-command",
                program,
                "--clarification-policy",
                "interactive",
                "--clarifier-option-source",
                "heuristic",
                input: "1\nsubtraction is what the name says\n1\ny\n",
                status: 1
            )
            #expect(record.result?.verdict == "accepted")
            #expect(record.clarification?.outcome == "resolved")
            #expect(record.clarification?.answers?["interface"] == "subtraction is what the name says")
            let context = try String(contentsOfFile: "\(repository.scratch)/asked", encoding: .utf8)
            #expect(context.contains("# CLARIFICATION_ANSWERS"))
            #expect(context.contains("subtraction is what the name says"))
            let dialog = try await repository.gatekeeper("show", record.id, "clarification_dialog.json")
            #expect(dialog.standardOutput.text.contains("\"selected_input\" : \"1\""))

            // Nothing is kept until a person says so.
            let before = try await repository.state()
            let approved = try await repository.gatekeeper("approve-scenario-proposal")
            #expect(approved.exitCode == 0, "\(approved.standardError.text)")
            #expect(approved.standardOutput.text.contains("+++ b/.gatekeeper/scenarios/sub_bug.json"))
            #expect(approved.standardOutput.text.contains("+    \"\(Calculator.target)\""))
            #expect(try await repository.state() != before)

            // It counts for this person at once, wants a look at every repair, and asks nothing any more.
            let again = try await repository.record("run", "--base", "HEAD", "--backend-command", program, status: 125)
            #expect(again.scenario?.id == "sub_bug" && again.scenario?.band == "high")
            #expect(again.result?.reasons.map(\.code) == ["review.required"])
            let seen = try String(contentsOfFile: "\(repository.scratch)/asked", encoding: .utf8)
            #expect(seen.contains("# SCENARIO_MATCH") && seen.contains("# TEST_SCENARIO_RECORD"))
            _ = try await repository.record("apply", "--reviewed", status: 0)
            #expect(repository.read("calc/core.py") == Calculator.healthy)
        }
    }

    @Test("a record that nobody here approved and that is not in the base says nothing")
    func headOnly() async throws {
        try await Self.withRepository { repository, program in
            try await repository.git("branch", "-f", "stable")
            try repository.write(
                ".gatekeeper/scenarios/mine.json",
                #"{"id":"mine","title":"mine","affected_tests":["tests.test_core"],"likely_code_areas":["calc/**"]}"#
            )
            let record = try await repository.record(
                "run",
                "--base",
                "stable",
                "--backend-command",
                program,
                status: 125
            )
            #expect(record.scenario == nil)
            #expect(record.notes.contains { $0.contains("mine.json': that counts once it is in the base") })
        }
    }

    @Test("a repair that a record rejects as a rule is refused before it runs; one that fits in part binds nobody")
    func rejected() async throws {
        let rule =
            #"{"id":"other","title":"t","affected_tests":["tests.test_core"],"failure_signatures":["!= 2"],"rejected_fix_patterns":["adds:a - b"]}"#
        try await Self.withRepository(record: rule) { repository, program in
            let record = try await repository.record(
                "run",
                "--backend-command",
                program,
                "--max-retries",
                "1",
                status: 1
            )
            #expect(record.attempts.first?.reasons.first?.message.hasPrefix("scenario.rejected-fix: ") == true)
            #expect(record.steps.allSatisfy { !$0.phase.hasPrefix("attempt") })
            #expect(repository.read("calc/core.py") == Calculator.broken)
        }
        try await Self.withRepository(record: rule.replacing("!= 2", with: "!= 7")) { repository, program in
            let record = try await repository.record("run", "--backend-command", program, status: 0)
            #expect(record.scenario?.band == "medium")
            #expect(
                try String(contentsOfFile: "\(repository.scratch)/asked", encoding: .utf8).contains(
                    "# SCENARIO_CANDIDATE"
                )
            )
        }
    }

    @Test("a broken record, prompt or draft is an error that names file and field, and nothing runs or is written")
    func broken() async throws {
        try await Self.withRepository(record: #"{"id":"other","title":"t","affected_tests":"x"}"#) {
            repository,
            program in
            let result = try await repository.gatekeeper("run", "--backend-command", program)
            #expect(result.exitCode == 128)
            #expect(
                result.standardError.text.contains(
                    "'.gatekeeper/scenarios/other.json': field 'affected_tests' is text, not a list [scenario.invalid-record]"
                )
            )
            try repository.write(".gatekeeper/scenarios/other.json", Self.record)
            try repository.write(".gatekeeper/prompts/reviewer.prompt", "Repair it. {{tests}}")
            let prompt = try await repository.gatekeeper(
                "run",
                "--backend-command",
                program,
                "--clarification-policy",
                "interactive",
                input: "1\n1\n1\ny\n"
            )
            #expect(prompt.exitCode == 128)
            #expect(
                prompt.standardError.text.contains(
                    "'.gatekeeper/prompts/reviewer.prompt' (working tree): the slot '{{response_contract}}' is missing"
                )
            )
            try repository.write("draft.json", #"{"id":"../../evil","title":"t","affected_tests":["a"]}"#)
            let draft = try await repository.gatekeeper("approve-scenario-proposal", "--proposal-file", "draft.json")
            #expect(draft.exitCode == 128)
            #expect(draft.standardError.text.contains("'draft.json': field 'id' is '../../evil'"))
            try repository.write("draft.json", #"{"id":"other","title":"t","affected_tests":["a"]}"#)
            let taken = try await repository.gatekeeper("approve-scenario-proposal", "--proposal-file", "draft.json")
            #expect(taken.exitCode == 128)
            #expect(
                taken.standardError.text.contains(
                    "'.gatekeeper/scenarios/other.json' exists already and says something else"
                )
            )
            #expect(repository.read(".gatekeeper/scenarios/other.json") == Self.record)
            let forced = try await repository.gatekeeper(
                "approve-scenario-proposal",
                "--proposal-file",
                "draft.json",
                "--force"
            )
            #expect(forced.exitCode == 0)
            #expect(repository.read("calc/core.py") == Calculator.broken)
        }
    }

    @Test("at a terminal the questions are asked on it, and Ctrl-C while a person thinks changes nothing")
    func terminal() async throws {
        try await Self.withRepository { repository, program in
            let before = try await repository.state()
            func drive(_ script: String) async throws -> ProcessResult {
                try await ProcessRunner.run(
                    ProcessRequest(
                        executable: "python3",
                        arguments: [
                            "-c", Self.driver + script, "git", "gatekeeper", "run", "--dry-run", "--backend-command",
                            program, "--clarification-policy", "interactive",
                        ],
                        environment: repository.environment.merging([
                            "PATH": "\(Program.folder):\(repository.environment["PATH"] ?? "/usr/bin:/bin")"
                        ]) { $1 },
                        workingDirectory: repository.path,
                        input: nil,
                        limits: ProcessLimits(wallTime: .seconds(240))
                    )
                )
            }
            let answered = try await drive(
                """
                expect(b"1/3"); expect(b"line stops: "); send(b"1\\n"); expect(b"2/3"); expect(b"line stops: ")
                send(b"2\\n"); expect(b"3/3"); expect(b"line stops: "); send(b"here\\n")
                expect(b"Go on with these answers?"); send(b"y\\n"); finish(1)
                """
            )
            #expect(answered.exitCode == 0, "\(answered.standardOutput.text)\(answered.standardError.text)")
            #expect(answered.standardOutput.text.contains("accepted"))
            let stopped = try await drive(#"expect(b"line stops: "); send(b"\x03"); finish(130, -2)"#)
            #expect(stopped.exitCode == 0, "\(stopped.standardOutput.text)\(stopped.standardError.text)")
            #expect(try await repository.state() == before)
        }
    }

    /// Drives a program through a pseudo-terminal of its own.
    private static let driver = """
        import os, pty, select, sys, time
        pid, terminal = pty.fork()
        if pid == 0:
            os.execvp(sys.argv[1], sys.argv[1:])
        seen = b""
        def read(seconds):
            global seen
            if not select.select([terminal], [], [], seconds)[0]:
                return False
            try:
                data = os.read(terminal, 65536)
            except OSError:
                return False
            seen += data
            sys.stdout.buffer.write(data)
            return bool(data)
        def expect(text):
            global seen
            end = time.monotonic() + 120
            while text not in seen:
                if time.monotonic() > end or not read(5) and os.waitpid(pid, os.WNOHANG)[0]:
                    sys.exit("never saw " + repr(text))
            seen = seen[seen.index(text) + len(text):]
        def send(data):
            os.write(terminal, data)
        def finish(*wanted):
            while read(120):
                pass
            code = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
            if code not in wanted:
                sys.exit("ended with %d" % code)

        """
}
