#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Cuts long texts so that what matters stays.
package enum Excerpt {
    /// The first and the last lines, with the number of those left out between them; a line that nobody would read to
    /// its end is cut, and says so.
    package static func headAndTail(of text: String, head: Int = 50, tail: Int = 50, width: Int = 2000) -> String {
        let bytes = text.utf8
        // By bytes: "\r\n" is one character, and a line may be megabytes long.
        let lines = bytes.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        let isWide = bytes.count > width && lines.contains { $0.count > width }
        guard lines.count > head + tail || isWide else { return text }
        func shown(_ line: Substring.UTF8View) -> String {
            guard line.count > width else { return String(decoding: line, as: UTF8.self) }
            return String(decoding: line.prefix(width), as: UTF8.self) + "[… \(line.count - width) bytes left out …]"
        }
        guard lines.count > head + tail else { return lines.map(shown).joined(separator: "\n") }
        return
            (lines.prefix(head).map(shown) + ["[… \(lines.count - head - tail) lines left out …]"]
            + lines.suffix(tail).map(shown)).joined(separator: "\n")
    }

    /// A span of time in the largest unit that fits: `3 min`.
    package static func age(from start: Date, to end: Date) -> String {
        let seconds = max(0, Int(end.timeIntervalSince(start)))
        switch seconds {
        case ..<90: return "\(seconds) s"
        case ..<5400: return "\(seconds / 60) min"
        case ..<172_800: return "\(seconds / 3600) h"
        default: return "\(seconds / 86400) days"
        }
    }

    /// Two texts below each other.
    package static func joined(_ first: String, _ second: String) -> String {
        first.isEmpty || second.isEmpty || first.utf8.last == UInt8(ascii: "\n")
            ? first + second : "\(first)\n\(second)"
    }

    /// The first line that says something, at most so many characters long.
    package static func line(_ text: String, maximum: Int = 160) -> String {
        let line = text.split(whereSeparator: \.isNewline).first { !$0.allSatisfy(\.isWhitespace) } ?? ""
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
