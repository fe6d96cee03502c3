import GateGit

/// What the change under judgement has to do with the failure, as far as it does.
struct DeltaSections: Sendable {
    let proposal: Proposal
    let evidence: CauseEvidence
    let survey: Survey
    let isTest: @Sendable (String) -> Bool

    /// Files of which the diff is shown.
    static let mostFiles = 5

    /// One changed file and how much it has to do with the failing context.
    struct Overlap: Sendable, Hashable {
        let change: TreeChange
        /// 0 where it has nothing to do with it.
        let score: Int
    }

    /// Changed files, those that overlap the failing context most first.
    ///
    /// A test of the context 220, another file of it 160, what it imports 80, what imports some of it 60, what shares an
    /// import with it 40, a test elsewhere 10: the numbers of the first system.
    func overlaps() -> [Overlap] {
        let tests = Set(evidence.testFiles)
        let reached = survey.graph.distances(from: evidence.testFiles + evidence.places.map(\.path), most: 3)
        let context = Set(reached.keys)
        let nearest = Set(reached.filter { $0.value <= 1 }.keys)
        return proposal.delta.map { change in
            guard let path = change.path.text else { return Overlap(change: change, score: 0) }
            var score = 0
            if tests.contains(path) {
                score = 220
            } else if nearest.contains(path) {
                score = 160
            } else if context.contains(path) {
                score = 80
            }
            if score < 220 {
                if survey.graph.needed[path]?.contains(where: nearest.contains) == true { score += 60 }
                let shared = survey.graph.needed[path]?.contains { file in
                    survey.graph.needing[file]?.contains(where: nearest.contains) == true
                }
                if shared == true { score += 40 }
                if isTest(path) { score += 10 }
            }
            return Overlap(change: change, score: score)
        }
        .sorted { ($1.score, $0.change.path) < ($0.score, $1.change.path) }
    }

    /// The names of changed files: all that overlap, and the number of the others; where none does, all of them.
    func list(_ overlaps: [Overlap], budget: Int) -> String {
        let near = overlaps.filter { $0.score > 10 }
        let named = near.isEmpty ? overlaps : near
        var lines = [
            "source: \(proposal.snapshot == nil ? "commit" : "working_tree") against \(proposal.baseOrigin.description)"
        ]
        lines.append(
            near.isEmpty ? "changed_files (none of them is seen to touch the failing code):" : "changed_files:"
        )
        var left = budget - 120
        var shown = 0
        for one in named {
            let line = "- \(Self.mark(one.change)) \(DataFence.name(one.change.path.description))"
            guard line.utf8.count + 1 <= left else { break }
            left -= line.utf8.count + 1
            lines.append(line)
            shown += 1
        }
        if shown < named.count { lines.append("- and \(named.count - shown) more") }
        if !near.isEmpty, overlaps.count > near.count {
            lines.append(
                "elsewhere: \(overlaps.count - near.count) changed files that the failing code does not import"
            )
        }
        return DataFence.plain(lines.joined(separator: "\n"))
    }

    /// Letters as git prints them.
    static func mark(_ change: TreeChange) -> String {
        switch (change.old, change.new) {
        case (nil, _): "A"
        case (_, nil): "D"
        default: "M"
        }
    }
}
