/// A question in words that is not about a candidate: what a clarifier or a reviewer is asked.
package struct TextRequest: Sendable, Hashable {
    /// What it is asked for, as one plain word: `clarification`. Part of the names of artifacts.
    package var purpose: String
    /// The whole text the backend is shown.
    package var prompt: String
    /// JSON schema the answer has to follow, as text; backends that can, hand it on. The asker validates all the same.
    package var schema: String?
    package var model: String?
    /// Session of an earlier exchange to continue.
    package var session: String?
    /// Longest time the backend may take.
    package var deadline: Duration

    package init(
        purpose: String,
        prompt: String,
        schema: String?,
        model: String?,
        session: String?,
        deadline: Duration
    ) {
        self.purpose = purpose
        self.prompt = prompt
        self.schema = schema
        self.model = model
        self.session = session
        self.deadline = deadline
    }
}

/// What a backend answered to a question in words.
package struct TextReply: Sendable, Hashable {
    /// The answer as it came, fences and all.
    package var text: String
    /// Raw artifacts by file name, kept in the ledger.
    package var artifacts: [String: [UInt8]]
    /// Session to continue with the next question; `nil` where the backend has none.
    package var session: String?
    /// What it took; `nil` where the backend does not say.
    package var usage: Usage?

    package init(text: String, artifacts: [String: [UInt8]] = [:], session: String? = nil, usage: Usage? = nil) {
        self.text = text
        self.artifacts = artifacts
        self.session = session
        self.usage = usage
    }
}

extension Backend {
    /// Backends that can only propose candidates have no words.
    package func answer(_ request: TextRequest) async throws -> TextReply {
        throw BackendFailure(
            "backend.cannot-answer",
            "the backend '\(name)' proposes candidates and answers no questions",
            hints: ["name another backend"]
        )
    }
}
