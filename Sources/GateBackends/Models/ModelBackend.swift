package import GateCore
import GateGit
import Synchronization

/// A backend that is a model behind an interface of HTTP.
package struct ModelBackend: Backend {
    /// Everything it needs beside the interface itself.
    struct Setting: Sendable {
        let endpoint: HTTPEndpoint
        let keys: KeySource
        let exchange: HTTPExchange
        var model: String?
        var maximumTokens: Int?
        /// Whether one attempt continues the conversation of the one before.
        var keepsSession = true
        var replyBytes = CandidateLimits().replyBytes
    }

    package var name: String { api.name }
    package var origin: String { setting.endpoint.url }

    private let api: any ModelAPI
    private let setting: Setting

    init(_ api: any ModelAPI, _ setting: Setting) {
        self.api = api
        self.setting = setting
    }

    package func propose(_ request: BackendRequest, bench: any TrialBench) async throws -> BackendReply {
        let exchange = try await exchange(
            prompt: request.prompt,
            continuation: request.continuation,
            schema: ModelTurn.Schema(name: "candidate", value: ReplySchema.strict, isStrict: true),
            model: request.model,
            session: request.session,
            deadline: request.deadline,
            progress: request.progress
        )
        return try ReplyDesk.reply(
            to: exchange.answer,
            origin: "\(name) (\(exchange.model))",
            limit: setting.replyBytes,
            artifacts: exchange.artifacts,
            session: setting.keepsSession ? exchange.answer.session : nil
        )
    }

    package func answer(_ request: TextRequest) async throws -> TextReply {
        let schema = request.schema.flatMap { JSONValue.read(Array($0.utf8)) }
        let exchange = try await exchange(
            prompt: request.prompt,
            continuation: request.prompt,
            schema: schema.map { .init(name: "answer", value: $0, isStrict: StrictSchema.holds($0)) },
            model: request.model,
            session: request.session,
            deadline: request.deadline,
            progress: { _ in }
        )
        return try ReplyDesk.text(
            exchange.answer,
            origin: "\(name) (\(exchange.model))",
            limit: setting.replyBytes,
            artifacts: exchange.artifacts,
            session: setting.keepsSession ? exchange.answer.session : nil
        )
    }

    private func exchange(
        prompt: String,
        continuation: String,
        schema: ModelTurn.Schema?,
        model: String?,
        session: String?,
        deadline: Duration,
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> (answer: ModelAnswer, model: String, artifacts: [String: [UInt8]]) {
        guard let model = model ?? setting.model else {
            throw BackendFailure(
                "backend.no-model",
                "no model is named for the backend '\(name)'",
                hints: ["--model NAME, or: git config gatekeeper.backend.\(name).model NAME"]
            )
        }
        let key = try await key()
        var turn = ModelTurn(
            prompt: prompt,
            continuation: continuation,
            model: model,
            schema: schema,
            session: setting.keepsSession ? session : nil,
            maximumTokens: setting.maximumTokens,
            keepsSession: setting.keepsSession
        )
        // Whatever a server repeats of what it was sent, the key stays out of everything that is kept or shown.
        let scrub = Redactor(secrets: key.map { [.init(kind: "key", value: Array($0.utf8))] } ?? [])
        let end = ContinuousClock.now + deadline
        while true {
            let body = try JSON.encode(api.body(turn))
            var artifacts = ["request.json": scrub.redact(body)]
            do {
                let outcome = try await setting.exchange.send(
                    HTTPRequest(
                        endpoint: setting.endpoint.appending(api.path),
                        headers: [
                            ("content-type", "application/json"), ("accept", "application/json, text/event-stream"),
                            ("user-agent", "git-gatekeeper"),
                        ] + api.headers(key: key),
                        body: body
                    ),
                    deadline: max(end - ContinuousClock.now, .milliseconds(1)),
                    progress: progress,
                    onOutput: Self.meter(progress),
                    read: { [api] answer throws(HTTPFailure) in try Self.read(answer, api) }
                )
                artifacts["response.json"] = scrub.redact(try JSON.encode(outcome.value.document))
                var answer = outcome.value.answer
                answer.text = scrub.redact(answer.text)
                answer.notes += Self.doubts(answer, prompt: turn.text)
                if !answer.text.isEmpty { artifacts["response.md"] = Array(answer.text.utf8) }
                return (answer, model, artifacts)
            } catch let failure as HTTPFailure {
                if let next = api.simpler(turn, after: failure) {
                    turn = next
                    continue
                }
                if let sent = failure.answer?.body, !sent.isEmpty {
                    artifacts[JSONValue.read(sent) == nil ? "response.md" : "response.json"] = scrub.redact(sent)
                }
                throw BackendFailure(
                    failure.code,
                    scrub.redact(failure.message),
                    hints: failure.hints.map { $0.replacing("<name>", with: name) },
                    artifacts: artifacts
                )
            }
        }
    }

    private func key() async throws -> String? {
        guard let key = try await setting.keys.key() else {
            guard api.needsKey else { return nil }
            throw BackendFailure(
                "backend.key",
                "no key for the backend '\(name)'",
                hints: [
                    "set \(api.keyVariables.first ?? "its variable")",
                    "or name a program that prints it: git config gatekeeper.backend.\(name).keyCommand 'pass show …'",
                ]
            )
        }
        try setting.endpoint.admitKey(of: name)
        return key.value
    }

    /// The document of an answer, streamed or not, and what it says.
    private static func read(
        _ answer: HTTPAnswer,
        _ api: any ModelAPI
    ) throws(HTTPFailure) -> (document: JSONValue, answer: ModelAnswer) {
        guard answer.isSuccess else { throw ServerErrors.failure(answer, of: "the server") }
        let document: JSONValue
        if answer.mediaType == "text/event-stream" {
            guard let whole = try api.assemble(EventStream.events(answer.body)) else {
                throw HTTPFailure(
                    "backend.truncated",
                    "the stream of the answer ended before its end",
                    hints: ["try again; where it keeps breaking, see whether a proxy in between cuts long answers"],
                    isTransient: true
                )
            }
            document = whole
        } else {
            guard let whole = JSONValue.read(answer.body), whole.isObject else {
                throw ServerErrors.unreadable(answer, of: "the server")
            }
            document = whole
        }
        return (document, try api.read(document))
    }

    /// What does not fit together: a server that saw far less than was sent has cut the prompt without a word.
    private static func doubts(_ answer: ModelAnswer, prompt: String) -> [String] {
        let bytes = prompt.utf8.count
        guard let read = answer.usage?.inputTokens, bytes > 8192, read * 12 < bytes else { return [] }
        return [
            "the server read \(read) tokens of a prompt of \(bytes) bytes: its context is probably too small for it"
        ]
    }

    /// Tells how much has come, a few times a second at most.
    private static func meter(_ progress: @escaping @Sendable (String) -> Void) -> @Sendable ([UInt8]) -> Void {
        let counter = Counter()
        return { bytes in
            if let total = counter.add(bytes.count) { progress("\(total >> 10) KiB of an answer so far") }
        }
    }

    private final class Counter: Sendable {
        private let state = Mutex<(total: Int, told: ContinuousClock.Instant)>((0, .now))

        func add(_ count: Int) -> Int? {
            state.withLock { state in
                state.total += count
                guard ContinuousClock.now - state.told > .milliseconds(300) else { return nil }
                state.told = .now
                return state.total
            }
        }
    }
}
