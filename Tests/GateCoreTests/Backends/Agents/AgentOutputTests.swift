import Foundation
import GateBackends
import GateCore
import GateGit
import GateTestSupport
import Testing

/// What the agents' programs really print, as they printed it, and what is made of it.
@Suite("agents: what they print")
struct AgentOutputTests {
    struct Shape: Sendable {
        let agent: String
        let name: String
        /// What a program in the agent's place does.
        let script: String
        let outcome: String
        var seconds = 30
    }

    private static func codex(_ name: String, _ lines: [String], _ end: String = "", _ outcome: String) -> Shape {
        let text = (["{\"type\":\"thread.started\",\"thread_id\":\"01a1ff13-2bb9-7572-afb7-9736f086beb7\"}"] + lines)
            .joined(separator: "\n")
        return Shape(
            agent: "codex",
            name: name,
            script: "cat >/dev/null\ncat <<'EOF'\n\(text)\nEOF\n\(end)",
            outcome: outcome
        )
    }

    private static func claude(_ name: String, _ object: String, _ end: String = "", _ outcome: String) -> Shape {
        Shape(
            agent: "claude",
            name: name,
            script: "cat >/dev/null\ncat <<'EOF'\n\(object)\nEOF\n\(end)",
            outcome: outcome
        )
    }

    private static let usage =
        #"{"type":"turn.completed","usage":{"input_tokens":120,"cached_input_tokens":20,"output_tokens":30}}"#
    private static let said =
        #"{"type":"item.completed","item":{"id":"item_1","type":"agent_message","text":"{\"cannot_fix\":\"no\"}"}}"#
    private static func failed(_ words: String) -> String {
        #"{"type":"turn.failed","error":{"message":"\#(words)"}}"#
    }

