/// Finds the values of a failing assertion in what a candidate adds.
///
/// A number or a short text alone proves nothing, and neither does a message: what counts is a whole call with its
/// result, or one value that nobody writes by chance in a place where values are told apart.
struct SpecialCases {
    /// Values of each assertion, in order.
    private let assertions: [[String]]
    private let distinctive: Set<String>

    /// Values that stand in any code.
    private static let trivial: Set<String> = ["0", "1", "2", "-1", "10", "100", "1000", "", " ", "\\n", "0.0", "1.0"]
    private static let windowLimit = 8

    init(assertions lines: [String]) {
        var all: [[String]] = []
        for line in Set(lines) {
            // Tests of every language are read as one that has texts in both quotes.
            let values = LookLexer.tokens(Array(line.utf8.prefix(4000)), .python).filter(\.isLiteral)
                .map { Self.plain($0.text) }
            // A message is no call with its result.
            if (2...Self.windowLimit).contains(values.count), line.contains("(") { all.append(values) }
        }
        assertions = all
        distinctive = Set(
            lines.flatMap { line in
                LookLexer.tokens(Array(line.utf8.prefix(4000)), .python).filter {
                    $0.isLiteral && Self.isDistinctive($0)
                }
                .map { Self.plain($0.text) }
            }
        )
    }

    /// Lines among added tokens on which a special case stands.
    func lines(in tokens: [LookToken], _ language: LookLanguage) -> [Int] {
        guard !assertions.isEmpty || !distinctive.isEmpty else { return [] }
        var found: [Int] = []
        for hunk in Self.hunks(tokens) {
            let literals = hunk.indices.filter { hunk[$0].isLiteral }
            for values in assertions { found += Self.calls(values, hunk, literals) }
            guard language != .data else { continue }
            for index in literals where distinctive.contains(Self.plain(hunk[index].text)) {
                if Self.isDistinctive(hunk[index]), Self.tellsApart(hunk, index) { found.append(hunk[index].line) }
            }
        }
        return found
    }

    /// Lines on which all values of an assertion stand together, whatever their order.
    private static func calls(_ values: [String], _ hunk: [LookToken], _ literals: [Int]) -> [Int] {
        let telling = Set(values).subtracting(trivial)
        let needed = values.count == 2 ? 2 : max(2, Set(values).count - 1)
        guard telling.count >= needed, literals.count >= values.count else { return [] }
        // Two values alone may meet by chance: one of them has to say something.
        if values.count == 2, !values.contains(where: { $0.utf8.count >= 4 }) { return [] }
        let wanted = values.sorted()
        return (0...(literals.count - values.count)).compactMap { start in
            let window = literals[start..<(start + values.count)]
            guard window.map({ plain(hunk[$0].text) }).sorted() == wanted, let first = window.first else { return nil }
            let isCase = window.contains { tellsApart(hunk, $0) }
            return isCase ? hunk[first].line : nil
        }
    }

    /// Whether a value stands where values are told apart: beside a comparison, as a key, as a case.
    private static func tellsApart(_ tokens: [LookToken], _ index: Int) -> Bool {
        func text(_ offset: Int) -> String {
            tokens.indices.contains(index + offset) && tokens[index + offset].kind != .text
                ? tokens[index + offset].text : ""
        }
        // Out of a tuple or a list of values, to what stands around it.
        var before = index - 1
        while before >= 0, tokens[before].isLiteral || [",", "(", "[", "-"].contains(tokens[before].text) {
            before -= 1
        }
        var after = index + 1
        while after < tokens.count, tokens[after].isLiteral || [",", ")", "]"].contains(tokens[after].text) {
            after += 1
        }
        let left = before >= 0 ? tokens[before].text : ""
        let leftOfThat = before >= 1 ? tokens[before - 1].text : ""
        let right = after < tokens.count ? tokens[after].text : ""
        let rightOfThat = after + 1 < tokens.count ? tokens[after + 1].text : ""
        if left == "=", ["=", "!"].contains(leftOfThat) { return true }
        if ["=", "!"].contains(right), rightOfThat == "=" { return true }
        if ["case", "in", "when", "is", "eq", "startswith", "endswith", "-eq"].contains(left) { return true }
        if right == ":", text(1) == ":" || tokens[index + 1..<after].contains(where: { $0.text == ")" }) { return true }
        if right == "=", rightOfThat == ">" { return true }
        return right == "-" && rightOfThat == ">"
    }

    /// Runs of added lines without a gap.
    private static func hunks(_ tokens: [LookToken]) -> [[LookToken]] {
        var hunks: [[LookToken]] = []
        for token in tokens.sorted(by: { ($0.line, $0.column) < ($1.line, $1.column) }) {
            if let last = hunks.last?.last, token.line <= last.line + 1 {
                hunks[hunks.count - 1].append(token)
            } else {
                hunks.append([token])
            }
        }
        return hunks
    }

    /// A value nobody writes by chance.
    private static func isDistinctive(_ token: LookToken) -> Bool {
        let text = token.text
        if token.kind == .number {
            let digits = text.filter(\.isNumber)
            guard digits.utf8.count >= 4 else { return false }
            // Round numbers, years and powers of two are everywhere.
            let value = Int(digits) ?? 0
            return Set(digits.drop { $0 == "0" }).count > 2 && value & (value - 1) != 0 && value & (value + 1) != 0
                && !(1900...2100).contains(value) && digits != "3600" && digits != "86400"
        }
        guard text.utf8.count >= 8, !text.contains("\n") else { return false }
        return text.contains(where: \.isNumber) && text.contains { !$0.isNumber && !"-_.".contains($0) }
            || text.contains(" ") && text.contains { !$0.isLetter && $0 != " " && $0 != "%" }
    }

    /// Numbers without the marks that only part their digits.
    private static func plain(_ text: String) -> String {
        text.first?.isNumber == true && text.contains("_") ? text.replacing("_", with: "") : text
    }
}
