import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// The hooks of agents, called as an agent calls them: JSON in, JSON out.
@Suite("hooks of agents")
struct AgentHookTests {
    private static func call(
        _ repository: TestRepository,
        _ event: String,
        _ input: JSONValue,
        _ options: String...,
        in folder: String? = nil
    ) async throws -> JSONValue? {
        var input = input
        if input["cwd"] == .null { input["cwd"] = .text(folder ?? repository.path) }
        let result = try await repository.gatekeeper(
            arguments: ["agent-hook", event] + options,
            input: String(decoding: try JSON.encode(input, pretty: false), as: UTF8.self),
            in: repository.scratch
        )
        #expect(result.exitCode == 0, "\(result.standardError.text)")
        guard !result.standardOutput.bytes.isEmpty else { return nil }
        let answer = JSONValue.read(result.standardOutput.bytes)
        #expect(answer?.isObject == true, "\(result.standardOutput.text)")
        return answer
    }

    private static func decision(_ answer: JSONValue?) -> String? {
        answer?["hookSpecificOutput"]["permissionDecision"].string
    }

    private static func stop(_ session: String, active: Bool = false) -> JSONValue {
        ["session_id": .text(session), "hook_event_name": "Stop", "stop_hook_active": .truth(active)]
    }

    @Test("the guard knows the repository's aliases, its contract, and where links lead")
    func guarding() async throws {
        try await Calculator.withRepository { repository in
            try await repository.git("config", "alias.ship", "push --no-verify")
            try FileManager.default.createSymbolicLink(
                atPath: "\(repository.path)/innocent",
                withDestinationPath: ".git/hooks"
            )
            func bash(_ command: String, _ options: String...) async throws -> String? {
                let input: JSONValue = ["tool_name": "Bash", "tool_input": ["command": .text(command)]]
                return Self.decision(
                    options.isEmpty
                        ? try await Self.call(repository, "pre-tool-use", input)
                        : try await Self.call(repository, "pre-tool-use", input, "--agent", options[0])
                )
            }
            func write(_ path: String) async throws -> String? {
                let input: JSONValue = ["tool_name": "Write", "tool_input": ["file_path": .text(path)]]
                return Self.decision(try await Self.call(repository, "pre-tool-use", input))
            }
            #expect(try await bash("git ship") == "deny")
            #expect(try await bash("git push") == nil)
            #expect(try await bash("rm tests/test_core.py") == "ask")
            // codex cannot ask from a hook.
            #expect(try await bash("rm tests/test_core.py", "codex") == "deny")
            #expect(try await write("\(repository.path)/tests/test_core.py") == "ask")
            #expect(try await write("\(repository.path)/calc/core.py") == nil)
            #expect(try await write("\(repository.path)/.gatekeeper/config") == "deny")
            #expect(try await write("innocent/pre-push") == "deny")
            #expect(try await write("\(repository.scratch)/elsewhere.py") == nil)
            let patch: JSONValue = [
                "tool_name": "apply_patch",
                "tool_input": ["command": "*** Begin Patch\n*** Update File: tests/test_core.py\n*** End Patch"],
            ]
            #expect(Self.decision(try await Self.call(repository, "pre-tool-use", patch, "--agent", "codex")) == "deny")
            #expect(try await Self.call(repository, "pre-tool-use", ["tool_name": "Read", "tool_input": [:]]) == nil)
            // Without a gate of its own a repository's tests are nobody's contract; the guard over git stays.
            try await repository.git("rm", "-rq", "--cached", ".gatekeeper")
            try FileManager.default.removeItem(atPath: "\(repository.path)/.gatekeeper")
            try await repository.git("commit", "-qm", "no gate")
            #expect(try await write("\(repository.path)/tests/test_core.py") == nil)
            #expect(try await bash("git commit -n") == "deny")
        }
    }

