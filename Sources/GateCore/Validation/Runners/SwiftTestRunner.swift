import GateGit

/// `swift test`: XCTest from its console lines, Swift Testing from its event stream.
///
/// Ids are `Class/test` for XCTest on Linux, which prints no module, and `Module.Class/test` on macOS; and
/// `Module.Suite/test()` for Swift Testing: all of them fit `--filter`. SwiftPM's xUnit files are not used: XCTest's
/// lists every test as passed where the process leaves early, and has no skips.
package enum SwiftTestRunner: TestRunner {
    package static let name = "swift"
    private static let events = "swift-testing.jsonl"

    package static func recognises(_ command: [String]) -> Bool {
        guard let words = CommandWords(command), words.name == "swift", words.arguments.first == "test" else {
            return false
        }
        return !words.arguments.contains { ["list", "--list-tests", "-l"].contains($0) }
    }

    package static func instrument(_ command: [String], reportFolder: String) -> InstrumentedCommand {
        guard var words = CommandWords(command), recognises(command) else {
            return InstrumentedCommand(command: command)
        }
        // With `--parallel` XCTest's lines are not printed; Swift Testing runs in parallel without it.
        var kept: [String] = []
        var rest = words.arguments.dropFirst()
        while let word = rest.popFirst() {
            if word == "--num-workers" {
                rest = rest.dropFirst()
            } else if word != "--parallel", !word.hasPrefix("--num-workers=") {
                kept.append(word)
            }
        }
        let own = ["test", "--event-stream-output-path", "\(reportFolder)/\(events)"]
        words.replace((words.program + 1)..<words.words.count, with: own + kept)
        return InstrumentedCommand(command: words.command)
    }

    package static func read(_ run: FinishedRun) -> TestReport {
        var builder = ReportBuilder(name, run)
        let console = (builder.wholeOutput() + "\n" + builder.wholeOutput(.standardError)).withoutColour
        let old = XCTestConsole(console)
        old.add(to: &builder)
        if let bytes = builder.file(events) {
            SwiftTestingEvents(bytes, name: events, into: &builder)?.add(to: &builder)
        } else if console.contains("◇ Test run started.") {
            builder.add(.missing, "Swift Testing wrote no events")
        } else if !old.isStarted {
            if console.contains("error:"), !console.contains("Build complete!") {
                let error = console.split(whereSeparator: \.isNewline).first { $0.contains("error:") } ?? ""
                builder.add(.collection, "the build failed: \(ReportBuilder.relative(String(error), to: run.root))")
            } else {
                builder.add(.missing, "swift test ran neither XCTest nor Swift Testing")
            }
        }
        return builder.report()
    }
}

/// What XCTest says of its tests on the console.
private struct XCTestConsole {
    private var results: [String: TestResult] = [:]
    private var started: [String: Int] = [:]
    private var ended: [String: Int] = [:]
    private var failures: [String: (message: String, file: String, line: Int?)] = [:]
    private(set) var isStarted = false
    private var isEnded = false
    private var executed: Int?

    init(_ console: String) {
        var sawEnd = false
        for line in console.split(whereSeparator: \.isNewline) {
            if line.contains("Test Suite 'All tests' started") || line.contains("Test Suite 'Selected tests' started") {
                isStarted = true
            } else if line.contains("Test Suite 'All tests' ") || line.contains("Test Suite 'Selected tests' ") {
                sawEnd = true
            } else if sawEnd, let count = Self.executed(line) {
                executed = count
                isEnded = true
                sawEnd = false
            } else if let range = line.ranges(of: "Test Case '").last {
                take(line[range.upperBound...])
            } else if let range = line.ranges(of: ": error: ").first {
                fail(line, range)
            }
        }
    }

    /// `OldTests.testTotal' passed (0.0 seconds)`, or `-[ShopTests.OldTests testTotal]' …` on macOS.
    private mutating func take(_ text: Substring) {
        guard let quote = text.ranges(of: "' ").first else { return }
        let name = Self.id(text[..<quote.lowerBound])
        let words = text[quote.upperBound...].split(separator: " ")
        guard let word = words.first else { return }
        let outcome: Outcome
        switch word {
        case "started":
            started[name, default: 0] += 1
            return
        case "passed": outcome = .passed
        case "failed": outcome = .failed
        case "skipped": outcome = .skipped
        default: return
        }
        ended[name, default: 0] += 1
        let seconds = words.dropFirst().first.flatMap { Double($0.drop { $0 == "(" }) }
        let failure = failures[name]
        let result = TestResult(
            id: TestID(name),
            outcome: outcome,
            message: failure?.message,
            detail: failure?.message,
            file: failure?.file,
            line: failure?.line,
            seconds: seconds
        )
        if let old = results[name], old.outcome.worse(outcome) == old.outcome { return }
        results[name] = result
    }

    /// `/repo/Tests/A.swift:5: error: OldTests.testTotal : XCTAssertEqual failed: …`
    private mutating func fail(_ line: Substring, _ range: Range<Substring.Index>) {
        let text = line[range.upperBound...]
        guard let colon = text.ranges(of: " : ").first else { return }
        let name = Self.id(text[..<colon.lowerBound])
        guard failures[name] == nil else { return }
        let place = line[..<range.lowerBound]
        let cut = place.lastIndex(of: ":")
        let file = cut.map { String(place[..<$0]) } ?? String(place)
        let number = cut.flatMap { Int(place[place.index(after: $0)...]) }
        let isKnown = file != "<EXPR>" && file != "<unknown>"
        failures[name] = (String(text[colon.upperBound...]).trimmed, isKnown ? file : "", isKnown ? number : nil)
    }

    private static func executed(_ line: Substring) -> Int? {
        let words = line.split(whereSeparator: \.isWhitespace)
        guard words.count > 2, words[0] == "Executed", words[2].hasPrefix("test") else { return nil }
        return Int(words[1])
    }

    private static func id(_ name: Substring) -> String {
        if name.hasPrefix("-["), name.hasSuffix("]") {
            return name.dropFirst(2).dropLast().split(separator: " ").joined(separator: "/")
        }
        guard let dot = name.lastIndex(of: ".") else { return String(name) }
        return name[..<dot] + "/" + name[name.index(after: dot)...]
    }

    func add(to builder: inout ReportBuilder) {
        for var result in results.values {
            if result.file?.isEmpty == true { result.file = nil }
            builder.add(result)
        }
        for (name, count) in started where count > ended[name] ?? 0 {
            builder.add(
                TestResult(id: TestID(name), outcome: .errored, message: "started, and the test process then ended")
            )
        }
        guard isStarted || !started.isEmpty else { return }
        if !isEnded {
            builder.add(.malformed, "XCTest's output is cut short: the test process ended without finishing")
        } else if let executed, executed != ended.values.reduce(0, +) {
            builder.add(.console, "XCTest executed \(executed) tests, and \(ended.count) outcomes were read")
        }
    }
}
