import GateCore

/// What servers say where they do not answer.
enum ServerErrors {
    /// Words by which vendors say that money or a quota has run out, which no wait brings back.
    private static let exhausted = [
        "insufficient_quota", "billing_hard_limit_reached", "billing_not_active", "credit balance is too low",
        "exceeded your current quota", "billing_error",
    ]

    /// The failure of an answer with an error status.
    static func failure(_ answer: HTTPAnswer, of server: String) -> HTTPFailure {
        let said = words(of: answer)
        let text = said.map { ": \($0)" } ?? ""
        let raw = String(decoding: answer.body.prefix(64 << 10), as: UTF8.self).lowercased()
        let isExhausted = exhausted.contains { raw.contains($0) }
        let mayRetry = RetryPolicy.mayRetry(answer, isExhausted: isExhausted)
        func failure(_ code: String, _ what: String, _ hint: String) -> HTTPFailure {
            HTTPFailure(
                code,
                "\(server) answered \(answer.status), \(what)\(text)",
                hints: [hint],
                isTransient: mayRetry,
                answer: answer
            )
        }
        if isExhausted {
            return failure("backend.quota", "its quota is used up", "refill the account, or name another --backend")
        }
        switch answer.status {
        case 300..<400:
            return failure("backend.redirect", "which leads elsewhere", "name the address it leads to as the endpoint")
        case 401:
            return failure("backend.unauthorized", "it does not know the key", "see where the key comes from")
        case 403:
            return failure("backend.forbidden", "the key may not do this", "see what the key and the model are for")
        case 404:
            return failure("backend.unknown", "it knows no such model or address", "correct the model or the endpoint")
        case 408, 504: return failure("backend.timeout", "it was not done in its own time", "try again later")
        case 413:
            return failure("backend.request", "the request is too large for it", "name a model with a larger context")
        case 429: return failure("backend.rate-limit", "it is asked too often", "try again later")
        case 400..<500:
            return failure("backend.request", "it does not accept the request", "'request.json' is what was sent")
        default: return failure("backend.server", "it is in trouble itself", "try again later")
        }
    }

    /// The failure of an answer that is no JSON, though its status is good.
    static func unreadable(_ answer: HTTPAnswer, of server: String) -> HTTPFailure {
        let start = String(decoding: answer.body.prefix(512), as: UTF8.self).drop(while: \.isWhitespace).lowercased()
        let what: String
        if answer.body.allSatisfy({ [0x20, 0x0A, 0x0D, 0x09].contains($0) }) {
            what = "with nothing"
        } else if answer.mediaType == "text/html" || start.hasPrefix("<!doctype") || start.hasPrefix("<html") {
            what = "with a page of HTML instead of JSON: '\(title(answer) ?? "no title")'"
        } else {
            what = "with something that is no JSON"
        }
        return HTTPFailure(
            "backend.not-json",
            "\(server) answered \(answer.status) \(what)",
            hints: ["see whether the endpoint is the interface of a model and not a page or a proxy's log-in"],
            answer: answer
        )
    }

    /// What the body of an error says, made safe and short.
    static func words(of answer: HTTPAnswer) -> String? {
        guard let document = JSONValue.read(answer.body) else {
            guard answer.mediaType != "text/html" else { return title(answer) }
            let text = Excerpt.line(String(decoding: answer.body.prefix(4096), as: UTF8.self))
            return text.isEmpty ? nil : Excerpt.visible(text)
        }
        let error = document["error"]
        let message = error["message"].string ?? error.string ?? document["message"].string
        return message.map { Excerpt.visible(Excerpt.line($0, maximum: 300)) }
    }

    private static func title(_ answer: HTTPAnswer) -> String? {
        let text = String(decoding: answer.body.prefix(64 << 10), as: UTF8.self)
        guard let start = text.firstRange(of: "<title>"), let end = text.firstRange(of: "</title>"),
            start.upperBound <= end.lowerBound
        else { return nil }
        return Excerpt.visible(Excerpt.line(String(text[start.upperBound..<end.lowerBound]), maximum: 80))
    }

    /// An error that came in the middle of a stream, after a good status.
    static func inStream(_ error: JSONValue, of server: String) -> HTTPFailure {
        let kind = error["type"].string ?? error["code"].string ?? "error"
        let words = Excerpt.visible(Excerpt.line(error["message"].string ?? "no reason given", maximum: 300))
        let all = "\(kind) \(error["code"].string ?? "") \(words)".lowercased()
        if exhausted.contains(where: { all.contains($0) }) {
            return HTTPFailure(
                "backend.quota",
                "\(server) stopped, its quota is used up: \(words)",
                hints: ["refill the account, or name another --backend"]
            )
        }
        let isTransient = ["overloaded", "server_error", "rate_limit", "api_error", "timeout"].contains {
            all.contains($0)
        }
        return HTTPFailure(
            "backend.server",
            "\(server) stopped with an error (\(Excerpt.visible(kind))): \(words)",
            hints: ["try again later"],
            isTransient: isTransient
        )
    }
}
