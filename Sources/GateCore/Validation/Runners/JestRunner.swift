import GateGit

/// jest, through its JSON report; what its user sees stays the same.
package enum JestRunner: TestRunner {
    package static let name = "jest"
    private static let report = "jest.json"

    package static func recognises(_ command: [String]) -> Bool {
        CommandWords(command)?.javaScriptTool("jest") != nil
    }

    package static func instrument(_ command: [String], reportFolder: String) -> InstrumentedCommand {
        guard var words = CommandWords(command), let index = words.javaScriptTool("jest") else {
            return InstrumentedCommand(command: command)
        }
        words.insert(["--json", "--outputFile=\(reportFolder)/\(report)", "--testLocationInResults"], after: index)
        return InstrumentedCommand(command: words.command)
    }

    package static func read(_ run: FinishedRun) -> TestReport {
        var builder = ReportBuilder(name, run)
        if run.files[report] == nil, run.process.exitCode != nil,
            (run.process.standardError.text + run.process.standardOutput.text).contains(
                "No tests found, exiting with code"
            )
        {
            return builder.report()
        }
        let missing = "jest wrote no report: it did not come to the end of its run"
        builder.json(JestReport.self, from: report, orAdd: missing)?.add(to: &builder)
        return builder.report()
    }
}
