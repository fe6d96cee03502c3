import GateGit

/// CTest 3.21 and newer, through `--output-junit`; ids are the tests' names.
///
/// A build that comes first may stand in the same command: `sh -c 'cmake --build build && ctest --test-dir build'`.
package enum CTestRunner: TestRunner {
    package static let name = "ctest"
    private static let report = "ctest.xml"

    package static func recognises(_ command: [String]) -> Bool {
        guard let words = CommandWords(command), words.name == "ctest" else { return false }
        return !words.arguments.contains { ["-S", "--script", "-N", "--show-only", "--build-and-test"].contains($0) }
    }

    package static func instrument(_ command: [String], reportFolder: String) -> InstrumentedCommand {
        guard var words = CommandWords(command), words.name == "ctest" else {
            return InstrumentedCommand(command: command)
        }
        words.insert(["--output-junit", "\(reportFolder)/\(report)", "--no-tests=error"], after: words.program)
        return InstrumentedCommand(command: words.command)
    }

    package static func read(_ run: FinishedRun) -> TestReport {
        var builder = ReportBuilder(name, run)
        let console = run.process.standardError.text + run.process.standardOutput.text
        if run.files[report] == nil, run.oversized[report] == nil, let code = run.process.exitCode {
            if code != 0, console.contains("No tests were found!!!") { return builder.report() }
            if code != 0, CommandWords(run.command)?.followsOtherCommands == true {
                builder.add(.collection, "the build before ctest failed (exit code \(code))")
                return builder.report()
            }
        }
        guard let bytes = builder.file(report, orAdd: "ctest wrote no report") else { return builder.report() }
        let document = JUnitDocument(bytes, name: report)
        builder.problems += document.problems
        for one in document.cases {
            builder.add(
                TestResult(
                    id: TestID(one.name),
                    outcome: outcome(of: one),
                    message: one.message,
                    detail: one.detail ?? one.output,
                    seconds: one.seconds
                )
            )
        }
        return builder.report()
    }

    private static func outcome(of one: JUnitDocument.Case) -> Outcome {
        switch one.status {
        case "run": one.outcome
        case "fail": one.message == "Timeout" ? .timedOut : one.outcome.worse(.failed)
        case "disabled": .skipped
        // `notrun` is a skip where the test asked for it, and an error where its program or a fixture is missing.
        case "notrun": one.message?.hasPrefix("SKIP_") == true ? .skipped : .errored
        default: .indeterminate
        }
    }
}
