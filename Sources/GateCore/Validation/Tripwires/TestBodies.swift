/// Finds where a test of a given name stands in its file.
struct TestBodies {
    /// One test's own text.
    struct Body: Hashable {
        /// Tokens of the body.
        let tokens: Range<Int>
        /// Byte at which a statement can be put in front of all others.
        let start: Int
        /// What has to stand before such a statement on a line of its own.
        let indentation: String
        /// Whether the body is one expression, as behind the arrow of `() => check()`.
        var isExpression = false
    }

    let source: SourceTokens

    /// The body of a test.
    ///
    /// - Parameter names: from the outside in: class and method, or suite and test, as the runner's id has them.
    func body(of names: [String]) -> Body? {
        switch source.language {
        case .python: python(names)
        case .javaScript: javaScript(names)
        }
    }

    // MARK: Python

    private func python(_ names: [String]) -> Body? {
        guard let name = names.last else { return nil }
        var range = 0..<source.tokens.count
        for group in names.dropLast() {
            guard let found = block("class", group, in: range) else { return nil }
            range = found.tokens
        }
        if let own = block("def", name, in: range) { return own }
        // A test may be inherited, from a class of the same file.
        return names.count == 2 ? inherited(name, by: names[0], depth: 0) : nil
    }

    /// A method of one of a class's bases, or of theirs.
    private func inherited(_ name: String, by group: String, depth: Int) -> Body? {
        guard depth < 8,
            let place = source.tokens.indices.last(where: {
                source.has("class", at: $0) && source.has(group, at: $0 + 1) && source.tokens[$0].depth == 0
            }), source.has("(", at: place + 2), let bases = source.arguments(of: place + 2)
        else { return nil }
        for base in bases where base.count == 1 {
            let base = source.text(source.tokens[base.lowerBound])
            if let found = block("class", base, in: 0..<source.tokens.count),
                let body = block("def", name, in: found.tokens) ?? inherited(name, by: base, depth: depth + 1)
            {
                return body
            }
        }
        return nil
    }

    /// The block of `class name` or `def name`; the last one where there are several, because it is the one that counts.
    private func block(_ keyword: String, _ name: String, in range: Range<Int>) -> Body? {
        let all = range.filter { source.has(keyword, at: $0) && source.has(name, at: $0 + 1) }
        let column = range.first.map { source.column(of: source.tokens[$0].range.lowerBound) }
        // Tests may stand below a condition of the module, such as `if sys.version_info`.
        let found = all.last { margin(of: $0) == column } ?? (range.lowerBound == 0 ? all.last : nil)
        guard let found, found + 2 < range.upperBound else { return nil }
        let depth = source.tokens[found].depth
        guard
            let colon = ((found + 2)..<range.upperBound).first(where: {
                source.tokens[$0].depth == depth && source.has(":", at: $0)
            }), colon + 2 < source.tokens.count, source.tokens[colon + 1].kind == .newline
        else { return nil }
        let edge = margin(of: found)
        let first = colon + 2
        let inner = source.column(of: source.tokens[first].range.lowerBound)
        guard inner > edge else { return nil }
        var end = first
        while end < range.upperBound {
            let isLineStart = source.tokens[end - 1].kind == .newline
            if isLineStart, source.column(of: source.tokens[end].range.lowerBound) <= edge { break }
            end += 1
        }
        let start = source.tokens[first].range.lowerBound
        return Body(
            tokens: first..<end,
            start: start,
            indentation: source.text((start - inner)..<start)
        )
    }

    /// Column of the line a definition begins on, `async` included.
    private func margin(of index: Int) -> Int {
        let first = source.has("async", at: index - 1) ? index - 1 : index
        return source.column(of: source.tokens[first].range.lowerBound)
    }

    // MARK: JavaScript

    private func javaScript(_ names: [String]) -> Body? {
        var range = 0..<source.tokens.count
        var body: Body?
        for name in names {
            guard let found = call(named: name, in: range) else { return nil }
            range = found.tokens
            body = found
        }
        return body
    }

    /// The function given to `test('name', …)` or its like.
    private func call(named name: String, in range: Range<Int>) -> Body? {
        for index in range
        where source.tokens[index].kind == .string && source.has("(", at: index - 1)
            && unquoted(source.text(source.tokens[index])) == name
        {
            guard let end = source.closing(index - 1) else { continue }
            let inside = source.tokens[index].depth
            guard let brace = ((index + 1)..<end).first(where: { isBodyBrace($0) }),
                source.tokens[brace].depth == inside, let close = source.closing(brace)
            else {
                let arrow = ((index + 1)..<end).first { source.tokens[$0].depth == inside && source.has("=>", at: $0) }
                guard let arrow, arrow + 1 < end else { continue }
                return Body(
                    tokens: (arrow + 1)..<end,
                    start: source.tokens[arrow + 1].range.lowerBound,
                    indentation: "",
                    isExpression: true
                )
            }
            let start = source.tokens[brace].range.upperBound
            return Body(tokens: (brace + 1)..<close, start: start, indentation: "")
        }
        return nil
    }

    /// Whether a brace begins the body of a function: `=> {`, or behind the parameters of `function (…)`.
    private func isBodyBrace(_ index: Int) -> Bool {
        source.has("{", at: index) && (source.has("=>", at: index - 1) || source.has(")", at: index - 1))
    }

    private func unquoted(_ literal: String) -> String? {
        guard literal.count >= 2, let quote = literal.first, "\"'`".contains(quote) else { return nil }
        let body = literal.dropFirst().dropLast()
        guard body.contains("\\") else { return String(body) }
        var text = ""
        var isEscaped = false
        for character in body {
            if isEscaped {
                switch character {
                case "n": text.append("\n")
                case "t": text.append("\t")
                // Escapes by number are rare in names; such a test has no twin.
                case "u", "x": return nil
                default: text.append(character)
                }
                isEscaped = false
            } else if character == "\\" {
                isEscaped = true
            } else {
                text.append(character)
            }
        }
        return text
    }
}
