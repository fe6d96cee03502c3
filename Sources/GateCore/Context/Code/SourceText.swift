/// One file of code, cut into tokens.
package struct SourceText: Sendable {
    package let path: String
    package let language: CodeLanguage
    package let tokens: [LookToken]
    /// The content with newlines only, whatever ended its lines.
    let bytes: [UInt8]
    /// Offsets at which lines begin.
    let lineStarts: [Int]

    /// A file with longer lines is generated: its tokens are not read.
    private static let longestLine = 20_000

    package init(path: String, language: CodeLanguage, content: [UInt8]) {
        self.path = path
        self.language = language
        bytes = LineText.withNewlines(content)
        lineStarts = LineText.starts(of: bytes)
        tokens =
            LineText.longest(bytes, lineStarts) > Self.longestLine
            ? [] : LookLexer.tokens(bytes, language.lexer)
    }

    /// A line as text, from 1; empty for one that is not there.
    func line(_ number: Int) -> String { LineText.line(number, of: bytes, lineStarts) }

    /// Whether the token at an index is this word or mark, and no text.
    func has(_ text: String, at index: Int) -> Bool {
        tokens.indices.contains(index) && tokens[index].kind != .text && tokens[index].text == text
    }

    /// The word at an index; `nil` for anything else.
    func word(at index: Int) -> String? {
        tokens.indices.contains(index) && tokens[index].kind == .word ? tokens[index].text : nil
    }

    /// What stands between the quotes at an index; `nil` for anything else.
    func text(at index: Int) -> String? {
        tokens.indices.contains(index) && tokens[index].kind == .text ? tokens[index].text : nil
    }

    /// Whether a token is the first of its line.
    func beginsLine(_ index: Int) -> Bool { index == 0 || tokens[index - 1].line < tokens[index].line }

    /// A name of words with one mark between them, as `a.b.c` or `a::b`, and the index behind it.
    func path(at start: Int, separator: String, most: Int = 32) -> (words: [String], end: Int) {
        var words: [String] = []
        var index = start
        while words.count < most, let word = word(at: index) {
            words.append(word)
            index += 1
            var next = index
            for character in separator {
                guard has(String(character), at: next) else { return (words, index) }
                next += 1
            }
            guard word.isEmpty == false, self.word(at: next) != nil else { return (words, index) }
            index = next
        }
        return (words, index)
    }
}

/// A place in a file that declares a name: a function, a type, a constant, a test with a title.
package struct Definition: Sendable, Hashable {
    package let name: String
    /// From 1; both are within it.
    package let lines: ClosedRange<Int>
    /// How many declarations lie around it.
    package let depth: Int
    /// Whether the name is the title of a test, as in `it('adds', …)`.
    package var isTitle = false
}

/// What is remembered of a file of code after it was read.
package struct SourceFacts: Sendable {
    package let path: String
    package let language: CodeLanguage
    package let definitions: [Definition]
    package let lineCount: Int
    let requests: [ImportRequest]
    /// Texts of the file that could be paths.
    let mentions: [String]
    /// Names that the file uses, where its language imports by name.
    let names: Set<String>

    private static let mostMentions = 200
    private static let mostNames = 4000

    init(_ source: SourceText) {
        path = source.path
        language = source.language
        lineCount = source.lineStarts.count
        definitions = Definitions.find(in: source)
        let dependencies = source.language.dependencies
        requests = dependencies.requests(in: source)
        var mentions: [String] = []
        var names: Set<String> = []
        for token in source.tokens {
            switch token.kind {
            case .text where mentions.count < Self.mostMentions:
                let count = token.text.utf8.count
                if (3...200).contains(count), token.text.utf8.contains(where: { $0 == 0x2F || $0 == 0x2E }),
                    !token.text.utf8.contains(where: { $0 <= 0x20 })
                {
                    mentions.append(token.text)
                }
            case .word where dependencies.needsNames && names.count < Self.mostNames: names.insert(token.text)
            default: break
            }
        }
        self.mentions = mentions
        self.names = names
    }
}
