#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A run as JUnit XML, in the form that Jenkins, GitLab and Buildbot read: one suite for each step.
package enum JUnitReport {
    private static let mostMessageBytes = 64 << 10

    package static func render(_ findings: CIFindings) -> String {
        let suites = findings.steps.map { suite($0, findings) }
        let total = suites.reduce(into: (tests: 0, failures: 0, errors: 0, skipped: 0, seconds: 0.0)) { sum, suite in
            sum.tests += suite.tests
            sum.failures += suite.failures
            sum.errors += suite.errors
            sum.skipped += suite.skipped
            sum.seconds += suite.seconds
        }
        return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
            + "<testsuites name=\"git gatekeeper\" tests=\"\(total.tests)\" failures=\"\(total.failures)\" "
            + "errors=\"\(total.errors)\" time=\"\(time(total.seconds))\">\n"
            + suites.map(\.text).joined() + "</testsuites>\n"
    }

    private struct Suite {
        var tests = 0, failures = 0, errors = 0, skipped = 0
        var seconds = 0.0
        var text = ""
    }

    private static func suite(_ step: RunRecord.StepRecord, _ findings: CIFindings) -> Suite {
        var suite = Suite()
        suite.seconds = step.seconds
        var cases = ""
        func add(_ name: String, _ inside: String?) {
            suite.tests += 1
            let (group, own) = split(name)
            let attributes = "classname=\(quoted(group ?? step.step)) name=\(quoted(own))"
            cases +=
                inside.map { "    <testcase \(attributes)>\($0)</testcase>\n" } ?? "    <testcase \(attributes)/>\n"
        }
        for (test, raw) in step.outcomes.sorted(by: { $0.key < $1.key }) {
            let said = findings.tests[step.step]?[test]
            switch Outcome(rawValue: raw) {
            case .passed: add(test, nil)
            case .skipped:
                suite.skipped += 1
                add(test, "<skipped/>")
            case .failed:
                suite.failures += 1
                add(test, element("failure", raw, said))
            default:
                suite.errors += 1
                add(test, element("error", raw, said))
            }
        }
        for problem in step.problems {
            suite.errors += 1
            let message = UntrustedText.bounded(problem.message, bytes: mostMessageBytes)
            add(
                "\(problem.scope ?? step.step) (\(problem.code))",
                "<error type=\(quoted(problem.code)) message=\(quoted(Excerpt.line(message)))>\(text(message))</error>"
            )
        }
        if suite.tests == 0 {
            // A run of which nothing can be told but how it ended is one case.
            let ended = step.ending == "itself" && step.exitCode == 0
            if !ended { suite.errors += 1 }
            let how = step.exitCode.map { "exit \($0)" } ?? step.signal.map { "signal \($0)" } ?? step.ending
            add(step.step, ended ? nil : "<error type=\"ended\" message=\(quoted(how))/>")
        }
        let stamp = findings.record.started.formatted(
            Date.ISO8601FormatStyle(timeZone: .gmt).year().month().day().time(includingFractionalSeconds: false)
        )
        suite.text =
            "  <testsuite name=\(quoted(step.step)) tests=\"\(suite.tests)\" failures=\"\(suite.failures)\" "
            + "errors=\"\(suite.errors)\" skipped=\"\(suite.skipped)\" time=\"\(time(step.seconds))\" "
            + "timestamp=\"\(stamp)\" hostname=\"localhost\">\n"
            + properties(step, findings.record) + cases + "  </testsuite>\n"
        return suite
    }

    /// What the run was about; readers that do not know a name pass it over.
    private static func properties(_ step: RunRecord.StepRecord, _ record: RunRecord) -> String {
        let all = [
            ("gatekeeper.run", record.id), ("gatekeeper.tree", step.tree),
            ("gatekeeper.commit", record.head.commit ?? ""), ("gatekeeper.sandbox", step.sandbox),
            ("gatekeeper.verdict", record.result?.verdict ?? ""),
        ]
        return "    <properties>\n"
            + all.filter { !$0.1.isEmpty }
            .map { "      <property name=\(quoted($0.0)) value=\(quoted($0.1))/>\n" }.joined() + "    </properties>\n"
    }

    private static func element(_ name: String, _ outcome: String, _ said: FailureDocument.FailedTest?) -> String {
        let message = UntrustedText.bounded(said?.message ?? "", bytes: mostMessageBytes)
        let place = said.flatMap { test in test.path.map { $0 + (test.line.map { ":\($0)" } ?? "") + "\n" } } ?? ""
        let first = message.isEmpty ? outcome : Excerpt.line(message)
        return "<\(name) type=\(quoted(outcome)) message=\(quoted(first))>\(text(place + message))</\(name)>"
    }

    /// Divides a test's name where its runner does, into what it belongs to and its own.
    static func split(_ name: String) -> (group: String?, own: String) {
        let bytes = Array(name.utf8)
        // What stands in brackets or quotation marks is an argument, and divides nothing.
        let end = bytes.firstIndex { $0 == UInt8(ascii: "[") || $0 == UInt8(ascii: "(") } ?? bytes.endIndex
        for mark in ["::", " > ", "/", "."] {
            let mark = Array(mark.utf8)
            let limit = mark[0] == UInt8(ascii: " ") ? bytes.endIndex : end
            guard limit > mark.count else { continue }
            let places = stride(from: limit - mark.count, to: 0, by: -1)
            guard let place = places.first(where: { bytes[$0..<($0 + mark.count)].elementsEqual(mark) }),
                place + mark.count < bytes.count
            else { continue }
            return (
                String(decoding: bytes[..<place], as: UTF8.self),
                String(decoding: bytes[(place + mark.count)...], as: UTF8.self)
            )
        }
        return (nil, name)
    }

    private static func quoted(_ text: String) -> String { "\"\(UntrustedText.xml(text))\"" }
    private static func text(_ text: String) -> String {
        UntrustedText.xml(text).replacing("&#10;", with: "\n").replacing("&#9;", with: "\t")
    }
    private static func time(_ seconds: Double) -> String { String(Double(Int(seconds * 1000)) / 1000) }
}
