import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("trust in commands where nothing isolates")
struct TrustTests {
    private static let bare = ["GIT_GATEKEEPER_SANDBOX_LEVEL": "process"]

    @Test("a tracked command runs without isolation once it is trusted, and no other does")
    func asksOnce() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            try repository.write("ran.sh", "touch '\(repository.scratch)/ran'\n")
            func ran() async throws -> Bool {
                try await repository.run("test", ["-e", "\(repository.scratch)/ran"]).isSuccess
            }
            try repository.write(".gatekeeper/config", "[gatekeeper \"check.test\"]\n\tcommand = sh ran.sh\n")
            try await repository.commitAll("a command of somebody's")
            let refused = try await repository.gatekeeper("test", environment: Self.bare)
            #expect(refused.exitCode == 128)
            #expect(refused.standardError.text.contains("trust.unknown-commands"), "\(refused.standardError.text)")
            #expect(refused.standardError.text.contains("'sh ran.sh'"))
            #expect(try await ran() == false)
            #expect(try await repository.gatekeeper("log").standardOutput.text.isEmpty)
            #expect(try await repository.gatekeeper("doctor", "--offline", environment: Self.bare).exitCode == 1)
            let shown = try await repository.gatekeeper("trust", "--show")
            #expect(shown.standardOutput.text.contains("check:test: sh ran.sh"))
            #expect(shown.standardOutput.text.contains("not trusted"))
            #expect(try await repository.gatekeeper("test", environment: Self.bare).exitCode == 128)
            #expect(try await repository.gatekeeper("trust").exitCode == 0)
            #expect(try await repository.gatekeeper("test", environment: Self.bare).exitCode == 0)
            #expect(try await ran())
            // The command is another one now.
            try repository.write(".gatekeeper/config", "[gatekeeper \"check.test\"]\n\tcommand = sh -x ran.sh\n")
            try await repository.commitAll("another command")
            #expect(try await repository.gatekeeper("test", environment: Self.bare).exitCode == 128)
            #expect(try await repository.gatekeeper("trust", "--revoke").exitCode == 0)
            try await repository.git("reset", "-q", "--hard", "HEAD~1")
            #expect(try await repository.gatekeeper("test", "--fresh", environment: Self.bare).exitCode == 128)
        }
    }

    @Test("who switches isolation off, or names the command, has said so; with isolation nobody is asked")
    func saidBeforehand() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            let bare = Self.bare
            #expect(try await repository.gatekeeper("test", environment: bare).exitCode == 128)
            #expect(try await repository.gatekeeper("test", "--fresh", "--sandbox", "off").exitCode == 0)
            let named = try await repository.gatekeeper("test", "--fresh", "--test-command", "true", environment: bare)
            #expect(named.exitCode == 0, "\(named.standardError.text)")
            try await repository.git("config", "gatekeeper.trust.commands", "always")
            #expect(try await repository.gatekeeper("test", "--fresh", environment: bare).exitCode == 0)
            try await repository.git("config", "--unset", "gatekeeper.trust.commands")
            #expect(try await repository.gatekeeper("test", "--fresh").exitCode == 0)
        }
    }

    @Test("without this defence a tracked command would just run")
    func withoutTheDefence() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            var environment = Self.bare
            environment["GIT_GATEKEEPER_WITHOUT"] = Defence.commandTrust.rawValue
            let answer = try await repository.gatekeeper("test", environment: environment)
            #expect(answer.exitCode == 0, "\(answer.standardError.text)")
        }
    }
}
