/// vitest, through its JSON reporter beside its usual one.
package enum VitestRunner: TestRunner {
    package static let name = "vitest"
    private static let report = "vitest.json"

    package static func recognises(_ command: [String]) -> Bool {
        guard let words = CommandWords(command), let index = words.javaScriptTool("vitest") else { return false }
        // The other subcommands (`bench`, `list`, `watch` …) do not run tests to an end.
        let next = words.words.dropFirst(index + 1).first ?? "run"
        return !["bench", "list", "watch", "dev", "related", "init"].contains(next)
    }

    package static func instrument(_ command: [String], reportFolder: String) -> InstrumentedCommand {
        guard var words = CommandWords(command), let index = words.javaScriptTool("vitest") else {
            return InstrumentedCommand(command: command)
        }
        var options = ["--reporter=default", "--reporter=json", "--outputFile.json=\(reportFolder)/\(report)"]
        let isRun = words.words.dropFirst(index + 1).first == "run"
        if !isRun { options.append("--run") }
        words.insert(options, after: isRun ? index + 1 : index)
        return InstrumentedCommand(command: words.command)
    }

    package static func read(_ run: FinishedRun) -> TestReport {
        var builder = ReportBuilder(name, run)
        let missing = "vitest wrote no report: it did not come to the end of its run"
        builder.json(JestReport.self, from: report, orAdd: missing)?.add(to: &builder)
        return builder.report()
    }
}
