/// The body of the section `# FAILURE_RECORD`: what failed, of what kind it is, and where to look.
enum FailureRecordText {
    private static let testLimit = 50
    private static let frameLimit = 20

    /// The record in words; the same record gives the same bytes.
    static func describe(_ record: FailureRecord) -> String {
        var lines = ["failure_summary: \(Excerpt.visible(record.summary))"]
        for (index, pattern) in record.patterns.prefix(3).enumerated() {
            lines.append("\(index == 0 ? "pattern" : "also"): \(pattern.key.rawValue) (\(pattern.cause.rawValue))")
            lines.append("\(index == 0 ? "guidance" : "  guidance"): \(Excerpt.visible(pattern.guidance))")
        }
        lines.append("failed_tests:")
        for test in record.failedTests.prefix(testLimit) {
            lines.append(
                "- \(Excerpt.visible(test.id.name)) (\(test.outcome.rawValue)\(test.isTarget ? ", target" : ""))"
            )
            if !test.message.isEmpty { lines.append("  \(Excerpt.visible(Excerpt.line(test.message)))") }
        }
        if record.failedTests.count > testLimit {
            lines.append("- and \(record.failedTests.count - testLimit) more")
        }
        if !record.frames.isEmpty {
            lines.append("frames:")
            lines += record.frames.prefix(frameLimit).map { "- \($0)" }
            if record.frames.count > frameLimit { lines.append("- and \(record.frames.count - frameLimit) more") }
        }
        lines.append("likely_modules:")
        lines += record.likelyFiles.map { "- \($0)" }
        let hundredths = record.confidence.hundredths
        lines.append(
            "confidence: 0.\(hundredths < 10 ? "0" : "")\(hundredths) (\(record.confidence.reasons.joined(separator: "; ")))"
        )
        return lines.joined(separator: "\n")
    }
}
