import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// `integrations/` with the real codex and claude, and the MCP server with the official client library; only the model
/// is scripted.
@Suite("integrations with agents", .enabled(if: AgentPrograms.areWanted, "codex and claude are not here: make e2e"))
struct AgentProgramIntegrationTests {
    private static var root: String {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        return root.path
    }

    private static func program(_ repository: TestRepository) -> [String: String] {
        ["PATH": "\(Program.folder):\(repository.environment["PATH"] ?? "")"]
    }

    // MARK: The official client library

    /// Plays a plan with the client library, and gives what it saw.
    private static func client(
        _ repository: TestRepository,
        mode: String = "auto",
        _ steps: String
    ) async throws -> (revision: String?, seen: [JSONValue]) {
        let plan = "\(repository.scratch)/plan.json"
        try Data(#"{"mode":"\#(mode)","steps":[\#(steps)]}"#.utf8).write(to: URL(fileURLWithPath: plan))
        let result = try await repository.run(
            try #require(AgentPrograms.python),
            ["-W", "ignore", "\(root)/Tests/Support/mcp_client.py", plan, "--", "git-gatekeeper", "mcp"],
            environment: program(repository)
        )
        #expect(result.exitCode == 0, "\(result.standardError.text)")
        let document = JSONValue.read(result.standardOutput.bytes) ?? .null
        return (document["revision"].string, document["seen"].elements)
    }

    @Test("the client library lists the tools, calls each, and finds every answer to be of its schema")
    func library() async throws {
        try await Calculator.withRepository { repository in
            try await repository.git("config", "gatekeeper.backend", "revert")
            let patch = try JSON.encode(Calculator.patch("a + b", "a - b"), pretty: false)
            let cheat =
                "--- a/tests/test_core.py\\n+++ b/tests/test_core.py\\n@@ -1,3 +1,4 @@\\n import unittest\\n \\n+x = 1\\n from calc import core\\n"
            let huge = String(repeating: "x", count: 2 << 20)
            let before = try await repository.state()
            let (revision, seen) = try await Self.client(
                repository,
                """
                {"list":1},
                {"call":{"name":"gate_test"},"progress":true},
                {"call":{"name":"gate_judge","arguments":{"patch":\(String(decoding: patch, as: UTF8.self))}}},
                {"call":{"name":"gate_judge","arguments":{"patch":"\(cheat)"}}},
                {"call":{"name":"gate_context","arguments":{"tokens":2000}}},
                {"call":{"name":"gate_run"}},
                {"call":{"name":"gate_show"}},
                {"call":{"name":"gate_show","arguments":{"artifact":"attempt-1/patch.diff"}}},
                {"call":{"name":"gate_status"}},
                {"call":{"name":"gate_judge","arguments":{"patch":"no patch at all"}}},
                {"call":{"name":"gate_test","arguments":{"base":"HEAD~1"}}},
                {"call":{"name":"gate_judge","arguments":{"patch":7}}},
                {"call":{"name":"gate_judge","arguments":{"patch":"\(huge)"}}},
                {"call":{"name":"gate_show","arguments":{"artifact":"../../config"}}},
                {"call":{"name":"gate_apply"}}
                """
            )
            #expect(revision == "2026-07-28")
            #expect(try await repository.state() == before)
            try #require(seen.count == 15)
            #expect(seen[0]["tools"].elements.count == 6)
            let steps: [(verdict: String, action: String)] = [
                ("rejected", "fix"), ("accepted", "take_fix"), ("rejected", "fix"), ("rejected", "fix"),
                ("accepted", "take_fix"),
            ]
            for (answer, step) in zip(seen[1...], steps) {
                #expect(answer["error"] == false, "\(answer)")
                #expect(answer["structure"]["verdict"].string == step.verdict, "\(answer)")
                #expect(answer["structure"]["next"]["action"].string == step.action, "\(answer)")
                #expect(answer["structure"]["proven"] != true)
            }
            #expect(seen[1]["structure"]["failing"].elements.first?["test"].string == Calculator.target)
            #expect(seen[1]["text"].string?.contains("<<<DATA ") == true)
            #expect(!seen[1]["notices"].elements.isEmpty)
            #expect(seen[3]["structure"]["reasons"].elements.first?["code"].string == "admission.refused")
            #expect(seen[4]["structure"]["context"].string?.contains("FAILURE_RECORD") == true)
            #expect(seen[6]["structure"]["answer"]["verdict"].string == "accepted")
            #expect(seen[7]["structure"]["content"].string?.contains("return a - b") == true)
            #expect(seen[8]["structure"]["changedPaths"] == 1)
            for answer in seen[9...13] { #expect(answer["error"] == true, "\(answer)") }
            #expect(seen[14]["raised"].string == "MCPError")
        }
    }

    @Test("a call that is given up ends its processes, and the handshake of earlier revisions serves as well")
    func givenUp() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            try repository.write(
                "tests/test_core.py",
                "import time, unittest\n\nclass T(unittest.TestCase):\n    def test(self):\n        time.sleep(599)\n"
            )
            let (revision, seen) = try await Self.client(
                repository,
                mode: "legacy",
                #"{"cancel":{"name":"gate_test"}},{"wait":2},{"call":{"name":"gate_status"}}"#
            )
            #expect(revision == "2025-11-25")
            #expect(seen.first?["cancelled"] == true)
            #expect(seen.last?["structure"]["activeRuns"].elements == [])
        }
    }

