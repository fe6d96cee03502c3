import GateGit

/// Says what an undo did.
package enum UndoReport {
    /// One line for people.
    package static func text(_ outcome: UndoOutcome) -> String {
        switch outcome {
        case .undone(let run, let paths, let commit, let aside):
            return "undid run \(run): \(Listing.some(paths.map(\.description))) as before"
                + (commit.map { "; its commit \($0.abbreviated) is off the branch" } ?? "")
                + (aside.isEmpty ? "" : "; kept aside: \(Listing.some(aside.map(\.description)))")
        case .nothingToUndo:
            return "nothing to undo: no accepted candidate is in the working tree"
        case .refused(let run, let movement, _, _):
            var why: [String] = []
            if !movement.paths.isEmpty {
                why.append("changed since: \(Listing.some(movement.paths.map(\.description)))")
            }
            if movement.head { why.append("HEAD moved since") }
            if movement.index { why.append("something is staged since") }
            return "cannot undo run \(run), and nothing was written: \(why.joined(separator: "; "))"
        }
    }
}

/// An undo as `undo --format json` prints it: version 1 of the wire format.
package struct UndoRecord: Codable, Sendable {
    package var version = 1
    /// `undone`, `nothing` or `refused`.
    package var outcome: String
    /// The run whose acceptance it is about.
    package var run: String?
    /// Paths that were taken back; where it was refused, those that changed since.
    package var paths: [String] = []
    /// The commit of the acceptance: off the branch where it was undone, still on it where it was refused.
    package var commit: String?
    /// Copies of files that another program went on writing to.
    package var keptAside: [String] = []
    /// Whether HEAD, or the index, is another than after the acceptance; then nothing was written.
    package var headMoved = false
    package var indexMoved = false
    package var hints: [String]

    package init(_ undo: UndoOutcome) {
        hints = undo.hints
        switch undo {
        case .undone(let id, let changed, let removed, let aside):
            outcome = "undone"
            run = id
            paths = changed.map(\.description)
            commit = removed?.hex
            keptAside = aside.map(\.description)
        case .nothingToUndo:
            outcome = "nothing"
        case .refused(let id, let movement, let made, _):
            outcome = "refused"
            run = id
            paths = movement.paths.map(\.description)
            commit = made?.hex
            keptAside = movement.keptAside.map(\.description)
            headMoved = movement.head
            indexMoved = movement.index
        }
    }
}
