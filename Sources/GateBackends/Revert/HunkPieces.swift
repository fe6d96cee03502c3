import GateGit

extension TextHunk {
    /// The hunk cut into smaller ones that lead to the same text, each of which can be taken back alone.
    ///
    /// As many lines before as after are taken to change one by one. Else blocks between blank lines are the pieces,
    /// where both sides have as many of them, or only one side has any. Anything else stays whole.
    var pieces: [TextHunk] {
        let old = Self.lines(removed)
        let new = Self.lines(added)
        guard old.count == oldCount, new.count == newCount else { return [self] }
        let before = old.count == new.count ? old.map { [$0] } : Self.blocks(old)
        let after = old.count == new.count ? new.map { [$0] } : Self.blocks(new)
        let count = max(before.count, after.count)
        guard count > 1, before.isEmpty || after.isEmpty || before.count == after.count else { return [self] }
        var pieces: [TextHunk] = []
        var oldLine = oldStart
        var newLine = newStart
        for index in 0..<count {
            let gone = before.isEmpty ? [] : before[index]
            let come = after.isEmpty ? [] : after[index]
            pieces.append(
                TextHunk(
                    oldStart: oldLine,
                    oldCount: gone.count,
                    newStart: newLine,
                    newCount: come.count,
                    removed: Array(gone.joined()),
                    added: Array(come.joined())
                )
            )
            // A side without lines names the line before the gap, which is the same for every piece.
            oldLine += gone.count
            newLine += come.count
        }
        return pieces
    }

    /// Lines with their newlines.
    private static func lines(_ text: [UInt8]) -> [ArraySlice<UInt8>] {
        var lines: [ArraySlice<UInt8>] = []
        var rest = text[...]
        while !rest.isEmpty {
            let end = rest.firstIndex(of: UInt8(ascii: "\n")).map { rest.index(after: $0) } ?? rest.endIndex
            lines.append(rest[..<end])
            rest = rest[end...]
        }
        return lines
    }

    /// Runs of lines, each ending with the blank lines behind it.
    private static func blocks(_ lines: [ArraySlice<UInt8>]) -> [[ArraySlice<UInt8>]] {
        var blocks: [[ArraySlice<UInt8>]] = []
        var wasBlank = true
        for line in lines {
            let isBlank = line.allSatisfy { $0 == UInt8(ascii: " ") || (9...13).contains($0) }
            if blocks.isEmpty || (wasBlank && !isBlank) {
                blocks.append([line])
            } else {
                blocks[blocks.count - 1].append(line)
            }
            wasBlank = isBlank
        }
        return blocks
    }
}