    // MARK: Claude Code

    private static func claude(
        _ repository: TestRepository,
        _ arguments: [String],
        port: Int? = nil
    ) async throws -> ProcessResult {
        var environment = program(repository)
        environment["ANTHROPIC_BASE_URL"] = "http://127.0.0.1:\(port ?? 1)"
        environment["ANTHROPIC_API_KEY"] = "key-of-the-test-1"
        environment["CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC"] = "1"
        environment["DISABLE_AUTOUPDATER"] = "1"
        environment["CLAUDE_CODE_MAX_RETRIES"] = "1"
        return try await repository.run(try AgentPrograms.path(of: "claude"), arguments, environment: environment)
    }

    @Test("the plugin is what the real validator wants, and installs from a checkout")
    func plugin() async throws {
        try await withTestRepository("plugin") { repository in
            for path in ["integrations/claude-code", "."] {
                let result = try await Self.claude(
                    repository,
                    ["plugin", "validate", "--strict", "\(Self.root)/\(path)"]
                )
                #expect(result.exitCode == 0, "\(path): \(result.standardOutput.text)\(result.standardError.text)")
            }
            // A checkout, without what was built in it.
            let checkout = "\(repository.scratch)/checkout"
            try FileManager.default.createDirectory(atPath: checkout, withIntermediateDirectories: true)
            for folder in [".claude-plugin", "integrations"] {
                try FileManager.default.copyItem(atPath: "\(Self.root)/\(folder)", toPath: "\(checkout)/\(folder)")
            }
            for arguments in [["marketplace", "add", checkout], ["install", "git-gatekeeper@git-gatekeeper"]] {
                let result = try await Self.claude(repository, ["plugin"] + arguments)
                #expect(result.exitCode == 0, "\(result.standardOutput.text)\(result.standardError.text)")
            }
            let list = try await Self.claude(repository, ["plugin", "list"])
            #expect(list.standardOutput.text.contains("git-gatekeeper@git-gatekeeper"))
        }
    }

    /// What both agents are made to try: around the gate, through its tool, a change that is red, and its repair.
    private static let breaking = "sed -i.bak 's/return a - b/return a + b + 0/' calc/core.py; rm calc/core.py.bak"
    private static let repairing = "sed -i.bak 's/return a + b + 0/return a - b/' calc/core.py; rm calc/core.py.bak"

