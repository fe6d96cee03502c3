import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("answers as JSON")
struct FormatTests {
    /// Decodes the whole of standard output as one document.
    private func answer<Value: Decodable>(_ type: Value.Type, _ result: ProcessResult) throws -> Value {
        try JSON.decode(type, from: result.standardOutput.bytes)
    }

    @Test("undo says what it did, and what stands in its way")
    func undo() async throws {
        try await Calculator.withRepository { repository in
            let none = try await repository.gatekeeper("undo", "--format", "json")
            #expect(none.exitCode == 1)
            #expect(try answer(UndoRecord.self, none).outcome == "nothing")
            let patch = Calculator.patch("a + b", "a - b")
            let fixed = try await repository.gatekeeper("judge", "-", "--apply", input: patch)
            #expect(fixed.exitCode == 0, "\(fixed.standardError.text)")
            try repository.write("calc/core.py", Calculator.healthy + "# mine\n")
            let refused = try await repository.gatekeeper("undo", "--format", "json")
            #expect(refused.exitCode == 1)
            let why = try answer(UndoRecord.self, refused)
            #expect(why.outcome == "refused")
            #expect(why.paths == ["calc/core.py"])
            #expect(!why.hints.isEmpty)
            try repository.write("calc/core.py", Calculator.healthy)
            let undone = try await repository.gatekeeper("undo", "--format", "json")
            #expect(undone.exitCode == 0, "\(undone.standardError.text)")
            let what = try answer(UndoRecord.self, undone)
            #expect(what.outcome == "undone")
            #expect(what.run == why.run)
            #expect(what.paths == ["calc/core.py"])
            #expect(repository.read("calc/core.py") == Calculator.broken)
        }
    }

    @Test("build-context names the artifact, and shows it where it is asked to")
    func context() async throws {
        try await Calculator.withRepository { repository in
            let shown = try await repository.gatekeeper("build-context", "--show", "--format", "json")
            #expect(shown.exitCode == 0, "\(shown.standardError.text)")
            let record = try answer(ContextRecord.self, shown)
            #expect(record.artifact == "context.txt")
            #expect(record.text?.utf8.count == record.bytes)
            #expect(record.text?.contains("test_sub") == true)
            try repository.write("calc/core.py", Calculator.healthy)
            let green = try await repository.gatekeeper("build-context", "--format", "json")
            #expect(green.exitCode == 0)
            let nothing = try answer(ContextRecord.self, green)
            #expect(nothing.verdict == "green")
            #expect(nothing.artifact == nil)
        }
    }

    @Test("init and config --list-keys print one document each")
    func policy() async throws {
        try await withTestRepository("format") { repository in
            try repository.write("Makefile", "check:\n\ttrue\n")
            try await repository.commitAll("first")
            let made = try await repository.gatekeeper("init", "--test-command", "make check", "--format", "json")
            #expect(made.exitCode == 0, "\(made.standardError.text)")
            let record = try answer(PolicyWritten.self, made)
            #expect(record.command == ["make", "check"])
            #expect(repository.read(record.path) != nil)
            let keys = try await repository.gatekeeper("config", "--list-keys", "--format", "json")
            #expect(try answer(KeysRecord.self, keys).keys.map(\.key) == PolicyKey.all.map(\.pattern))
        }
    }

    @Test("run-all prints one document, whatever its parts came to")
    func runAll() async throws {
        try await Calculator.withRepository { repository in
            try repository.write(
                ".gatekeeper/config",
                """
                [gatekeeper "check.test"]
                \tcommand = python3 -m unittest discover -t . -s tests
                [gatekeeper "scenario.adding"]
                \tcommand = python3 -m unittest tests.test_core.CalcTests.test_add

                """
            )
            try repository.write("calc/core.py", Calculator.healthy)
            try await repository.commitAll("a scenario")
            try repository.write("calc/core.py", Calculator.broken)
            let result = try await repository.gatekeeper("run-all", "--dry-run", "--format", "json")
            #expect(result.exitCode == 1, "\(result.standardError.text)")
            let records = try answer(RunAllRecord.self, result).runs
            #expect(records.map(\.scenarios) == [["adding"], []])
            #expect(records.map { $0.result?.verdict } == ["green", "accepted"])
        }
    }

    @Test("what stops the gate is text on standard error, and standard output stays empty")
    func errors() async throws {
        try await Calculator.withRepository { repository in
            let result = try await repository.gatekeeper("test", "--base", "nowhere", "--format", "json")
            #expect(result.exitCode == 128)
            #expect(result.standardOutput.total == 0)
            #expect(result.standardError.text.contains("[proposal.unknown-base]"))
        }
    }
}
