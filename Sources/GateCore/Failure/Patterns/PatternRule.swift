/// One form of a line that means a known way to fail. Its holes are named as the fields of a pattern are.
struct PatternRule: Sendable {
    /// Which lines may have the form.
    enum Position: Sendable {
        /// Any line of a text, from its beginning: the words of a tool.
        case line
        /// Where an error's own words stand: the first line of a message, a line that is not indented, or one that
        /// pytest marks as the error.
        case head
    }

    var key: PatternKey
    var template: LineTemplate
    var position: Position
    /// Where it differs from the key's own.
    var cause: PatternKey.Cause?
    /// Endings of what the hole `file` may hold; empty for any.
    var endings: [[UInt8]]
    /// What must also stand somewhere in the text.
    var context: [UInt8]?
    /// Words of which the hole `command` must have one; empty for any.
    var naming: Set<String>
    /// Whether the hole `code` is the name of a rule, such as `F401`.
    var hasCode: Bool
    /// What the rest of the same paragraph must not name, and what its next lines must begin with.
    var unlessBelow: [[UInt8]]
    var onlyAbove: [UInt8]?
    /// Names the tool, for the guidance.
    var tool: String?

    init(
        _ key: PatternKey,
        _ template: LineTemplate,
        at position: Position = .line,
        cause: PatternKey.Cause? = nil,
        endings: [String] = [],
        context: String? = nil,
        naming: Set<String> = [],
        hasCode: Bool = false,
        unlessBelow: [String] = [],
        onlyAbove: String? = nil,
        tool: String? = nil
    ) {
        self.key = key
        self.template = template
        self.position = position
        self.cause = cause
        self.endings = endings.map { Array($0.utf8) }
        self.context = context.map { Array($0.utf8) }
        self.naming = naming
        self.hasCode = hasCode
        self.unlessBelow = unlessBelow.map { Array($0.utf8) }
        self.onlyAbove = onlyAbove.map { Array($0.utf8) }
        self.tool = tool
    }

    /// What a line says in this form; `nil` where it has another.
    func match(_ line: OutputLine) -> LineTemplate.Match? {
        guard let match = template.match(line) else { return nil }
        if !endings.isEmpty, let file = match.bytes("file"), !endings.contains(where: { file.ends(with: $0) }) {
            return nil
        }
        if let type = match.bytes("type"), !Self.isErrorType(type) { return nil }
        if let name = match.bytes("variable"), !Self.isVariable(name) { return nil }
        if !naming.isEmpty {
            // 127 is a command that was not found, whatever make calls its target.
            if match.text("code") == "127" { return nil }
            // `format-check` is about formats, and `information` is not.
            let words = match.text("command")?.lowercased().split { !$0.isLetter } ?? []
            guard words.contains(where: { naming.contains(String($0)) }) else { return nil }
        }
        if hasCode {
            let code = match.text("code")?.drop { $0.isUppercase && $0.isASCII } ?? ""
            guard let first = match.text("code")?.first, first.isUppercase, code.count >= 2,
                code.allSatisfy({ $0.isNumber || $0 == ":" })
            else { return nil }
        }
        return match
    }
}

extension PatternRule {
    /// Whether a word could be a variable's name: a key of some other table seldom looks so.
    fileprivate static func isVariable(_ word: ArraySlice<UInt8>) -> Bool {
        let name = word.last == UInt8(ascii: ":") ? word.dropLast() : word
        return name.count >= 3 && name.first.map { !(0x30...0x39).contains($0) } == true
            && name.allSatisfy { (0x41...0x5A).contains($0) || (0x30...0x39).contains($0) || $0 == UInt8(ascii: "_") }
    }

    /// Whether a word names the type of an error that was not made by an assertion: what an assertion says is its
    /// author's own, and may well be about an error.
    fileprivate static func isErrorType(_ word: ArraySlice<UInt8>) -> Bool {
        guard word.last == UInt8(ascii: ":") else { return false }
        let type = word.dropLast()
        let name = type.suffix(from: type.lastIndex(of: UInt8(ascii: ".")).map { $0 + 1 } ?? type.startIndex)
        return !name.starts(with: "Assertion".utf8)
            && (name.ends(with: "Error".utf8) || name.ends(with: "Exception".utf8) || name.ends(with: "Refused".utf8)
                || name.elementsEqual("gaierror".utf8) || name.elementsEqual("timeout".utf8)
                || name.elementsEqual("ImproperlyConfigured".utf8))
    }
}

/// Every rule, ready to be looked up: for one line the first that fits is taken, so what is special stands first.
struct PatternTable: Sendable {
    static let all = PatternTable(
        PatternRule.configuration + PatternRule.environment + PatternRule.modules + PatternRule.types
            + PatternRule.style + PatternRule.syntax + PatternRule.assertions + PatternRule.compilers
    )

    private var byByte: [[PatternRule]] = Array(repeating: [], count: 256)

    init(_ rules: [PatternRule]) {
        for rule in rules {
            if let first = rule.template.firstByte {
                byByte[Int(first)].append(rule)
            } else {
                for byte in byByte.indices { byByte[byte].append(rule) }
            }
        }
    }

    /// The first rule that a line fits, with what the line says.
    ///
    /// - Parameters:
    ///   - below: the lines behind it.
    ///   - text: everything that is read with it.
    func match(_ line: OutputLine, isHead: Bool, below: ArraySlice<OutputLine>, in text: [UInt8]) -> (
        rule: PatternRule, match: LineTemplate.Match
    )? {
        guard let first = line.bytes.first else { return nil }
        for rule in byByte[Int(first)] where rule.position == .line || isHead {
            guard let match = rule.match(line) else { continue }
            if let context = rule.context, text.firstRange(of: context) == nil { continue }
            let paragraph = below.prefix(25).prefix { !$0.isEmpty }
            if let word = rule.onlyAbove, !paragraph.prefix(2).contains(where: { $0.bytes.starts(with: word) }) {
                continue
            }
            let isElsewhere = rule.unlessBelow.contains { word in
                paragraph.contains { $0.bytes.firstRange(of: word) != nil }
            }
            if isElsewhere { continue }
            return (rule, match)
        }
        return nil
    }
}
