/// Finds the expected values that a test compares with.
struct Expectations {
    /// An operand that is compared for equality: what it is replaced by decides whether the test can pass.
    struct Operand: Hashable {
        let range: Range<Int>
        /// Whether nothing but a literal stands there.
        let isLiteral: Bool
    }

    let source: SourceTokens
    private let literals: Literals

    init(_ source: SourceTokens) {
        self.source = source
        literals = Literals(source: source)
    }

    /// Operands of every plain equality in a range of tokens.
    func operands(in range: Range<Int>) -> [Operand] {
        switch source.language {
        case .python: range.flatMap { pythonOperand(at: $0, within: range).map { [$0] } ?? [] }
        case .javaScript: range.flatMap { javaScriptOperand(at: $0, within: range).map { [$0] } ?? [] }
        }
    }

    // MARK: Python

    private static let pythonMethods: Set<String> = [
        "assertEqual", "assertEquals", "assertListEqual", "assertDictEqual", "assertTupleEqual", "assertSetEqual",
        "assertSequenceEqual", "assertMultiLineEqual", "assertCountEqual", "assertAlmostEqual",
    ]

    private func pythonOperand(at index: Int, within range: Range<Int>) -> Operand? {
        guard source.tokens[index].kind == .word else { return nil }
        if source.has("assert", at: index) { return comparison(after: index, within: range) }
        let name = source.text(source.tokens[index])
        guard Self.pythonMethods.contains(name), source.has(".", at: index - 1), source.has("(", at: index + 1),
            let arguments = source.arguments(of: index + 1), arguments.count >= 2
        else { return nil }
        // With a tolerance, a wrong value may be right.
        if name == "assertAlmostEqual", arguments.count > 2 { return nil }
        if arguments.prefix(2).contains(where: isNamed) { return nil }
        let isPlain = name == "assertEqual" || name == "assertEquals"
        return choose(arguments[1], arguments[0], orComputed: isPlain)
    }

    private func isNamed(_ argument: Range<Int>) -> Bool {
        source.has("=", at: argument.lowerBound + 1) || source.has("*", at: argument.lowerBound)
    }

    /// The operand of `assert a == b`, where it is a plain comparison.
    private func comparison(after index: Int, within range: Range<Int>) -> Operand? {
        let depth = source.tokens[index].depth
        let end =
            source.tokens[(index + 1)..<range.upperBound].firstIndex { token in
                token.kind == .newline || (token.depth == depth && source.text(token) == ",")
                    || (token.depth == depth && source.text(token) == ";")
            } ?? range.upperBound
        let statement = (index + 1)..<end
        let atDepth = statement.filter { source.tokens[$0].depth == depth }
        // `or`, `not`, `if` and lambda leave ways for the assertion to hold with a wrong value.
        for word in ["or", "not", "if", "lambda", "!=", "<", ">", "<=", ">=", "in", "is", ":="]
        where atDepth.contains(where: { source.has(word, at: $0) }) { return nil }
        let signs = atDepth.filter { source.has("==", at: $0) }
        guard let sign = signs.first else { return nil }
        let stops = atDepth.filter { $0 > sign && (source.has("and", at: $0) || source.has("==", at: $0)) }
        let right = (sign + 1)..<(stops.first ?? end)
        let begins = atDepth.filter { $0 < sign && source.has("and", at: $0) }
        let left = (begins.last.map { $0 + 1 } ?? statement.lowerBound)..<sign
        return choose(approximated(right), left, orComputed: true)
    }

    /// The value inside `pytest.approx(value)`; the operand itself where it is none.
    private func approximated(_ range: Range<Int>) -> Range<Int> {
        guard let call = range.first(where: { source.has("approx", at: $0) }), source.has("(", at: call + 1),
            call <= range.lowerBound + 2, let arguments = source.arguments(of: call + 1), arguments.count == 1,
            source.closing(call + 1) == range.upperBound - 1
        else { return range }
        return arguments[0]
    }

    // MARK: JavaScript

    private static let equalities: Set<String> = ["equal", "strictEqual", "deepEqual", "deepStrictEqual"]
    private static let matchers: Set<String> = ["toBe", "toEqual", "toStrictEqual"]

    private func javaScriptOperand(at index: Int, within range: Range<Int>) -> Operand? {
        guard source.tokens[index].kind == .word, source.has("(", at: index + 1),
            let arguments = source.arguments(of: index + 1)
        else { return nil }
        let name = source.text(source.tokens[index])
        if Self.matchers.contains(name), source.has(".", at: index - 1), !source.has("not", at: index - 2),
            arguments.count == 1
        {
            return choose(arguments[0], nil, orComputed: true)
        }
        guard Self.equalities.contains(name), arguments.count >= 2, !source.has("function", at: index - 1),
            !arguments.prefix(2).contains(where: { source.has("...", at: $0.lowerBound) })
        else { return nil }
        return choose(arguments[1], arguments[0], orComputed: true)
    }

    // MARK: Both

    private func choose(_ expected: Range<Int>, _ actual: Range<Int>?, orComputed: Bool) -> Operand? {
        if literals.isLiteral(expected) { return Operand(range: expected, isLiteral: true) }
        if let actual, literals.isLiteral(actual) { return Operand(range: actual, isLiteral: true) }
        guard orComputed, !expected.isEmpty else { return nil }
        return Operand(range: expected, isLiteral: false)
    }
}
