package import GateGit

/// A pattern of repairs: words for people and backends, or a rule that admission can hold a candidate to.
package enum FixPattern: Sendable, Hashable {
    case words(String)
    /// `touches:<glob>`: the repair changes such a file.
    case touches(String)
    /// `adds:<text>`: a line that the repair adds holds this text.
    case adds(String)

    package init(_ text: String) {
        for (prefix, make) in [("touches:", FixPattern.touches), ("adds:", FixPattern.adds)]
        where text.hasPrefix(prefix) {
            let rest = text.dropFirst(prefix.count).drop(while: \.isWhitespace)
            if !rest.isEmpty {
                self = make(String(rest))
                return
            }
        }
        self = .words(text)
    }

    /// Whether admission can hold a candidate to it.
    package var isRule: Bool {
        if case .words = self { return false }
        return true
    }

    /// What a candidate does that a record rejects.
    ///
    /// - Parameters:
    ///   - paths: paths the candidate changes.
    ///   - addedLines: lines it adds, with the path of each.
    package func findings(
        record id: String,
        paths: [RepositoryPath],
        addedLines: [(path: RepositoryPath, line: String)]
    ) -> [AdmissionFinding] {
        switch self {
        case .words: return []
        case .touches(let pattern):
            guard let glob = try? Glob(pattern) else { return [] }
            return paths.filter(glob.matches).map { path in
                AdmissionFinding(
                    code: "scenario.rejected-fix",
                    path: path,
                    message: "the scenario '\(id)' rejects repairs that touch '\(pattern)'; this one changes '\(path)'"
                )
            }
        case .adds(let text):
            guard let hit = addedLines.first(where: { $0.line.contains(text) }) else { return [] }
            return [
                AdmissionFinding(
                    code: "scenario.rejected-fix",
                    path: hit.path,
                    message: "the scenario '\(id)' rejects repairs that add '\(text)'; this one does in '\(hit.path)'"
                )
            ]
        }
    }
}
