/// The one line by which a person knows a failure again.
enum FailureSentence {
    /// How many tests are red, and what the first says; where a whole command fails, what is known of why.
    static func line(
        _ failedTests: [FailureRecord.FailedTest],
        runs: [StepRun],
        pattern: DetectedPattern?
    ) -> String {
        guard let first = failedTests.first else {
            return runs.flatMap(\.report.problems).first?.message ?? "a check failed without naming a test"
        }
        var sentence = "\(first.id) \(first.outcome.verb)"
        if first.id == ExitCodeRunner.id { sentence = "'\(first.step)' \(first.outcome.verb)" }
        if !first.message.isEmpty { sentence += ": \(Excerpt.line(first.message))" }
        if first.id == ExitCodeRunner.id, let pattern { sentence += "; \(words(pattern))" }
        return failedTests.count == 1 ? sentence : "\(failedTests.count) tests are red; first: \(sentence)"
    }

    /// A pattern in a few words: what kind, where, and what it says.
    static func words(_ pattern: DetectedPattern) -> String {
        var words = pattern.title.lowercased()
        if let file = pattern.fields[.file] {
            words += " in \(file)" + (pattern.fields[.line].map { ":\($0)" } ?? "")
        }
        if let message = pattern.fields[.message] { words += ": \(Excerpt.line(message))" }
        return words
    }
}
