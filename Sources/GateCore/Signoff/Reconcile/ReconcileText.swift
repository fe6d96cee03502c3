/// A reconciliation in words; the same one gives the same text.
enum ReconcileText {
    /// The file of an iteration.
    static func page(_ reconciliation: Reconciliation) -> String { "# Reconciliation\n\n\(body(reconciliation))\n" }

    /// A part of the report; `nil` where there is nothing to say.
    static func section(_ reconciliation: Reconciliation?) -> String? {
        guard let reconciliation, !reconciliation.isEmpty else { return nil }
        return "## Reconciliation\n\(body(reconciliation))"
    }

    /// What reviewers are shown of CI jobs; `nil` where none was red. Where the output lies is left out: it is another
    /// place in each iteration.
    static func jobs(_ reconciliation: Reconciliation?) -> String? {
        guard let rows = reconciliation?.rows, !rows.isEmpty else { return nil }
        return rows.flatMap { row in
            var row = row
            row.artifacts = []
            return Self.row(row)
        }.joined(separator: "\n")
    }

    /// What reviewers are shown of files around the change; `nil` where there is nothing to say.
    static func files(_ reconciliation: Reconciliation?) -> String? {
        guard let reconciliation else { return nil }
        let lines = around(reconciliation)
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    private static func body(_ reconciliation: Reconciliation) -> String {
        var lines = reconciliation.rows.flatMap(row)
        if lines.isEmpty { lines.append("- no CI job was named as red") }
        return (lines + around(reconciliation)).joined(separator: "\n")
    }

    private static func around(_ reconciliation: Reconciliation) -> [String] {
        var lines: [String] = []
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
        return lines
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