    static let shapes: [Shape] = [
        codex("answers", [said, usage], "cannot_fix no-fix: no"),
        codex(
            "warns and reconnects on its way",
            [
                #"{"type":"item.completed","item":{"id":"item_0","type":"error","message":"Model metadata not found"}}"#,
                #"{"type":"error","message":"Reconnecting... 1/5 (stream disconnected)"}"#, "not json", said, usage,
            ],
            "cannot_fix no-fix: no"
        ),
        codex("ends well with nothing", [usage], "backend.unreadable-reply parse.empty"),
        codex("ends well without ending its turn", [said], "backend.exit"),
        codex("fails after it spoke", [said, failed("Quota exceeded. Check your plan")], "exit 1", "backend.quota"),
        codex(
            "has no key",
            [failed("Missing environment variable: `CODEX_API_KEY`.")],
            "exit 1",
            "backend.unauthorized"
        ),
        codex("gives up", [failed("stream disconnected before completion")], "exit 1", "backend.connect"),
        codex(
            "is asked too often",
            [failed("exceeded retry limit, last status: 429 Too Many Requests")],
            "exit 1",
            "backend.rate-limit"
        ),
        Shape(
            agent: "codex",
            name: "is of another version",
            script: "echo \"error: unexpected argument '--json' found\" >&2; exit 2",
            outcome: "backend.version"
        ),
        codex("dies", [], "kill -9 $$", "backend.exit"),
        Shape(
            agent: "codex",
            name: "never ends",
            script: "sleep 300 & sleep 300",
            outcome: "backend.timeout",
            seconds: 1
        ),
        Shape(
            agent: "codex",
            name: "waits for the network for ever",
            script:
                "for i in 1 2 3; do echo '{\"type\":\"error\",\"message\":\"Reconnecting... waiting for network\"}'; done; "
                + "sleep 300",
            outcome: "backend.connect",
            seconds: 200
        ),
        Shape(
            agent: "codex",
            name: "never stops",
            script: "yes '{\"type\":\"item.updated\"}'",
            outcome: "backend.t",
            seconds: 1
        ),
        claude(
            "answers",
            #"{"type":"result","subtype":"success","is_error":false,"result":"x","structured_output":{"cannot_fix":{"kind":"other","reason":"r","tests":[]},"edits":null},"session_id":"s"}"#,
            "cannot_fix other: r"
        ),
        claude(
            "never gives the structured answer",
            #"{"type":"result","subtype":"success","is_error":false,"result":"All done!","session_id":"s"}"#,
            "backend.unreadable-reply parse.prose"
        ),
        claude(
            "gives it in words",
            #"{"type":"result","subtype":"success","is_error":false,"result":"{\"cannot_fix\":\"no\"}","session_id":"s"}"#,
            "cannot_fix no-fix: no"
        ),
        claude(
            "calls a failure a success",
            #"{"type":"result","subtype":"success","is_error":true,"result":"API Error: 401 invalid x-api-key","api_error_status":401,"terminal_reason":"api_error"}"#,
            "exit 1",
            "backend.unauthorized"
        ),
        claude(
            "is not logged in",
            #"{"type":"result","subtype":"success","is_error":true,"result":"Not logged in · Please run /login"}"#,
            "exit 1",
            "backend.unauthorized"
        ),
        claude(
            "has spent its budget",
            #"{"type":"result","subtype":"error_max_budget_usd","is_error":true,"result":null,"terminal_reason":"budget_exhausted"}"#,
            "exit 1",
            "backend.exit"
        ),
        claude(
            "refuses",
            #"{"type":"result","subtype":"success","is_error":true,"result":"I can't help with that","stop_reason":"refusal"}"#,
            "exit 1",
            "cannot_fix other"
        ),
        claude(
            "ends badly with a good word",
            #"{"type":"result","subtype":"success","is_error":false,"result":"{\"cannot_fix\":\"no\"}"}"#,
            "exit 3",
            "backend.exit"
        ),
        Shape(agent: "claude", name: "was interrupted", script: "exit 0", outcome: "backend.exit"),
        Shape(
            agent: "claude",
            name: "is of another version",
            script: "echo \"error: unknown option '--strict-mcp-config'\" >&2; exit 1",
            outcome: "backend.version"
        ),
        claude("prints half", #"{"type":"result","subtype":"succ"#, "backend.exit"),
        Shape(agent: "claude", name: "never ends", script: "sleep 300", outcome: "backend.timeout", seconds: 1),
    ]

    private static func codex(_ name: String, _ lines: [String], _ outcome: String) -> Shape {
        codex(name, lines, "", outcome)
    }

    private static func claude(_ name: String, _ object: String, _ outcome: String) -> Shape {
        claude(name, object, "", outcome)
    }

    @Test("each comes to an end with a reason")
    func table() async throws {
        try await BackendDesk.with { desk in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for (index, shape) in Self.shapes.enumerated() {
                    if index >= 4 { try await group.next() }
                    group.addTask {
                        var settings = BackendSettings()
                        settings.command = Sourced(["sh", "-c", shape.script, "agent"], .builtIn)
                        let backend = try desk.backend(shape.agent, settings)
                        let outcome = try await desk.outcome(backend, deadline: .seconds(shape.seconds))
                        #expect(outcome.hasPrefix(shape.outcome), "\(shape.agent) \(shape.name): \(outcome)")
                    }
                }
                try await group.waitForAll()
            }
        }
    }

