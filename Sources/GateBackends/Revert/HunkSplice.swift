import GateGit

/// Puts old lines back into a text: exact, because every place is counted in the lines of the text as it stands.
struct HunkSplice {
    private let text: [UInt8]
    /// Offset of the start of each line, and of the end of the text behind them.
    private let starts: [Int]

    /// Creates a splice over the text that all hunks lead to.
    init(_ text: [UInt8]) {
        self.text = text
        var starts = [0]
        for (offset, byte) in text.enumerated() where byte == UInt8(ascii: "\n") { starts.append(offset + 1) }
        // A last line without a newline ends where the text ends.
        if starts.last != text.count { starts.append(text.count) }
        self.starts = starts
    }

    /// The text with some of its hunks taken back.
    ///
    /// - Parameter hunks: hunks of the text, in line order and without overlap, as a diff lists them.
    /// - Returns: `nil` where a hunk names lines the text does not have, and so belongs to another text.
    func reverting(_ hunks: [TextHunk]) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var copied = 0
        for hunk in hunks {
            // Where nothing was added, git names the line before the gap; else the first line itself, from 1.
            let first = hunk.newCount == 0 ? hunk.newStart : hunk.newStart - 1
            let behind = first + hunk.newCount
            guard first >= 0, behind < starts.count, starts[first] >= copied,
                text[starts[first]..<starts[behind]].elementsEqual(hunk.added)
            else { return nil }
            result.append(contentsOf: text[copied..<starts[first]])
            result.append(contentsOf: hunk.removed)
            copied = starts[behind]
        }
        result.append(contentsOf: text[copied...])
        return result
    }
}
