import Foundation
import GateBackends
import GateCore
import GateGit
import GateTestSupport
import Testing

/// The real programs against the scripted server: what they do where the model, or its server, does not do as it should.
@Suite("agents: the real programs", .enabled(if: AgentPrograms.areWanted, "codex and claude are not here: make e2e"))
struct AgentProgramTests {
    struct Shape: Sendable {
        let name: String
        let step: String
        /// What the outcome begins with: of codex, and of claude.
        let outcomes: [String]
        var seconds = 60
    }

    private static let quota =
        #"{"error":{"code":"insufficient_quota","type":"insufficient_quota","message":"You exceeded your current quota"}}"#

    static let shapes = [
        Shape(
            name: "fix",
            step: "{\"answer\":\(ModelBackendTests.fix)}",
            outcomes: ["edits", "edits"]
        ),
        Shape(
            name: "cannot-fix",
            step: #"{"answer":{"edits":null,"cannot_fix":{"kind":"contract-is-wrong","reason":"why","tests":[]}}}"#,
            outcomes: ["cannot_fix contract-is-wrong: why", "cannot_fix contract-is-wrong: why"]
        ),
        Shape(
            name: "prose",
            step: #"{"text":"I fixed it."}"#,
            outcomes: ["backend.unreadable-reply parse.prose", "backend.unreadable-reply parse.prose"]
        ),
        Shape(
            name: "quota",
            step: "{\"status\":429,\"body\":\(quota)}",
            outcomes: ["backend.quota", "backend.quota"]
        ),
        Shape(
            name: "401",
            step:
                #"{"status":401,"body":{"type":"error","error":{"type":"authentication_error","message":"invalid x-api-key"}}}"#,
            outcomes: ["backend.unauthorized", "backend.unauthorized"]
        ),
        Shape(
            name: "500",
            step: #"{"status":500,"body":{"type":"error","error":{"type":"api_error","message":"oh"}}}"#,
            outcomes: ["backend.", "backend."]
        ),
        Shape(name: "silent", step: #"{"silent":true}"#, outcomes: ["backend.timeout", "backend.timeout"], seconds: 4),
        Shape(name: "cut", step: #"{"text":"x","cut":true}"#, outcomes: ["backend.", "backend."]),
    ]

    @Test("each comes to its end with a reason, within its time", arguments: ["codex", "claude"])
    func table(_ agent: String) async throws {
        let program = try AgentPrograms.path(of: agent)
        try await BackendDesk.with { desk in
            let script = "{" + Self.shapes.map { "\"\($0.name)\":[\($0.step)]" }.joined(separator: ",") + "}"
            try await ModelServer.with(script, in: desk.repository.scratch) { server in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (index, shape) in Self.shapes.enumerated() {
                        if index >= 2 { try await group.next() }
                        group.addTask {
                            var settings = BackendSettings()
                            settings.command = Sourced([program], .builtIn)
                            let base = agent == "codex" ? "/v1" : ""
                            settings.endpoint = Sourced(
                                "http://127.0.0.1:\(server.port)/\(shape.name)\(base)",
                                .builtIn
                            )
                            let backend = try desk.backend(
                                agent,
                                environment: ["CODEX_API_KEY": "key-1", "ANTHROPIC_API_KEY": "key-1"],
                                settings
                            )
                            let outcome = try await desk.outcome(backend, deadline: .seconds(shape.seconds))
                            let expected = shape.outcomes[agent == "codex" ? 0 : 1]
                            #expect(outcome.hasPrefix(expected), "\(shape.name): \(outcome)")
                        }
                    }
                    try await group.waitForAll()
                }
            }
        }
    }

    @Test("questions in words are answered in a session that goes on", arguments: ["codex", "claude"])
    func words(_ agent: String) async throws {
        let program = try AgentPrograms.path(of: agent)
        try await BackendDesk.with { desk in
            try await ModelServer.with(#"[{"text":"one"},{"text":"two"}]"#, in: desk.repository.scratch) { server in
                var settings = BackendSettings()
                settings.command = Sourced([program], .builtIn)
                settings.endpoint = Sourced("http://127.0.0.1:\(server.port)\(agent == "codex" ? "/v1" : "")", .builtIn)
                let backend = try desk.backend(
                    agent,
                    environment: ["CODEX_API_KEY": "key-1", "ANTHROPIC_API_KEY": "key-1"],
                    settings
                )
                var question = TextRequest(
                    purpose: "clarification",
                    prompt: "THE FIRST QUESTION",
                    schema: nil,
                    model: nil,
                    session: nil,
                    deadline: .seconds(60)
                )
                let first = try await backend.answer(question)
                question.session = first.session
                question.prompt = "THE SECOND"
                let second = try await backend.answer(question)
                #expect(first.text == "one" && second.text == "two" && second.session == first.session)
                #expect(first.session != nil)
                let last = try #require(try server.requests().last { $0.body.contains("THE SECOND") })
                #expect(last.body.contains("THE FIRST QUESTION") && last.body.contains("one"))
            }
        }
    }

    @Test("what the models over HTTP are sent is what the vendors' own libraries send")
    func vendors() async throws {
        let python = try #require(AgentPrograms.python, "the client libraries are not here: make e2e")
        try await BackendDesk.with { desk in
            let scratch = desk.repository.scratch
            try await ModelServer.with("[{\"answer\":\(ModelBackendTests.fix)}]", in: scratch) { server in
                for api in ModelBackendTests.all.map(\.name) {
                    let backend = try desk.backend(
                        api,
                        environment: ["TEST_KEY": "key-1"],
                        ModelBackendTests.settings(server, api)
                    )
                    for session in [nil, "resp_1"] {
                        let request = BackendDesk.request(feedback: ["no"], session: session)
                        _ = try await backend.propose(request, bench: desk.bench)
                    }
                }
                let check = "\(Self.support)/check_requests.py"
                let good = try await desk.repository.run(python, [check, server.log])
                #expect(good.exitCode == 0, "\(good.standardOutput.text)\(good.standardError.text)")
                #expect(good.standardOutput.text.split(separator: "\n").count == 6)
                let bad = "\(scratch)/bad.log"
                try Data(#"{"path":"/v1/messages","body":{"model":"m","messages":[],"stream":true}}"#.utf8)
                    .write(to: URL(fileURLWithPath: bad))
                #expect(try await desk.repository.run(python, [check, bad]).exitCode == 1)
            }
        }
    }

    private static var support: String {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        return root.appendingPathComponent("Support").path
    }
}
