/// Cuts long texts so that what matters stays.
package enum Excerpt {
    /// The first and the last lines, with the number of those left out between them.
    package static func headAndTail(of text: String, head: Int = 50, tail: Int = 50) -> String {
        let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
        guard lines.count > head + tail else { return text }
        return (lines.prefix(head) + ["[… \(lines.count - head - tail) lines left out …]"] + lines.suffix(tail))
            .joined(separator: "\n")
    }

    /// The first line that says something, at most so many characters long.
    package static func line(_ text: String, maximum: Int = 160) -> String {
        let line = text.split(separator: "\n").first { !$0.allSatisfy(\.isWhitespace) } ?? ""
        return line.count > maximum ? line.prefix(maximum - 1) + "…" : String(line)
    }

    /// Text that came from tests or candidates, made safe for a terminal: control characters become visible.
    package static func visible(_ text: String) -> String {
        var safe = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x0A, 0x09: safe.unicodeScalars.append(scalar)
            case 0..<0x20, 0x7F: safe += "^" + String(UnicodeScalar(UInt8(truncatingIfNeeded: scalar.value ^ 0x40)))
            case 0x80..<0xA0, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2069, 0xFEFF:
                safe += "<U+\(String(scalar.value, radix: 16, uppercase: true))>"
            default: safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }
}