    @Test("an agent sees settings of its own and not the user's home; its key goes through its environment")
    func surroundings() async throws {
        try await BackendDesk.with { desk in
            let home = "\(desk.repository.scratch)/home"
            try FileManager.default.createDirectory(atPath: "\(home)/.codex", withIntermediateDirectories: true)
            try Data("secret".utf8).write(to: URL(fileURLWithPath: "\(home)/.codex/auth.json"))
            try Data("model = \"x\"\n".utf8).write(to: URL(fileURLWithPath: "\(home)/.codex/config.toml"))
            let script = #"""
                cat >/dev/null; cd "$CODEX_HOME" || exit 9
                printf '{"type":"thread.started","thread_id":"01a1ff13-2bb9-7572-afb7-9736f086beb7"}\n'
                word="$(ls) $(readlink auth.json) ${CODEX_API_KEY-none} ${TOKEN-none}"
                test "$HOME" = "\#(home)" && word=home
                printf '{"type":"item.completed","item":{"type":"agent_message","text":"{\\"cannot_fix\\":\\"%s\\"}"}}\n' "$word"
                printf '{"type":"turn.completed","usage":{"input_tokens":%s}}\n' "$(echo "$*" | grep -c resume)"
                """#
            var settings = BackendSettings()
            settings.command = Sourced(["sh", "-c", script, "agent"], .builtIn)
            let plain = try desk.backend("codex", environment: ["TOKEN": "t"], settings)
            let reply = try await plain.propose(BackendDesk.request(), bench: desk.bench)
            guard case .cannotFix(let said) = reply.answer else {
                Issue.record("\(reply.answer)")
                return
            }
            #expect(said.reason == "auth.json \(home)/.codex/auth.json none none")
            #expect(reply.session == "01a1ff13-2bb9-7572-afb7-9736f086beb7")
            let second = try await plain.propose(
                BackendDesk.request(feedback: ["no"], session: reply.session),
                bench: desk.bench
            )
            let asked = try #require(second.artifacts["request.json"].map { String(decoding: $0, as: UTF8.self) })
            #expect(asked.contains("\"resume\"") && asked.contains("Your last answer") && !asked.contains("CONTEXT"))
            // Whatever came as a session and is none never becomes an argument.
            let odd = try await plain.propose(
                BackendDesk.request(feedback: ["no"], session: "--dangerous"),
                bench: desk.bench
            )
            #expect(
                odd.artifacts["request.json"].map { String(decoding: $0, as: UTF8.self).contains("--dangerous") }
                    == false
            )
            let keyed = try desk.backend("codex", environment: ["CODEX_API_KEY": "key-0123456789"], settings)
            let outcome = try await keyed.propose(BackendDesk.request(), bench: desk.bench)
            guard case .cannotFix(let words) = outcome.answer else {
                Issue.record("\(outcome.answer)")
                return
            }
            #expect(words.reason.contains("‹redacted:key:"))
            for (name, bytes) in outcome.artifacts {
                #expect(!String(decoding: bytes, as: UTF8.self).contains("key-0123456789"), "\(name)")
            }
            #expect(try String(contentsOfFile: "\(home)/.codex/config.toml", encoding: .utf8) == "model = \"x\"\n")
        }
    }

    @Test(
        "without a word about backends, codex is taken where it answers, and the reason is told",
        arguments: [
            ("exit 0", "revert", "does not answer"), ("echo codex-cli 1.2.3", "codex", "'codex-cli 1.2.3' answers"),
            ("test \"$1\" = --version && echo codex-cli 1.2.3", "revert", "is not logged in"),
            ("sleep 60", "revert", "does not answer"),
        ]
    )
    func builtIn(script: String, name: String, why: String) async throws {
        try await BackendDesk.with { desk in
            let tools = "\(desk.repository.scratch)/bin"
            try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
            let codex = "\(tools)/codex"
            try Data("#!/bin/sh\n\(script)\n".utf8).write(to: URL(fileURLWithPath: codex))
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: codex)
            let path = "\(tools):/usr/bin:/bin"
            let choice = try await BackendRegistry.choose(ResolvedPolicy(), desk.world(["PATH": path]))
            #expect(choice.backend.name == name && choice.source.source.description.contains(why))
            var policy = ResolvedPolicy()
            policy.backend = Sourced("revert", .flag("--backend"))
            let named = try await BackendRegistry.choose(policy, desk.world(["PATH": path]))
            #expect(named.backend.name == "revert" && named.source.source == .flag("--backend"))
        }
    }
}
