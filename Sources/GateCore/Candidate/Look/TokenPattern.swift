/// A sequence of tokens to look for, written as text.
///
/// Elements stand between blanks: `a|b` is one of these words or marks, `"a|b*"` one of these texts (`*` for any end,
/// `~` for a blank), `_` any one token, `..` up to 16 tokens of the same line, `...` up to 24 tokens, `<-` an assignment, and `!a|b` at
/// the beginning says what must not stand before.
struct TokenPattern: Sendable {
    private enum Element: Sendable {
        case exact(Set<String>)
        case text(exact: Set<String>, beginnings: [String])
        case any
        case gap(most: Int, isOneLine: Bool)
        case assignment
    }

    private let elements: [Element]
    private let notAfter: Set<String>
    /// Words of which one must be there for the pattern to match; `nil` where it begins with something else.
    let firstWords: Set<String>?

    init(_ written: String) {
        var parts = written.split(separator: " ").map(String.init)
        if let first = parts.first, first.hasPrefix("!"), first.count > 1 {
            notAfter = Set(first.dropFirst().split(separator: "|").map(String.init))
            parts.removeFirst()
        } else {
            notAfter = []
        }
        elements = parts.map(Self.element)
        if case .exact(let words) = elements.first { firstWords = words } else { firstWords = nil }
    }

    private static func element(_ part: String) -> Element {
        switch part {
        case "_": return .any
        case "..": return .gap(most: 16, isOneLine: true)
        case "...": return .gap(most: 24, isOneLine: false)
        case "<-": return .assignment
        default: break
        }
        guard part.hasPrefix("\""), part.count > 1 else {
            return .exact(Set(part.split(separator: "|").map(String.init)))
        }
        let texts = part.dropFirst().dropLast(part.hasSuffix("\"") ? 1 : 0).split(separator: "|").map {
            String($0).replacing("~", with: " ")
        }
        return .text(
            exact: Set(texts.filter { !$0.hasSuffix("*") }),
            beginnings: texts.filter { $0.hasSuffix("*") }.map { String($0.dropLast()) }
        )
    }

    /// The index after the last token of a match that begins at `start`; `nil` where there is none.
    func match(_ tokens: [LookToken], at start: Int) -> Int? {
        if start > 0, !notAfter.isEmpty, notAfter.contains(tokens[start - 1].text) { return nil }
        return match(tokens, at: start, element: 0)
    }

    private func match(_ tokens: [LookToken], at index: Int, element: Int) -> Int? {
        guard element < elements.count else { return index }
        if case .gap(let most, let isOneLine) = elements[element] {
            var end = index
            while end <= tokens.count, end - index <= most {
                if isOneLine, end > index, tokens[end - 1].line != tokens[max(0, index - 1)].line { return nil }
                if let found = match(tokens, at: end, element: element + 1) { return found }
                end += 1
            }
            return nil
        }
        guard index < tokens.count, holds(elements[element], tokens, index) else { return nil }
        return match(tokens, at: index + 1, element: element + 1)
    }

    private func holds(_ element: Element, _ tokens: [LookToken], _ index: Int) -> Bool {
        let token = tokens[index]
        switch element {
        case .any: return true
        case .gap: return false
        case .exact(let words): return token.kind != .text && words.contains(token.text)
        case .text(let exact, let beginnings):
            return token.kind == .text
                && (exact.contains(token.text) || beginnings.contains { token.text.hasPrefix($0) })
        case .assignment:
            guard token.text == "=", token.kind == .mark else { return false }
            let before = index > 0 ? tokens[index - 1].text : ""
            let after = index + 1 < tokens.count ? tokens[index + 1].text : ""
            return after != "=" && !["=", "!", "<", ">"].contains(before)
        }
    }
}
