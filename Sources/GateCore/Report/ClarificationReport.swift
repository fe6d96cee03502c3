/// What has to be asked before a repair, for people.
package enum ClarificationReport {
    /// - Parameter record: a finished run that did not go further than asking.
    package static func text(_ record: RunRecord) -> String {
        guard let clarification = record.clarification else { return TextReport.render(record) }
        var lines: [String] = []
        if clarification.required {
            lines.append(clarification.outcome == "resolved" ? "answered" : "a person has to answer first")
        } else {
            lines.append("nothing has to be asked")
        }
        lines[0] += " — run \(record.id)"
        if let failure = record.failure { lines.append("  failing: \(Excerpt.visible(failure.summary))") }
        lines.append("  why: \(Excerpt.visible(clarification.reason))")
        if let match = record.scenario {
            lines.append("  nearest record: \(match.id), \(match.score) (\(match.band))")
            lines += match.reasons.map { "    \(Excerpt.visible($0))" }
        }
        for (id, answer) in (clarification.answers ?? [:]).sorted(by: { $0.key < $1.key }) {
            lines.append("  \(id): \(Excerpt.visible(answer))")
        }
        lines.append("  artifacts: 'git gatekeeper show \(record.id)' lists them")
        for next in record.result?.next ?? [] where clarification.required && clarification.outcome != "resolved" {
            lines.append("  next: \(next)")
        }
        return lines.joined(separator: "\n")
    }
}

/// What `approve-scenario-proposal --format json` prints.
package struct ApprovalRecord: Encodable, Sendable {
    package var version = 1
    package var id: String
    package var path: String
    package var diff: String
    package var remarks: [String]

    package init(id: String, path: String, diff: String, remarks: [String]) {
        self.id = id
        self.path = path
        self.diff = diff
        self.remarks = remarks
    }
}
