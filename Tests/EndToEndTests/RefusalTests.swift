import Foundation
import GateGit
import GateTestSupport
import Testing

@Suite("what the gate refuses")
struct RefusalTests {
    @Test(
        "a mistake in the call is usage, status 129",
        arguments: [["nonsense"], ["run", "--max-retries", "0"], ["judge"]]
    )
    func usage(_ arguments: [String]) async throws {
        try await Calculator.withRepository(broken: false) { repository in
            let result = try await repository.gatekeeper(arguments: arguments)
            #expect(result.exitCode == 129, "\(result.standardError.text)")
            #expect(result.standardOutput.total == 0)
        }
    }

    @Test("outside a repository the error says so, status 128")
    func outside() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            let result = try await repository.gatekeeper("test", in: repository.scratch)
            #expect(result.exitCode == 128)
            #expect(result.standardError.text.contains("git.not-a-repository"))
        }
    }

    struct Policy: Sendable, CustomTestStringConvertible {
        let text: String
        let complaint: String
        var testDescription: String { complaint }
    }

    static let policies = [
        Policy(
            text: "[gatekeeper \"check.test\"]\n\tcommand = true\n\tcommnad = x\n",
            complaint: "line 3: 'gatekeeper.check.test.commnad' is not a key"
        ),
        Policy(text: "[gatekeeper]\n\tsandbox = maybe\n", complaint: "line 2: 'gatekeeper.sandbox' is 'maybe'"),
        Policy(text: "[gatekeeper \"contract\"]\n\tprotect = a[b\n", complaint: "is not a glob"),
        Policy(text: "[gatekeeper\n", complaint: "policy.syntax"),
        Policy(text: "[include]\n\tpath = /etc/passwd\n", complaint: "may not include"),
        Policy(
            text: "[gatekeeper \"backend.command\"]\n\tcommand = rm\n",
            complaint: "may only be set in git's own configuration"
        ),
        Policy(text: "[gatekeeper \"check.test\"]\n\tkind = test\n", complaint: "has no command"),
    ]

    @Test(
        "a policy with a mistake stops everything before it starts, and names file, line and key",
        arguments: policies
    )
    func policy(_ policy: Policy) async throws {
        try await Calculator.withRepository { repository in
            try repository.write(".gatekeeper/config", policy.text)
            let before = try await repository.state()
            let result = try await repository.gatekeeper("run")
            #expect(result.exitCode == 128)
            #expect(result.standardError.text.contains(policy.complaint), "\(result.standardError.text)")
            #expect(result.standardError.text.contains(".gatekeeper/config"))
            #expect(try await repository.state() == before)
        }
    }

    @Test("the head cannot loosen the policy it is held to")
    func policyOfTheBase() async throws {
        try await Calculator.withRepository { repository in
            try repository.write(".gatekeeper/config", "[gatekeeper \"check.test\"]\n\tcommand = true\n")
            try await repository.commitAll("loosen")
            let held = try await repository.gatekeeper("test", "--base", "HEAD^")
            #expect(held.exitCode == 1, "\(held.standardError.text)")
            #expect(held.standardError.text.contains("counts once it is in the base"))
        }
    }

    @Test("isolation that policy requires and the machine lacks leaves the verdict open")
    func isolation() async throws {
        try await Calculator.withRepository { repository in
            let result = try await repository.gatekeeper(
                "test",
                "--sandbox",
                "required",
                environment: ["PATH": try await repository.path(with: ["git", "python3", "sh"])]
            )
            #expect(result.exitCode == 125, "\(result.standardError.text)")
            #expect(result.standardOutput.text.contains("sandbox.insufficient"))
        }
    }

    @Test("tests that cannot be loaded on either side are the machine's business, and no backend is asked")
    func environment() async throws {
        try await Calculator.withRepository { repository in
            try repository.write("calc/__init__.py", "import a_module_that_nobody_has\n")
            try await repository.commitAll("a dependency")
            try repository.write("calc/core.py", Calculator.healthy)
            let result = try await repository.gatekeeper(
                "run",
                "--backend-command",
                "touch \(repository.scratch)/asked"
            )
            #expect(result.exitCode == 125, "\(result.standardError.text)")
            #expect(result.standardOutput.text.contains("a_module_that_nobody_has"))
            #expect(result.standardOutput.text.contains("install what the tests need"))
            #expect(!FileManager.default.fileExists(atPath: "\(repository.scratch)/asked"))
        }
    }

    @Test("an interrupt ends everything that was started, and is no result")
    func interrupt() async throws {
        try await Calculator.withRepository { repository in
            let before = try await repository.state()
            try repository.write("slow.sh", "sleep 61 &\nsleep 61\n")
            try await repository.commitAll("slow")
            let script = """
                PATH="\(Program.folder):$PATH" git-gatekeeper test --test-command 'sh slow.sh' &
                gate=$!
                for i in $(seq 100); do pgrep -f '[s]leep 61' >/dev/null && break; sleep 0.1; done
                kill -INT $gate
                wait $gate
                status=$?
                for i in $(seq 50); do pgrep -f '[s]leep 61' >/dev/null || break; sleep 0.1; done
                pgrep -f '[s]leep 61' && exit 99
                exit $status
                """
            let result = try await ProcessRunner.run(
                ProcessRequest(
                    executable: "/bin/bash",
                    arguments: ["-c", script],
                    environment: repository.environment,
                    workingDirectory: repository.path,
                    limits: ProcessLimits(wallTime: .seconds(60))
                )
            )
            #expect(result.exitCode == 130, "\(result.standardError.text)")
            let log = try await repository.gatekeeper("log")
            #expect(log.standardOutput.text.contains("unfinished"))
            #expect(before.isEmpty == false)
        }
    }
}
