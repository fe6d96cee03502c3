import GateGit

/// Any command at all, judged by its exit code: weak evidence, one pseudo test for the whole.
package enum ExitCodeRunner: TestRunner {
    package static let name = "exit-code"
    /// The pseudo test that stands for the command.
    package static let id = TestID("(exit code)")

    package static func recognises(_ command: [String]) -> Bool { true }

    package static func instrument(_ command: [String], reportFolder: String) -> InstrumentedCommand {
        InstrumentedCommand(command: command)
    }

    package static func read(_ run: FinishedRun) -> TestReport {
        let (outcome, message): (Outcome, String?) =
            switch (run.process.ending, run.process.termination) {
            case (.wallTime, _): (.timedOut, "the time limit ended the command")
            case (.idleTime, _): (.timedOut, "the command was silent for too long and was ended")
            case (.outputLimit, _): (.killed, "the output limit ended the command")
            case (.processLimit, _), (.memoryLimit, _), (.diskLimit, _), (.survivors, _):
                (.killed, run.process.ending.phrase.map { "the command \($0)" })
            case (.itself, .signalled(let signal)): (.killed, "signal \(signal) ended the command")
            case (.itself, .exited(0)): (.passed, nil)
            case (.itself, .exited(let code)): (.failed, "the command exits with \(code)")
            }
        let text = run.process.standardError.text + run.process.standardOutput.text
        let result = TestResult(
            id: id,
            outcome: outcome,
            message: message,
            detail: outcome == .passed ? nil : ReportBuilder.capped(text, to: ReportBuilder.detailLimit)
        )
        return TestReport(runner: name, strength: .weak, results: [result])
    }
}
