import GateGit

/// The smallest part of a delta that can be taken back alone.
struct DeltaUnit: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        /// Some lines of a file that is a text before and after.
        case hunk(TextHunk)
        /// The mode of a file whose content is a unit, or several, of its own, or did not change.
        case mode(old: FileMode, new: FileMode)
        /// Everything about one path, or about paths of which one is a folder where another is a file.
        case whole([TreeChange])
    }

    /// The path it is about; the outermost where there are several.
    let path: RepositoryPath
    let kind: Kind

    /// Where it is and how large, for people: `src/a.py:12 (3 lines)`.
    var summary: String {
        switch kind {
        case .hunk(let hunk) where hunk.newCount == 0:
            "\(path):\(max(hunk.newStart, 1)) (\(Self.lines(hunk.oldCount)) removed)"
        case .hunk(let hunk): "\(path):\(hunk.newStart) (\(Self.lines(hunk.newCount)))"
        case .mode(let old, let new): "\(path) (mode \(old) to \(new))"
        case .whole(let changes):
            if changes.count > 1 {
                "\(path) (file and folder swapped)"
            } else if changes.first?.old == nil {
                "\(path) (whole file, added)"
            } else if changes.first?.new == nil {
                "\(path) (whole file, removed)"
            } else {
                "\(path) (whole file)"
            }
        }
    }

    private static func lines(_ count: Int) -> String { count == 1 ? "1 line" : "\(count) lines" }
}
