/// A run in Markdown, as a summary of a job or a comment of a request has it. Everything that others wrote is escaped.
package enum MarkdownReport {
    private static let mostTests = 200
    private static let mostMessageBytes = 4096

    package static func render(_ findings: CIFindings, notes: [String] = []) -> String {
        let record = findings.record
        var lines = ["## git gatekeeper: \(escaped(findings.headline))", ""]
        let head = record.head.commit ?? record.head.tree
        lines.append(
            "Head `\(head.prefix(12))`, base `\((record.base.commit ?? record.base.tree).prefix(12))` "
                + "(\(escaped(record.base.origin))), run `\(record.id)`, isolation `\(record.sandbox.level)`."
        )
        if let parts = record.parts, parts.count > 1 {
            lines += ["", "Part \(parts.index) of \(parts.count): \(parts.own.map(escaped).joined(separator: ", "))."]
        }
        lines += steps(findings) + tests(findings)
        if let drift = record.contractDrift {
            let paths = (drift.added + drift.changed + drift.removed).prefix(20).map { "- " + escaped($0) }
            lines += ["", "### Tests and code change together", ""] + paths
            lines += ["", "Together with \(drift.others) other files. A person should look at these."]
        }
        let reasons = (record.result?.reasons ?? []).prefix(20)
        if !reasons.isEmpty {
            lines += ["", "### Reasons", ""] + reasons.map { "- `\($0.code)` \(escaped($0.message))" }
        }
        let remarks = record.notes + notes
        if !remarks.isEmpty { lines += ["", "### Notes", ""] + remarks.prefix(30).map { "- " + escaped($0) } }
        let next = record.result?.next ?? []
        if !next.isEmpty { lines += ["", "### What to do", ""] + next.prefix(10).map { "- " + escaped($0) } }
        return lines.joined(separator: "\n") + "\n"
    }

    /// The same as a comment, with the patch in it as far as there is room.
    package static func comment(_ findings: CIFindings, patch: [UInt8], mostBytes: Int) -> String {
        let text = String(decoding: patch, as: UTF8.self)
        let head = UntrustedText.bounded(render(findings), bytes: mostBytes / 2)
        let room = mostBytes - head.utf8.count - 1000
        guard text.utf8.count < room else {
            return head + "\nThe fix has \(text.utf8.count) bytes, which is too long for a comment.\n"
        }
        return head + "\n<details><summary>The fix, which is proven and waits</summary>\n\n"
            + UntrustedText.markdownBlock(text) + "\n\n</details>\n"
    }

    /// What the evidence of a fleet comes to.
    package static func render(_ decision: FleetDecision) -> String {
        var lines = [
            "## git gatekeeper: \(decision.verdict)", "", "| part | what | state | signer |", "|---|---|---|---|",
        ]
        lines += decision.parts.map {
            "| \($0.shard) | \(escaped($0.parts.joined(separator: ", "))) | \($0.state.rawValue) | "
                + "\(escaped($0.signer ?? "")) |"
        }
        if !decision.refused.isEmpty {
            lines += ["", "Evidence that does not count:", ""] + decision.refused.prefix(50).map { "- " + escaped($0) }
        }
        if !decision.next.isEmpty { lines += ["", "### What to do", ""] + decision.next.map { "- " + escaped($0) } }
        return UntrustedText.bounded(lines.joined(separator: "\n"), bytes: 500_000) + "\n"
    }

    /// Text of others in a sentence.
    package static func escaped(_ text: String) -> String {
        UntrustedText.markdown(UntrustedText.bounded(text, bytes: mostMessageBytes))
    }

    private static func steps(_ findings: CIFindings) -> [String] {
        guard !findings.steps.isEmpty else { return [] }
        var lines = [
            "", "| step | runner | passed | red | skipped | other | seconds |", "|---|---|--:|--:|--:|--:|--:|",
        ]
        for step in findings.steps {
            var passed = 0, red = 0, skipped = 0, other = 0
            for outcome in step.outcomes.values.compactMap(Outcome.init(rawValue:)) {
                switch outcome {
                case .passed: passed += 1
                case .skipped: skipped += 1
                case _ where outcome.isRed: red += 1
                default: other += 1
                }
            }
            lines.append(
                "| \(escaped(step.step)) | \(escaped(step.runner)) | \(passed) | \(red) | \(skipped) | \(other) | "
                    + "\(Double(Int(step.seconds * 10)) / 10) |"
            )
        }
        return lines
    }

    private static func tests(_ findings: CIFindings) -> [String] {
        let red = findings.all.filter { $0.rule.hasPrefix("test-") }
        guard !red.isEmpty else { return [] }
        var lines = ["", "### Red tests", ""]
        for test in red.prefix(mostTests) {
            let place = test.path.map { ", " + escaped($0) + (test.line.map { " line \($0)" } ?? "") } ?? ""
            lines.append("- **\(escaped(test.title))**\(place)")
            let said = test.message.trimmedBlanks
            if !said.isEmpty {
                let block = UntrustedText.markdownBlock(UntrustedText.bounded(said, bytes: 1024))
                lines += block.split(separator: "\n", omittingEmptySubsequences: false).map { "  " + $0 }
            }
        }
        if red.count > mostTests { lines.append("- and \(red.count - mostTests) more") }
        return lines
    }
}
