/// The JSON report of jest, which vitest writes in the same shape.
struct JestReport: Decodable {
    struct File: Decodable {
        /// Absolute path.
        var name: String
        var status: String
        var message: String?
        var assertionResults: [Assertion]
    }

    struct Assertion: Decodable {
        struct Location: Decodable { var line: Int? }

        var ancestorTitles: [String]
        var title: String
        var status: String
        var duration: Double?
        var failureMessages: [String]?
        var location: Location?
        /// How often jest called it; more than once where tests are retried.
        var invocations: Int?
    }

    var numTotalTests: Int
    var numPassedTests: Int
    var numFailedTests: Int
    var success: Bool
    var wasInterrupted: Bool?
    var testResults: [File]

    /// Adds everything in it to a report; ids are `src/a.test.js > suite > name`.
    func add(to builder: inout ReportBuilder) {
        for file in testResults { add(file, to: &builder) }
        let total = testResults.map(\.assertionResults.count).reduce(0, +)
        let passed = testResults.flatMap(\.assertionResults).filter { $0.status == "passed" }.count
        let failed = testResults.flatMap(\.assertionResults).filter { $0.status == "failed" }.count
        if [total, passed, failed] != [numTotalTests, numPassedTests, numFailedTests] {
            builder.add(
                .malformed,
                "the report counts \(numTotalTests) tests, \(numPassedTests) passed and \(numFailedTests) failed, and "
                    + "lists \(total), \(passed) and \(failed)"
            )
        }
        if wasInterrupted == true { builder.add(.malformed, "the run was interrupted") }
        if success, failed > 0 { builder.add(.malformed, "the report says success and lists failures") }
    }

    private func add(_ file: File, to builder: inout ReportBuilder) {
        let path = ReportBuilder.relative(file.name, to: builder.run.root)
        let isRed = file.assertionResults.contains { $0.status == "failed" }
        if file.status == "failed", !isRed {
            let lines = file.message?.withoutColour.split(whereSeparator: \.isNewline).map(\.trimmed) ?? []
            // jest heads its message with `● Test suite failed to run`.
            let why = lines.first { !$0.isEmpty && !$0.hasPrefix("●") } ?? "could not be run"
            builder.add(.collection, "\(path): \(why)", scope: path)
        }
        for test in file.assertionResults {
            guard !test.title.isEmpty else {
                builder.add(.namelessCase, "'\(path)' has a test without a name")
                continue
            }
            let failure = test.failureMessages?.joined(separator: "\n").withoutColour
            var outcome: Outcome =
                switch test.status {
                case "passed": .passed
                case "failed": .failed
                case "pending", "skipped", "todo", "disabled": .skipped
                default: .indeterminate
                }
            // A test that passed at its second try did not hold.
            if outcome == .passed, test.invocations ?? 1 > 1 || failure?.isEmpty == false { outcome = .failed }
            builder.add(
                TestResult(
                    id: TestID(
                        ([path] + test.ancestorTitles.filter { !$0.isEmpty } + [test.title]).joined(separator: " > ")
                    ),
                    outcome: outcome,
                    message: failure.flatMap { Self.head(of: $0) },
                    detail: failure,
                    file: path,
                    line: test.location?.line,
                    seconds: test.duration.map { $0 / 1000 }
                )
            )
        }
    }

    /// The message before the trace.
    private static func head(of failure: String) -> String? {
        let lines = failure.split(whereSeparator: \.isNewline).prefix { !$0.trimmed.hasPrefix("at ") }
        return lines.isEmpty ? nil : lines.prefix(6).joined(separator: "\n")
    }
}
