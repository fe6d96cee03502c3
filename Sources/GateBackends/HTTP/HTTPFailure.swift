/// Why an exchange with a server came to nothing.
struct HTTPFailure: Error, Sendable, Hashable {
    /// Stable, dotted: `backend.http-status`, `backend.tls` …
    let code: String
    /// What happened; lower case, no full stop.
    let message: String
    let hints: [String]
    /// Whether it may go better a moment later.
    let isTransient: Bool
    /// What the server sent, as far as it came.
    var answer: HTTPAnswer?

    init(
        _ code: String,
        _ message: String,
        hints: [String] = [],
        isTransient: Bool = false,
        answer: HTTPAnswer? = nil
    ) {
        self.code = code
        self.message = message
        self.hints = hints
        self.isTransient = isTransient
        self.answer = answer
    }
}
