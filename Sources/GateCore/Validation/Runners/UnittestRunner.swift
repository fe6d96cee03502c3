import GateGit

/// Python's own unittest, through a script that takes the place of `-m unittest`.
///
/// Ids are what unittest calls a test's id: `tests.test_a.TestA.test_b`.
package enum UnittestRunner: TestRunner {
    package static let name = "unittest"
    private static let script = "gatekeeper_unittest.py"

    package static func recognises(_ command: [String]) -> Bool {
        CommandWords(command)?.pythonModule("unittest") != nil
    }

    package static func instrument(_ command: [String], reportFolder: String) -> InstrumentedCommand {
        guard var words = CommandWords(command), let module = words.pythonModule("unittest") else {
            return InstrumentedCommand(command: command)
        }
        words.replace(module, with: ["\(reportFolder)/\(script)"])
        return InstrumentedCommand(
            command: words.command,
            files: [script: PackageResources.gatekeeper_unittest_py]
        )
    }

    package static var tripwires: TestFramework? { .unittest }

    package static func narrow(_ command: InstrumentedCommand, to files: [String]?) -> InstrumentedCommand {
        command.narrowed(to: files)
    }

    package static func reversal(of command: [String]) -> Reversal {
        recognises(command) ? .byReporter : .impossible
    }

    package static func read(_ run: FinishedRun) -> TestReport {
        var builder = ReportBuilder(name, run)
        let records = ReporterRecords(prefix: "unittest-", into: &builder)
        records.addResults(to: &builder)
        builder.testPatterns += pattern(of: run.command).map { [$0] } ?? []
        if records.ends.count == 1, let said = records.ends[0].exit, let code = run.process.exitCode,
            (said == 0) != (code == 0)
        {
            builder.add(.exitCode, "unittest ends with \(said), and the command exits with \(code)")
        }
        checkConsole(records, &builder)
        return builder.report()
    }

    /// The pattern that a command gives to discovery; the usual one is not among them, because it takes
    /// `testimonials.py` for a test.
    private static func pattern(of command: [String]) -> String? {
        guard let words = CommandWords(command), let module = words.pythonModule("unittest") else { return nil }
        let arguments = Array(words.words[module.upperBound...])
        for (index, word) in arguments.enumerated() {
            if word == "-p" || word == "--pattern" { return arguments.dropFirst(index + 1).first }
            if word.hasPrefix("--pattern=") { return String(word.dropFirst("--pattern=".count)) }
        }
        return nil
    }

    /// Compares the last `Ran N tests` and the line `OK` or `FAILED` behind it with the records.
    private static func checkConsole(_ records: ReporterRecords, _ builder: inout ReportBuilder) {
        guard records.ends.count == 1, let ran = records.ends[0].summary?["ran"], builder.cutShort == nil else {
            return
        }
        var shown: Int?
        var failed: Bool?
        for line in builder.run.process.standardError.text.split(whereSeparator: \.isNewline) {
            let plain = line.withoutColour
            if plain.hasPrefix("Ran "), plain.contains(" test") {
                shown = plain.split(separator: " ").dropFirst().first.flatMap { Int($0) }
                failed = nil
            } else if plain == "OK" || plain.hasPrefix("OK (") {
                failed = false
            } else if plain.hasPrefix("FAILED (") {
                failed = true
            }
        }
        guard let shown else { return }
        let isRed = builder.results.contains { $0.outcome.isRed } || !builder.problems.isEmpty
        if shown != ran {
            builder.add(.console, "unittest prints that it ran \(shown) tests, and its report says \(ran)")
        } else if let failed, failed != isRed {
            builder.add(.console, "unittest prints '\(failed ? "FAILED" : "OK")', and its report says otherwise")
        }
    }
}
