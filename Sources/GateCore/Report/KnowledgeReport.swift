/// Scenario records for people.
package enum KnowledgeReport {
    /// One record, with everything it says where that is wanted.
    package static func text(_ entry: ScenarioRegistry.Entry, verbose: Bool) -> String {
        let record = entry.knowledge
        let review = record.reviewRequired ? " (repairs wait for a person)" : ""
        var lines = ["\(record.id): \(record.title)\(review)"]
        if verbose {
            let lists: [(String, [String])] = [
                ("tests", record.affectedTests), ("code", record.likelyCodeAreas), ("says", record.failureSignatures),
                ("patterns", record.failurePatterns), ("must hold", record.invariants),
                ("welcome", record.acceptedFixPatterns), ("rejected", record.rejectedFixPatterns),
            ]
            for (name, items) in lists where !items.isEmpty {
                lines.append("  \(name): \(items.joined(separator: "; "))")
            }
            lines.append("  from: \(entry.place)")
        }
        return Excerpt.visible(lines.joined(separator: "\n"))
    }
}
