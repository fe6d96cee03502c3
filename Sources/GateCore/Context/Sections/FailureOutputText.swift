/// The section of what was printed.
enum FailureOutputText {
    /// What was printed, or its head and its tail with what stands between them counted.
    static func shown(_ text: String, budget: Int) -> String {
        let plain = DataFence.plain(shortened(text))
        guard plain.utf8.count > budget else { return plain }
        let lines = plain.split(separator: "\n", omittingEmptySubsequences: false)
        // The end says how it ended; the beginning often says only how it began.
        var tail: [Substring] = []
        var head: [Substring] = []
        var left = budget - 40
        let forHead = left / 3
        for line in lines.reversed() {
            guard line.utf8.count + 1 <= left - forHead else { break }
            left -= line.utf8.count + 1
            tail.append(line)
        }
        for line in lines.dropLast(tail.count) {
            guard line.utf8.count + 1 <= left else { break }
            left -= line.utf8.count + 1
            head.append(line)
        }
        let missing = lines.count - head.count - tail.count
        return (head + ["[… \(missing) lines left out …]"] + tail.reversed()).joined(separator: "\n")
    }

    /// The same text without the rest of lines that nobody reads to their end.
    private static func shortened(_ text: String) -> String {
        let bytes = LineText.withNewlines(Array(text.utf8))
        let starts = LineText.starts(of: bytes)
        guard LineText.longest(bytes, starts) > longestLine else { return String(decoding: bytes, as: UTF8.self) }
        var lines: [String] = []
        for line in 1...starts.count {
            let range = LineText.range(line, of: bytes, starts)
            let shown = String(decoding: bytes[range.prefix(longestLine)], as: UTF8.self)
            lines.append(
                range.count > longestLine ? shown + " [… \(range.count - longestLine) bytes left out …]" : shown
            )
        }
        return lines.joined(separator: "\n")
    }

    private static let longestLine = 2000
}
