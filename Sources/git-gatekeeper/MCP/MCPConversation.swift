import GateCore

/// The protocol's own rules, without any stream: which revision is spoken, and what a message asks for.
///
/// Two ways of talking are known. Up to revision 2025-11-25 a client shakes hands first (`initialize`); from 2026-07-28
/// on every request names its revision itself.
struct MCPConversation: Sendable {
    /// What is to be done about a message.
    enum Step: Sendable {
        case send(JSONValue)
        case call(Call)
        case cancel(RPCID)
        case nothing
    }

    /// One call of a tool.
    struct Call: Sendable {
        let id: RPCID
        let tool: Tool
        let arguments: [String: JSONValue]
        let progressToken: JSONValue?
        fileprivate let isStateless: Bool

        /// The answer on the wire.
        func answer(_ result: JSONValue) -> JSONValue {
            RPCMessage.result(id, MCPConversation.finished(result, isStateless: isStateless))
        }
    }

    /// Revisions that are agreed on by a handshake, oldest first.
    static let handshakeRevisions = ["2024-11-05", "2025-03-26", "2025-06-18", "2025-11-25"]
    /// Revisions that each request names.
    static let statelessRevisions = ["2026-07-28"]

    private static let revisionKey = "io.modelcontextprotocol/protocolVersion"
    private static let capabilitiesKey = "io.modelcontextprotocol/clientCapabilities"
    /// How long a client may keep what never changes while the server runs, in milliseconds.
    private static let lifetime = 3_600_000

    let tools: ToolBox
    private var isGreeted = false

    init(_ tools: ToolBox) { self.tools = tools }

    /// Reads one message.
    mutating func take(_ message: RPCMessage) -> Step {
        switch message {
        case .answer: return .nothing
        case .invalid(let id, let error): return .send(RPCMessage.failure(id, error))
        case .notification(let method, let params):
            guard method == "notifications/cancelled", let id = RPCID(params["requestId"]) else { return .nothing }
            return .cancel(id)
        case .request(let id, let method, let params):
            do {
                return try request(id, method, params)
            } catch {
                return .send(RPCMessage.failure(id, error))
            }
        }
    }

    private mutating func request(
        _ id: RPCID,
        _ method: String,
        _ params: JSONValue
    ) throws(RPCError) -> Step {
        let isStateless = try Self.isStateless(method, params)
        func reply(_ result: JSONValue, isLasting: Bool = false) -> Step {
            .send(RPCMessage.result(id, Self.finished(result, isStateless: isStateless, isLasting: isLasting)))
        }
        switch method {
        case "server/discover" where isStateless: return reply(discovery, isLasting: true)
        case "initialize" where !isStateless:
            guard !isGreeted else { throw .invalidRequest("this conversation has begun already") }
            guard let wanted = params["protocolVersion"].string else {
                throw .invalidParams("'protocolVersion' must be text")
            }
            isGreeted = true
            return reply(greeting(wanted))
        case "ping" where !isStateless: return reply([:])
        case "tools/list", "tools/call":
            guard isStateless || isGreeted else { throw .invalidRequest("'initialize' comes first") }
            if method == "tools/list" {
                guard params["cursor"] == .null else { throw .invalidParams("there is one page, and no cursor") }
                return reply(["tools": .list(tools.all.map(\.json))], isLasting: true)
            }
            return .call(try call(id, params, isStateless: isStateless))
        default: throw .unknownMethod(method)
        }
    }

    private func call(_ id: RPCID, _ params: JSONValue, isStateless: Bool) throws(RPCError) -> Call {
        guard let name = params["name"].string else { throw .invalidParams("'name' must be text") }
        guard let tool = tools.all.first(where: { $0.name == name }) else {
            throw .invalidParams("unknown tool: \(Excerpt.line(Excerpt.visible(name)))")
        }
        let arguments: [String: JSONValue]
        switch params["arguments"] {
        case .null: arguments = [:]
        case .object(let members): arguments = members
        default: throw .invalidParams("'arguments' must be an object")
        }
        let token = params["_meta"]["progressToken"]
        return Call(
            id: id,
            tool: tool,
            arguments: arguments,
            progressToken: RPCID(token)?.json,
            isStateless: isStateless
        )
    }

    /// Whether a request names its revision itself.
    private static func isStateless(_ method: String, _ params: JSONValue) throws(RPCError) -> Bool {
        let meta = params["_meta"]
        switch meta[revisionKey] {
        case .null:
            guard method != "server/discover" else {
                throw .invalidParams("'_meta' must name '\(revisionKey)' and '\(capabilitiesKey)'")
            }
            return false
        case .text(let revision):
            guard meta[capabilitiesKey].isObject else { throw .invalidParams("'_meta' must name '\(capabilitiesKey)'") }
            guard statelessRevisions.contains(revision) else {
                let all = (handshakeRevisions + statelessRevisions).map { JSONValue.text($0) }
                throw RPCError(
                    code: -32022,
                    message: "unsupported protocol version",
                    data: ["supported": .list(all), "requested": .text(Excerpt.line(revision))]
                )
            }
            return true
        default: throw .invalidParams("'\(revisionKey)' must be text")
        }
    }

    /// A result as the revision wants it.
    private static func finished(_ result: JSONValue, isStateless: Bool, isLasting: Bool = false) -> JSONValue {
        guard isStateless else { return result }
        var result = result
        result["resultType"] = "complete"
        result["_meta"] = ["io.modelcontextprotocol/serverInfo": serverInfo]
        if isLasting {
            result["ttlMs"] = .number(lifetime)
            result["cacheScope"] = "private"
        }
        return result
    }

    private func greeting(_ wanted: String) -> JSONValue {
        let newest = Self.handshakeRevisions.last ?? wanted
        return [
            "protocolVersion": .text(Self.handshakeRevisions.contains(wanted) ? wanted : newest),
            "capabilities": Self.capabilities,
            "serverInfo": Self.serverInfo,
            "instructions": .text(tools.instructions),
        ]
    }

    private var discovery: JSONValue {
        [
            "supportedVersions": .list((Self.statelessRevisions + Self.handshakeRevisions).map { .text($0) }),
            "capabilities": Self.capabilities,
            "instructions": .text(tools.instructions),
        ]
    }

    private static let capabilities: JSONValue = ["tools": ["listChanged": false]]
    private static let serverInfo: JSONValue = [
        "name": "git-gatekeeper", "title": "git gatekeeper", "version": .text(gateVersion),
    ]
}
