/// Shows of a file what fits: all of it, or the declarations that matter, with the lines between them named.
struct FileView: Sendable {
    struct Cut: Sendable, Hashable {
        let text: String
        let lines: [ClosedRange<Int>]
    }

    /// A run of lines that is shown together or not at all.
    private struct Piece {
        let lines: ClosedRange<Int>
        let size: Int
        var value: Double
    }

    let bytes: [UInt8]
    let starts: [Int]
    private let pieces: [Piece]

    /// Longer lines are cut: nobody reads them, and one may be a megabyte.
    private static let longestLine = 1000
    /// Longer pieces are cut into runs of so many lines.
    private static let longestPiece = 60
    private static let run = 30
    /// More than all words of a piece can be worth.
    private static let focused = 1e6

    var lineCount: Int { starts.count }

    /// Bytes that the whole file takes when shown.
    let size: Int

    /// - Parameters:
    ///   - content: the file, already without secrets.
    ///   - focus: lines that must be shown if any are.
    ///   - value: what the words of a line are worth; asked for each line.
    init(
        path: String,
        content: [UInt8],
        focus: [ClosedRange<Int>],
        worth: (SourceText?, [UInt8], [Int], [Definition]) -> [Double]
    ) {
        let bytes = LineText.withNewlines(content)
        let starts = LineText.starts(of: bytes)
        self.bytes = bytes
        self.starts = starts
        let language = CodeLanguage(path: path) ?? CodeLanguage(interpreter: bytes)
        let source = language.map { SourceText(path: path, language: $0, content: bytes) }
        let definitions = source.map(Definitions.find) ?? []
        let values = worth(source, bytes, starts, definitions)
        func size(_ lines: ClosedRange<Int>) -> Int {
            lines.reduce(0) { $0 + min(LineText.range($1, of: bytes, starts).count, Self.longestLine) + 1 }
        }
        var pieces: [Piece] = []
        if !starts.isEmpty {
            for lines in Self.cut(1...starts.count, definitions, bytes, starts) {
                var value = lines.reduce(0) { $0 + values[$1 - 1] }
                if focus.contains(where: { $0.overlaps(lines) }) { value += Self.focused }
                // What a file imports and says of itself helps to read the rest.
                if lines.lowerBound == 1 { value += 1 }
                pieces.append(Piece(lines: lines, size: size(lines), value: value))
            }
        }
        self.pieces = pieces
        self.size = pieces.reduce(0) { $0 + $1.size }
    }

    /// Runs of lines: each declaration for itself, long ones by what they declare in turn.
    private static func cut(
        _ range: ClosedRange<Int>,
        _ definitions: [Definition],
        _ bytes: [UInt8],
        _ starts: [Int]
    ) -> [ClosedRange<Int>] {
        var runs: [ClosedRange<Int>] = []
        func add(_ from: Int, _ to: Int) {
            guard from <= to else { return }
            if to - from < longestPiece {
                runs.append(from...to)
            } else {
                for start in stride(from: from, through: to, by: run) { runs.append(start...min(start + run - 1, to)) }
            }
        }
        var next = range.lowerBound
        // What takes a line or two stands with its neighbours.
        let definitions = definitions.filter { $0.lines.count > 2 }
        for (index, one) in definitions.enumerated() {
            // Those inside a short one come with it, and what overlaps what was taken is a scanner's mistake.
            guard one.lines.lowerBound >= next, one.lines.upperBound <= range.upperBound else { continue }
            let holdsOthers =
                index + 1 < definitions.count && definitions[index + 1].lines.lowerBound <= one.lines.upperBound
            if one.lines.count > longestPiece, holdsOthers { continue }
            let start = max(next, commentStart(one.lines.lowerBound, bytes, starts))
            add(next, start - 1)
            add(start, one.lines.upperBound)
            next = one.lines.upperBound + 1
        }
        add(next, range.upperBound)
        return runs
    }

    /// The first line of the comments and attributes right above a declaration.
    private static func commentStart(_ line: Int, _ bytes: [UInt8], _ starts: [Int]) -> Int {
        var first = line
        while first > 1, line - first < 20 {
            let above = LineText.range(first - 1, of: bytes, starts)
            guard let mark = bytes[above].first(where: { $0 > 0x20 }),
                [0x23, 0x40, 0x2F, 0x2A].contains(mark) || bytes[above].count < 3 && mark == 0x5D
            else { break }
            first -= 1
        }
        return first
    }

    /// Bytes of what must be shown, and as much again of what helps to read it: the other tests of a file say nothing.
    var essential: Int {
        let focus = pieces.filter { $0.value >= Self.focused }.reduce(0) { $0 + $1.size + 40 }
        return focus == 0 ? size : 2 * focus + 1500
    }

    /// What of the file fits into so many bytes; `nil` where nothing that matters does.
    func fit(_ budget: Int) -> Cut? {
        guard !starts.isEmpty else { return Cut(text: "", lines: []) }
        if size <= budget { return Cut(text: render([1...lineCount]), lines: [1...lineCount]) }
        var left = budget
        var chosen: [ClosedRange<Int>] = []
        let order = pieces.indices.sorted {
            let (a, b) = (pieces[$0], pieces[$1])
            // Worth for its room, so that one long function does not push out five short ones.
            let (left, right) = (
                a.value / Double(a.size + 400).squareRoot(), b.value / Double(b.size + 400).squareRoot()
            )
            return left != right ? left > right : a.lines.lowerBound < b.lines.lowerBound
        }
        // A line that says what is left out stands before, between and after pieces.
        let markCost = 40
        for index in order {
            let piece = pieces[index]
            guard piece.size + markCost <= left else { continue }
            chosen.append(piece.lines)
            left -= piece.size + markCost
        }
        guard !chosen.isEmpty else {
            // Even the best piece is too large: as many of its lines as fit.
            guard let best = order.first, let lines = head(of: pieces[best].lines, budget: budget - markCost) else {
                return nil
            }
            return Cut(text: render([lines]), lines: [lines])
        }
        let merged = Self.merged(chosen)
        return Cut(text: render(merged), lines: merged)
    }

    private func head(of lines: ClosedRange<Int>, budget: Int) -> ClosedRange<Int>? {
        var left = budget
        var last = lines.lowerBound - 1
        for line in lines {
            left -= min(LineText.range(line, of: bytes, starts).count, Self.longestLine) + 1
            guard left >= 0 else { break }
            last = line
        }
        return last >= lines.lowerBound ? lines.lowerBound...last : nil
    }

    private static func merged(_ ranges: [ClosedRange<Int>]) -> [ClosedRange<Int>] {
        var result: [ClosedRange<Int>] = []
        for range in ranges.sorted(by: { $0.lowerBound < $1.lowerBound }) {
            if let last = result.last, range.lowerBound <= last.upperBound + 1 {
                result[result.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
            } else {
                result.append(range)
            }
        }
        return result
    }

    private func render(_ ranges: [ClosedRange<Int>]) -> String {
        var text = ""
        var next = 1
        func gap(_ to: Int) {
            guard next <= to else { return }
            text += next == to ? "[… line \(next) left out …]\n" : "[… lines \(next)-\(to) left out …]\n"
        }
        for range in ranges {
            gap(range.lowerBound - 1)
            for line in range {
                let all = LineText.range(line, of: bytes, starts)
                let shown = all.prefix(Self.longestLine)
                text += DataFence.plain(String(decoding: bytes[shown], as: UTF8.self))
                if shown.count < all.count { text += " [… \(all.count - shown.count) bytes left out …]" }
                text += "\n"
            }
            next = range.upperBound + 1
        }
        gap(lineCount)
        return text
    }
}
