import GateCore

/// Names a request; its answer bears the same.
enum RPCID: Sendable, Hashable {
    case text(String)
    case number(Int)

    init?(_ value: JSONValue) {
        switch value {
        case .text(let text): self = .text(text)
        case .number(let number): self = .number(number)
        default: return nil
        }
    }

    var json: JSONValue {
        switch self {
        case .text(let text): .text(text)
        case .number(let number): .number(number)
        }
    }
}

/// An error of the protocol; what a tool could not do is no such thing.
struct RPCError: Error, Sendable, Hashable {
    let code: Int
    let message: String
    var data: JSONValue?

    static func invalidRequest(_ message: String) -> RPCError { RPCError(code: -32600, message: message) }
    static func invalidParams(_ message: String) -> RPCError { RPCError(code: -32602, message: message) }
    static func unknownMethod(_ name: String) -> RPCError {
        RPCError(code: -32601, message: "no such method: \(Excerpt.line(Excerpt.visible(name)))")
    }
    static let unreadable = RPCError(code: -32700, message: "the message is not JSON")
    static let tooLarge = RPCError(code: -32600, message: "the message is larger than \(MessageFramer.mostBytes) bytes")
}

/// One message of JSON-RPC 2.0, as far as a server is sent any.
enum RPCMessage: Sendable {
    case request(id: RPCID, method: String, params: JSONValue)
    case notification(method: String, params: JSONValue)
    /// An answer to something this server never asked.
    case answer
    /// `id` where it can be told.
    case invalid(id: RPCID?, RPCError)

    init(_ frame: MessageFramer.Frame) {
        switch frame {
        case .message(let bytes): self = Self.read(bytes)
        case .tooLarge(let head): self = .invalid(id: Self.id(inHead: head), .tooLarge)
        }
    }

    private static func read(_ bytes: [UInt8]) -> RPCMessage {
        guard let value = JSONValue.read(bytes) else { return .invalid(id: nil, .unreadable) }
        guard value.isObject else { return .invalid(id: nil, .invalidRequest("a message is one JSON object")) }
        let id = RPCID(value["id"])
        guard value["jsonrpc"].string == "2.0" else {
            return .invalid(id: id, .invalidRequest("'jsonrpc' must be \"2.0\""))
        }
        guard let method = value["method"].string else {
            let isAnswer = value["result"] != .null || value["error"] != .null
            return isAnswer ? .answer : .invalid(id: id, .invalidRequest("'method' must be text"))
        }
        let params = value["params"]
        guard params == .null || params.isObject else {
            return .invalid(id: id, .invalidParams("'params' must be an object"))
        }
        guard case .object(let members) = value, members["id"] != nil else {
            return .notification(method: method, params: params)
        }
        guard let id else { return .invalid(id: nil, .invalidRequest("'id' must be text or a whole number")) }
        return .request(id: id, method: method, params: params)
    }

    /// The id in the first bytes of a message that is too large to be read, so that its sender does not wait for ever.
    private static func id(inHead head: [UInt8]) -> RPCID? {
        var depth = 0
        var index = head.startIndex
        /// The end of the text that begins at `start`, behind its quotes.
        func textEnd(_ start: Int) -> Int? {
            var index = start + 1
            while index < head.endIndex {
                if head[index] == UInt8(ascii: "\"") { return index + 1 }
                index += head[index] == UInt8(ascii: "\\") ? 2 : 1
            }
            return nil
        }
        while index < head.endIndex {
            switch head[index] {
            case UInt8(ascii: "{"), UInt8(ascii: "["): depth += 1
            case UInt8(ascii: "}"), UInt8(ascii: "]"): depth -= 1
            case UInt8(ascii: "\""):
                guard let end = textEnd(index) else { return nil }
                if depth == 1, Array(head[index..<end]) == Array(#""id""#.utf8) {
                    var start = end
                    while start < head.endIndex, [0x20, 0x3A].contains(head[start]) { start += 1 }
                    guard start > end, start < head.endIndex else { return nil }
                    let stop: Int?
                    if head[start] == UInt8(ascii: "\"") {
                        stop = textEnd(start)
                    } else {
                        stop = head[start...].firstIndex { !(0x30...0x39).contains($0) && $0 != UInt8(ascii: "-") }
                    }
                    return stop.flatMap { JSONValue.read(Array(head[start..<$0])) }.flatMap(RPCID.init)
                }
                index = end
                continue
            default: break
            }
            index += 1
        }
        return nil
    }

    /// What is sent for a request that was answered.
    static func result(_ id: RPCID, _ result: JSONValue) -> JSONValue {
        ["jsonrpc": "2.0", "id": id.json, "result": result]
    }

    static func failure(_ id: RPCID?, _ error: RPCError) -> JSONValue {
        var body: JSONValue = ["code": .number(error.code), "message": .text(error.message)]
        if let data = error.data { body["data"] = data }
        return ["jsonrpc": "2.0", "id": id?.json ?? .null, "error": body]
    }

    static func notice(_ method: String, _ params: JSONValue) -> JSONValue {
        ["jsonrpc": "2.0", "method": .text(method), "params": params]
    }
}
