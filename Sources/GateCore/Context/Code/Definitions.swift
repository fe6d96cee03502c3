/// Finds what a file declares, and from which line to which.
enum Definitions {
    /// More declarations than this are those of a generated file.
    private static let most = 5000

    /// Declarations in the order of their first lines.
    static func find(in source: SourceText) -> [Definition] {
        let found =
            switch source.language {
            case .python: indented(source)
            case .ruby: ended(source)
            default: braced(source)
            }
        return Array(
            found.sorted { ($0.lines.lowerBound, -$0.lines.upperBound) < ($1.lines.lowerBound, -$1.lines.upperBound) }
                .prefix(most)
        )
    }

    // MARK: by indentation

    /// `def`, `class` and assignments of the module, each as far as lines are indented deeper.
    private static func indented(_ source: SourceText) -> [Definition] {
        var definitions: [Definition] = []
        var open: [(name: String, line: Int, column: Int)] = []
        var brackets = 0
        var lastLine = 1
        func close(downTo column: Int) {
            while let top = open.last, top.column >= column {
                open.removeLast()
                definitions.append(
                    Definition(name: top.name, lines: top.line...max(top.line, lastLine), depth: open.count)
                )
            }
        }
        for (index, token) in source.tokens.enumerated() {
            if brackets == 0, source.beginsLine(index), !isContinued(source, before: index) {
                close(downTo: token.column)
                var place = index
                if source.has("async", at: place) { place += 1 }
                if source.has("def", at: place) || source.has("class", at: place), let name = source.word(at: place + 1)
                {
                    open.append((name, token.line, token.column))
                } else if token.column == 0, token.kind == .word,
                    source.has("=", at: index + 1) && !source.has("=", at: index + 2)
                        || source.has(":", at: index + 1) && source.tokens.indices.contains(index + 2)
                            && source.tokens[index + 2].line == token.line && !keywords.contains(token.text)
                {
                    open.append((token.text, token.line, token.column))
                }
            }
            if token.kind == .mark {
                switch token.text {
                case "(", "[", "{": brackets += 1
                case ")", "]", "}": brackets = max(0, brackets - 1)
                default: break
                }
            }
            lastLine = max(lastLine, token.line + (token.kind == .text ? newlines(in: token.text) : 0))
        }
        close(downTo: 0)
        return definitions
    }

    private static let keywords: Set = [
        "else", "try", "finally", "except", "if", "while", "for", "with", "match", "case",
    ]

    private static func isContinued(_ source: SourceText, before index: Int) -> Bool {
        index > 0 && source.has("\\", at: index - 1)
    }

    private static func newlines(in text: String) -> Int { text.utf8.count { $0 == 0x0A } }

    // MARK: by words

    /// `def`, `class` and `module` of Ruby, each to the `end` in the same column.
    private static func ended(_ source: SourceText) -> [Definition] {
        var definitions: [Definition] = []
        var open: [(name: String, line: Int, column: Int, isTitle: Bool)] = []
        for (index, token) in source.tokens.enumerated() where source.beginsLine(index) {
            if token.text == "end", token.kind == .word {
                while let top = open.last, top.column >= token.column {
                    open.removeLast()
                    let last = top.column == token.column ? token.line : top.line
                    definitions.append(
                        Definition(
                            name: top.name,
                            lines: top.line...max(top.line, last),
                            depth: open.count,
                            isTitle: top.isTitle
                        )
                    )
                }
                continue
            }
            guard token.kind == .word else { continue }
            if ["def", "class", "module"].contains(token.text), let first = source.word(at: index + 1) {
                var name = first
                if first == "self", source.has(".", at: index + 2) { name = source.word(at: index + 3) ?? first }
                open.append((name, token.line, token.column, false))
            } else if titled.contains(token.text), let title = source.text(at: index + 1) {
                open.append((title, token.line, token.column, true))
            }
        }
        return definitions
    }

    // MARK: by braces

    private static let introducing: Set = [
        "func", "function", "class", "struct", "enum", "interface", "trait", "impl", "type", "const", "let", "var",
        "fn",
        "mod", "protocol", "extension", "object", "fun", "namespace", "union", "static", "macro_rules", "val", "actor",
        "record",
    ]
    private static let valued: Set = ["const", "let", "var", "val", "static", "type"]
    private static let titled: Set = [
        "it", "test", "describe", "specify", "suite", "context", "Deno", "bench", "should",
    ]
    private static let control: Set = [
        "if", "for", "while", "switch", "catch", "else", "return", "do", "try", "match", "loop", "guard", "function",
        "func", "fn", "select", "with", "synchronized", "defer", "sizeof", "typeof", "case", "in", "of", "await", "new",
    ]

