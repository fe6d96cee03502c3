import GateGit

/// The body of the section `# FAILURE_RECORD`: what failed, of what kind it is, and where to look.
enum FailureRecordText {
    private static let testLimit = 50
    private static let frameLimit = 20
    private static let fileLimit = 20

    /// The record in words, with as many tests as fit; the same record gives the same bytes.
    ///
    /// - Parameters:
    ///   - redactor: takes secrets out before anything is cut, because half a secret is not known as one.
    ///   - budget: bytes; the summary and the first test are there in any case.
    static func describe(_ record: FailureRecord, redactor: Redactor = .none, budget: Int = .max) -> String {
        func line(_ text: String, _ most: Int) -> String {
            let line = redactor.redact(text).split(whereSeparator: \.isNewline).joined(separator: " ")
            return line.count > most ? line.prefix(most - 1) + "…" : line
        }
        var head = ["failure_summary: \(line(record.summary, 400))"]
        for (index, pattern) in record.patterns.prefix(3).enumerated() {
            head.append("\(index == 0 ? "pattern" : "also"): \(pattern.key.rawValue) (\(pattern.cause.rawValue))")
            head.append("\(index == 0 ? "guidance" : "  guidance"): \(line(pattern.guidance, 600))")
        }
        head.append("failed_tests:")
        var tail: [String] = []
        let why = line(record.confidence.reasons.joined(separator: "; "), 300)
        let confidence = "confidence: \(record.confidence.text) (\(why))"
        // Tests, frames and files share what is left, in that order.
        var left = budget == .max ? budget : budget - size(head) - confidence.utf8.count - 100
        func fill(_ lines: inout [String], _ entries: [[String]], of count: Int, least: Int, part: Int) {
            var room = left / part
            var shown = 0
            for entry in entries {
                guard size(entry) <= room || shown < least else { break }
                room -= size(entry)
                left -= size(entry)
                lines += entry
                shown += 1
            }
            if shown < count { lines.append("- and \(count - shown) more") }
        }
        let tests = record.failedTests.prefix(testLimit).map { test in
            ["- \(line(test.id.name, 300)) (\(test.outcome.rawValue)\(test.isTarget ? ", target" : ""))"]
                + (test.message.isEmpty ? [] : ["  \(line(Excerpt.line(test.message, maximum: 400), 200))"])
        }
        fill(&head, tests, of: record.failedTests.count, least: 1, part: 2)
        if !record.frames.isEmpty {
            tail.append("frames:")
            let frames = record.frames.prefix(frameLimit).map { ["- \(line($0.description, 300))"] }
            fill(&tail, frames, of: record.frames.count, least: 0, part: 2)
        }
        tail.append("likely_modules:")
        let files = record.likelyFiles.prefix(fileLimit).map { ["- \(line($0.description, 300))"] }
        fill(&tail, files, of: record.likelyFiles.count, least: 0, part: 1)
        tail.append(confidence)
        return DataFence.plain((head + tail).joined(separator: "\n"))
    }

    private static func size(_ lines: [String]) -> Int { lines.reduce(0) { $0 + $1.utf8.count + 1 } }
}
