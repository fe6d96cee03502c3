import GateCore

/// Anthropic's Messages API.
struct MessagesAPI: ModelAPI {
    let name = "anthropic"
    let standardEndpoint: String? = "https://api.anthropic.com"
    let endpointVariables = ["ANTHROPIC_BASE_URL"]
    let keyVariables = ["ANTHROPIC_API_KEY"]
    let needsKey = true
    let path = "v1/messages"

    /// Tokens of an answer where nothing else is configured; the interface asks for a number.
    static let standardTokens = 16_000

    func headers(key: String?) -> [(name: String, value: String)] {
        [("anthropic-version", "2023-06-01")] + (key.map { [("x-api-key", $0)] } ?? [])
    }

    func body(_ turn: ModelTurn) -> JSONValue {
        var body: JSONValue = [
            "model": .text(turn.model),
            "max_tokens": .number(turn.maximumTokens ?? Self.standardTokens),
            "messages": [["role": "user", "content": [["type": "text", "text": .text(turn.prompt)]]]],
            "stream": true,
        ]
        if let schema = turn.schema, schema.isStrict, !turn.isPlain {
            body["output_config"] = ["format": ["type": "json_schema", "schema": schema.value]]
        }
        return body
    }

    func assemble(_ events: [EventStream.Event]) throws(HTTPFailure) -> JSONValue? {
        var message: JSONValue = .null
        var blocks: [Int: JSONValue] = [:]
        var isWhole = false
        for event in events {
            guard let data = JSONValue.read(Array(event.data.utf8)) else { continue }
            switch data["type"].string ?? event.name {
            case "message_start": message = data["message"]
            case "content_block_start": blocks[data["index"].integer ?? 0] = data["content_block"]
            case "content_block_delta":
                let index = data["index"].integer ?? 0
                if let text = data["delta"]["text"].string {
                    var block = blocks[index] ?? ["type": "text", "text": ""]
                    block["text"] = .text((block["text"].string ?? "") + text)
                    blocks[index] = block
                }
            case "message_delta":
                message["stop_reason"] = data["delta"]["stop_reason"]
                if case .object(let numbers) = data["usage"] {
                    for (name, value) in numbers where value != .null { message["usage"][name] = value }
                }
            case "message_stop": isWhole = true
            case "error": throw ServerErrors.inStream(data["error"], of: "the server")
            default: continue
            }
        }
        guard isWhole else { return nil }
        message["content"] = .list(blocks.sorted { $0.key < $1.key }.map(\.value))
        return message
    }

    func read(_ document: JSONValue) throws(HTTPFailure) -> ModelAnswer {
        guard document["type"].string == "message" else {
            if document["error"].isObject { throw ServerErrors.inStream(document["error"], of: "the server") }
            throw HTTPFailure("backend.protocol", "the server's answer is no message of the Messages API")
        }
        var answer = ModelAnswer(text: "")
        let usage = document["usage"]
        let cached = usage["cache_read_input_tokens"].integer
        let written = usage["cache_creation_input_tokens"].integer ?? 0
        answer.usage = Usage(
            inputTokens: usage["input_tokens"].integer.map { $0 + (cached ?? 0) + written },
            cachedTokens: cached,
            outputTokens: usage["output_tokens"].integer
        )
        var tool: String?
        for block in document["content"].elements {
            switch block["type"].string {
            case "text": answer.text += block["text"].string ?? ""
            case "tool_use", "server_tool_use": tool = block["name"].string ?? "a tool"
            default: continue
            }
        }
        if let tool { answer.ending = .toolCall(tool) }
        switch document["stop_reason"].string {
        case "max_tokens": answer.ending = .truncated("max_tokens")
        case "model_context_window_exceeded": answer.ending = .truncated("the context window is full")
        case "refusal": answer.ending = .refused(Excerpt.line(answer.text))
        case "pause_turn": answer.ending = .truncated("pause_turn")
        default: break
        }
        return answer
    }

    func simpler(_ turn: ModelTurn, after failure: HTTPFailure) -> ModelTurn? {
        guard let answer = failure.answer, answer.status == 400, turn.schema != nil, !turn.isPlain,
            String(decoding: answer.body.prefix(64 << 10), as: UTF8.self).contains("output_config")
        else { return nil }
        // An older model, which knows nothing of schemas; the reply is checked here all the same.
        var turn = turn
        turn.isPlain = true
        return turn
    }
}
