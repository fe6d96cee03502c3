import GateGit

/// How many columns of a terminal a text takes.
package enum DisplayWidth {
    /// Columns of a text without control characters.
    package static func of(_ text: String) -> Int { text.reduce(0) { $0 + columns($1) } }

    /// The text where it fits, else its beginning with a mark at its end.
    ///
    /// - Parameters:
    ///   - width: columns that may be taken.
    ///   - mark: what stands for the rest; left out where not even that fits.
    package static func cut(_ text: String, to width: Int, mark: String) -> String {
        guard of(text) > width else { return text }
        let ending = of(mark) <= width ? mark : ""
        var left = width - of(ending)
        var kept = ""
        for character in text {
            left -= columns(character)
            if left < 0 { break }
            kept.append(character)
        }
        return kept + ending
    }

    /// Columns of one character as people see it: what combines with it takes none of its own.
    private static func columns(_ character: Character) -> Int {
        var width = 0
        for scalar in character.unicodeScalars {
            // Of what the system does not know, the most is assumed.
            width += scalar.isASCII ? 1 : scalar.columns ?? 2
        }
        // The mark that asks for the picture of a character makes it a wide one.
        return character.unicodeScalars.contains("\u{FE0F}") ? max(2, width) : width
    }
}
