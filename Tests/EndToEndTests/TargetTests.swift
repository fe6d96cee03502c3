import GateCore
import GateGit
import GateTestSupport
import Testing

/// What a named target that nobody knows, or that says nothing, does to a run.
@Suite("named targets")
struct TargetEndToEndTests {
    @Test("a target that no step reports is noticed, at a red head and at a green one", arguments: [true, false])
    func unknown(_ broken: Bool) async throws {
        try await Calculator.withRepository(broken: broken) { repository in
            for command in ["test", "run"] {
                let record = try await repository.record(command, "--target", "tests.test_core.Nobody", status: 125)
                #expect(record.result?.reasons.map(\.code) == ["baseline.no-targets"])
                #expect(record.result?.reasons.first?.subject == "tests.test_core.Nobody")
                #expect(record.attempts.isEmpty)
            }
        }
    }

    @Test("a green scenario is not green for a target that only the suite could know")
    func scenario() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            let config = repository.read(".gatekeeper/config") ?? ""
            let command = "python3 -m unittest tests.test_core.CalcTests.test_add"
            try repository.write(
                ".gatekeeper/config",
                config + "[gatekeeper \"scenario.adding\"]\n\tcommand = \(command)\n"
            )
            let arguments = ["test", "--scenario", "adding", "--target"]
            let known = try await repository.gatekeeper(arguments: arguments + [Calculator.target])
            #expect(known.exitCode == 0, "\(known.standardOutput.text)")
            let unknown = try await repository.gatekeeper(arguments: arguments + ["nobody"])
            #expect(unknown.exitCode == 125, "\(unknown.standardOutput.text)")
            #expect(unknown.standardOutput.text.contains("nobody"))
        }
    }

    @Test("a target that is skipped at a head without red tests leaves it undecided")
    func skipped() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            let target = "tests.test_core.CalcTests.test_skipped"
            let record = try await repository.record("test", "--target", target, status: 125)
            #expect(record.result?.reasons.map(\.code) == ["baseline.no-targets"])
            let green = try await repository.record("test", "--target", Calculator.target, status: 0)
            #expect(green.result?.verdict == "green")
        }
    }

    @Test("a context is built for backends only")
    func noContext() async throws {
        try await Calculator.withRepository { repository in
            let judged = try await repository.record(
                "judge",
                "-",
                input: JudgeTests.edit(Calculator.healthy),
                status: 0
            )
            #expect(try await repository.gatekeeper("show", judged.id, "context.txt").exitCode == 128)
            let tested = try await repository.record("test", status: 1)
            #expect(try await repository.gatekeeper("show", tested.id, "context.txt").exitCode == 128)
            _ = try await repository.gatekeeper("build-context")
            #expect(try await repository.gatekeeper("show", "context.txt").exitCode == 0)
        }
    }

    @Test("without a sandbox the failure record names files by their paths in the repository")
    func likelyFilesWithoutSandbox() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            try repository.write("calc/core.py", Calculator.healthy.replacing("a - b", with: "a - b.nothing"))
            for level in ["off", "preferred"] {
                let record = try await repository.record("test", "--sandbox", level, status: 1)
                #expect(record.failure?.likelyFiles == ["calc/core.py"], "\(level)")
            }
        }
    }
}
