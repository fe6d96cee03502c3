import GateGit

/// Commands that print TAP: bats, prove, and whatever policy says has the format `tap`.
///
/// Ids are descriptions; for prove with the file in front (`t/a.t > adds`). A test without a description is named by
/// its number. TAP shares its stream with the code under test, so it is read strictly and compared with the exit code.
package enum TAPRunner: TestRunner {
    package static let name = "tap"

    package static func recognises(_ command: [String]) -> Bool {
        CommandWords(command).map { ["bats", "prove"].contains($0.name) } ?? false
    }

    package static func instrument(_ command: [String], reportFolder: String) -> InstrumentedCommand {
        guard var words = CommandWords(command), recognises(command) else {
            return InstrumentedCommand(command: command)
        }
        // Options that would give another output, or mix the output of several files.
        let (alone, valued): (Set<String>, Set<String>) =
            words.name == "bats"
            ? (["-p", "--pretty", "-t", "--tap"], ["-F", "--formatter"])
            : (["-q", "-Q", "--quiet", "--QUIET", "--timer", "--color"], ["-j", "--jobs", "--formatter"])
        var kept: [String] = []
        var rest = words.arguments
        while let word = rest.popFirst() {
            if valued.contains(word) {
                rest = rest.dropFirst()
            } else if !alone.contains(word),
                !valued.contains(where: { option in
                    option.hasPrefix("--") ? word.hasPrefix(option + "=") : word.hasPrefix(option)
                })
            {
                kept.append(word)
            }
        }
        let own = words.name == "bats" ? ["--formatter", "tap"] : ["-v", "--nocolor", "--norc"]
        words.replace((words.program + 1)..<words.words.count, with: own + kept)
        return InstrumentedCommand(command: words.command)
    }

    package static func read(_ run: FinishedRun) -> TestReport {
        var builder = ReportBuilder(name, run)
        let output = builder.wholeOutput().withoutColour
        if CommandWords(run.command)?.name == "prove" {
            readProve(output, &builder)
        } else {
            var document = TAPDocument()
            for line in output.lines { document.take(line) }
            if document.isEmpty {
                builder.add(.missing, "the command printed no TAP")
            } else {
                add(document, file: nil, to: &builder)
            }
        }
        return builder.report()
    }

    private static func add(_ document: TAPDocument, file: String?, to builder: inout ReportBuilder) {
        for fault in document.finalFaults { builder.add(.malformed, "\(file ?? "the output") \(fault)") }
        for line in document.results {
            let isRed = line.outcome.isRed
            builder.add(
                TestResult(
                    id: TestID((file.map { $0 + " > " } ?? "") + line.name),
                    outcome: line.outcome,
                    message: isRed ? message(line.detail) : line.reason,
                    detail: isRed ? line.detail.joined(separator: "\n") : nil,
                    file: file
                )
            )
        }
    }

    private static func message(_ detail: [String]) -> String? {
        let marked = detail.first { $0.trimmed.hasPrefix("message:") }
        return marked.map { $0.trimmed.dropFirst(8).trimmed } ?? detail.first.map { $0.trimmed }
    }

    // MARK: - prove

    /// Reads `prove -v`: a header for each file, its TAP, and prove's own verdict on it; totals at the end.
    private static func readProve(_ output: String, _ builder: inout ReportBuilder) {
        var file: String?
        var document = TAPDocument()
        var result: Substring?
        var total: Int?
        for line in output.lines {
            if let name = header(line) {
                if let file { add(document, file: file, to: &builder) }
                file = name
                document = TAPDocument()
            } else if line.hasPrefix("Result: ") {
                result = line.dropFirst("Result: ".count)
            } else if line.hasPrefix("Files="), let range = line.ranges(of: "Tests=").first {
                total = Int(line[range.upperBound...].prefix { $0.isNumber })
            } else if line == "Test Summary Report" || line == "All tests successful." {
                if let file { add(document, file: file, to: &builder) }
                file = nil
            } else if file != nil, !isVerdict(line) {
                document.take(line)
            }
        }
        if let file { add(document, file: file, to: &builder) }
        guard let result, let total else {
            builder.add(.missing, "prove did not come to its result")
            return
        }
        if total != builder.results.count {
            builder.add(.console, "prove counts \(total) tests, and \(builder.results.count) were read")
        }
        if (result == "PASS") == builder.results.contains(where: \.outcome.isRed), builder.problems.isEmpty {
            builder.add(.console, "prove says \(result), and its tests say otherwise")
        }
    }

    /// `t/a.t .. `
    private static func header(_ line: Substring) -> String? {
        guard line.hasSuffix(".. "), !line.hasPrefix("#"), !line.hasPrefix(" ") else { return nil }
        let name = line.dropLast().reversed().drop { $0 == "." }.reversed()
        guard name.last == " ", name.count > 1 else { return nil }
        return String(name.dropLast())
    }

    /// The line prove prints behind a file's TAP; a bare `ok` is such a line too.
    private static func isVerdict(_ line: Substring) -> Bool {
        line == "ok" || line.hasPrefix("skipped:") || line.hasPrefix("Dubious, test returned")
            || line.hasPrefix("Failed ") || line == "All subtests passed " || line.hasPrefix("\t(")
    }
}
