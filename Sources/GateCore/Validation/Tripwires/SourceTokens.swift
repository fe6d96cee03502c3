/// The languages whose tests the gate can copy with a wrong expectation.
package enum TestLanguage: Sendable, Hashable {
    case python, javaScript
}

/// One token of a source text. Comments and blanks are none.
struct SourceToken: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case word, number, string, symbol
        /// End of a logical line of Python: not inside brackets, not behind a backslash.
        case newline
    }

    let kind: Kind
    /// Bytes of the source.
    let range: Range<Int>
    /// How many brackets are open around it; an opening bracket and its closing one stand outside themselves.
    let depth: Int
}

/// A source text taken apart into tokens: enough to find a call's arguments, and no parser.
///
/// Reading never fails. What it cannot make sense of becomes symbols, and then no twin is made of it.
struct SourceTokens: Sendable {
    let bytes: [UInt8]
    let language: TestLanguage
    private(set) var tokens: [SourceToken] = []

    init(_ bytes: [UInt8], _ language: TestLanguage) {
        self.bytes = bytes
        self.language = language
        var reader = Reader(bytes: bytes, language: language)
        tokens = reader.read()
    }

    func text(_ token: SourceToken) -> String { String(decoding: bytes[token.range], as: UTF8.self) }

    func text(_ range: Range<Int>) -> String { String(decoding: bytes[range], as: UTF8.self) }

    /// Whether the token at an index is this symbol or word.
    func has(_ text: String, at index: Int) -> Bool {
        guard tokens.indices.contains(index), tokens[index].kind != .string else { return false }
        return bytes[tokens[index].range].elementsEqual(text.utf8)
    }

    /// Index of the bracket that closes the one at `index`.
    func closing(_ index: Int) -> Int? {
        let depth = tokens[index].depth
        return tokens[(index + 1)...].firstIndex { $0.depth == depth && $0.kind == .symbol && isClosing($0) }
    }

    private func isClosing(_ token: SourceToken) -> Bool { [0x29, 0x5D, 0x7D].contains(bytes[token.range.lowerBound]) }

    /// Token ranges of the arguments between an opening bracket and the one that closes it.
    func arguments(of opening: Int) -> [Range<Int>]? {
        guard let end = closing(opening) else { return nil }
        let inside = tokens[opening].depth + 1
        var parts: [Range<Int>] = []
        var start = opening + 1
        for index in start..<end where tokens[index].depth == inside && has(",", at: index) {
            parts.append(start..<index)
            start = index + 1
        }
        if start < end { parts.append(start..<end) }
        return parts
    }

    /// Bytes from the start of the line a byte lies in.
    func column(of offset: Int) -> Int {
        offset - (bytes[..<offset].lastIndex(of: 0x0A).map { $0 + 1 } ?? 0)
    }
}

/// Reads tokens from the front to the back of a text.
private struct Reader {
    let bytes: [UInt8]
    let language: TestLanguage
    var at = 0
    var depth = 0
    var tokens: [SourceToken] = []

    init(bytes: [UInt8], language: TestLanguage) {
        self.bytes = bytes
        self.language = language
    }

    mutating func read() -> [SourceToken] {
        while at < bytes.count {
            let byte = bytes[at]
            switch byte {
            case 0x0A:
                if language == .python, depth == 0, let last = tokens.last, last.kind != .newline {
                    add(.newline, at + 1)
                } else {
                    at += 1
                }
            case 0x20, 0x09, 0x0D, 0x0C: at += 1
            case 0x5C: at = min(at + 2, bytes.count)
            case 0x23 where language == .python: skipLine()
            case 0x2F where language == .javaScript && next(1) == 0x2F: skipLine()
            case 0x2F where language == .javaScript && next(1) == 0x2A: skipComment()
            case 0x2F where language == .javaScript && isRegexAllowed: add(.string, endOfRegex())
            case 0x22, 0x27: add(.string, endOfString(at))
            case 0x60 where language == .javaScript: add(.string, endOfTemplate(at))
            case 0x30...0x39: add(.number, endOfNumber())
            case 0x2E where isDigit(next(1)): add(.number, endOfNumber())
            case 0x28, 0x5B, 0x7B:
                add(.symbol, at + 1)
                depth += 1
            case 0x29, 0x5D, 0x7D:
                depth = max(0, depth - 1)
                add(.symbol, at + 1)
            case _ where isWord(byte): addWord()
            default: add(.symbol, endOfSymbol())
            }
        }
        if language == .python, let last = tokens.last, last.kind != .newline { add(.newline, at) }
        return tokens
    }

    private func next(_ distance: Int) -> UInt8? { at + distance < bytes.count ? bytes[at + distance] : nil }

