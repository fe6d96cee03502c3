internal import Yams

/// A value of a YAML file as data: read within bounds, with no tag that makes anything.
enum YAMLValue: Sendable, Hashable {
    case null
    /// A scalar as written; `isPlain` where no quotes say that it is text.
    case text(String, isPlain: Bool)
    case list([YAMLValue])
    /// In the order of the file; no key comes twice.
    case map([Pair])
    /// GitLab's `!reference`: the names to follow from the top of the file.
    case reference([String])

    struct Pair: Sendable, Hashable {
        var key: String
        var value: YAMLValue
    }

    /// Why a text is not read.
    struct Fault: Error, Sendable, Hashable {
        /// To follow the name of the file.
        let message: String

        init(_ message: String) { self.message = message }
    }

    /// Largest file, in bytes.
    static let mostBytes = 256 << 10
    private static let mostValues = 20_000
    private static let mostDepth = 48

    /// Reads one document.
    static func read(_ bytes: [UInt8]) throws(Fault) -> YAMLValue {
        guard bytes.count <= mostBytes else {
            throw Fault("has \(bytes.count) bytes; more than \(mostBytes) are not read")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else { throw Fault("is no text") }
        try YAMLShape.check(text)
        let node: Node?
        do {
            node = try Parser(yaml: text, encoding: .utf8).singleRoot()
        } catch let error as YamlError {
            throw Fault("is no YAML that can be read: \(words(error))")
        } catch {
            throw Fault("is no YAML that can be read")
        }
        guard let node else { return .null }
        var left = mostValues
        return try value(node, depth: 0, left: &left)
    }

    private static func value(_ node: Node, depth: Int, left: inout Int) throws(Fault) -> YAMLValue {
        left -= 1
        guard left > 0 else { throw Fault("holds more than \(mostValues) values, its anchors written out") }
        guard depth < mostDepth else { throw Fault("is nested deeper than \(mostDepth) levels") }
        switch node {
        case .scalar(let scalar):
            let isPlain = scalar.style == .plain || scalar.style == .any
            if isPlain, ["", "~", "null", "Null", "NULL"].contains(scalar.string) { return .null }
            return .text(scalar.string, isPlain: isPlain)
        case .sequence(let items):
            var list: [YAMLValue] = []
            for item in items { list.append(try value(item, depth: depth + 1, left: &left)) }
            guard node.tag.description == "!reference" else { return .list(list) }
            return .reference(list.compactMap(\.text))
        case .mapping(let members):
            var pairs: [Pair] = []
            var merged: [YAMLValue] = []
            for (name, member) in members {
                guard case .scalar(let key) = name else { throw Fault("has a key that is no word") }
                let content = try value(member, depth: depth + 1, left: &left)
                if key.string == "<<", key.style == .plain || key.style == .any {
                    if case .list(let several) = content { merged += several } else { merged.append(content) }
                } else {
                    pairs.append(Pair(key: key.string, value: content))
                }
            }
            // What is written here wins over what is merged in, and the first of these over the later ones.
            for case .map(let others) in merged {
                for other in others where !pairs.contains(where: { $0.key == other.key }) { pairs.append(other) }
            }
            return .map(pairs)
        case .alias: throw Fault("has an anchor that leads nowhere")
        }
    }

    private static func words(_ error: YamlError) -> String {
        switch error {
        case .duplicatedKeysInMapping(let keys, _):
            "the key '\(Excerpt.visible(Excerpt.line(keys.first ?? "", maximum: 80)))' comes twice"
        case .scanner(_, let problem, let mark, _), .parser(_, let problem, let mark, _),
            .composer(_, let problem, let mark, _):
            "\(Excerpt.visible(Excerpt.line(problem))), line \(mark.line)"
        case .reader(let problem, _, _, _): Excerpt.visible(Excerpt.line(problem))
        default: "its form is wrong"
        }
    }
}

extension YAMLValue {
    /// A scalar's text; `nil` for anything else.
    var text: String? {
        guard case .text(let text, _) = self else { return nil }
        return text
    }

    var items: [YAMLValue] {
        guard case .list(let items) = self else { return [] }
        return items
    }

    var pairs: [Pair] {
        guard case .map(let pairs) = self else { return [] }
        return pairs
    }

    var isNull: Bool { self == .null }

    /// The member of a map; null where there is none, so that a path of names can be followed.
    subscript(_ name: String) -> YAMLValue { pairs.first { $0.key == name }?.value ?? .null }

    /// The text of a scalar, or those of a list of scalars.
    var texts: [String] { text.map { [$0] } ?? items.compactMap(\.text) }
}

/// What a YAML text may look like before the library reads it, so that no file makes the reader work without end.
enum YAMLShape {
    private static let mostAnchors = 64
    private static let mostFlow = 32
    private static let mostCompact = 8

    static func check(_ text: String) throws(YAMLValue.Fault) {
        var anchors = 0
        var flow = 0
        var hasComplexKey = false
        for line in text.utf8.split(separator: 0x0A) {
            let bytes = Array(line)
            var number = bytes.prefix { $0 == 0x20 }.count
            var dashes = 0
            while number + 1 < bytes.count, "-?".utf8.contains(bytes[number]), bytes[number + 1] == 0x20 {
                if bytes[number] == UInt8(ascii: "?") { hasComplexKey = true }
                dashes += 1
                number += 1
                while number < bytes.count, bytes[number] == 0x20 { number += 1 }
            }
            guard dashes <= mostCompact else { throw YAMLValue.Fault("nests more than \(mostCompact) lists in a line") }
            if number < bytes.count, bytes[number] == UInt8(ascii: "?") { hasComplexKey = true }
            for (index, byte) in bytes.enumerated() {
                let before = index == 0 ? 0x20 : bytes[index - 1]
                let after = index + 1 < bytes.count ? bytes[index + 1] : 0x20
                switch byte {
                case UInt8(ascii: "["), UInt8(ascii: "{"):
                    flow += 1
                    guard flow <= mostFlow else {
                        throw YAMLValue.Fault("opens more than \(mostFlow) brackets that it does not close")
                    }
                case UInt8(ascii: "]"), UInt8(ascii: "}"):
                    flow = max(0, flow - 1)
                    if bytes[(index + 1)...].first(where: { $0 != 0x20 }) == UInt8(ascii: ":") { hasComplexKey = true }
                case UInt8(ascii: "&") where " \t[{,-:".utf8.contains(before) && isName(after): anchors += 1
                case UInt8(ascii: "*") where isName(after):
                    let rest = bytes[(index + 1)...].drop { isName($0) || $0 == UInt8(ascii: "-") }
                    if rest.first(where: { $0 != 0x20 }) == UInt8(ascii: ":") { hasComplexKey = true }
                case UInt8(ascii: "?") where " \t[{,".utf8.contains(before) && after == 0x20: hasComplexKey = true
                default: break
                }
            }
        }
        guard anchors <= mostAnchors else { throw YAMLValue.Fault("has more than \(mostAnchors) anchors") }
        // To compare keys that are made of anchors takes time that grows with what they stand for, written out.
        guard anchors == 0 || !hasComplexKey else {
            throw YAMLValue.Fault("has anchors together with keys that are no words")
        }
    }

    private static func isName(_ byte: UInt8) -> Bool {
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || byte == UInt8(ascii: "_") || byte >= 0x80
    }
}
