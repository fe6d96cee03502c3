/// Finds the options of a question: a backend's, where one is asked and answers usably, else those that need no model.
struct ClarifierOptions: Sendable {
    /// What became of one question's options.
    struct Found: Sendable {
        var question: ClarificationQuestion
        var trace: ClarificationDialog.OptionTrace
        /// Session of the backend after it was asked.
        var session: String?
        /// Raw artifacts by file name.
        var artifacts: [String: [UInt8]] = [:]
    }

    /// Asked for options; `nil` where none is to be asked.
    let backend: (any Backend)?
    let template: ClarifierPrompt
    let model: String?
    /// How well the best record fits, and why the person is asked, for the prompt.
    let band: String
    let reason: String
    /// Longest time for the options of one question.
    let deadline: Duration

    private static let mostCharacters = 300
    /// What the answer has to be, for backends that can be held to a schema.
    static let schema = """
        {"type":"object","properties":{"options":{"type":"array","items":{"type":"string"}}},\
        "required":["options"],"additionalProperties":false}
        """

    /// - Parameters:
    ///   - context: what is known of the failure, fenced and redacted.
    ///   - session: where the conversation with the backend stands.
    /// - Throws: `CancellationError`; a backend that fails gives way to the options that need none.
    func find(
        _ question: ClarificationQuestion,
        context: String,
        session: String?
    ) async throws -> Found {
        guard let backend else {
            return Found(question: question, trace: .init(source: .heuristic), session: session)
        }
        let prompt = template.text(
            question: question.question,
            options: question.options.map(\.text),
            band: band,
            reason: reason,
            context: context
        )
        do {
            let reply = try await backend.answer(
                TextRequest(
                    purpose: "clarification",
                    prompt: prompt,
                    schema: Self.schema,
                    model: model,
                    session: session,
                    deadline: deadline
                )
            )
            var found = Found(
                question: question,
                trace: .init(source: .heuristic, payload: reply.text, thread: reply.session),
                session: reply.session,
                artifacts: reply.artifacts
            )
            switch Self.read(reply.text) {
            case .success(let texts):
                // What an answer leads to is the gate's business, so only the words are taken.
                for (index, text) in texts.enumerated() { found.question.options[index].text = text }
                found.trace.source = .backend
            case .failure(let problem):
                found.trace.problem = problem.why
            }
            return found
        } catch let failure as BackendFailure {
            return Found(
                question: question,
                trace: .init(source: .heuristic, problem: failure.message),
                session: session,
                artifacts: failure.artifacts
            )
        }
    }

    struct Unusable: Error, Equatable { let why: String }

    /// Three texts from `{"options":[…]}`, with or without a fence and prose around it.
    static func read(_ reply: String) -> Result<[String], Unusable> {
        let fields: [String: JSONValue]
        switch JSONValue.object(in: reply) {
        case .none(let problem): return .failure(Unusable(why: "the reply \(problem)"))
        case .object(let members, _): fields = members
        }
        guard case .list(let items)? = fields["options"] else {
            return .failure(Unusable(why: "the reply has no list 'options'"))
        }
        guard items.count == ClarificationQuestion.optionCount else {
            return .failure(Unusable(why: "the reply has \(items.count) options, not 3"))
        }
        var texts: [String] = []
        for item in items {
            guard case .text(let text) = item else {
                return .failure(Unusable(why: "an option is \(item.kind), not text"))
            }
            let line = Excerpt.visible(Excerpt.line(text, maximum: mostCharacters))
            guard !line.isEmpty else { return .failure(Unusable(why: "an option is empty")) }
            texts.append(line)
        }
        guard Set(texts).count == texts.count else { return .failure(Unusable(why: "two options are the same")) }
        return .success(texts)
    }
}
