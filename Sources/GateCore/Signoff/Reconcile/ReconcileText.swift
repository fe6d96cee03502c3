/// A reconciliation in words; the same one gives the same text.
enum ReconcileText {
    /// The file of an iteration.
    static func page(_ reconciliation: Reconciliation) -> String { "# Reconciliation\n\n\(body(reconciliation))\n" }

    /// A part of the report; `nil` where there is nothing to say.
    static func section(_ reconciliation: Reconciliation?) -> String? {
        guard let reconciliation, !reconciliation.isEmpty else { return nil }
        return "## Reconciliation\n\(body(reconciliation))"
    }

    /// What reviewers are shown; `nil` where there is nothing to say.
    static func material(_ reconciliation: Reconciliation?) -> String? {
        guard let reconciliation, !reconciliation.isEmpty else { return nil }
        return body(reconciliation)
    }

    private static func body(_ reconciliation: Reconciliation) -> String {
        var lines = reconciliation.rows.flatMap(row)
        if lines.isEmpty { lines.append("- no CI job was named as red") }
        func add(_ words: String, _ names: [String]) {
            if !names.isEmpty { lines.append("- \(words): \(plain(Listing.some(names, most: 20)))") }
        }
        add("untracked, and part of what is under review; in a commit only after 'git add'", reconciliation.untracked)
        add("ignored by git, and named by what changed; no clone and no test has them", reconciliation.ignored)
        add(
            "written by a program, as they say themselves; to be made anew where their sources change",
            reconciliation.generated
        )
        add("not read", reconciliation.problems)
        return lines.joined(separator: "\n")
    }

    private static func row(_ row: Reconciliation.Row) -> [String] {
        var lines = ["- CI job **\(plain(row.job))**, red by \(plain(row.source)): \(row.state.rawValue)"]
        if let file = row.file { lines.append("  - defined by: \(plain(file))\(row.engine.map { " (\($0))" } ?? "")") }
        if let command = row.command { lines.append("  - its command: \(plain(command))") }
        lines.append("  - evidence: \(plain(row.evidence))")
        if !row.supporting.isEmpty {
            lines.append("  - green nearby, supporting only: \(plain(Listing.some(row.supporting, most: 10)))")
        }
        if !row.artifacts.isEmpty { lines.append("  - output: \(plain(row.artifacts.joined(separator: ", ")))") }
        return lines
    }

    private static func plain(_ text: String) -> String { SignoffText.plain(text) }
}
