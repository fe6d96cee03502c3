import GateGit

/// `cargo test` with Rust's own test harness, read from what it prints.
///
/// Ids begin with the target, because targets repeat names: `shop > tests::name` for the library's unit tests,
/// `shop src/main.rs > name` for those of another target, `tests/it.rs > name` and `shop doc > src/lib.rs - item`.
/// The line that the harness adds to the name of a documentation test is left out: it moves with every edit above.
package enum CargoRunner: TestRunner {
    package static let name = "cargo"

    package static func recognises(_ command: [String]) -> Bool {
        CommandWords(command).flatMap(place) != nil
    }

    package static func instrument(_ command: [String], reportFolder: String) -> InstrumentedCommand {
        guard var words = CommandWords(command), let index = place(words) else {
            return InstrumentedCommand(command: command)
        }
        // Otherwise cargo stops at the first target that fails, and the outcome of the others is unknown.
        if !words.arguments.contains("--no-fail-fast") { words.insert(["--no-fail-fast"], after: index) }
        return InstrumentedCommand(command: words.command, environment: ["CARGO_TERM_COLOR": "never"])
    }

    /// Index of `test` behind `cargo`, possibly with a toolchain between.
    private static func place(_ words: CommandWords) -> Int? {
        guard words.name == "cargo" else { return nil }
        var index = words.program + 1
        while index < words.words.count, words.words[index].hasPrefix("+") || words.words[index].hasPrefix("-") {
            index += ["--config", "-Z", "-C", "--color"].contains(words.words[index]) ? 2 : 1
        }
        guard index < words.words.count, ["test", "t"].contains(words.words[index]) else { return nil }
        return index
    }

    package static func read(_ run: FinishedRun) -> TestReport {
        var builder = ReportBuilder(name, run)
        let output = builder.wholeOutput()
        let messages = builder.wholeOutput(.standardError).split(whereSeparator: \.isNewline).map(\.withoutColour)
        let targets = names(ofTargets: messages)
        let blocks = LibtestBlock.all(in: output.withoutColour)
        if let code = run.process.exitCode, code != 0,
            let error = messages.first(where: { $0.hasPrefix("error") && !isVerdict($0) })
        {
            builder.add(.collection, error)
        } else if targets.count != blocks.count {
            builder.add(
                .malformed,
                "cargo runs \(targets.count) targets, and \(blocks.count) of them say what their tests gave"
            )
        }
        for (target, block) in zip(targets, blocks) { block.add(to: &builder, target: target) }
        return builder.report()
    }

    /// Errors that only repeat what a target has said of its tests.
    private static func isVerdict(_ line: String) -> Bool {
        if line.hasPrefix("error: test failed") || line.hasPrefix("error: doctest failed") { return true }
        let words = line.split(separator: " ")
        return words.count == 4 && words[2].hasPrefix("target") && words[3] == "failed:"
    }

    /// What cargo announces on standard error: `Running tests/it.rs (target/debug/deps/it-0123456789abcdef)`.
    private static func names(ofTargets messages: [String]) -> [String] {
        var seen: [String: Int] = [:]
        return messages.compactMap { line in
            let words = line.split(separator: " ").map(String.init)
            var name: String
            if words.count == 2, words[0] == "Doc-tests" {
                name = "\(words[1]) doc"
            } else if words.count >= 3, words[0] == "Running", let program = words.last, program.hasPrefix("(") {
                let file = CommandWords.baseName(String(program.dropFirst().dropLast()))
                let crate = file.lastIndex(of: "-").map { String(file[..<$0]) } ?? file
                name = words[1...].dropLast().joined(separator: " ")
                if name.hasPrefix("unittests ") {
                    let path = name.dropFirst("unittests ".count)
                    name = path == "src/lib.rs" ? crate : "\(crate) \(path)"
                }
            } else {
                return nil
            }
            // Packages of one workspace may have targets of one name; cargo takes them in a fixed order.
            seen[name, default: 0] += 1
            let count = seen[name, default: 1]
            return count == 1 ? name : "\(name) #\(count)"
        }
    }
}

/// What one test program of Rust's harness prints, from `running N tests` to `test result:`.
private struct LibtestBlock {
    private var announced = 0
    private var results: [(name: String, outcome: Outcome, note: String?)] = []
    private var details: [String: [String]] = [:]
    private var summary: [String: Int]?

    /// All blocks of an output, in order.
    static func all(in output: String) -> [LibtestBlock] {
        var blocks: [LibtestBlock] = []
        var isOpen = false
        var inFailures = false
        var open: String?
        var section: String?
        for line in output.lines {
            if let count = announcement(line), !inFailures {
                var block = LibtestBlock()
                block.announced = count
                blocks.append(block)
                isOpen = true
                open = nil
                continue
            }
            guard isOpen else { continue }
            let last = blocks.count - 1
            if line.hasPrefix("test result: ") {
                blocks[last].summary = counts(line)
                isOpen = false
                inFailures = false
                section = nil
            } else if inFailures {
                if line.hasPrefix("---- "), line.hasSuffix(" stdout ----") {
                    section = String(line.dropFirst(5).dropLast(12))
                } else if line == "failures:" {
                    section = nil
                } else if let section {
                    blocks[last].details[section, default: []].append(String(line))
                }
            } else if line == "failures:" {
                inFailures = true
            } else if line.hasPrefix("test "), let dots = line.ranges(of: " ... ").first {
                let name = String(line[line.index(line.startIndex, offsetBy: 5)..<dots.lowerBound])
                open = blocks[last].take(name, line[dots.upperBound...]) ? nil : name
            } else if let name = open, blocks[last].take(name, line) {
                open = nil
            }
        }
        return blocks
    }

