import GateCore

/// Chat completions as Ollama, llama.cpp, vLLM and many others speak them.
///
/// It relies on nothing but the common floor: where a server does not take a schema or a temperature, it is asked again
/// without, and what comes is checked here in any case.
struct ChatAPI: ModelAPI {
    let name = "chat"
    let standardEndpoint: String? = nil
    let endpointVariables: [String] = []
    /// None by custom: somebody else's key must not go to any server that speaks this way.
    let keyVariables: [String] = []
    let needsKey = false
    let path = "chat/completions"

    func headers(key: String?) -> [(name: String, value: String)] {
        key.map { [("authorization", "Bearer \($0)")] } ?? []
    }

    func body(_ turn: ModelTurn) -> JSONValue {
        var body: JSONValue = [
            "model": .text(turn.model),
            "messages": [["role": "user", "content": .text(turn.prompt)]],
            "stream": true,
        ]
        if let most = turn.maximumTokens { body["max_tokens"] = .number(most) }
        guard !turn.isPlain else { return body }
        body["stream_options"] = ["include_usage": true]
        // Said outright, because some servers otherwise take what the model's own files say.
        body["temperature"] = 0
        if let schema = turn.schema {
            body["response_format"] = [
                "type": "json_schema",
                "json_schema": [
                    "name": .text(schema.name), "strict": .truth(schema.isStrict), "schema": schema.value,
                ],
            ]
        }
        return body
    }

    func assemble(_ events: [EventStream.Event]) throws(HTTPFailure) -> JSONValue? {
        var text = ""
        var refusal = ""
        var reason: JSONValue = .null
        var document: JSONValue = ["object": "chat.completion"]
        var tool: JSONValue = .null
        var isWhole = false
        for event in events {
            if event.data == "[DONE]" {
                isWhole = true
                continue
            }
            guard let data = JSONValue.read(Array(event.data.utf8)) else { continue }
            if data["error"] != .null {
                let error: JSONValue = data["error"].isObject ? data["error"] : ["message": data["error"]]
                throw ServerErrors.inStream(error, of: "the server")
            }
            for name in ["id", "model", "usage"] where data[name] != .null { document[name] = data[name] }
            guard let choice = data["choices"].elements.first else { continue }
            text += choice["delta"]["content"].string ?? ""
            refusal += choice["delta"]["refusal"].string ?? ""
            if let call = choice["delta"]["tool_calls"].elements.first, tool == .null { tool = call }
            if choice["finish_reason"] != .null { reason = choice["finish_reason"] }
        }
        // Some servers end without the mark; a reason to finish says the same.
        guard isWhole || reason != .null else { return nil }
        var message: JSONValue = ["role": "assistant", "content": .text(text)]
        if !refusal.isEmpty { message["refusal"] = .text(refusal) }
        if tool != .null { message["tool_calls"] = [tool] }
        document["choices"] = [["index": 0, "message": message, "finish_reason": reason]]
        return document
    }

    func read(_ document: JSONValue) throws(HTTPFailure) -> ModelAnswer {
        guard let choice = document["choices"].elements.first else {
            if document["error"] != .null {
                let error: JSONValue =
                    document["error"].isObject ? document["error"] : ["message": document["error"]]
                throw ServerErrors.inStream(error, of: "the server")
            }
            throw HTTPFailure("backend.protocol", "the server's answer is no chat completion")
        }
        let message = choice["message"]
        var answer = ModelAnswer(text: message["content"].string ?? "")
        let usage = document["usage"]
        answer.usage = Usage(
            inputTokens: usage["prompt_tokens"].integer,
            cachedTokens: usage["prompt_tokens_details"]["cached_tokens"].integer,
            outputTokens: usage["completion_tokens"].integer
        )
        if let refusal = message["refusal"].string, !refusal.isEmpty { answer.ending = .refused(refusal) }
        if let call = message["tool_calls"].elements.first {
            answer.ending = .toolCall(call["function"]["name"].string ?? "a tool")
        }
        switch choice["finish_reason"].string {
        case "length": answer.ending = .truncated("length")
        case "content_filter": answer.ending = .refused("content filter")
        default: break
        }
        return answer
    }

    func simpler(_ turn: ModelTurn, after failure: HTTPFailure) -> ModelTurn? {
        guard let status = failure.answer?.status, [400, 422, 501].contains(status), !turn.isPlain else { return nil }
        var turn = turn
        turn.isPlain = true
        return turn
    }
}
