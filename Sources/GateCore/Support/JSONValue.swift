#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Any JSON document: written as a literal for requests, read without a type for replies.
package enum JSONValue: Codable, Sendable, Hashable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral,
    ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
    case null
    case text(String)
    case number(Int)
    case decimal(Double)
    case truth(Bool)
    case list([JSONValue])
    case object([String: JSONValue])

    package init(stringLiteral value: String) { self = .text(value) }
    package init(integerLiteral value: Int) { self = .number(value) }
    package init(booleanLiteral value: Bool) { self = .truth(value) }
    package init(nilLiteral: ()) { self = .null }
    package init(arrayLiteral elements: JSONValue...) { self = .list(elements) }
    package init(dictionaryLiteral elements: (String, JSONValue)...) {
        self = .object(Dictionary(elements) { _, last in last })
    }

    package init(from decoder: any Decoder) throws {
        let container = try decoder.singleValueContainer()
        if container.decodeNil() {
            self = .null
        } else if let value = try? container.decode(Bool.self) {
            self = .truth(value)
        } else if let value = try? container.decode(Int.self) {
            self = .number(value)
        } else if let value = try? container.decode(Double.self) {
            self = .decimal(value)
        } else if let value = try? container.decode(String.self) {
            self = .text(value)
        } else if let value = try? container.decode([JSONValue].self) {
            self = .list(value)
        } else {
            self = .object(try container.decode([String: JSONValue].self))
        }
    }

    package func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        switch self {
        case .null: try container.encodeNil()
        case .text(let value): try container.encode(value)
        case .number(let value): try container.encode(value)
        case .decimal(let value): try container.encode(value)
        case .truth(let value): try container.encode(value)
        case .list(let value): try container.encode(value)
        case .object(let value): try container.encode(value)
        }
    }

    /// Reads a document; `nil` where the bytes are none.
    package static func read(_ bytes: [UInt8]) -> JSONValue? {
        // Foundation puts up with bytes that are no text, which JSON does not.
        guard String(validating: bytes, as: UTF8.self) != nil else { return nil }
        return try? JSON.decode(JSONValue.self, from: bytes)
    }

    /// The member of an object; `null` where there is none, so that a path of names can be followed.
    package subscript(_ name: String) -> JSONValue {
        get {
            guard case .object(let members) = self else { return .null }
            return members[name] ?? .null
        }
        set {
            var members: [String: JSONValue] = [:]
            if case .object(let known) = self { members = known }
            members[name] = newValue
            self = .object(members)
        }
    }

    package var string: String? {
        if case .text(let value) = self { return value }
        return nil
    }

    package var integer: Int? {
        switch self {
        case .number(let value): value
        case .decimal(let value): Int(exactly: value)
        default: nil
        }
    }

    package var double: Double? {
        switch self {
        case .number(let value): Double(value)
        case .decimal(let value): value
        default: nil
        }
    }

    package var bool: Bool? {
        if case .truth(let value) = self { return value }
        return nil
    }

    /// The elements of a list; empty for anything else.
    package var elements: [JSONValue] {
        if case .list(let values) = self { return values }
        return []
    }

    /// What kind of value it is, for messages: `a list`.
    package var kind: String {
        switch self {
        case .null: "null"
        case .truth: "true or false"
        case .number, .decimal: "a number"
        case .text: "text"
        case .list: "a list"
        case .object: "an object"
        }
    }

    package var isObject: Bool {
        if case .object = self { return true }
        return false
    }

    /// The one object in a text, with or without a fence and prose around it.
    package enum Embedded: Sendable, Hashable {
        /// Its members, and the bytes they were read from.
        case object([String: JSONValue], bytes: [UInt8])
        /// What is wrong, to be said of the text: `holds no JSON object`.
        case none(String)
    }

    /// Looks for an object between the first opening brace and the last closing one.
    package static func object(in text: String) -> Embedded {
        guard let start = text.firstIndex(of: "{"), let end = text.lastIndex(of: "}"), start < end else {
            return .none("holds no JSON object")
        }
        let bytes = Array(text[start...end].utf8)
        guard case .object(let members)? = read(bytes) else { return .none("is not one JSON object") }
        return .object(members, bytes: bytes)
    }
}
