/// One line of the live view: parts with what they are, so that one drawing serves terminals with colour and without.
package struct LiveLine: Sendable, Hashable {
    /// What a part is. The words say it as well; colour only repeats them.
    package enum Style: Sendable, Hashable {
        case plain, strong, faint, good, bad, busy

        /// The number of ECMA-48 that selects it; `nil` for none.
        var code: Int? {
            switch self {
            case .plain: nil
            case .strong: 1
            case .faint: 2
            case .good: 32
            case .bad: 31
            case .busy: 36
            }
        }
    }

    package private(set) var parts: [(text: String, style: Style)] = []
    /// Columns it takes.
    package private(set) var width = 0

    init() {}

    /// Adds a part at the end.
    mutating func add(_ text: String, _ style: Style = .plain) {
        guard !text.isEmpty else { return }
        parts.append((text, style))
        width += DisplayWidth.of(text)
    }

    /// Adds blanks until so many columns are taken.
    mutating func pad(to column: Int) { add(String(repeating: " ", count: max(0, column - width))) }

    /// As text alone.
    package var text: String { parts.map(\.text).joined() }

    /// As bytes for a terminal.
    package func drawn(inColour: Bool) -> String {
        guard inColour else { return text }
        return parts.map { part in part.style.code.map { "\u{1B}[\($0)m\(part.text)\u{1B}[0m" } ?? part.text }.joined()
    }

    package static func == (left: LiveLine, right: LiveLine) -> Bool {
        left.parts.elementsEqual(right.parts, by: ==)
    }

    package func hash(into hasher: inout Hasher) { hasher.combine(text) }
}
