/// The words that a failure uses, with what each weighs: those of the failing tests' own bodies most.
struct FailureWords: Sendable {
    struct Word: Sendable, Hashable {
        /// In lower case.
        let text: String
        let weight: Int
        /// Whether it stands as a name of code in a failing test, and not only in words or as a part of a name.
        let isName: Bool
    }

    /// In the order of their text.
    private(set) var words: [Word] = []

    /// Words beyond this many, the lightest first, are dropped.
    private static let most = 400
    private static let shortest = 3
    private static let longest = 80

    /// Words that stand in every language and every test.
    private static let common: Set = [
        "and", "any", "are", "array", "args", "assert", "assertequal", "assertequals", "asserttrue", "async", "await",
        "bool",
        "break", "case", "catch", "class", "const", "continue", "def", "default", "del", "describe", "elif", "else",
        "end",
        "enum", "equal", "error", "except", "expect", "expected", "export", "extends", "false", "file", "final",
        "float",
        "for", "foo", "bar", "baz", "from", "func", "function", "got", "have", "if", "impl", "import", "int", "integer",
        "into", "is", "isinstance", "interface", "lambda", "len", "let", "line", "list", "main", "match", "mut", "name",
        "new",
        "nil", "none", "not", "null", "object", "package", "pass", "print", "private", "pub", "public", "raise",
        "range",
        "require", "result", "return", "self", "set", "should", "static", "str", "string", "struct", "super", "switch",
        "test", "tests", "testing", "that", "the", "then", "this", "throw", "true", "try", "type", "undefined", "use",
        "value",
        "values", "var", "void", "was", "were", "when", "while", "with", "yield", "pytest", "unittest", "mocha", "jest",
        "traceback", "recent", "call", "last", "most", "assertionerror", "failed", "passed", "exception", "errorf",
        "fatalf",
        "fatal", "setup", "teardown", "parametrize", "mark", "fixture", "input", "output", "actual", "dict", "tuple",
    ]

    init() {}

    private var weights: [String: (weight: Int, isName: Bool)] = [:]

    /// Adds a name of code, and its parts with half its weight.
    mutating func add(name: String, weight: Int) {
        add(word: name.lowercased(), weight: weight, isName: true)
        let parts = Identifiers.parts(of: name)
        if parts.count > 1 { for part in parts { add(word: part, weight: max(1, weight / 2), isName: false) } }
    }

    /// Adds the words of a text, and their parts.
    mutating func add(text: String, weight: Int, most: Int = 300) {
        for word in Identifiers.words(in: text, most: most) {
            add(word: word.lowercased(), weight: weight, isName: false)
            let parts = Identifiers.parts(of: word)
            if parts.count > 1 { for part in parts { add(word: part, weight: max(1, weight / 2), isName: false) } }
        }
    }

    private mutating func add(word: String, weight: Int, isName: Bool) {
        guard (Self.shortest...Self.longest).contains(word.utf8.count), !Self.common.contains(word),
            word.utf8.contains(where: { !(0x30...0x39).contains($0) })
        else { return }
        let known = weights[word] ?? (0, false)
        weights[word] = (max(known.weight, weight), known.isName || isName)
    }

    /// Ends the gathering: the heaviest words stay.
    mutating func close() {
        let kept = weights.sorted { ($1.value.weight, $0.key) < ($0.value.weight, $1.key) }.prefix(Self.most)
        words = kept.map { Word(text: $0.key, weight: $0.value.weight, isName: $0.value.isName) }
            .sorted { $0.text < $1.text }
    }
}

/// Counts the words of a failure in files of code.
struct WordCounter: Sendable {
    private let places: [String: Int]
    /// What a token stands for, so that each spelling is taken apart once.
    private var known: [String: [Int]] = [:]
    private static let mostKnown = 200_000

    init(_ words: FailureWords) {
        places = Dictionary(words.words.enumerated().map { ($1.text, $0) }, uniquingKeysWith: { first, _ in first })
    }

    mutating func count(in source: SourceText) -> [Int: Int] {
        var counts: [Int: Int] = [:]
        for token in source.tokens {
            switch token.kind {
            case .word: for place in self.places(of: token.text) { counts[place, default: 0] += 1 }
            case .text where token.text.utf8.count <= 4096:
                for word in Identifiers.words(in: token.text, most: 200) {
                    for place in self.places(of: word) { counts[place, default: 0] += 1 }
                }
            default: break
            }
        }
        return counts
    }

    /// Places of the words that a token is or holds as a part.
    mutating func places(of token: String) -> [Int] {
        if let found = known[token] { return found }
        var found: [Int] = []
        if token.utf8.count <= 200 {
            if let whole = places[token.lowercased()] { found.append(whole) }
            let parts = Identifiers.parts(of: token)
            if parts.count > 1 {
                for part in parts { if let place = places[part], !found.contains(place) { found.append(place) } }
            }
        }
        if known.count < Self.mostKnown { known[token] = found }
        return found
    }
}
