import GateCore

/// Turns what a model said into a reply: whatever the backend promises, the words are read and checked here.
enum ReplyDesk {
    /// The reply to a request for a candidate.
    ///
    /// - Throws: `BackendFailure` with findings where the answer is none, so that the backend is told and asked again.
    static func reply(
        to answer: ModelAnswer,
        origin: String,
        limit: Int,
        artifacts: [String: [UInt8]],
        session: String?
    ) throws -> BackendReply {
        func unreadable(_ findings: [AdmissionFinding]) -> BackendFailure {
            BackendFailure(
                "backend.unreadable-reply",
                "cannot read the reply of \(origin): \(findings.map(\.message).joined(separator: "; "))",
                hints: ["the forms of a reply are listed in docs/backends.md"],
                artifacts: artifacts,
                findings: findings,
                session: session,
                usage: answer.usage
            )
        }
        switch answer.ending {
        case .complete: break
        case .refused(let words):
            let said = Excerpt.visible(Excerpt.line(words, maximum: 300))
            return BackendReply(
                answer: .cannotFix(
                    CannotFix(kind: .other, reason: "the model refused to answer" + (said.isEmpty ? "" : ": \(said)"))
                ),
                artifacts: artifacts,
                session: session,
                notes: answer.notes,
                usage: answer.usage
            )
        case .truncated(let why):
            throw unreadable([
                AdmissionFinding(
                    code: "parse.truncated",
                    message: "the answer was cut off (\(Excerpt.visible(why))); answer shorter, with search and replace"
                )
            ])
        case .toolCall(let tool):
            throw unreadable([
                AdmissionFinding(
                    code: "parse.tool-call",
                    message:
                        "the answer calls '\(Excerpt.visible(Excerpt.line(tool, maximum: 80)))', and there is no tool"
                )
            ])
        }
        switch ReplyParser.parse(Array(answer.text.utf8), limit: limit) {
        case .failure(let refusal): throw unreadable(refusal.findings)
        case .success(let parsed):
            return BackendReply(
                answer: parsed,
                artifacts: artifacts,
                session: session,
                notes: answer.notes,
                usage: answer.usage
            )
        }
    }

    /// The reply to a question in words.
    ///
    /// - Throws: `BackendFailure` where there are none.
    static func text(
        _ answer: ModelAnswer,
        origin: String,
        limit: Int,
        artifacts: [String: [UInt8]],
        session: String?
    ) throws -> TextReply {
        func failure(_ code: String, _ what: String) -> BackendFailure {
            BackendFailure(
                code,
                "\(origin) \(what)",
                hints: ["what it sent is kept; ask again, or name another --backend"],
                artifacts: artifacts,
                session: session,
                usage: answer.usage
            )
        }
        switch answer.ending {
        case .complete: break
        case .refused(let words):
            throw failure("backend.refused", "refused to answer: \(Excerpt.visible(Excerpt.line(words)))")
        case .truncated(let why): throw failure("backend.truncated", "was cut off (\(Excerpt.visible(why)))")
        case .toolCall: throw failure("backend.unreadable-reply", "called a tool, and there is none")
        }
        guard !answer.text.allSatisfy(\.isWhitespace) else { throw failure("backend.empty", "answered with nothing") }
        guard answer.text.utf8.count <= limit else {
            throw failure("backend.too-large", "answered with more than \(limit) bytes")
        }
        return TextReply(text: answer.text, artifacts: artifacts, session: session, usage: answer.usage)
    }
}

extension BackendRequest {
    /// What is still to be said in a session that has the request already; the whole request where there is none.
    var continuation: String {
        guard session != nil, let last = feedback.last else { return prompt }
        return """
            Your last answer was not accepted. The same tests have to pass, under the same rules.

            \(last)

            Answer again, with one JSON document of the same form and nothing else.
            """
    }
}
