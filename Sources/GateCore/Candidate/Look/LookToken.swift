/// One word, number, text or mark of a source file; comments and blanks are none.
package struct LookToken: Sendable, Hashable {
    package enum Kind: Sendable, Hashable { case word, number, text, mark }

    package let kind: Kind
    /// The word, the number or the mark as written; of a text what stands between its quotes.
    package let text: String
    /// Line of its first character, from 1.
    package let line: Int
    /// Bytes before it on its line.
    package let column: Int

    /// Whether it is a value written out: a number or a text.
    package var isLiteral: Bool { kind == .number || kind == .text }
}

/// Cuts a source file into tokens, well enough to know code from comments and texts. It never fails: what it does not
/// understand becomes marks.
package struct LookLexer {
    private let bytes: [UInt8]
    private let language: LookLanguage
    private var tokens: [LookToken] = []
    private var position = 0
    private var line: Int
    private var lineStart = 0

    /// Interpolations within interpolations are followed this deep.
    private static let depthLimit = 4

    private init(_ bytes: [UInt8], _ language: LookLanguage, line: Int) {
        self.bytes = bytes
        self.language = language
        self.line = line
    }

    /// Tokens of a file, in its order; those inside an interpolated text follow the text.
    package static func tokens(_ bytes: [UInt8], _ language: LookLanguage) -> [LookToken] {
        tokens(bytes, language, line: 1, depth: 0)
    }

    private static func tokens(_ bytes: [UInt8], _ language: LookLanguage, line: Int, depth: Int) -> [LookToken] {
        var lexer = LookLexer(bytes, language, line: line)
        lexer.run(depth: depth)
        return lexer.tokens
    }

    private func byte(_ offset: Int = 0) -> UInt8 {
        let index = position + offset
        return index < bytes.count ? bytes[index] : 0
    }

    private func stands(_ text: StaticString, at offset: Int = 0) -> Bool {
        let start = position + offset
        guard start >= 0, start + text.utf8CodeUnitCount <= bytes.count else { return false }
        return text.withUTF8Buffer { buffer in
            buffer.enumerated().allSatisfy { bytes[start + $0.offset] == $0.element }
        }
    }

    private mutating func step(_ count: Int = 1) {
        for _ in 0..<count where position < bytes.count {
            if bytes[position] == 0x0A {
                line += 1
                lineStart = position + 1
            }
            position += 1
        }
    }

    private mutating func add(_ kind: LookToken.Kind, _ range: Range<Int>, line: Int, column: Int) {
        let text = String(decoding: bytes[range.clamped(to: 0..<bytes.count)], as: UTF8.self)
        tokens.append(LookToken(kind: kind, text: text, line: line, column: column))
    }

    private mutating func run(depth: Int) {
        while position < bytes.count {
            let current = byte()
            if current <= 0x20 {
                step()
            } else if skipComment() {
                continue
            } else if readText(depth: depth) {
                continue
            } else if isWord(current, first: true) {
                let start = position
                let column = position - lineStart
                while position < bytes.count, isWord(byte(), first: false) { position += 1 }
                add(isDigit(bytes[start]) ? .number : .word, start..<position, line: line, column: column)
            } else if isDigit(current) {
                readNumber()
            } else {
                add(.mark, position..<(position + 1), line: line, column: position - lineStart)
                step()
            }
        }
    }

    private func isDigit(_ byte: UInt8) -> Bool { (0x30...0x39).contains(byte) }

    private func isWord(_ byte: UInt8, first: Bool) -> Bool {
        if (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte) || byte == 0x5F || byte >= 0x80 { return true }
        if isDigit(byte) { return !first || language == .shell }
        // A word of a shell is a path, an option or a name.
        return language == .shell && (byte == 0x2F || byte == 0x2E || byte == 0x2D || byte == 0x25 || byte == 0x2B)
    }

    private mutating func readNumber() {
        let start = position
        let column = position - lineStart
        while position < bytes.count {
            let current = byte()
            let separates = current == 0x5F || (language == .c && current == 0x27 && isDigit(byte(1)))
            guard isWord(current, first: false) || separates || (current == 0x2E && isDigit(byte(1))) else {
                break
            }
            position += 1
        }
        add(.number, start..<position, line: line, column: column)
    }

    private mutating func skipComment() -> Bool {
        if language.hashComments, byte() == 0x23 {
            // In a shell '#' begins a comment at the beginning of a word only: `$#` and `${a#b}` are none.
            let before = position == 0 ? 0x20 : bytes[position - 1]
            guard language == .python || before <= 0x20 || before == 0x3B else { return false }
            skipLine()
            return true
        }
        guard language.slashComments, byte() == 0x2F else {
            if language == .unknown, stands("//"), position == 0 || bytes[position - 1] <= 0x20 {
                skipLine()
                return true
            }
            return false
        }
        if byte(1) == 0x2F {
            skipLine()
            return true
        }
        guard byte(1) == 0x2A else { return false }
        var open = 1
        step(2)
        while position < bytes.count, open > 0 {
            if stands("*/") {
                open -= 1
                step(2)
            } else if language.nestedComments, stands("/*") {
                open += 1
                step(2)
            } else {
                step()
            }
        }
        return true
    }

    private mutating func skipLine() { while position < bytes.count, byte() != 0x0A { position += 1 } }

    /// Reads a text with its prefix, if one begins here.
    private mutating func readText(depth: Int) -> Bool {
        var offset = 0
        var isRaw = false
        var interpolates = language == .swift || language == .shell
        var hashes = 0
        switch language {
        case .python:
            while offset < 3, [0x72, 0x52, 0x62, 0x42, 0x66, 0x46, 0x75, 0x55].contains(byte(offset)) {
                isRaw = isRaw || byte(offset) | 0x20 == 0x72
                interpolates = interpolates || byte(offset) | 0x20 == 0x66
                offset += 1
            }
        case .rust:
            if byte() == 0x62 { offset = 1 }
            if byte(offset) == 0x72, byte(offset + 1) == 0x22 || byte(offset + 1) == 0x23 {
                isRaw = true
                offset += 1
            }
            while isRaw, byte(offset) == 0x23 {
                hashes += 1
                offset += 1
            }
            if byte(offset) == 0x27 { return readRustMark() }
        case .swift:
            while byte(offset) == 0x23 {
                hashes += 1
                offset += 1
            }
            isRaw = hashes > 0
        case .javaScript:
            if byte() == 0x2F { return readPattern() }
        default: break
        }
        let quote = byte(offset)
        let opens =
            quote == 0x22 || (quote == 0x27 && language.singleQuotes) || (quote == 0x60 && language.backticks)
        guard opens, offset == 0 || position == 0 || !isWord(bytes[position - 1], first: false) else { return false }
        let isTriple = language.tripleQuotes && byte(offset + 1) == quote && byte(offset + 2) == quote
        let spans =
            isTriple || quote == 0x60 || (language.multilineQuotes && (quote == 0x22 || language == .shell))
        if language == .go, quote == 0x60 { isRaw = true }
        if language == .shell, quote == 0x27 { isRaw = true }
        if language == .javaScript { interpolates = quote == 0x60 }
        let (startLine, column) = (line, position - lineStart)
        step(offset + (isTriple ? 3 : 1))
        let start = position
        let startsOn = line
        var end = position
        while position < bytes.count {
            let current = byte()
            if current == 0x0A, !spans {
                end = position
                break
            }
            if current == 0x5C, !isRaw || language == .python {
                step(2)
                end = position
                continue
            }
            let closes =
                current == quote && (!isTriple || (byte(1) == quote && byte(2) == quote))
                && (0..<hashes).allSatisfy { byte((isTriple ? 3 : 1) + $0) == 0x23 }
            if closes {
                end = position
                step((isTriple ? 3 : 1) + hashes)
                break
            }
            step()
            end = position
        }
        add(.text, start..<end, line: startLine, column: column)
        if interpolates, depth < Self.depthLimit, !(language == .shell && quote == 0x27) {
            readInterpolations(Array(bytes[start..<min(end, bytes.count)]), line: startsOn, depth: depth)
        }
        return true
    }

    /// Code inside a text is code.
    private mutating func readInterpolations(_ content: [UInt8], line start: Int, depth: Int) {
        let (opening, open, close): ([UInt8], UInt8, UInt8) =
            switch language {
            case .python: ([0x7B], 0x7B, 0x7D)
            case .swift: ([0x5C, 0x28], 0x28, 0x29)
            case .shell: ([0x24, 0x28], 0x28, 0x29)
            default: ([0x24, 0x7B], 0x7B, 0x7D)
            }
        var index = 0
        var line = start
        while index < content.count {
            if content[index...].starts(with: opening) {
                let from = index + opening.count
                var deep = 1
                var to = from
                while to < content.count {
                    if content[to] == open { deep += 1 }
                    if content[to] == close { deep -= 1 }
                    if deep == 0 { break }
                    to += 1
                }
                tokens += Self.tokens(Array(content[from..<to]), language, line: line, depth: depth + 1)
                line += content[index..<to].count { $0 == 0x0A }
                index = to
            } else {
                if content[index] == 0x0A { line += 1 }
                if language == .shell, content[index] == 0x24 {
                    // `$NAME` and `${NAME}`: the names of a shell's variables are code wherever they stand.
                    let name = content[(index + 1)...].prefix(80).drop { $0 == 0x7B }.prefix {
                        isWord($0, first: false) && $0 != 0x2F && $0 != 0x2E && $0 != 0x2D
                    }
                    if !name.isEmpty {
                        tokens += Self.tokens([0x24, 0x20] + name, language, line: line, depth: depth + 1)
                    }
                }
                index += 1
            }
        }
    }

    /// A character of Rust, which is a text, or the mark of a lifetime.
    private mutating func readRustMark() -> Bool {
        let (line, column) = (line, position - lineStart)
        let length = byte(1) == 0x5C ? 2 : 1
        var end = 1 + length
        while end < 12, byte(end) != 0x27, byte(end) != 0, byte(end) > 0x20 { end += 1 }
        guard byte(end) == 0x27, end == 2 || byte(1) == 0x5C || byte(1) >= 0x80 else {
            add(.mark, position..<(position + 1), line: line, column: column)
            step()
            return true
        }
        add(.text, (position + 1)..<(position + end), line: line, column: column)
        step(end + 1)
        return true
    }

    /// A pattern between slashes, where one can stand; its content is a text.
    private mutating func readPattern() -> Bool {
        if let last = tokens.last {
            let ends = last.kind != .mark || [")", "]", "}"].contains(last.text)
            let isKeyword = last.kind == .word && ["return", "typeof", "case", "in", "of"].contains(last.text)
            if ends, !isKeyword { return false }
        }
        var end = position + 1
        var isInClass = false
        while end < bytes.count, bytes[end] != 0x0A {
            if bytes[end] == 0x5C {
                end += 2
                continue
            }
            if bytes[end] == 0x5B { isInClass = true }
            if bytes[end] == 0x5D { isInClass = false }
            if bytes[end] == 0x2F, !isInClass { break }
            end += 1
        }
        guard end < bytes.count, bytes[end] == 0x2F else { return false }
        add(.text, (position + 1)..<end, line: line, column: position - lineStart)
        position = end + 1
        return true
    }
}
