import GateCore

/// One vendor's interface to a model: how a question is put, and how an answer is read.
///
/// It sends nothing and decides nothing; `ModelBackend` does the rest for all of them.
protocol ModelAPI: Sendable {
    /// Name as in `--backend`.
    var name: String { get }
    /// Base address where none is configured.
    var standardEndpoint: String? { get }
    /// Variables that name another one by custom.
    var endpointVariables: [String] { get }
    /// Variables that hold its key by custom.
    var keyVariables: [String] { get }
    /// Whether it answers nobody without a key.
    var needsKey: Bool { get }
    /// What follows the base address.
    var path: String { get }
    func headers(key: String?) -> [(name: String, value: String)]
    func body(_ turn: ModelTurn) -> JSONValue
    /// Puts the events of a stream together to the document that a plain answer would have been.
    ///
    /// - Returns: `nil` where the stream ended before its end.
    func assemble(_ events: [EventStream.Event]) throws(HTTPFailure) -> JSONValue?
    /// Reads a document.
    func read(_ document: JSONValue) throws(HTTPFailure) -> ModelAnswer
    /// A simpler way to put the same question, after a server did not understand it.
    func simpler(_ turn: ModelTurn, after failure: HTTPFailure) -> ModelTurn?
}

extension ModelAPI {
    func simpler(_ turn: ModelTurn, after failure: HTTPFailure) -> ModelTurn? { nil }
}

/// One question to a model.
struct ModelTurn: Sendable {
    /// A schema that the answer is to follow.
    struct Schema: Sendable {
        let name: String
        let value: JSONValue
        /// Whether it keeps to what servers can enforce.
        let isStrict: Bool
    }

    /// The whole request as one text.
    var prompt: String
    /// What is still to be said in a session that knows the rest.
    var continuation: String
    var model: String
    var schema: Schema?
    var session: String?
    var maximumTokens: Int?
    /// Whether the server may keep the exchange, so that a session can go on.
    var keepsSession: Bool
    /// Whether anything beyond the common floor is left out.
    var isPlain = false

    var text: String { session == nil ? prompt : continuation }
}

/// What a model said.
struct ModelAnswer: Sendable, Hashable {
    enum Ending: Sendable, Hashable {
        case complete
        /// It reached its limit of output; nothing after that is known.
        case truncated(String)
        /// It would not answer.
        case refused(String)
        /// It wanted to call a tool it was not given.
        case toolCall(String)
    }

    var text: String
    var ending = Ending.complete
    var session: String?
    var usage: Usage?
    /// What a person should know of it, one sentence each.
    var notes: [String] = []
}
