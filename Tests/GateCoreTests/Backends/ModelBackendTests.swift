import Foundation
import GateBackends
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("models over HTTP")
struct ModelBackendTests {
    private static let key = "key-0123456789abcdef"
    static let fix = #"{"edits":[{"path":"calc.py","content":"a = 2\n","delete":null,"edits":null}],"cannot_fix":null}"#

    struct API: Sendable, CustomTestStringConvertible {
        let name: String
        let path: String
        let header: String
        let value: String
        /// What the request has to hold, for the schema to be enforced.
        let schema: String
        var testDescription: String { name }
    }

    static let all = [
        API(
            name: "openai_responses_api",
            path: "/v1/responses",
            header: "authorization",
            value: "Bearer \(key)",
            schema: #""text":{"format":{"name":"candidate","#
        ),
        API(
            name: "anthropic",
            path: "/v1/messages",
            header: "x-api-key",
            value: key,
            schema: #""output_config":{"format":{"schema":{"#
        ),
        API(
            name: "chat",
            path: "/v1/chat/completions",
            header: "authorization",
            value: "Bearer \(key)",
            schema: #""response_format":{"json_schema":{"name":"candidate","#
        ),
    ]

    static func settings(_ server: ModelServer, _ api: String, path: String = "") -> BackendSettings {
        var settings = BackendSettings()
        let base = api == "anthropic" ? "" : "/v1"
        settings.endpoint = Sourced("http://127.0.0.1:\(server.port)\(path)\(base)", .builtIn)
        settings.keyVariable = Sourced("TEST_KEY", .builtIn)
        return settings
    }

    @Test("a model is asked as its vendor says, and its key is in the header alone", arguments: all)
    func asks(_ api: API) async throws {
        try await BackendDesk.with { desk in
            let script = "[{\"answer\":\(Self.fix)}]"
            try await ModelServer.with(script, in: desk.repository.scratch) { server in
                let backend = try desk.backend(
                    api.name,
                    environment: ["TEST_KEY": Self.key, "http_proxy": "http://127.0.0.1:9"],
                    Self.settings(server, api.name)
                )
                let reply = try await backend.propose(BackendDesk.request(), bench: desk.bench)
                guard case .edits(let edits) = reply.answer else {
                    Issue.record("\(reply.answer)")
                    return
                }
                #expect(edits.map(\.path.description) == ["calc.py"])
                #expect(reply.usage?.inputTokens ?? 0 > 0 && reply.usage?.outputTokens == 30)
                let sent = try #require(try server.requests().first)
                #expect(sent.path == api.path && sent.headers[api.header] == api.value)
                #expect(sent.body.contains(api.schema) && sent.body.contains("REPAIR\\n\\nCONTEXT"))
                #expect(sent.body.contains(#""model":"test-model""#) && !sent.body.contains(Self.key))
                #expect(Set(reply.artifacts.keys) == ["request.json", "response.json", "response.md"])
                for (name, bytes) in reply.artifacts {
                    #expect(!String(decoding: bytes, as: UTF8.self).contains(Self.key), "\(name)")
                }
            }
        }
    }

    @Test("questions in words are answered in words", arguments: all)
    func answers(_ api: API) async throws {
        try await BackendDesk.with { desk in
            try await ModelServer.with(#"[{"text":"because"},{"text":" "}]"#, in: desk.repository.scratch) { server in
                let backend = try desk.backend(
                    api.name,
                    environment: ["TEST_KEY": Self.key],
                    Self.settings(server, api.name)
                )
                let question = TextRequest(
                    purpose: "clarification",
                    prompt: "WHY",
                    schema:
                        #"{"type":"object","required":["a"],"additionalProperties":false,"properties":{"a":{"type":"string"}}}"#,
                    model: nil,
                    session: nil,
                    deadline: .seconds(30)
                )
                let reply = try await backend.answer(question)
                #expect(reply.text == "because")
                let body = try #require(try server.requests().first?.body)
                #expect(body.contains("WHY") && body.contains(#""required":["a"]"#))
                let failure = await #expect(throws: BackendFailure.self) { _ = try await backend.answer(question) }
                #expect(failure?.code == "backend.empty")
            }
        }
    }

