/// Text that tests, candidates or authors wrote, made safe for where an engine shows it.
enum UntrustedText {
    /// For the message of one of GitHub's workflow commands.
    static func commandMessage(_ text: String) -> String {
        text.replacing("%", with: "%25").replacing("\r", with: "%0D").replacing("\n", with: "%0A")
    }

    /// For a property of one of GitHub's workflow commands.
    static func commandProperty(_ text: String) -> String {
        commandMessage(text).replacing(":", with: "%3A").replacing(",", with: "%2C")
    }

    /// For running text in Markdown: nothing in it is a link, an image, HTML, a mention or a table.
    static func markdown(_ text: String) -> String {
        var safe = ""
        for scalar in Excerpt.visible(text).unicodeScalars {
            switch scalar {
            case "\n", "\r", "\t": safe += " "
            case "&": safe += "&amp;"
            case "<": safe += "&lt;"
            case ">": safe += "&gt;"
            // A name behind it would be told of a failure that is not theirs; a number would become a link.
            case "@", "#", ":": safe += "&#\(scalar.value);"
            case "\\", "`", "*", "_", "{", "}", "[", "]", "(", ")", "+", "-", ".", "!", "|", "~", "=", "$":
                safe += "\\" + String(scalar)
            default: safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }

    /// For a block of code in Markdown: a fence that is longer than any in the text.
    static func markdownBlock(_ text: String) -> String {
        let safe = Excerpt.visible(text)
        var longest = 0
        var run = 0
        for character in safe.unicodeScalars {
            run = character == "`" ? run + 1 : 0
            longest = max(longest, run)
        }
        let fence = String(repeating: "`", count: max(3, longest + 1))
        return "\(fence)text\n\(safe)\(safe.hasSuffix("\n") ? "" : "\n")\(fence)"
    }

    /// For XML 1.0: what the format cannot hold becomes visible.
    static func xml(_ text: String) -> String {
        var safe = ""
        for scalar in text.unicodeScalars {
            switch scalar {
            case "&": safe += "&amp;"
            case "<": safe += "&lt;"
            case ">": safe += "&gt;"
            case "\"": safe += "&quot;"
            case "\n": safe += "&#10;"
            case "\t": safe += "&#9;"
            case _ where scalar.value < 0x20 || scalar.value == 0xFFFE || scalar.value == 0xFFFF:
                safe += "<U+\(String(scalar.value, radix: 16, uppercase: true))>"
                    .replacing("<", with: "&lt;").replacing(">", with: "&gt;")
            case _ where (0x7F..<0xA0).contains(scalar.value):
                safe += "&lt;U+\(String(scalar.value, radix: 16, uppercase: true))&gt;"
            default: safe.unicodeScalars.append(scalar)
            }
        }
        return safe
    }

    /// At most so many bytes of a text, and how many were left out.
    static func bounded(_ text: String, bytes limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var kept = Array(text.utf8.prefix(limit))
        // A character that was cut in the middle would become another one.
        while let last = kept.last, last & 0xC0 == 0x80 { kept.removeLast() }
        if let last = kept.last, last & 0x80 != 0 { kept.removeLast() }
        return String(decoding: kept, as: UTF8.self) + "\n[… \(text.utf8.count - kept.count) bytes left out …]"
    }
}
