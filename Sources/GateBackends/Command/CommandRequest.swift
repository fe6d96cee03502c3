import GateCore
import GateGit

/// The JSON a command reads, version 1: keys may be added, none changes its meaning.
struct CommandRequest: Encodable {
    private let version = 1
    private let request: BackendRequest

    /// The request as one JSON object.
    static func encode(_ request: BackendRequest) throws -> [UInt8] {
        try JSON.encode(CommandRequest(request: request))
    }

    /// Whether bytes are one JSON object or list.
    static func isJSON(_ bytes: [UInt8]) -> Bool {
        switch JSONValue.read(bytes) {
        case .object, .list: true
        default: false
        }
    }

    private enum Key: String, CodingKey {
        case version, attempt, instructions, context, feedback, targets, delta, contract, scope, suspects, model,
            session
        case baseTree = "base_tree"
        case headTree = "head_tree"
        case deadlineSeconds = "deadline_seconds"
        case replySchema = "reply_schema"
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(version, forKey: .version)
        try values.encode(request.attempt, forKey: .attempt)
        try values.encode(request.instructions, forKey: .instructions)
        try values.encode(request.context, forKey: .context)
        try values.encode(request.feedback, forKey: .feedback)
        try values.encode(request.targets.map { String(describing: $0) }, forKey: .targets)
        try values.encode(request.baseTree.hex, forKey: .baseTree)
        try values.encode(request.headTree.hex, forKey: .headTree)
        try values.encode(request.delta.map(Change.init), forKey: .delta)
        try values.encode(request.contractGlobs, forKey: .contract)
        try values.encode(request.scope, forKey: .scope)
        try values.encode(request.suspects.map(\.description), forKey: .suspects)
        // Keys are always there, so that a program need not ask whether they are.
        try values.encode(request.model, forKey: .model)
        try values.encode(request.session, forKey: .session)
        try values.encode(request.deadline.components.seconds, forKey: .deadlineSeconds)
        try values.encode(ReplySchema.value, forKey: .replySchema)
    }

    /// One path in which base and head differ.
    private struct Change: Encodable {
        /// `A` added, `D` removed, `M` changed.
        let status: String
        let path: String

        init(_ change: TreeChange) {
            status = change.old == nil ? "A" : change.new == nil ? "D" : "M"
            path = change.path.description
        }
    }

    /// The session a JSON reply names, to be handed back with the next attempt; one that is no plain word is left out.
    static func session(in reply: [UInt8]) -> String? {
        guard let session = try? JSON.decode(Conversation.self, from: reply).session else { return nil }
        let isPlain = session.utf8.count <= 256 && session.utf8.allSatisfy { (0x21..<0x7F).contains($0) }
        return isPlain && !session.isEmpty ? session : nil
    }

    private struct Conversation: Decodable {
        let session: String?
    }
}

/// The JSON a command reads where it is asked in words, version 1.
struct CommandQuestion: Encodable {
    private let version = 1
    private let kind = "question"
    private let request: TextRequest

    /// The question as one JSON object.
    static func encode(_ request: TextRequest) throws -> [UInt8] { try JSON.encode(CommandQuestion(request: request)) }

    private enum Key: String, CodingKey {
        case version, kind, purpose, prompt, schema, model, session
        case deadlineSeconds = "deadline_seconds"
    }

    func encode(to encoder: any Encoder) throws {
        var values = encoder.container(keyedBy: Key.self)
        try values.encode(version, forKey: .version)
        try values.encode(kind, forKey: .kind)
        try values.encode(request.purpose, forKey: .purpose)
        try values.encode(request.prompt, forKey: .prompt)
        try values.encode(request.schema.flatMap { JSONValue.read(Array($0.utf8)) }, forKey: .schema)
        try values.encode(request.model, forKey: .model)
        try values.encode(request.session, forKey: .session)
        try values.encode(request.deadline.components.seconds, forKey: .deadlineSeconds)
    }
}
