/// Reads the text of policy values; a value that is not of its kind is an error, never a default.
package enum PolicyValue {
    /// Git's own booleans; a key that stands alone is true.
    package static func boolean(_ text: String?) -> Bool? {
        guard let text else { return true }
        return switch text.lowercased() {
        case "true", "yes", "on", "1": true
        case "false", "no", "off", "0", "": false
        default: nil
        }
    }

    /// A whole number, not negative.
    package static func integer(_ text: String) -> Int? {
        guard let value = Int(text), value >= 0 else { return nil }
        return value
    }

    /// A duration: a number with `ms`, `s`, `m`, `h` or `d`; seconds without a unit.
    package static func duration(_ text: String) -> Duration? {
        let units: [(String, Double)] = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86400)]
        var number = text
        var factor = 1.0
        for (unit, seconds) in units where text.hasSuffix(unit) {
            number = String(text.dropLast(unit.count))
            factor = seconds
            break
        }
        guard let value = Double(number), value.isFinite, value > 0, value * factor < 1e9 else { return nil }
        return .milliseconds(Int64((value * factor * 1000).rounded()))
    }

    /// A number of bytes: a whole number, with `k`, `m` or `g` as git counts them.
    package static func size(_ text: String) -> Int? {
        let factors: [Character: Int] = ["k": 1 << 10, "m": 1 << 20, "g": 1 << 30]
        guard let last = text.lowercased().last else { return nil }
        if let factor = factors[last] {
            return integer(String(text.dropLast())).flatMap { value in
                let (product, overflow) = value.multipliedReportingOverflow(by: factor)
                return overflow ? nil : product
            }
        }
        return integer(text)
    }

    /// What is wrong with the words of a command; `nil` where nothing is.
    static func complaint(aboutWords text: String) -> String? {
        guard let words = words(text) else { return "leaves a quote open: '\(text)'" }
        if words.isEmpty { return "is empty" }
        return words.first { ["&&", "||"].contains($0) }
            .map { "has '\($0)', and no shell reads it; for a shell write: sh -c '…'" }
    }

    /// Words as a POSIX shell would split them, with quotes and backslashes and nothing else of a shell.
    ///
    /// - Returns: `nil` where a quote is left open.
    package static func words(_ text: String) -> [String]? {
        var words: [String] = []
        var current: String.UnicodeScalarView?
        var quote: UnicodeScalar?
        var isEscaped = false
        // By scalars, as a shell reads: as characters, a quote before a combining mark would not be a quote.
        for scalar in text.unicodeScalars {
            if isEscaped {
                // Inside double quotes a backslash only escapes what a shell lets it escape.
                if quote == "\"", !["\"", "\\", "$", "`"].contains(scalar) { current?.append("\\") }
                current?.append(scalar)
                isEscaped = false
            } else if scalar == "\\", quote != "'" {
                isEscaped = true
                current = current ?? String.UnicodeScalarView()
            } else if let open = quote {
                if scalar == open { quote = nil } else { current?.append(scalar) }
            } else if scalar == "'" || scalar == "\"" {
                quote = scalar
                current = current ?? String.UnicodeScalarView()
            } else if [" ", "\t", "\n", "\r"].contains(scalar) {
                if let word = current { words.append(String(word)) }
                current = nil
            } else {
                if current == nil { current = String.UnicodeScalarView() }
                current?.append(scalar)
            }
        }
        if quote != nil || isEscaped { return nil }
        if let word = current { words.append(String(word)) }
        return words
    }

    /// Words in a form that `words` reads back.
    package static func quoted(_ words: [String]) -> String {
        words.map { word in
            let plain = word.unicodeScalars.allSatisfy {
                $0.properties.isAlphabetic || $0.properties.numericType != nil
                    || "-_./=:,@%+".unicodeScalars.contains($0)
            }
            guard !plain || word.isEmpty else { return word }
            var quoted = String.UnicodeScalarView("'".unicodeScalars)
            for scalar in word.unicodeScalars {
                if scalar == "'" { quoted.append(contentsOf: "'\\''".unicodeScalars) } else { quoted.append(scalar) }
            }
            return String(quoted) + "'"
        }.joined(separator: " ")
    }
}
