import FoundationEssentials
import GateGit

/// `go test`, through its own `-json`; ids are `package/path.TestName/sub`.
package enum GoRunner: TestRunner {
    package static let name = "go"

    package static func recognises(_ command: [String]) -> Bool {
        CommandWords(command).map { $0.name == "go" && $0.arguments.first == "test" } ?? false
    }

    package static func instrument(_ command: [String], reportFolder: String) -> InstrumentedCommand {
        guard var words = CommandWords(command), words.name == "go", words.arguments.first == "test" else {
            return InstrumentedCommand(command: command)
        }
        if !words.arguments.contains("-json") { words.insert(["-json"], after: words.program + 1) }
        return InstrumentedCommand(command: words.command)
    }

    fileprivate struct Event: Decodable {
        var Action: String
        var Package: String?
        var Test: String?
        var Output: String?
        var Elapsed: Double?
    }

    fileprivate struct Test {
        var started = false
        var outcome: Outcome?
        var output = ""
        var seconds: Double?
    }

    package static func read(_ run: FinishedRun) -> TestReport {
        var builder = ReportBuilder(name, run)
        var tests: [String: [String: Test]] = [:]
        var packages: [String: String] = [:]
        var broken: [String] = []
        let decoder = JSONDecoder()
        for line in builder.wholeOutput().split(whereSeparator: \.isNewline) {
            guard line.hasPrefix("{") else {
                if line.hasPrefix("FAIL\t") { broken.append(String(line)) }
                continue
            }
            guard let event = try? decoder.decode(Event.self, from: Data(line.utf8)) else {
                builder.add(.malformed, "a line of go's output is not an event: \(line.prefix(80))")
                continue
            }
            guard let package = event.Package else { continue }
            if let test = event.Test {
                tests[package, default: [:]][test, default: Test()].take(event)
            } else {
                if packages[package] == nil { packages[package] = "started" }
                if ["pass", "fail", "skip"].contains(event.Action) { packages[package] = event.Action }
                if let output = event.Output, output.hasPrefix("FAIL\t"), output.contains(" failed]") {
                    broken.append(output)
                }
            }
        }
        for line in broken { builder.add(.collection, line.split(separator: "\t").joined(separator: " ").trimmed) }
        for (package, named) in tests {
            let ended = packages[package] ?? "started"
            if packages[package] == nil { packages[package] = ended }
            for (name, test) in named { test.add(to: &builder, name: "\(package).\(name)") }
        }
        for (package, ended) in packages.sorted(by: { $0.key < $1.key }) {
            let isRed = tests[package]?.values.contains { $0.outcome?.isRed == true } ?? false
            if ended == "started" {
                builder.add(.malformed, "package '\(package)' has no end")
            } else if ended == "fail", !isRed, !broken.contains(where: { $0.contains(package) }) {
                builder.add(.exitCode, "package '\(package)' fails, and none of its tests does")
            } else if ended == "pass", isRed {
                builder.add(.exitCode, "package '\(package)' passes, and tests of it fail")
            }
        }
        if packages.isEmpty, broken.isEmpty, let code = run.process.exitCode, code != 0 {
            let why = ReportBuilder.firstLine(run.process.standardError.text) ?? "exit code \(code)"
            builder.add(.collection, "go ran no test: \(why)")
        }
        return builder.report()
    }
}

extension GoRunner.Test {
    fileprivate mutating func take(_ event: GoRunner.Event) {
        switch event.Action {
        case "run": started = true
        case "output": output += event.Output ?? ""
        case "pass", "fail", "skip":
            let new: Outcome = event.Action == "pass" ? .passed : event.Action == "fail" ? .failed : .skipped
            outcome = outcome?.worse(new) ?? new
            seconds = event.Elapsed
        default: break
        }
    }

    fileprivate func add(to builder: inout ReportBuilder, name: String) {
        // What a test prints can look like the outcome of another one, which then was never started.
        guard started else { return }
        let outcome = self.outcome ?? .indeterminate
        let lines = output.split(whereSeparator: \.isNewline).filter {
            let text = $0.trimmed
            return !text.hasPrefix("=== ") && !text.hasPrefix("--- ")
        }
        let first = lines.first.map { $0.trimmed }
        let place = first?.split(separator: ":", maxSplits: 2).map(String.init) ?? []
        let isPlaced = place.count == 3 && place[0].hasSuffix(".go")
        builder.add(
            TestResult(
                id: TestID(name),
                outcome: outcome,
                message: outcome == .passed ? nil : isPlaced ? place[2].trimmed : first,
                detail: outcome.isRed ? lines.joined(separator: "\n") : nil,
                file: isPlaced ? place[0] : nil,
                line: isPlaced ? Int(place[1]) : nil,
                seconds: seconds
            )
        )
    }
}
