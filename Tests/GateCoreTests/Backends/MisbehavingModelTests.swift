import Foundation
import GateBackends
import GateCore
import GateTestSupport
import Testing

/// What models and servers do that they should not, with what comes of it: never a hang, never a file, always a reason.
@Suite("models that misbehave")
struct MisbehavingModelTests {
    struct Shape: Sendable {
        let name: String
        let api: String
        /// The first step of the server's script; the others repeat it.
        let step: String
        /// What the outcome begins with.
        let outcome: String
        /// What it says besides.
        var says = ""
        var seconds = 30
    }

    private static let openai = "openai_responses_api"
    private static let two = #"{"text":"```json\n{\"cannot_fix\":\"a\"}\n```\n```json\n{\"cannot_fix\":\"b\"}\n```"}"#

    static let shapes = [
        Shape(
            name: "prose",
            api: openai,
            step: #"{"text":"I fixed it."}"#,
            outcome: "backend.unreadable-reply parse.prose"
        ),
        Shape(name: "empty", api: openai, step: #"{"text":""}"#, outcome: "backend.unreadable-reply parse.empty"),
        Shape(name: "two", api: "chat", step: two, outcome: "backend.unreadable-reply parse.several"),
        Shape(
            name: "fenced",
            api: "chat",
            step: #"{"text":"Sure!\n```json\n{\"cannot_fix\":\"no\"}\n```\nBye."}"#,
            outcome: "cannot_fix no-fix: no"
        ),
        Shape(
            name: "unknown-key",
            api: openai,
            step: #"{"answer":{"run":"rm -rf /"}}"#,
            outcome: "backend.unreadable-reply parse.unknown-key"
        ),
        Shape(name: "list", api: "anthropic", step: #"{"text":"[1,2]"}"#, outcome: "backend.unreadable-reply parse."),
        Shape(
            name: "half-json",
            api: "anthropic",
            step: #"{"text":"{\"edits\":[{\"path\":\"a\""}"#,
            outcome: "backend.unreadable-reply parse."
        ),
        Shape(
            name: "wrong-type",
            api: openai,
            step: #"{"answer":{"edits":"all of them"}}"#,
            outcome: "backend.unreadable-reply parse.form"
        ),
        Shape(
            name: "refusal-openai",
            api: openai,
            step: #"{"refusal":"I will not"}"#,
            outcome: "cannot_fix other: the model refused to answer",
            says: "I will not"
        ),
        Shape(name: "refusal-anthropic", api: "anthropic", step: #"{"refusal":"No."}"#, outcome: "cannot_fix other"),
        Shape(name: "refusal-chat", api: "chat", step: #"{"refusal":"No."}"#, outcome: "cannot_fix other"),
        Shape(
            name: "filter",
            api: openai,
            step: #"{"text":"x","incomplete":"content_filter"}"#,
            outcome: "cannot_fix other",
            says: "content filter"
        ),
        Shape(
            name: "incomplete-openai",
            api: openai,
            step: #"{"text":"{\"edits\":","incomplete":"max_output_tokens"}"#,
            outcome: "backend.unreadable-reply parse.truncated",
            says: "max_output_tokens"
        ),
        Shape(
            name: "incomplete-anthropic",
            api: "anthropic",
            step: #"{"text":"{","incomplete":"x"}"#,
            outcome: "backend.unreadable-reply parse.truncated"
        ),
        Shape(
            name: "incomplete-chat",
            api: "chat",
            step: #"{"text":"{","incomplete":"x"}"#,
            outcome: "backend.unreadable-reply parse.truncated"
        ),
        Shape(
            name: "tool-openai",
            api: openai,
            step: #"{"tool":{"name":"shell","arguments":{"cmd":"id"}}}"#,
            outcome: "backend.unreadable-reply parse.tool-call",
            says: "'shell'"
        ),
        Shape(
            name: "tool-anthropic",
            api: "anthropic",
            step: #"{"tool":{"name":"shell","arguments":{}}}"#,
            outcome: "backend.unreadable-reply parse.tool-call"
        ),
        Shape(
            name: "tool-chat",
            api: "chat",
            step: #"{"tool":{"name":"shell","arguments":{}}}"#,
            outcome: "backend.unreadable-reply parse.tool-call"
        ),
        Shape(
            name: "html",
            api: "chat",
            step: #"{"raw":"<!DOCTYPE html><html><title>Log in, please</title>","type":"text/html"}"#,
            outcome: "backend.not-json",
            says: "HTML instead of JSON: 'Log in, please'"
        ),
        Shape(
            name: "html-error",
            api: openai,
            step:
                #"{"status":502,"body":"<html><title>Bad gateway</title>","type":"text/html","headers":{"retry-after-ms":"1"}}"#,
            outcome: "backend.server",
            says: "502"
        ),
        Shape(
            name: "nothing",
            api: "anthropic",
            step: #"{"raw":""}"#,
            outcome: "backend.not-json",
            says: "with nothing"
        ),
        Shape(name: "other-json", api: openai, step: #"{"raw":"{\"hello\":1}"}"#, outcome: "backend.protocol"),
        Shape(name: "other-message", api: "anthropic", step: #"{"raw":"{}"}"#, outcome: "backend.protocol"),
        Shape(name: "other-chat", api: "chat", step: #"{"raw":"{\"choices\":[]}"}"#, outcome: "backend.protocol"),
        Shape(
            name: "401",
            api: openai,
            step: #"{"status":401,"body":{"error":{"message":"Incorrect API key provided: KEY"}}}"#,
            outcome: "backend.unauthorized",
            says: "Incorrect API key"
        ),
        Shape(name: "403", api: "anthropic", step: #"{"status":403}"#, outcome: "backend.forbidden"),
        Shape(name: "404", api: openai, step: #"{"status":404}"#, outcome: "backend.unknown"),
        Shape(name: "413", api: "anthropic", step: #"{"status":413}"#, outcome: "backend.request", says: "too large"),
        Shape(
            name: "400",
            api: "chat",
            step: #"{"status":400,"body":{"error":"bad\u001b[2J"}}"#,
            outcome: "backend.request",
            says: "bad^[[2J"
        ),
        Shape(
            name: "500",
            api: openai,
            step: #"{"status":500,"headers":{"retry-after-ms":"1"}}"#,
            outcome: "backend.server"
        ),
        Shape(
            name: "rate",
            api: openai,
            step: #"{"status":429,"headers":{"retry-after":"3600"}}"#,
            outcome: "backend.rate-limit"
        ),
        Shape(
            name: "credit",
            api: "anthropic",
            step: #"{"status":400,"body":{"error":{"message":"Your credit balance is too low"}}}"#,
            outcome: "backend.quota"
        ),
        Shape(
            name: "redirect",
            api: openai,
            step: #"{"status":307,"headers":{"location":"http://127.0.0.1:9/"}}"#,
            outcome: "backend.redirect"
        ),
        Shape(
            name: "stream-error",
            api: "chat",
            step: #"{"text":"x","event":{"error":{"message":"no memory left","type":"invalid"}}}"#,
            outcome: "backend.server",
            says: "no memory left"
        ),
        Shape(name: "cut", api: openai, step: #"{"text":"x","cut":true}"#, outcome: "backend.truncated"),
        Shape(name: "silent", api: openai, step: #"{"silent":true}"#, outcome: "backend.timeout", seconds: 1),
        Shape(
            name: "drip",
            api: "anthropic",
            step: #"{"text":"x","drip":0.2}"#,
            outcome: "backend.timeout",
            seconds: 2
        ),
        Shape(name: "flood", api: openai, step: #"{"flood":40000000}"#, outcome: "backend.too-large", says: "bytes"),
        Shape(
            name: "flood-json",
            api: "chat",
            step: #"{"text":"\#(String(repeating: "x", count: 600_000))","plain":true}"#,
            outcome: "backend.unreadable-reply parse.limit"
        ),
        Shape(
            name: "whole-document",
            api: openai,
            step:
                #"{"answer":{"cannot_fix":{"kind":"needs-human","reason":"ask Ada","tests":[]},"edits":null},"plain":true}"#,
            outcome: "cannot_fix needs-human: ask Ada"
        ),
    ]

    @Test("each of them comes to an end in its time, with a reason, and touches nothing")
    func table() async throws {
        #expect(Self.shapes.count >= 25 && Set(Self.shapes.map(\.name)).count == Self.shapes.count)
        try await BackendDesk.with { desk in
            let before = try await desk.repository.state()
            let script = "{" + Self.shapes.map { "\"\($0.name)\":[\($0.step)]" }.joined(separator: ",") + "}"
            try await ModelServer.with(script, in: desk.repository.scratch) { server in
                try await withThrowingTaskGroup(of: Void.self) { group in
                    for (index, shape) in Self.shapes.enumerated() {
                        if index >= 3 { try await group.next() }
                        group.addTask { try await Self.examine(shape, desk, server) }
                    }
                    try await group.waitForAll()
                }
            }
            #expect(try await desk.repository.state() == before)
        }
    }

    private static func examine(_ shape: Shape, _ desk: BackendDesk, _ server: ModelServer) async throws {
        let key = "key-0123456789abcdef"
        let backend = try desk.backend(
            shape.api,
            environment: ["TEST_KEY": key],
            ModelBackendTests.settings(server, shape.api, path: "/\(shape.name)")
        )
        let began = ContinuousClock.now
        let outcome = try await desk.outcome(backend, deadline: .seconds(shape.seconds))
        let isSaid = shape.says.isEmpty || outcome.contains(shape.says)
        #expect(outcome.hasPrefix(shape.outcome) && isSaid, "\(shape.name): \(outcome)")
        #expect(!outcome.contains(key), "\(shape.name)")
        // Not the speed of anything: the bound that the request itself set, with room for a busy machine.
        #expect(ContinuousClock.now - began < .seconds(shape.seconds + 30), "\(shape.name)")
    }

    @Test("a server that is not there, and one that speaks another tongue, are told apart")
    func connections() async throws {
        try await BackendDesk.with { desk in
            for (url, code) in [
                ("http://127.0.0.1:9/v1", "backend.connect"), ("http://no-such-host.invalid/v1", "backend.connect"),
            ] {
                var settings = BackendSettings()
                settings.endpoint = Sourced(url, .builtIn)
                let outcome = try await desk.outcome(try desk.backend("chat", settings))
                #expect(outcome.hasPrefix(code), "\(url): \(outcome)")
            }
            try await ModelServer.with("[{\"text\":\"x\"}]", in: desk.repository.scratch) { server in
                var settings = BackendSettings()
                settings.endpoint = Sourced("https://127.0.0.1:\(server.port)/v1", .builtIn)
                let outcome = try await desk.outcome(try desk.backend("chat", settings))
                #expect(outcome.hasPrefix("backend.tls"), "\(outcome)")
            }
        }
    }

    @Test("a file of settings for curl has no say")
    func curlrc() async throws {
        try await BackendDesk.with { desk in
            try await ModelServer.with("[{\"text\":\"{\\\"cannot_fix\\\":\\\"no\\\"}\"}]", in: desk.repository.scratch)
            {
                server in
                try Data("url = \"file:///etc/hostname\"\noutput = \"\(desk.repository.scratch)/out\"\n".utf8)
                    .write(to: URL(fileURLWithPath: "\(desk.repository.scratch)/home/.curlrc"))
                let backend = try desk.backend("chat", ModelBackendTests.settings(server, "chat"))
                await #expect(throws: GateFailure.self) { _ = try await desk.outcome(backend) }
                var settings = ModelBackendTests.settings(server, "chat")
                settings.keyVariable = nil
                #expect(try await desk.outcome(try desk.backend("chat", settings)).hasPrefix("cannot_fix"))
                #expect(!FileManager.default.fileExists(atPath: "\(desk.repository.scratch)/out"))
            }
        }
    }
}
