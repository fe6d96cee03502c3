import GateGit

/// pytest 6 and newer, through a plugin that the gate loads with `-p`.
///
/// Ids are pytest's node ids. Where the command does not call pytest itself (`make test`, `tox`), and policy says that
/// it ends in pytest, the plugin is named in `PYTEST_ADDOPTS` instead.
package enum PytestRunner: TestRunner {
    package static let name = "pytest"

    package static func recognises(_ command: [String]) -> Bool {
        CommandWords(command).flatMap(place) != nil
    }

    /// The environment sets `PYTHONPATH` to the report folder alone: a caller whose own environment has one puts the
    /// folder in front of it.
    package static func instrument(_ command: [String], reportFolder: String) -> InstrumentedCommand {
        let files = ["gatekeeper_pytest.py": PackageResources.gatekeeper_pytest_py]
        guard var words = CommandWords(command), let index = place(words) else {
            return InstrumentedCommand(
                command: command,
                environment: [
                    "PYTHONPATH": reportFolder,
                    "PYTEST_ADDOPTS": "-p gatekeeper_pytest --continue-on-collection-errors",
                ],
                files: files
            )
        }
        // A file that cannot be imported must not keep the others from saying what they give.
        words.insert(["-p", "gatekeeper_pytest", "--continue-on-collection-errors"], after: index)
        words.prepend(reportFolder, toAssigned: "PYTHONPATH")
        return InstrumentedCommand(command: words.command, environment: ["PYTHONPATH": reportFolder], files: files)
    }

    package static var tripwires: TestFramework? { .pytest }

    package static func narrow(_ command: InstrumentedCommand, to files: [String]?) -> InstrumentedCommand {
        command.narrowed(to: files)
    }

    package static func reversal(of command: [String]) -> Reversal { .byReporter }

    package static func read(_ run: FinishedRun) -> TestReport {
        var builder = ReportBuilder(name, run)
        let records = ReporterRecords(prefix: "pytest-", into: &builder)
        records.addResults(to: &builder)
        checkExit(records, &builder)
        checkConsole(records, &builder)
        return builder.report()
    }

    /// Index of the last word that names pytest: options go behind it.
    private static func place(_ words: CommandWords) -> Int? {
        if ["pytest", "py.test", "pytest-3"].contains(words.name) { return words.program }
        return (words.pythonModule("pytest") ?? words.pythonModule("py.test")).map { $0.upperBound - 1 }
    }

    private static func checkExit(_ records: ReporterRecords, _ builder: inout ReportBuilder) {
        guard records.ends.count == 1, let said = records.ends[0].exit, let code = builder.run.process.exitCode else {
            return
        }
        // A wrapper may answer with a code of its own, but not turn red into green or green into red.
        if (said == 0) != (code == 0) {
            builder.add(.exitCode, "pytest ends its session with \(said), and the command exits with \(code)")
        }
    }

    /// Compares pytest's last summary line with what the plugin saw.
    private static func checkConsole(_ records: ReporterRecords, _ builder: inout ReportBuilder) {
        guard records.ends.count == 1, let seen = records.ends[0].summary, builder.cutShort == nil,
            let shown = summary(of: builder.run.process.standardOutput.text)
        else { return }
        let known: Set<String> = [
            "failed", "passed", "skipped", "deselected", "xfailed", "xpassed", "warning", "error",
        ]
        let isPlain = Set(shown.keys).isSubset(of: known) && seen["parts"] == nil
        let red = (shown["failed"] ?? 0) + (shown["error"] ?? 0)
        let seenRed = (seen["failed"] ?? 0) + (seen["errors"] ?? 0)
        let agree = isPlain ? red == seenRed && shown["passed"] ?? 0 == seen["passed"] ?? 0 : (red > 0) == (seenRed > 0)
        if !agree || (red == 0) != (seenRed == 0) {
            builder.add(
                .console,
                "pytest prints \(shown["passed"] ?? 0) passed and \(red) red, and its report has "
                    + "\(seen["passed"] ?? 0) passed and \(seenRed) red"
            )
        }
    }

    /// Counts of the last line such as `== 1 failed, 2 passed in 0.12s ==`, by category in the singular.
    static func summary(of text: String) -> [String: Int]? {
        for line in text.split(whereSeparator: \.isNewline).reversed() {
            let plain = line.withoutColour.drop { $0 == "=" || $0 == " " }
            guard let first = plain.first, first.isNumber, let end = plain.ranges(of: " in ").last else { continue }
            var counts: [String: Int] = [:]
            for part in plain[..<end.lowerBound].split(separator: ",") {
                let words = part.split(separator: " ")
                guard words.count >= 2, let count = Int(words[0]) else { break }
                var category = words.dropFirst().joined(separator: " ")
                if category == "errors" || category == "warnings" { category.removeLast() }
                counts[category] = count
            }
            if !counts.isEmpty { return counts }
        }
        return nil
    }
}
