import Foundation
import GateCore
import GateTestSupport
import Testing

/// The whole road with the real programs of agents; only the model behind them is scripted.
@Suite("agents end to end", .enabled(if: AgentPrograms.areWanted, "codex and claude are not here: make e2e"))
struct AgentProgramEndToEndTests {
    private static func edit(_ new: String) -> String {
        let piece = #"{"search":"def sub(a, b):\n    return a + b","replace":"def sub(a, b):\n    return \#(new)"}"#
        return
            #"{"answer":{"edits":[{"path":"calc/core.py","content":null,"delete":null,"edits":[\#(piece)]}],"cannot_fix":null}}"#
    }

    /// Points an agent at the server, and plants what must have no say: in the tree, and in the user's home.
    private static func prepare(_ repository: TestRepository, _ agent: String, _ server: ModelServer) async throws {
        let base = agent == "codex" ? "/v1" : ""
        try await repository.git("config", "gatekeeper.backend", agent)
        try await repository.git("config", "gatekeeper.backend.\(agent).command", try AgentPrograms.path(of: agent))
        try await repository.git(
            "config",
            "gatekeeper.backend.\(agent).endpoint",
            "http://127.0.0.1:\(server.port)\(base)"
        )
    }

    /// Files by which a tree instructs or configures agents.
    private static func plant(_ repository: TestRepository) throws {
        for name in ["AGENTS.md", "CLAUDE.md"] { try repository.write(name, "SAYTHEWORD\n") }
        let touch = "touch \(repository.scratch)/hooked"
        try repository.write(
            ".claude/settings.json",
            #"{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"\#(touch)"}]}]}}"#
        )
        try repository.write(".codex/config.toml", "model = \"SAYTHEWORD\"\n")
        let home = "\(repository.scratch)/home"
        try FileManager.default.createDirectory(atPath: "\(home)/.codex", withIntermediateDirectories: true)
        try Data("model = \"SAYTHEWORD\"\n".utf8).write(to: URL(fileURLWithPath: "\(home)/.codex/config.toml"))
        try Data("{}\n".utf8).write(to: URL(fileURLWithPath: "\(home)/.claude.json"))
    }

    /// Everything in the home folder but the gate's own cache.
    private static func home(_ repository: TestRepository) -> [String: Data] {
        let home = "\(repository.scratch)/home"
        var files: [String: Data] = [:]
        for name in FileManager.default.enumerator(atPath: home)?.compactMap({ $0 as? String }) ?? []
        where !name.hasPrefix(".cache") {
            files[name] = FileManager.default.contents(atPath: "\(home)/\(name)") ?? Data()
        }
        return files
    }

    private static let keys = ["CODEX_API_KEY": "key-of-the-test-1", "ANTHROPIC_API_KEY": "key-of-the-test-1"]

    @Test("rejected, told why in the same session, and accepted", arguments: ["codex", "claude"])
    func retries(_ agent: String) async throws {
        try await Calculator.withRepository { repository in
            let script = "[\(Self.edit("a * b")),\(Self.edit("a - b"))]"
            try await ModelServer.with(script, in: repository.scratch) { server in
                try Self.plant(repository)
                try await repository.git("add", ".")
                try await repository.git(
                    "commit",
                    "-qm",
                    "instructions",
                    "--",
                    "AGENTS.md",
                    "CLAUDE.md",
                    ".claude",
                    ".codex"
                )
                try await Self.prepare(repository, agent, server)
                let home = Self.home(repository)
                let record = try await repository.record("run", environment: Self.keys, status: 0)
                #expect(record.attempts.map(\.verdict) == ["rejected", "accepted"])
                #expect(repository.read("calc/core.py") == Calculator.healthy)
                #expect(record.attempts.allSatisfy { $0.usage?.outputTokens == 30 })
                #expect(
                    Set(record.attempts[0].artifacts.map { $0.split(separator: "/").last ?? "" }).isSuperset(of: [
                        "request.json", "response.json", "events.jsonl",
                    ])
                )
                let bodies = try server.requests().filter { $0.body.contains("test_sub") }
                let last = try #require(bodies.last)
                #expect(last.body.contains("Your last answer was not accepted") && last.body.contains("a * b"))
                for request in try server.requests() { #expect(!request.body.contains("SAYTHEWORD")) }
                #expect(!FileManager.default.fileExists(atPath: "\(repository.scratch)/hooked"))
                #expect(Self.home(repository) == home)
            }
        }
    }

    @Test("an agent edits a worktree of its own, and reaches nothing else", arguments: ["codex", "claude"])
    func workspace(_ agent: String) async throws {
        try await Calculator.withRepository { repository in
            let root = repository.path
            let script: String
            if agent == "codex" {
                let outside =
                    "echo x >> \(root)/calc/core.py; touch \(root)/.git/hooks/pre-push \(root)/new; env; "
                    + "cat /proc/*/environ"
                let inside = "sed -i '6s/+/-/' calc/core.py && cat calc/core.py"
                script = """
                    [{"tool":{"name":"exec_command","arguments":{"cmd":"\(outside)"}}},
                    {"tool":{"name":"exec_command","arguments":{"cmd":"\(inside)"}}},{"text":"done"}]
                    """
            } else {
                let old = #"def sub(a, b):\n    return a + b"#
                let new = #"def sub(a, b):\n    return a - b"#
                script = """
                    [{"tool":{"name":"Write","arguments":{"file_path":"\(root)/new","content":"x"}}},
                    {"tool":{"name":"Read","arguments":{"file_path":"calc/core.py"}}},
                    {"tool":{"name":"Edit","arguments":{"file_path":"calc/core.py","old_string":"\(old)","new_string":"\(new)"}}},
                    {"text":"done"}]
                    """
            }
            try await ModelServer.with(script, in: repository.scratch) { server in
                try await Self.prepare(repository, agent, server)
                try await repository.git("config", "gatekeeper.backend.\(agent).mode", "workspace")
                let config = repository.read(".git/config")
                let record = try await repository.record("run", environment: Self.keys, status: 0)
                #expect(record.attempts.map(\.verdict) == ["accepted"])
                #expect(record.attempts.first?.paths == ["calc/core.py"])
                #expect(repository.read("calc/core.py") == Calculator.healthy)
                #expect(repository.read("new") == nil && repository.read(".git/hooks/pre-push") == nil)
                #expect(repository.read(".git/config") == config)
                for request in try server.requests() { #expect(!request.body.contains("key-of-the-test-1")) }
                let left = FileManager.default.enumerator(atPath: "\(repository.scratch)/home")?
                    .compactMap { $0 as? String }.filter { $0.contains("/agents/") }
                #expect(left == [])
            }
        }
    }

    @Test("a fault of the server leaves the verdict open, with the reason", arguments: ["codex", "claude"])
    func refused(_ agent: String) async throws {
        try await Calculator.withRepository { repository in
            let script =
                #"[{"status":401,"body":{"type":"error","error":{"type":"authentication_error","message":"bad key"}}}]"#
            try await ModelServer.with(script, in: repository.scratch) { server in
                try await Self.prepare(repository, agent, server)
                let before = try await repository.state()
                let record = try await repository.record("run", environment: Self.keys, status: 125)
                #expect(record.result?.reasons.map(\.code) == ["backend.failed"])
                #expect(record.result?.stopReason == "backend-failed")
                #expect(try await repository.state() == before)
            }
        }
    }
}
