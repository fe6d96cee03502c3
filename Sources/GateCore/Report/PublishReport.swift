import GateGit

/// What came of a push, in words. Pure: the same ending gives the same text.
package enum PublishReport {
    package static func text(_ ending: Publisher.Ending, _ destination: Destination) -> String {
        let place = Excerpt.visible("'\(destination.reference)' of '\(destination.remote)'")
        switch ending {
        case .pushed(let commit, let attempts, let local):
            var lines = ["pushed: \(place) is \(commit.abbreviated) now"]
            if attempts > 1 {
                lines.append("  the remote had moved: rebased and judged again, \(attempts) pushes in all")
            }
            switch local {
            case .same: break
            case .moved: lines.append("  the branch here, its index and files were brought there as well")
            case .left(let why):
                lines.append("  the branch here was left as it was: \(Excerpt.visible(why))")
                lines.append("  next: git pull --rebase \(Excerpt.visible(destination.remote))")
            }
            return lines.joined(separator: "\n")
        case .notProven(let record, let tip):
            let what = tip.map { "what comes of it on top of \($0.abbreviated), where the remote is now," } ?? "HEAD"
            return "not pushed: \(what) is not green\n" + TextReport.render(record)
        case .conflict(let commit, let paths):
            return "not pushed: the remote has moved, and commit \(commit.abbreviated) is in conflict with it in "
                + "\(Listing.some(paths.map(\.description)))\n  next: git pull --rebase, then run it again"
        case .merge(let commit):
            return
                "not pushed: the remote has moved, and \(commit.abbreviated) is a merge, which is not put elsewhere\n"
                + "  next: git pull, then run it again"
        case .contended(let attempts):
            return
                "not pushed: somebody else was faster, \(attempts) times in a row\n  next: try again when less is going on"
        }
    }
}