    @Test(
        "what is no input of a hook stops the tool",
        arguments: ["", "[]", "{", #"{"tool_name":"Bash"}"#, #"{"tool_name":"Write","tool_input":{}}"#, "{}"]
    )
    func unreadable(_ input: String) async throws {
        try await withTestRepository("hook") { repository in
            let result = try await repository.gatekeeper("agent-hook", "pre-tool-use", input: input)
            #expect(result.exitCode == 128)
            #expect(result.standardOutput.bytes.isEmpty && result.standardError.text.contains("agent.input"))
        }
    }

    @Test(
        "where the gate is not to be found, the plugins' guard lets nothing be run",
        arguments: ["claude-code/hooks/hooks.json", "codex/hooks.json"]
    )
    func missing(_ file: String) async throws {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        let bytes = try Data(contentsOf: root.appendingPathComponent("integrations/\(file)"))
        let hooks = JSONValue.read(Array(bytes)) ?? .null
        let entry = hooks["hooks"]["PreToolUse"].elements.first?["hooks"].elements.first
        let command = try #require(entry?["command"].string)
        try await withTestRepository("missing") { repository in
            let result = try await repository.run(
                "/bin/sh",
                ["-c", command],
                environment: ["PATH": "\(repository.scratch)/home"]
            )
            #expect(result.exitCode == 2)
        }
    }

    @Test("an agent is sent back while its work is red, told what to do, and not for ever")
    func stopping() async throws {
        try await Calculator.withRepository { repository in
            try repository.write("calc/core.py", Calculator.healthy + "# mine\n")
            #expect(try await Self.call(repository, "session-start", Self.stop("s")) == nil)
            let before = try await repository.state()
            // What was there before the conversation is not the agent's doing.
            #expect(try await Self.call(repository, "stop", Self.stop("s")) == nil)
            #expect(try await repository.runs() == [])
            #expect(try await repository.state() == before)

            try repository.write("calc/core.py", Calculator.broken)
            let first = try #require(try await Self.call(repository, "stop", Self.stop("s")))
            #expect(first["decision"] == "block")
            let reason = try #require(first["reason"].string)
            #expect(reason.contains("next (fix)") && reason.contains(Calculator.target) && reason.utf8.count < 4096)
            // Nothing was changed: there is nothing more to be had from it.
            let again = try #require(try await Self.call(repository, "stop", Self.stop("s", active: true)))
            #expect(again["decision"] == .null && again["systemMessage"].string?.contains("not proven") == true)

            // Another conversation, in which the agent tries once too often.
            for attempt in 1...3 {
                try repository.write("calc/core.py", Calculator.broken + "# \(attempt)\n")
                let answer = try await Self.call(
                    repository,
                    "stop",
                    Self.stop("t", active: attempt > 1),
                    "--at-most",
                    "2"
                )
                #expect((answer?["decision"] == "block") == (attempt < 3), "attempt \(attempt)")
            }
            try repository.write("calc/core.py", Calculator.healthy + "# green\n")
            #expect(try await Self.call(repository, "stop", Self.stop("s")) == nil)
            let runs = try await repository.runs().count
            // A proven tree is not tested again.
            #expect(try await Self.call(repository, "stop", Self.stop("u")) == nil)
            #expect(try await repository.runs().count == runs)
        }
    }

    @Test("where there is no repository, no policy, or a broken one, nothing is tested and nobody is held up")
    func silence() async throws {
        try await withTestRepository("silent") { repository in
            #expect(try await Self.call(repository, "stop", Self.stop("s"), in: repository.scratch) == nil)
            try repository.write("test_x.py", "def test(): assert False\n")
            try await repository.commitAll("red, and nobody asked for a gate")
            try repository.write("test_x.py", "def test(): assert 1 == 2\n")
            #expect(try await Self.call(repository, "stop", Self.stop("s")) == nil)
            try repository.write(".gatekeeper/config", "[gatekeeper]\n\tnonsense = 1\n")
            let answer = try #require(try await Self.call(repository, "stop", Self.stop("s")))
            #expect(answer["decision"] == .null)
            #expect(answer["systemMessage"].string?.contains("policy.invalid") == true)
            #expect(try await repository.runs() == [])
        }
    }
}
