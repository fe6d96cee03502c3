/// A judged scope matrix as Markdown; the same record gives the same text.
package enum ScopeText {
    /// The matrix with a heading of its own.
    package static func page(_ scope: ScopeRecord) -> String { "# Scope matrix\n\n" + body(scope) + "\n" }

    /// Origin, table, what is open, and the packages.
    package static func body(_ scope: ScopeRecord) -> String {
        var parts = ["From \(plain(scope.origin)); tree \(scope.tree), base \(scope.base)."]
        let columns = [
            "row", "repository", "branch", "request", "package or surface", "expected change", "producer", "consumers",
            "files", "gates", "state", "status", "evidence", "owner",
        ]
        var table = ["| " + columns.joined(separator: " | ") + " |", "|" + columns.map { _ in "---|" }.joined()]
        table += scope.rows.map { "| " + cells($0).map(cell).joined(separator: " | ") + " |" }
        parts.append(table.joined(separator: "\n"))
        let open = scope.problems + scope.rows.flatMap { row in row.problems.map { "row '\(row.id)': \($0)" } }
        if !open.isEmpty { parts.append("What is open:\n\n" + list(open)) }
        let packages = scope.packages.map { package in
            let change = package.before.map { $0 == package.version ? "" : ", was \($0)" } ?? ""
            return "\(package.ecosystem.rawValue) '\(package.name ?? "?")' in '\(package.manifest)': "
                + (package.version.map { "version \($0)" } ?? "no version") + change + "; "
                + (package.lock.map { "held against '\($0)'" } ?? "no lock file speaks of it")
                + (package.agrees ? ", which agrees" : "")
        }
        if !packages.isEmpty { parts.append("Packages:\n\n" + list(packages)) }
        if !scope.remarks.isEmpty { parts.append("Not made out, or not compared:\n\n" + list(scope.remarks)) }
        return parts.joined(separator: "\n\n")
    }

    private static func cells(_ row: ScopeRecord.Row) -> [String] {
        let consumers = row.consumers.map { consumer in
            "\(consumer.folder.isEmpty ? "." : consumer.folder)"
                + (consumer.version.map { " \($0)" } ?? "")
                + (consumer.requirement.map { " wants \($0)" } ?? "")
                + (consumer.locked.isEmpty ? "" : ", locks \(consumer.locked.joined(separator: ", "))")
        }
        let files = row.files.isEmpty ? [] : [row.files.joined(separator: ", ") + ": \(row.changedCount) changed"]
        return [
            row.id, row.repository ?? "this", row.branch ?? "", row.pullRequest ?? "",
            row.package.map { "\(row.surface) (\($0.ecosystem.rawValue) \($0.name))" } ?? row.surface,
            row.expectedChange, row.producerVersion ?? "", consumers.joined(separator: "; "),
            files.joined(), row.gates.map { "\($0.id): \($0.result)" }.joined(separator: "; "),
            row.state.rawValue + (row.until.map { " until \($0)" } ?? ""), row.status.rawValue,
            row.evidence.joined(separator: "; "), row.owner ?? "nobody is named",
        ]
    }

    private static func cell(_ text: String) -> String { plain(text).replacing("|", with: "\\|") }

    private static func list(_ items: [String]) -> String { items.map { "- \(plain($0))" }.joined(separator: "\n") }

    /// What others wrote, on one line and as words: neither markup nor a link comes of it.
    private static func plain(_ text: String) -> String {
        Excerpt.visible(text.replacing("\n", with: " ")).map { "\\`[<*_~".contains($0) ? "\\\($0)" : String($0) }
            .joined()
    }
}