    /// Notes the outcome of a test, if the text says one; what the test prints may stand in front of it.
    private mutating func take(_ name: String, _ text: Substring) -> Bool {
        if text.hasPrefix("ignored") {
            results.append(
                (name, .skipped, text.dropFirst("ignored, ".count).isEmpty ? nil : String(text.dropFirst(9)))
            )
            return true
        }
        // `--report-time` adds ` <0.001s>`.
        let plain = text.hasSuffix(">") ? text[..<(text.lastIndex(of: "<") ?? text.endIndex)].trimmed[...] : text
        if plain.hasSuffix("FAILED") {
            results.append((name, .failed, nil))
        } else if plain.hasSuffix("ok") {
            results.append((name, .passed, nil))
        } else {
            return false
        }
        return true
    }

    private static func announcement(_ line: Substring) -> Int? {
        let words = line.split(separator: " ")
        guard words.count == 3, words[0] == "running", words[2] == "tests" || words[2] == "test" else { return nil }
        return Int(words[1])
    }

    /// `test result: ok. 2 passed; 0 failed; 1 ignored; …`
    private static func counts(_ line: Substring) -> [String: Int] {
        var counts: [String: Int] = [:]
        for part in line.split(separator: ".").dropFirst().joined(separator: ".").split(separator: ";") {
            let words = part.split(separator: " ")
            if words.count >= 2, let count = Int(words[0]) { counts[String(words[1])] = count }
        }
        return counts
    }

    func add(to builder: inout ReportBuilder, target: String) {
        let passed = results.filter { $0.outcome == .passed }.count
        let failed = results.filter { $0.outcome == .failed }.count
        let ignored = results.filter { $0.outcome == .skipped }.count
        if let summary {
            let told = ["passed", "failed", "ignored"].map { summary[$0] ?? 0 }
            if told != [passed, failed, ignored] || announced != results.count + (summary["measured"] ?? 0) {
                builder.add(
                    .malformed,
                    "'\(target)' runs \(announced) tests and counts \(told), and \(results.count) outcomes were read"
                )
            }
        } else {
            builder.add(.malformed, "'\(target)' ends before it says what its tests gave")
        }
        var names: [String: Int] = [:]
        for result in results.sorted(by: { Self.order($0.name) < Self.order($1.name) }) {
            let detail = details[Self.withoutNote(result.name)]?.joined(separator: "\n").trimmed
            let base = Self.withoutNote(Self.withoutLine(result.name))
            names[base, default: 0] += 1
            let count = names[base, default: 1]
            let name = count > 1 && base != Self.withoutNote(result.name) ? "\(base) #\(count)" : base
            let (message, file, line) = detail.map(Self.panic) ?? (nil, nil, nil)
            builder.add(
                TestResult(
                    id: TestID("\(target) > \(name)"),
                    outcome: result.outcome,
                    message: message ?? result.note,
                    detail: detail,
                    file: file,
                    line: line
                )
            )
        }
    }

    private static func withoutNote(_ name: String) -> String {
        for note in [" - should panic", " - compile fail", " - compile"] where name.hasSuffix(note) {
            return String(name.dropLast(note.count))
        }
        return name
    }

    private static func lineNumber(_ name: String) -> (start: String.Index, line: Int)? {
        guard let range = name.ranges(of: " (line ").last else { return nil }
        return Int(name[range.upperBound...].prefix { $0.isNumber }).map { (range.lowerBound, $0) }
    }

    private static func withoutLine(_ name: String) -> String {
        guard let start = lineNumber(name)?.start else { return name }
        // The documentation of a whole file has no item: `src/lib.rs - (line 1)`.
        return name[..<start].hasSuffix(" -") ? String(name[..<start].dropLast(2)) : String(name[..<start])
    }

    private static func order(_ name: String) -> Int { lineNumber(name)?.line ?? 0 }

    /// Message and place of `thread 'name' (id) panicked at src/lib.rs:22:9:`.
    private static func panic(_ detail: String) -> (String?, String?, Int?) {
        let lines = detail.split(whereSeparator: \.isNewline)
        guard let index = lines.firstIndex(where: { $0.contains(" panicked at ") }),
            let range = lines[index].ranges(of: " panicked at ").first
        else { return (ReportBuilder.firstLine(detail), nil, nil) }
        let place = lines[index][range.upperBound...].split(separator: ":")
        let text = lines[(index + 1)...].prefix { !$0.hasPrefix("stack backtrace:") && !$0.hasPrefix("note: run with") }
        return (text.joined(separator: "\n"), place.first.map(String.init), place.dropFirst().first.flatMap { Int($0) })
    }
}