    private func isDigit(_ byte: UInt8?) -> Bool { byte.map { (0x30...0x39).contains($0) } ?? false }

    private func isWord(_ byte: UInt8) -> Bool {
        byte >= 0x80 || byte == 0x5F || byte == 0x24 || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
            || (0x30...0x39).contains(byte)
    }

    private mutating func add(_ kind: SourceToken.Kind, _ end: Int) {
        let end = min(max(end, at + (kind == .newline ? 0 : 1)), bytes.count)
        tokens.append(SourceToken(kind: kind, range: at..<end, depth: depth))
        at = max(end, kind == .newline ? at : at + 1)
    }

    private mutating func skipLine() { at = bytes[at...].firstIndex(of: 0x0A) ?? bytes.count }

    private mutating func skipComment() {
        at += 2
        while at + 1 < bytes.count, !(bytes[at] == 0x2A && bytes[at + 1] == 0x2F) { at += 1 }
        at = min(at + 2, bytes.count)
    }

    private mutating func addWord() {
        var end = at
        while end < bytes.count, isWord(bytes[end]) { end += 1 }
        // `rb"…"` is one string of Python.
        if language == .python, end < bytes.count, bytes[end] == 0x22 || bytes[end] == 0x27, end - at <= 2,
            bytes[at..<end].allSatisfy({ "rRbBuUfFtT".utf8.contains($0) })
        {
            add(.string, endOfString(end))
        } else {
            add(.word, end)
        }
    }

    /// End of the string whose quote is at `start`; one that is not closed ends with its line.
    private func endOfString(_ start: Int) -> Int {
        let quote = bytes[start]
        let isLong =
            language == .python && start + 2 < bytes.count && bytes[start + 1] == quote && bytes[start + 2] == quote
        var end = start + (isLong ? 3 : 1)
        while end < bytes.count {
            if bytes[end] == 0x5C {
                end += 2
            } else if bytes[end] == quote {
                if !isLong { return end + 1 }
                if end + 2 < bytes.count, bytes[end + 1] == quote, bytes[end + 2] == quote { return end + 3 }
                end += 1
            } else if bytes[end] == 0x0A, !isLong {
                return end
            } else {
                end += 1
            }
        }
        return bytes.count
    }

    private func endOfTemplate(_ start: Int) -> Int {
        var end = start + 1
        var open = 0
        while end < bytes.count {
            switch bytes[end] {
            case 0x5C: end += 1
            case 0x60 where open == 0: return end + 1
            case 0x24 where end + 1 < bytes.count && bytes[end + 1] == 0x7B:
                open += 1
                end += 1
            case 0x7D where open > 0: open -= 1
            default: break
            }
            end += 1
        }
        return bytes.count
    }

    private func endOfNumber() -> Int {
        var end = at
        while end < bytes.count {
            let isExponentSign =
                (bytes[end] == 0x2B || bytes[end] == 0x2D) && end > at && (bytes[end - 1] | 0x20) == 0x65
                && !(end - at > 1 && (bytes[at + 1] | 0x20) == 0x78)
            guard isWord(bytes[end]) || bytes[end] == 0x2E || isExponentSign else { break }
            end += 1
        }
        return end
    }

    /// After a value a slash divides; anywhere else it begins a regular expression.
    private var isRegexAllowed: Bool {
        guard let last = tokens.last else { return true }
        switch last.kind {
        case .number, .string: return false
        case .word:
            return ["return", "typeof", "case", "in", "of", "void", "delete", "throw", "new", "await", "yield"]
                .contains(String(decoding: bytes[last.range], as: UTF8.self))
        case .newline: return true
        case .symbol: return ![0x29, 0x5D, 0x7D].contains(bytes[last.range.lowerBound])
        }
    }

    private func endOfRegex() -> Int {
        var end = at + 1
        var isInClass = false
        while end < bytes.count, bytes[end] != 0x0A {
            switch bytes[end] {
            case 0x5C: end += 1
            case 0x5B: isInClass = true
            case 0x5D: isInClass = false
            case 0x2F where !isInClass:
                end += 1
                while end < bytes.count, isWord(bytes[end]) { end += 1 }
                return end
            default: break
            }
            end += 1
        }
        return end
    }

    private static let symbols: [[UInt8]] = [
        "===", "!==", "**=", "//=", ">>=", "<<=", "...", "==", "!=", "<=", ">=", "=>", "->", ":=", "&&", "||", "??",
        "?.",
    ]
    .map { Array($0.utf8) }

    private func endOfSymbol() -> Int {
        for symbol in Self.symbols where bytes[at...].starts(with: symbol) { return at + symbol.count }
        return at + 1
    }
}
