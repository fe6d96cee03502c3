/// Turns expected values of a test into values that contradict them.
struct Literals {
    let source: SourceTokens

    /// Whether a range of tokens is nothing but a literal: numbers, strings, and displays of them.
    func isLiteral(_ range: Range<Int>) -> Bool {
        guard !range.isEmpty else { return false }
        var hasValue = false
        for index in range {
            let token = source.tokens[index]
            switch token.kind {
            case .number: hasValue = true
            case .string:
                // What a formatted string gives is not written in it.
                if isComputed(source.text(token)) { return false }
                hasValue = true
            case .word:
                let isKey = source.language == .javaScript && source.has(":", at: index + 1)
                if !isKey, Self.constant(source.text(token), source.language) == nil { return false }
                hasValue = true
            case .symbol:
                guard ["(", ")", "[", "]", "{", "}", ",", ":", "-", "+"].contains(source.text(token)) else {
                    return false
                }
                if ["[", "{", "("].contains(source.text(token)) { hasValue = true }
            case .newline: return false
            }
        }
        return hasValue
    }

    /// An edit that makes a literal another value.
    ///
    /// - Parameter shift: how far; two shifts give two different wrong values.
    func contradicting(_ range: Range<Int>, shift: Int) -> SourceEdit? {
        // Strings and numbers first: a constant such as a key word has only one other value.
        let leaves = range.filter { [.number, .string].contains(source.tokens[$0].kind) && !isKey($0) }
        if let leaf = leaves.first {
            let token = source.tokens[leaf]
            let text = source.text(token)
            let new = token.kind == .number ? Self.shifted(text, by: shift) : Self.extended(text, by: shift)
            return new.map { SourceEdit(token.range, $0) }
        }
        for index in range where source.tokens[index].kind == .word && !isKey(index) {
            let token = source.tokens[index]
            if let other = Self.constant(source.text(token), source.language) {
                return SourceEdit(token.range, shift.isMultiple(of: 2) ? "\(shift)" : other)
            }
        }
        return emptyDisplay(range, shift: shift)
    }

    /// `[]`, `{}` and `()` with something in them.
    private func emptyDisplay(_ range: Range<Int>, shift: Int) -> SourceEdit? {
        guard range.count == 2 else { return nil }
        let inside = source.tokens[range.lowerBound].range.upperBound
        let place = inside..<inside
        switch source.text(source.tokens[range.lowerBound]) {
        case "[": return SourceEdit(place, "\(shift)")
        case "(": return SourceEdit(place, "\(shift),")
        case "{": return SourceEdit(place, source.language == .python ? "\(shift): \(shift)" : "wrong: \(shift)")
        default: return nil
        }
    }

    private func isKey(_ index: Int) -> Bool {
        source.language == .javaScript && source.has(":", at: index + 1) && source.tokens[index].depth > 0
    }

    private func isComputed(_ text: String) -> Bool {
        switch source.language {
        case .python: text.prefix { $0 != "\"" && $0 != "'" }.contains { "fFtT".contains($0) }
        case .javaScript: (text.hasPrefix("`") && text.contains("${")) || text.hasPrefix("/")
        }
    }

    /// Another value for a named constant.
    private static func constant(_ word: String, _ language: TestLanguage) -> String? {
        switch (language, word) {
        case (.python, "True"): "False"
        case (.python, "False"): "True"
        case (.python, "None"): "7"
        case (.javaScript, "true"): "false"
        case (.javaScript, "false"): "true"
        case (.javaScript, "null"), (.javaScript, "undefined"), (.javaScript, "NaN"): "7"
        default: nil
        }
    }

    private static func shifted(_ text: String, by shift: Int) -> String? {
        if let value = Int(text), value < 1 << 50 { return "\(value + shift)" }
        if let value = Double(text), value.isFinite, abs(value) < 1e12 { return "\(value * 3 + Double(shift))" }
        // Other spellings of numbers keep theirs: one more digit at their end, before what may follow it.
        guard text.first == "0", let last = text.last, last.isHexDigit else { return nil }
        return text + "1"
    }

    private static func extended(_ text: String, by shift: Int) -> String? {
        guard let quote = text.last, text.count >= 2 else { return nil }
        let isLong = text.count >= 6 && text.hasSuffix(String(repeating: quote, count: 3))
        let closing = String(repeating: quote, count: isLong ? 3 : 1)
        // A string keeps its look: words get longer, digits stay digits.
        let body = text.dropLast(closing.count)
        let tail = body.last?.isNumber == true ? "\(shift)" : String(repeating: "s", count: 1 + shift % 3)
        return body + tail + closing
    }
}

/// A replacement of bytes.
struct SourceEdit: Sendable, Hashable {
    let range: Range<Int>
    let text: String

    init(_ range: Range<Int>, _ text: String) {
        self.range = range
        self.text = text
    }

    /// Applies edits that do not overlap.
    static func apply(_ edits: [SourceEdit], to bytes: [UInt8]) -> [UInt8] {
        var bytes = bytes
        for edit in edits.sorted(by: { $0.range.lowerBound > $1.range.lowerBound }) {
            bytes.replaceSubrange(edit.range, with: edit.text.utf8)
        }
        return bytes
    }
}