    /// Whatever a word introduces, and whatever has parameters and a body in braces.
    private static func braced(_ source: SourceText) -> [Definition] {
        let tokens = source.tokens
        let partners = brackets(source)
        var definitions: [Definition] = []
        var ends: [Int] = []
        var taken: Set<Int> = []
        func add(_ name: String, from index: Int, to end: Int, isTitle: Bool = false) {
            let start = firstOfLine(source, index)
            let last = tokens[min(end, tokens.count - 1)]
            let first = tokens[start].line
            definitions.append(
                Definition(
                    name: name,
                    lines: first...max(first, last.line + (last.kind == .text ? newlines(in: last.text) : 0)),
                    depth: ends.count,
                    isTitle: isTitle
                )
            )
        }
        var index = 0
        while index < tokens.count {
            while let end = ends.last, end < index { ends.removeLast() }
            let token = tokens[index]
            if token.kind == .word {
                if source.language == .javaScript, let title = self.title(at: index, source),
                    let close = partners[title.open]
                {
                    add(title.name, from: index, to: close, isTitle: true)
                    ends.append(close)
                } else if isIntroducing(token.text, source.language),
                    let found = introduced(at: index, source, partners)
                {
                    if ends.count < 4, taken.insert(found.name).inserted {
                        add(tokens[found.name].text, from: index, to: found.end)
                        if !valued.contains(token.text) || found.hasBody { ends.append(found.end) }
                    }
                } else if ends.count < 4, let found = assigned(at: index, source, partners),
                    taken.insert(index).inserted
                {
                    add(token.text, from: index, to: found)
                    ends.append(found)
                } else if ends.count < 4, let found = called(at: index, source, partners), taken.insert(index).inserted
                {
                    add(token.text, from: index, to: found)
                    ends.append(found)
                }
            }
            index += 1
        }
        return definitions
    }

    private static func isIntroducing(_ word: String, _ language: CodeLanguage) -> Bool {
        guard introducing.contains(word) else { return false }
        // There these words stand before a type, not before a name.
        let isPrefix = ["static", "const", "type", "let", "var", "union"].contains(word)
        return !((language == .c || language == .java) && isPrefix)
    }

    /// The end of `name = function (…) {…}`, `name: function …` and `name = (…) => {…}`.
    private static func assigned(at index: Int, _ source: SourceText, _ partners: [Int: Int]) -> Int? {
        guard source.language == .javaScript, source.has("=", at: index + 1) || source.has(":", at: index + 1) else {
            return nil
        }
        var place = index + 2
        if source.has("async", at: place) { place += 1 }
        let isFunction = source.has("function", at: place)
        if isFunction { place += 1 }
        if isFunction, source.has("*", at: place) { place += 1 }
        if isFunction, source.word(at: place) != nil { place += 1 }
        guard source.has("(", at: place), let close = partners[place] else { return nil }
        place = close + 1
        if !isFunction {
            guard source.has("=", at: place), source.has(">", at: place + 1) else { return nil }
            place += 2
        }
        return source.has("{", at: place) ? partners[place] : nil
    }

    /// `it('adds', …)`, also with `.only` and its like.
    private static func title(at index: Int, _ source: SourceText) -> (name: String, open: Int)? {
        guard titled.contains(source.tokens[index].text) else { return nil }
        var place = index + 1
        if source.has(".", at: place), source.word(at: place + 1) != nil { place += 2 }
        guard source.has("(", at: place), let name = source.text(at: place + 1), !name.isEmpty else { return nil }
        return (name, place)
    }

