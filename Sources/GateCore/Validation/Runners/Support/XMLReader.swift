/// Reads the XML that test runners write, and nothing more of XML than they need.
///
/// There is no document type, so there are no entities of a document's own to expand or to fetch: a document that
/// has one is refused. Depth and number of elements are bounded. It is written here because the XML parser of
/// Foundation would load libraries (ICU, libxml2) that the gate otherwise starts without.
struct XMLReader {
    /// What a document consists of, in document order.
    enum Event: Equatable {
        case open(String, attributes: [String: String])
        case text(String)
        case close(String)
    }

    /// Why a document cannot be read, with the offset in bytes.
    struct Failure: Error, Equatable {
        var message: String
        var offset: Int
    }

    static let maximumDepth = 100
    static let maximumElements = 5_000_000

    private let bytes: [UInt8]
    private var at = 0
    private var open: [String] = []
    private var elements = 0
    private var sawRoot = false

    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        if bytes.starts(with: [0xEF, 0xBB, 0xBF]) { at = 3 }
    }

    /// Reads a whole document.
    static func read(_ bytes: [UInt8], _ body: (Event) throws(Failure) -> Void) throws(Failure) {
        var reader = XMLReader(bytes)
        // UTF-16 and UTF-32 have a zero byte in every tag; no runner writes them.
        guard !bytes.prefix(256).contains(0) else { throw reader.failure("is not UTF-8") }
        while try reader.next(body) {}
    }

    private func failure(_ message: String) -> Failure { Failure(message: message, offset: at) }

    private mutating func next(_ body: (Event) throws(Failure) -> Void) throws(Failure) -> Bool {
        guard at < bytes.count else {
            guard open.isEmpty else { throw failure("ends inside <\(open.last ?? "")>") }
            guard sawRoot else { throw failure("has no element") }
            return false
        }
        guard bytes[at] == UInt8(ascii: "<") else {
            let start = at
            while at < bytes.count, bytes[at] != UInt8(ascii: "<") { at += 1 }
            let text = try unescaped(bytes[start..<at])
            if open.isEmpty {
                guard text.allSatisfy(\.isWhitespace) else { throw failure("has text outside its root element") }
            } else {
                try body(.text(text))
            }
            return true
        }
        if starts("<!--") {
            try skip(to: "-->")
        } else if starts("<![CDATA[") {
            guard !open.isEmpty else { throw failure("has text outside its root element") }
            let start = at + 9
            try skip(to: "]]>")
            try body(.text(String(decoding: bytes[start..<(at - 3)], as: UTF8.self)))
        } else if starts("<!") {
            throw failure("has a document type or entity declaration, which is not read")
        } else if starts("<?") {
            try skip(to: "?>")
        } else if starts("</") {
            at += 2
            let name = try self.name()
            skipSpace()
            try expect(">")
            guard open.popLast() == name else { throw failure("closes <\(name)> where it is not open") }
            try body(.close(name))
        } else {
            try element(body)
        }
        return true
    }

    private mutating func element(_ body: (Event) throws(Failure) -> Void) throws(Failure) {
        at += 1
        let name = try self.name()
        guard !open.isEmpty || !sawRoot else { throw failure("has two root elements") }
        sawRoot = true
        elements += 1
        guard elements <= Self.maximumElements else { throw failure("has too many elements") }
        guard open.count < Self.maximumDepth else { throw failure("is nested too deeply") }
        var attributes: [String: String] = [:]
        while true {
            skipSpace()
            if starts("/>") {
                at += 2
                try body(.open(name, attributes: attributes))
                try body(.close(name))
                return
            }
            if starts(">") {
                at += 1
                open.append(name)
                try body(.open(name, attributes: attributes))
                return
            }
            let key = try self.name()
            skipSpace()
            try expect("=")
            skipSpace()
            guard at < bytes.count, [UInt8(ascii: "\""), UInt8(ascii: "'")].contains(bytes[at]) else {
                throw failure("has an attribute without quotes")
            }
            let quote = bytes[at]
            let start = at + 1
            at = start
            while at < bytes.count, bytes[at] != quote {
                // `<` is not allowed here; SwiftPM writes it all the same.
                at += 1
            }
            guard at < bytes.count else { throw failure("ends inside an attribute") }
            guard attributes.updateValue(try unescaped(bytes[start..<at]), forKey: key) == nil else {
                throw failure("has the attribute '\(key)' twice in one element")
            }
            at += 1
        }
    }

    private func starts(_ text: StaticString) -> Bool {
        text.withUTF8Buffer { bytes[at...].starts(with: $0) }
    }

    private mutating func expect(_ text: StaticString) throws(Failure) {
        guard starts(text) else { throw failure("lacks '\(text)'") }
        at += text.utf8CodeUnitCount
    }

    private mutating func skip(to end: StaticString) throws(Failure) {
        while at < bytes.count {
            if starts(end) {
                at += end.utf8CodeUnitCount
                return
            }
            at += 1
        }
        throw failure("ends where '\(end)' is due")
    }

    private mutating func skipSpace() {
        while at < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[at]) { at += 1 }
    }

    private mutating func name() throws(Failure) -> String {
        let start = at
        while at < bytes.count {
            let byte = bytes[at]
            let letter = byte | 0x20
            guard
                (0x61...0x7A).contains(letter) || (0x30...0x3A).contains(byte) || byte >= 0x80
                    || [UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: ".")].contains(byte)
            else { break }
            at += 1
        }
        guard at > start else { throw failure("has a tag or attribute without a name") }
        return String(decoding: bytes[start..<at], as: UTF8.self)
    }

    private func unescaped(_ raw: ArraySlice<UInt8>) throws(Failure) -> String {
        guard raw.contains(UInt8(ascii: "&")) else { return String(decoding: raw, as: UTF8.self) }
        var text: [UInt8] = []
        var rest = raw
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "&") else {
                text.append(byte)
                continue
            }
            guard let end = rest.prefix(12).firstIndex(of: UInt8(ascii: ";")) else {
                throw failure("has an '&' that begins nothing")
            }
            let name = String(decoding: rest[..<end], as: UTF8.self)
            rest = rest[(end + 1)...]
            text += Array(try character(name).utf8)
        }
        return String(decoding: text, as: UTF8.self)
    }

    private func character(_ name: String) throws(Failure) -> String {
        switch name {
        case "lt": return "<"
        case "gt": return ">"
        case "amp": return "&"
        case "quot": return "\""
        case "apos": return "'"
        default:
            let isHexadecimal = name.hasPrefix("#x") || name.hasPrefix("#X")
            guard name.hasPrefix("#"),
                let number = UInt32(name.dropFirst(isHexadecimal ? 2 : 1), radix: isHexadecimal ? 16 : 10),
                let scalar = Unicode.Scalar(number)
            else { throw failure("has the unknown entity '&\(name);'") }
            return String(Character(scalar))
        }
    }
}