    @Test("claude is denied what leads around the gate, calls the tools, and does not stop while its change is red")
    func claudeCode() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            try repository.write("calc/more.py", "x = 1\n")
            let remote = "\(repository.scratch)/remote.git"
            try await repository.git("init", "-q", "--bare", remote)
            try await repository.git("remote", "add", "origin", remote)
            let tests = "\(repository.path)/tests/test_core.py"
            let script = """
                [{"tool":{"name":"Bash","arguments":{"command":"git push --no-verify origin main","description":"push"}}},
                {"tool":{"name":"Bash","arguments":{"command":"\(Self.breaking)","description":"break"}}},
                {"tool":{"name":"mcp__plugin_git-gatekeeper_gate__gate_test","arguments":{}}},
                {"tool":{"name":"Write","arguments":{"file_path":"\(tests)","content":"pass"}}},
                {"text":"all done"},
                {"tool":{"name":"Bash","arguments":{"command":"\(Self.repairing)","description":"repair"}}},
                {"text":"now it is done"}]
                """
            try await ModelServer.with(script, in: repository.scratch) { server in
                let result = try await Self.claude(
                    repository,
                    [
                        "-p", "--verbose", "--output-format", "stream-json", "--plugin-dir",
                        "\(Self.root)/integrations/claude-code", "--permission-mode", "acceptEdits", "--allowedTools",
                        "Bash", "mcp__plugin_git-gatekeeper_gate__gate_test", "--", "make it so",
                    ],
                    port: server.port
                )
                #expect(result.exitCode == 0, "\(result.standardError.text)\(result.standardOutput.text.suffix(2000))")
                #expect(result.standardOutput.text.contains("mcp__plugin_git-gatekeeper_gate__gate_judge"))
                #expect(result.standardOutput.text.contains("git-gatekeeper:git-gatekeeper"), "the skill is not known")
                let bodies = try server.requests().filter { $0.path.contains("/messages") }.map(\.body)
                try #require(bodies.count == 7)
                #expect(bodies[1].contains("passes over the hooks"))
                #expect(bodies[3].contains("\\\"verdict\\\":\\\"rejected\\\"") && bodies[3].contains(Calculator.target))
                #expect(bodies[4].contains("belongs to the contract"))
                // The reason of the stop hook is what the model reads next.
                #expect(!bodies[4].contains("next (fix)") && bodies[5].contains("next (fix)"))
                #expect(bodies[5].contains(Calculator.target))
                #expect(repository.read("calc/core.py") == Calculator.healthy)
                #expect(repository.read("tests/test_core.py") == Calculator.tests)
                #expect(try await repository.git("ls-remote", remote) == "")
            }
        }
    }

    // MARK: codex

    /// Runs codex with everything of `integrations/codex` in its home, and gives what the model was sent.
    private static func codex(
        _ script: String,
        trusted: Bool,
        _ body: @Sendable (TestRepository, [String]) throws -> Void
    ) async throws {
        // Below a temporary folder codex makes no helpers of its own.
        try await withScratchFolderOutsideTemporary { scratch in
            let repository = try await TestRepository(in: scratch)
            try repository.write("calc/__init__.py", "")
            try repository.write("calc/core.py", Calculator.healthy)
            try repository.write("tests/__init__.py", "")
            try repository.write("tests/test_core.py", Calculator.tests)
            try repository.write(
                ".gatekeeper/config",
                "[gatekeeper \"check.test\"]\n\tcommand = python3 -m unittest discover -t . -s tests\n"
            )
            try await repository.commitAll("a healthy calculator")
            let home = "\(scratch)/home/.codex"
            try FileManager.default.createDirectory(atPath: "\(home)/rules", withIntermediateDirectories: true)
            for file in ["hooks.json", "config.toml", "rules/git-gatekeeper.rules", "AGENTS.md"] {
                let from = "\(root)/integrations/codex/\(file)"
                try FileManager.default.copyItem(atPath: from, toPath: "\(home)/\(file)")
            }
            try await ModelServer.with(script, in: scratch) { server in
                var environment = program(repository)
                environment["FAKE_KEY"] = "key-of-the-test-1"
                environment["TMPDIR"] = "/tmp"
                let provider =
                    #"model_providers.fake={name="fake",base_url="http://127.0.0.1:\#(server.port)/v1",env_key="FAKE_KEY","#
                    + #"wire_api="responses",request_max_retries=0,stream_max_retries=0}"#
                let result = try await repository.run(
                    try AgentPrograms.path(of: "codex"),
                    ["exec", "--json", "-s", "danger-full-access"]
                        + (trusted ? ["--dangerously-bypass-hook-trust"] : []) + [
                            "-c", #"model="fake-1""#, "-c", #"model_provider="fake""#, "-c", provider, "-c",
                            #"otel.metrics_exporter="none""#, "-c", "analytics.enabled=false", "--disable", "plugins",
                            "--disable", "apps", "make it so",
                        ],
                    environment: environment
                )
                #expect(result.exitCode == 0, "\(result.standardError.text)\(result.standardOutput.text)")
                try body(repository, try server.requests().filter { $0.path.contains("/responses") }.map(\.body))
            }
        }
    }

    @Test("codex is denied what leads around the gate, calls the tools, and does not stop while its change is red")
    func codexAtWork() async throws {
        let patch =
            "*** Begin Patch\\n*** Update File: tests/test_core.py\\n@@\\n-import unittest\\n+import unittest as u\\n*** End Patch"
        let script = """
            [{"tool":{"name":"exec_command","arguments":{"cmd":"git push origin main --no-verify"}}},
            {"tool":{"name":"exec_command","arguments":{"cmd":"\(Self.breaking)"}}},
            {"tool":{"name":"gate_test","namespace":"mcp__gate","arguments":{}}},
            {"tool":{"name":"exec_command","arguments":{"cmd":"apply_patch <<'EOF'\\n\(patch)\\nEOF"}}},
            {"text":"all done"},
            {"tool":{"name":"exec_command","arguments":{"cmd":"\(Self.repairing)"}}},
            {"text":"now it is done"}]
            """
        try await Self.codex(script, trusted: true) { repository, bodies in
            try #require(bodies.count == 7)
            #expect(bodies[0].contains("mcp__gate") && bodies[0].contains("gate_judge"))
            #expect(bodies[0].contains("This repository is under git gatekeeper"), "AGENTS.md is not read")
            #expect(bodies[1].contains("passes over the hooks"))
            #expect(bodies[3].contains(Calculator.target) && bodies[3].contains("rejected"))
            #expect(bodies[4].contains("belongs to the contract"))
            #expect(!bodies[4].contains("next (fix)") && bodies[5].contains("next (fix)"))
            #expect(repository.read("calc/core.py") == Calculator.healthy)
            #expect(repository.read("tests/test_core.py") == Calculator.tests)
        }
    }

    @Test("where nobody has trusted the hooks yet, codex's rules still forbid the plain spelling")
    func codexRules() async throws {
        let script = #"[{"tool":{"name":"exec_command","arguments":{"cmd":"git push --no-verify"}}},{"text":"done"}]"#
        try await Self.codex(script, trusted: false) { _, bodies in
            try #require(bodies.count == 2)
            #expect(bodies[1].contains("The hooks are the gate. Fix what is red, and push again."))
        }
    }

    @Test(
        "codex's own checker reads the rules",
        arguments: [
            ("git push --no-verify", "forbidden"), ("git commit -nm x", "forbidden"),
            ("git send-pack origin", "forbidden"),
            ("git config core.hooksPath x", "forbidden"), ("git gatekeeper uninstall", "forbidden"),
            ("git -c a.b=c push", "prompt"), ("git push origin main", ""), ("git commit -m x", ""),
            ("git gatekeeper test", ""),
        ]
    )
    func rules(_ command: String, _ decision: String) async throws {
        try await withTestRepository("rules") { repository in
            let result = try await repository.run(
                try AgentPrograms.path(of: "codex"),
                ["execpolicy", "check", "--rules", "\(Self.root)/integrations/codex/rules/git-gatekeeper.rules"]
                    + command.split(separator: " ").map(String.init)
            )
            #expect(result.exitCode == 0, "\(result.standardError.text)")
            #expect((JSONValue.read(result.standardOutput.bytes)?["decision"].string ?? "") == decision)
        }
    }
}
