/// A patch, old and new side by side.
struct DiffView {
    let files: [FileView]
    /// Why not all of it is shown.
    let note: String?

    struct FileView {
        let path: String
        /// `new`, `removed`, `renamed`, `mode changed`, `binary`; absent where only lines change.
        let kind: String?
        let added: Int
        let removed: Int
        var rows: [Row]
    }

    struct Row {
        /// `same`, `change` or `gap`.
        let kind: String
        var left: Cell?
        var right: Cell?
        /// What stands between two hunks.
        var gap: String?
    }

    /// One line, with the part of it that changed.
    struct Cell {
        let number: Int
        let start: String
        let changed: String?
        let end: String
    }

    /// - Parameter isWhole: whether all of the patch is there.
    init(_ patch: String, isWhole: Bool, show: String, _ room: inout Room) {
        var reader = Reader(room: room.rows)
        // By bytes: "\r\n" is one character.
        for line in patch.utf8.split(separator: 0x0A, omittingEmptySubsequences: false) {
            reader.take(String(decoding: line, as: UTF8.self))
        }
        reader.endFile()
        files = reader.files
        note =
            reader.leftOut > 0 || !isWhole
            ? "\(reader.leftOut > 0 ? "\(Words.count(reader.leftOut, "line")) are" : "The rest is") left out; \(show)"
            : nil
        room.rows = reader.room
    }

    /// Reads a unified diff as git writes it.
    private struct Reader {
        var files: [FileView] = []
        var room: Int
        var leftOut = 0

        private var path = ""
        private var kind: String?
        private var rows: [Row] = []
        private var removed: [(Int, String)] = []
        private var added: [(Int, String)] = []
        private var counts = (added: 0, removed: 0)
        private var old = (line: 0, left: 0)
        private var new = (line: 0, left: 0)
        private var isOpen = false

        init(room: Int) { self.room = room }

        mutating func take(_ line: String) {
            if old.left > 0 || new.left > 0 {
                body(line)
            } else if line.hasPrefix("diff --git ") {
                endFile()
                isOpen = true
                path = String(line.dropFirst(11))
            } else if line.hasPrefix("@@ ") {
                startHunk(line)
            } else {
                header(line)
            }
        }

        private mutating func header(_ line: String) {
            for (prefix, kind) in [
                ("new file", "new"), ("deleted file", "removed"), ("rename to", "renamed"),
                ("old mode", "mode changed"),
                ("Binary files", "binary"), ("GIT binary patch", "binary"),
            ] where line.hasPrefix(prefix) { self.kind = kind }
            for side in ["+++ b/", "--- a/", "rename to "] where line.hasPrefix(side) {
                path = String(line.dropFirst(side.count))
            }
            if line.hasPrefix("+++ ") || line.hasPrefix("--- ") { isOpen = true }
        }

        private mutating func startHunk(_ line: String) {
            flush()
            let words = line.split(separator: " ")
            guard words.count >= 3, let old = Self.range(words[1], "-"), let new = Self.range(words[2], "+") else {
                return
            }
            self.old = old
            self.new = new
            rows.append(Row(kind: "gap", gap: Words.name(line)))
        }

        /// First line and number of lines of one side of a hunk.
        private static func range(_ word: Substring, _ sign: Character) -> (line: Int, left: Int)? {
            guard word.first == sign else { return nil }
            let parts = word.dropFirst().split(separator: ",")
            guard let first = parts.first.flatMap({ Int($0) }), (0...1_000_000_000).contains(first) else { return nil }
            guard parts.count > 1 else { return (first, 1) }
            return Int(parts[1]).flatMap { (0...1_000_000_000).contains($0) ? (first, $0) : nil }
        }

        private mutating func body(_ line: String) {
            let text = String(line.dropFirst())
            switch line.first {
            case "-":
                removed.append((old.line, text))
                counts.removed += 1
                old = (old.line + 1, old.left - 1)
            case "+":
                added.append((new.line, text))
                counts.added += 1
                new = (new.line + 1, new.left - 1)
            case "\\": break
            default:
                flush()
                append(Row(kind: "same", left: Self.cell(old.line, text), right: Self.cell(new.line, text)))
                old = (old.line + 1, old.left - 1)
                new = (new.line + 1, new.left - 1)
            }
        }

        /// Puts lines that were removed beside those that came in their place.
        private mutating func flush() {
            for index in 0..<max(removed.count, added.count) {
                let left = index < removed.count ? removed[index] : nil
                let right = index < added.count ? added[index] : nil
                var row = Row(kind: "change")
                if let left, let right {
                    (row.left, row.right) = Self.pair(left, right)
                } else {
                    row.left = left.map { Self.cell($0.0, $0.1) }
                    row.right = right.map { Self.cell($0.0, $0.1) }
                }
                append(row)
            }
            removed = []
            added = []
        }

        private mutating func append(_ row: Row) {
            guard room > 0 else {
                leftOut += 1
                return
            }
            room -= 1
            rows.append(row)
        }

        mutating func endFile() {
            flush()
            if isOpen {
                files.append(
                    FileView(
                        path: Words.name(path),
                        kind: kind,
                        added: counts.added,
                        removed: counts.removed,
                        rows: rows
                    )
                )
            }
            (path, kind, rows, counts, isOpen) = ("", nil, [], (0, 0), false)
            (old, new) = ((0, 0), (0, 0))
        }

        /// Longest line that is shown.
        private static let width = 1000

        private static func cell(_ number: Int, _ text: String) -> Cell {
            Cell(number: number, start: Words.cut(text, width), changed: nil, end: "")
        }

        /// Two lines with what differs between their common beginning and end.
        private static func pair(_ left: (Int, String), _ right: (Int, String)) -> (Cell, Cell) {
            let old = Array(Words.cut(left.1, width).unicodeScalars)
            let new = Array(Words.cut(right.1, width).unicodeScalars)
            let most = min(old.count, new.count)
            var start = 0
            while start < most, old[start] == new[start] { start += 1 }
            var end = 0
            while end < most - start, old[old.count - 1 - end] == new[new.count - 1 - end] { end += 1 }
            // Lines that have little in common are two lines, not one that changed.
            if (start + end) * 3 < max(old.count, new.count) { (start, end) = (0, 0) }
            func text(_ scalars: ArraySlice<Unicode.Scalar>) -> String {
                var text = String.UnicodeScalarView()
                text.append(contentsOf: scalars)
                return String(text)
            }
            func cell(_ number: Int, _ line: [Unicode.Scalar]) -> Cell {
                guard start + end > 0 else {
                    return Cell(number: number, start: text(line[...]), changed: nil, end: "")
                }
                return Cell(
                    number: number,
                    start: text(line[..<start]),
                    changed: start + end < line.count ? text(line[start..<(line.count - end)]) : nil,
                    end: text(line[(line.count - end)...])
                )
            }
            return (cell(left.0, old), cell(right.0, new))
        }
    }
}
