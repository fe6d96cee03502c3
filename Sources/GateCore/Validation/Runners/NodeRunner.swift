import GateGit

/// `node --test`, through a reporter of the gate's own beside the one that its user sees.
///
/// Ids are `path/to/file.test.js > suite > name`, with the path relative to the working directory. A file that declares
/// no test is a test itself, named by its path.
package enum NodeRunner: TestRunner {
    package static let name = "node"
    private static let reporter = "gatekeeper_node.mjs"

    package static func recognises(_ command: [String]) -> Bool {
        CommandWords(command).flatMap(place) != nil
    }

    package static func instrument(_ command: [String], reportFolder: String) -> InstrumentedCommand {
        guard var words = CommandWords(command), let index = place(words) else {
            return InstrumentedCommand(command: command)
        }
        var options = [
            "--test-reporter=\(reportFolder)/\(reporter)",
            "--test-reporter-destination=\(reportFolder)/node.jsonl",
        ]
        let own = words.arguments.filter { $0 == "--test-reporter" || $0.hasPrefix("--test-reporter=") }.count
        let sinks = words.arguments.filter { $0.hasPrefix("--test-reporter-destination") }.count
        // Reporters and destinations pair up in the order in which they are named.
        if own == 0 {
            options += ["--test-reporter=spec", "--test-reporter-destination=stdout"]
        } else if sinks < own {
            options += Array(repeating: "--test-reporter-destination=stdout", count: own - sinks)
        }
        words.insert(options, after: index)
        return InstrumentedCommand(
            command: words.command,
            files: [reporter: PackageResources.gatekeeper_node_mjs]
        )
    }

    package static var tripwires: TestFramework? { .node }

    /// Names that node looks for, beyond those that are tests everywhere.
    private static let patterns = ["js", "cjs", "mjs"].flatMap { ["*-test.\($0)", "test-*.\($0)"] }

    /// Options of node whose value is the next word.
    private static let valued: Set<String> = [
        "-r", "--require", "--import", "--loader", "--experimental-loader", "--test-name-pattern", "-C", "--conditions",
        "--test-reporter", "--test-reporter-destination", "--env-file", "--test-skip-pattern",
    ]

    /// Names files instead of whatever files, folders and patterns the command names.
    package static func narrow(_ command: InstrumentedCommand, to files: [String]?) -> InstrumentedCommand {
        guard let files, var words = CommandWords(command.command), let index = place(words) else { return command }
        var at = index + 1
        var kept: [String] = []
        while at < words.words.count {
            let word = words.words[at]
            let length = valued.contains(word) ? 2 : 1
            if word.hasPrefix("-") { kept += words.words[at..<min(at + length, words.words.count)] }
            at += word.hasPrefix("-") ? length : 1
        }
        words.replace((index + 1)..<words.words.count, with: kept + files)
        var narrowed = command
        narrowed.command = words.command
        return narrowed
    }

    /// Files are started in the order in which they are named; a command that names none has no order of its own.
    package static func reversal(of command: [String]) -> Reversal {
        guard var words = CommandWords(command), let index = place(words) else { return .impossible }
        let files = (index + 1)..<words.words.count
        let isPlain = words.words[files].allSatisfy { !$0.hasPrefix("-") }
        guard files.count > 1, isPlain else { return .impossible }
        words.replace(files, with: words.words[files].reversed())
        return .byCommand(words.command)
    }

    package static func read(_ run: FinishedRun) -> TestReport {
        var builder = ReportBuilder(name, run)
        let records = ReporterRecords(prefix: "node", into: &builder)
        records.addResults(to: &builder)
        builder.testPatterns += patterns
        checkConsole(&builder)
        return builder.report()
    }

    /// Index of `--test` among the options of node itself.
    private static func place(_ words: CommandWords) -> Int? {
        guard words.name == "node" || words.name == "nodejs" else { return nil }
        var index = words.program + 1
        while index < words.words.count, words.words[index].hasPrefix("-") {
            if words.words[index] == "--test" { return index }
            let takesValue = [
                "-r", "--require", "--import", "--loader", "--experimental-loader", "--test-name-pattern",
            ]
            index += takesValue.contains(words.words[index]) ? 2 : 1
        }
        return nil
    }

    /// Compares the last `ℹ fail N` of node's usual output with the records: both red, or neither.
    private static func checkConsole(_ builder: inout ReportBuilder) {
        guard builder.problems.isEmpty, builder.cutShort == nil else { return }
        let lines = builder.run.process.standardOutput.text.split(whereSeparator: \.isNewline)
        for line in lines.reversed() {
            let words = line.withoutColour.split(separator: " ")
            guard words.count == 3, words[0] == "ℹ" || words[0] == "#", words[1] == "fail", let count = Int(words[2])
            else { continue }
            let red = builder.results.filter(\.outcome.isRed).count
            if (count > 0) != (red > 0) {
                builder.add(.console, "node prints \(count) failures, and its report has \(red)")
            }
            return
        }
    }
}
