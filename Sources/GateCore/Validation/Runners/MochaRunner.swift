/// mocha, through its JSON reporter.
///
/// Ids are `test/a.test.js > suite inner suite > name`: mocha joins the titles of nested suites with spaces.
package enum MochaRunner: TestRunner {
    package static let name = "mocha"
    private static let report = "mocha.json"

    package static func recognises(_ command: [String]) -> Bool {
        CommandWords(command)?.javaScriptTool("mocha") != nil
    }

    package static func instrument(_ command: [String], reportFolder: String) -> InstrumentedCommand {
        guard var words = CommandWords(command), let index = words.javaScriptTool("mocha") else {
            return InstrumentedCommand(command: command)
        }
        let options = ["--reporter", "json", "--reporter-option", "output=\(reportFolder)/\(report)"]
        words.insert(options, after: index)
        return InstrumentedCommand(command: words.command)
    }

    private struct Report: Decodable {
        struct Stats: Decodable {
            var tests: Int
            var passes: Int
            var pending: Int
            var failures: Int
        }

        struct Test: Decodable, Hashable {
            struct Failure: Decodable, Hashable {
                var message: String?
                var stack: String?
            }

            var title: String
            var fullTitle: String
            var file: String?
            var duration: Double?
            var currentRetry: Int?
            var err: Failure?

            var key: [String] { [file ?? "", fullTitle] }
        }

        var stats: Stats
        var tests: [Test]
        var pending: [Test]
        var failures: [Test]
        var passes: [Test]
    }

    package static func read(_ run: FinishedRun) -> TestReport {
        var builder = ReportBuilder(name, run)
        let missing = "mocha wrote no report: it did not come to the end of its run"
        guard let found = builder.json(Report.self, from: report, orAdd: missing) else { return builder.report() }
        let listed = [found.tests.count, found.passes.count, found.pending.count, found.failures.count]
        let told = [found.stats.tests, found.stats.passes, found.stats.pending, found.stats.failures]
        if listed != told { builder.add(.malformed, "mocha counts \(told), and its report lists \(listed)") }
        let tests = Set(found.tests.map(\.key))
        for test in found.passes {
            // A test that passed at its second try did not hold.
            add(test, test.currentRetry ?? 0 > 0 ? .failed : .passed, to: &builder)
        }
        for test in found.pending { add(test, .skipped, to: &builder) }
        for test in found.failures {
            if tests.contains(test.key) {
                add(test, .failed, to: &builder)
            } else {
                // Mocha drops the tests behind a broken hook, so which tests exist is unknown.
                builder.add(.collection, "\(test.fullTitle): \(test.err?.message ?? "failed")")
            }
        }
        let named = Set((found.passes + found.pending + found.failures).map(\.key))
        for key in tests.subtracting(named) { builder.add(.malformed, "'\(key[1])' has no outcome") }
        return builder.report()
    }

    private static func add(_ test: Report.Test, _ outcome: Outcome, to builder: inout ReportBuilder) {
        guard !test.title.isEmpty else {
            builder.add(.namelessCase, "'\(test.file ?? "")' has a test without a title")
            return
        }
        var names = [test.title]
        let suite = test.fullTitle.dropLast(test.title.count).trimmed
        if !suite.isEmpty { names.insert(suite, at: 0) }
        if let file = test.file { names.insert(ReportBuilder.relative(file, to: builder.run.root), at: 0) }
        let isTimeout = test.err?.message?.hasPrefix("Timeout of ") == true && outcome == .failed
        builder.add(
            TestResult(
                id: TestID(names.joined(separator: " > ")),
                outcome: isTimeout ? .timedOut : outcome,
                message: test.err?.message ?? (outcome == .failed ? "passes only when tried again" : nil),
                detail: test.err?.stack,
                file: test.file,
                seconds: test.duration.map { $0 / 1000 }
            )
        )
    }
}