    /// What `func`, `class` and so on introduce: its name, and where it ends.
    private static func introduced(
        at index: Int,
        _ source: SourceText,
        _ partners: [Int: Int]
    ) -> (name: Int, end: Int, hasBody: Bool)? {
        let tokens = source.tokens
        var place = index + 1
        // A method of Go has its receiver before its name; one of Rust's macros a mark.
        if source.has("(", at: place), let close = partners[place] { place = close + 1 }
        if source.has("!", at: place) || source.has("*", at: place) { place += 1 }
        if tokens[index].text == "impl", source.has("<", at: place) {
            while place < min(index + 40, tokens.count), !source.has(">", at: place) { place += 1 }
            place += 1
        }
        if source.has("mut", at: place) || source.has("class", at: place) || source.has("fn", at: place) { place += 1 }
        guard source.word(at: place) != nil, !introducing.contains(tokens[place].text) else { return nil }
        let name = place
        // `struct buffer *make(void)` declares a function.
        if source.language == .c, !source.has("{", at: name + 1), !source.has(":", at: name + 1) { return nil }
        let isValue = valued.contains(tokens[index].text)
        var end = name
        place += 1
        while place < tokens.count {
            let token = tokens[place]
            if token.kind == .mark {
                switch token.text {
                case "{":
                    end = partners[place] ?? place
                    // What follows an object or a closure belongs to the value still.
                    if isValue, source.has(".", at: end + 1) {
                        place = end + 1
                        continue
                    }
                    return (name, end, true)
                case "(", "[":
                    guard let close = partners[place] else { return (name, place, false) }
                    end = close
                    place = close
                case ";", "}", ")", "]": return (name, place - 1, false)
                default: break
                }
            }
            // Without a semicolon a value ends with a line that nothing carries on.
            if place + 1 < tokens.count, tokens[place + 1].line > tokens[place].line, !carriesOn(source, from: place) {
                return (name, place, false)
            }
            if place - name > 400 { return (name, end, false) }
            end = place
            place += 1
        }
        return (name, max(end, name), false)
    }

    /// Whether a statement goes on behind the end of a line.
    private static func carriesOn(_ source: SourceText, from index: Int) -> Bool {
        let marks: Set = ["=", ",", "+", "-", "*", "/", "|", "&", "?", ":", "<", ">", ".", "("]
        if source.tokens[index].kind == .mark, marks.contains(source.tokens[index].text) { return true }
        let next = source.tokens[index + 1]
        return next.kind == .mark && ["{", ".", "?", ":", "|", "&", "+", "=", "<", "-"].contains(next.text)
            || next.kind == .word && ["where", "throws", "extends", "implements", "with"].contains(next.text)
    }

    /// The end of `name(…) … {…}`, which is a function or method in every language with braces.
    private static func called(at index: Int, _ source: SourceText, _ partners: [Int: Int]) -> Int? {
        let tokens = source.tokens
        guard !control.contains(tokens[index].text), source.has("(", at: index + 1), let close = partners[index + 1],
            !source.has(".", at: index - 1), !source.has("new", at: index - 1)
        else { return nil }
        // Between parameters and body stand a type, exceptions, initialisers: words and marks, and no statement's end.
        var place = close + 1
        while place < min(close + 30, tokens.count) {
            if source.has("{", at: place) {
                return place == close + 1 || !source.has("=", at: place - 1) ? partners[place] : nil
            }
            let token = tokens[place]
            if token.kind == .text || token.kind == .number { return nil }
            if token.kind == .mark, [";", ")", "}", "]", "=", "+", "/", ".", "?", "!"].contains(token.text) {
                return nil
            }
            if token.kind == .word, control.contains(token.text) { return nil }
            if let inner = partners[place] { place = inner }
            place += 1
        }
        return nil
    }

    private static func firstOfLine(_ source: SourceText, _ index: Int) -> Int {
        var start = index
        while start > 0, source.tokens[start - 1].line == source.tokens[index].line { start -= 1 }
        return start
    }

    /// For each opening bracket the one that closes it.
    private static func brackets(_ source: SourceText) -> [Int: Int] {
        var partners: [Int: Int] = [:]
        var open: [(index: Int, text: String)] = []
        let closing = ["(": ")", "[": "]", "{": "}"]
        for (index, token) in source.tokens.enumerated() where token.kind == .mark {
            if closing[token.text] != nil {
                open.append((index, token.text))
            } else if [")", "]", "}"].contains(token.text) {
                // A bracket that does not fit is a lexer's mistake; the nearest that does is taken.
                guard let match = open.suffix(64).lastIndex(where: { closing[$0.text] == token.text }) else { continue }
                partners[open[match].index] = index
                open.removeSubrange(match...)
            }
        }
        return partners
    }
}
