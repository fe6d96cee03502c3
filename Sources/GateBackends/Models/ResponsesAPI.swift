import GateCore

/// OpenAI's Responses API, with the answer's form enforced by the server and retries in one conversation.
struct ResponsesAPI: ModelAPI {
    let name = "openai_responses_api"
    let standardEndpoint: String? = "https://api.openai.com/v1"
    let endpointVariables = ["OPENAI_BASE_URL"]
    let keyVariables = ["OPENAI_API_KEY"]
    let needsKey = true
    let path = "responses"

    func headers(key: String?) -> [(name: String, value: String)] {
        key.map { [("authorization", "Bearer \($0)")] } ?? []
    }

    func body(_ turn: ModelTurn) -> JSONValue {
        var body: JSONValue = [
            "model": .text(turn.model),
            "input": [
                [
                    "type": "message", "role": "user",
                    "content": [["type": "input_text", "text": .text(turn.text)]],
                ]
            ],
            // What is stored can be continued; otherwise nothing stays with the vendor.
            "store": .truth(turn.keepsSession),
            "stream": true,
        ]
        if let schema = turn.schema, !turn.isPlain {
            body["text"] = [
                "format": [
                    "type": "json_schema", "name": .text(schema.name), "strict": .truth(schema.isStrict),
                    "schema": schema.value,
                ]
            ]
        }
        if let session = turn.session { body["previous_response_id"] = .text(session) }
        if let most = turn.maximumTokens { body["max_output_tokens"] = .number(most) }
        return body
    }

    func assemble(_ events: [EventStream.Event]) throws(HTTPFailure) -> JSONValue? {
        for event in events {
            guard let data = JSONValue.read(Array(event.data.utf8)) else { continue }
            switch data["type"].string ?? event.name {
            // The last event holds the whole document; all before it are its parts.
            case "response.completed", "response.incomplete", "response.failed": return data["response"]
            case "error": throw ServerErrors.inStream(data["error"].isObject ? data["error"] : data, of: "the server")
            default: continue
            }
        }
        return nil
    }

    func read(_ document: JSONValue) throws(HTTPFailure) -> ModelAnswer {
        guard document["object"].string == "response" || document["output"] != .null else {
            throw HTTPFailure("backend.protocol", "the server's answer is no response of the Responses API")
        }
        if document["error"].isObject { throw ServerErrors.inStream(document["error"], of: "the server") }
        var answer = ModelAnswer(text: "")
        answer.session = document["id"].string
        let usage = document["usage"]
        answer.usage = Usage(
            inputTokens: usage["input_tokens"].integer,
            cachedTokens: usage["input_tokens_details"]["cached_tokens"].integer,
            outputTokens: usage["output_tokens"].integer
        )
        for item in document["output"].elements {
            switch item["type"].string {
            case "message":
                for part in item["content"].elements {
                    if let text = part["text"].string, part["type"].string == "output_text" { answer.text += text }
                    if let refusal = part["refusal"].string { answer.ending = .refused(refusal) }
                }
            case .some(let type) where type.hasSuffix("_call"):
                answer.ending = .toolCall(item["name"].string ?? type)
            default: continue
            }
        }
        switch document["status"].string {
        case "completed", nil: break
        case "incomplete":
            let reason = document["incomplete_details"]["reason"].string ?? "no reason given"
            answer.ending = reason == "content_filter" ? .refused("content filter") : .truncated(reason)
        case .some(let status):
            throw HTTPFailure(
                "backend.server",
                "the response ended as '\(Excerpt.visible(status))'",
                hints: ["try again later"],
                isTransient: status == "failed"
            )
        }
        return answer
    }

    func simpler(_ turn: ModelTurn, after failure: HTTPFailure) -> ModelTurn? {
        guard let answer = failure.answer, [400, 404].contains(answer.status) else { return nil }
        let raw = String(decoding: answer.body.prefix(64 << 10), as: UTF8.self)
        // A conversation that the server does not have, or will not keep, begins anew with the whole prompt.
        guard raw.contains("previous_response"), turn.session != nil else { return nil }
        var turn = turn
        turn.session = nil
        return turn
    }
}