    @Test("the Responses API continues its conversation, and begins anew where the server lost it")
    func chaining() async throws {
        try await BackendDesk.with { desk in
            let lost =
                #"{"status":400,"body":{"error":{"message":"Previous response not found","param":"previous_response_id"}}}"#
            let answer = "{\"answer\":\(Self.fix)}"
            let script = "[\(answer),\(answer),\(lost),\(answer)]"
            try await ModelServer.with(script, in: desk.repository.scratch) { server in
                let name = "openai_responses_api"
                var settings = Self.settings(server, name)
                let backend = try desk.backend(name, environment: ["TEST_KEY": Self.key], settings)
                let first = try await backend.propose(BackendDesk.request(), bench: desk.bench)
                #expect(first.session == "resp_1")
                let again = BackendDesk.request(feedback: ["IT WAS RED"], session: first.session)
                #expect(try await backend.propose(again, bench: desk.bench).session == "resp_2")
                _ = try await backend.propose(again, bench: desk.bench)
                settings.keepsSession = Sourced(false, .builtIn)
                let forgetful = try desk.backend(name, environment: ["TEST_KEY": Self.key], settings)
                #expect(try await forgetful.propose(again, bench: desk.bench).session == nil)
                let bodies = try server.requests().map(\.body)
                try #require(bodies.count == 5)
                #expect(bodies[0].contains(#""store":true"#) && !bodies[0].contains("previous_response_id"))
                #expect(bodies[1].contains(#""previous_response_id":"resp_1""#))
                #expect(bodies[1].contains("IT WAS RED") && !bodies[1].contains("CONTEXT"))
                #expect(!bodies[3].contains("previous_response_id") && bodies[3].contains("CONTEXT"))
                #expect(bodies[4].contains(#""store":false"#) && bodies[4].contains("CONTEXT"))
            }
        }
    }

    @Test("a server that takes no schema is asked without one")
    func plain() async throws {
        try await BackendDesk.with { desk in
            let script = "[{\"status\":400,\"body\":{\"error\":\"unknown field\"}},{\"answer\":\(Self.fix)}]"
            try await ModelServer.with(script, in: desk.repository.scratch) { server in
                let backend = try desk.backend(
                    "chat",
                    environment: ["TEST_KEY": Self.key],
                    Self.settings(server, "chat")
                )
                #expect(try await desk.outcome(backend) == "edits")
                let bodies = try server.requests().map(\.body)
                #expect(bodies.map { $0.contains("response_format") } == [true, false])
            }
        }
    }

    @Test("what may be better later is asked again as the server wishes, and a used up quota is not")
    func retries() async throws {
        try await BackendDesk.with { desk in
            let soon = #""headers":{"retry-after-ms":"1"}"#
            let fix = "{\"answer\":\(Self.fix)}"
            let script = """
                {"busy":[{"status":429,\(soon)},{"status":529,\(soon)},\(fix)],
                "quota":[{"status":429,\(soon),"body":{"error":{"code":"insufficient_quota","message":"no more"}}},\(fix)],
                "told":[{"status":500,"headers":{"x-should-retry":"false"}},\(fix)],
                "cut":[{"cut":true,"text":"x"},\(fix)],
                "overloaded":[{"event":{"type":"error","error":{"type":"overloaded_error","message":"m"}}},\(fix)]}
                """
            try await ModelServer.with(script, in: desk.repository.scratch) { server in
                var counts: [String: Int] = [:]
                for (path, expected) in [
                    ("busy", "edits"), ("quota", "backend.quota"), ("told", "backend.server"), ("cut", "edits"),
                    ("overloaded", "edits"),
                ] {
                    let before = try server.requests().count
                    let backend = try desk.backend(
                        "anthropic",
                        environment: ["TEST_KEY": Self.key],
                        Self.settings(server, "anthropic", path: "/\(path)")
                    )
                    let outcome = try await desk.outcome(backend)
                    #expect(outcome.hasPrefix(expected), "\(path): \(outcome)")
                    counts[path] = try server.requests().count - before
                }
                #expect(counts == ["busy": 3, "quota": 1, "told": 1, "cut": 2, "overloaded": 2])
            }
        }
    }

    @Test("what is missing is said before anything is sent")
    func missing() async throws {
        try await BackendDesk.with { desk in
            var cleartext = BackendSettings()
            cleartext.endpoint = Sourced("http://192.0.2.1/v1", .builtIn)
            let remote = try desk.backend("openai_responses_api", environment: ["OPENAI_API_KEY": "k"], cleartext)
            await #expect(throws: GateFailure.self) {
                _ = try await remote.propose(BackendDesk.request(), bench: desk.bench)
            }
            let keyless = try desk.backend("anthropic")
            #expect(try await desk.outcome(keyless).hasPrefix("backend.key:"))
            let model = try BackendRegistry.make(
                "openai_responses_api",
                ResolvedPolicy(),
                desk.world(["OPENAI_API_KEY": "k"])
            )
            #expect(try await desk.outcome(model).hasPrefix("backend.no-model:"))
            #expect(throws: GateFailure.self) { _ = try desk.backend("chat") }
            var workspace = BackendSettings()
            workspace.mode = Sourced(.workspace, .builtIn)
            for name in ["chat", "revert", "command", "anthropic"] {
                let failure = #expect(throws: GateFailure.self) { _ = try desk.backend(name, workspace) }
                #expect(failure?.code == "backend.mode", "\(name)")
            }
        }
    }
}
