import FoundationEssentials

/// The event stream of Swift Testing: JSON lines.
struct SwiftTestingEvents {
    private struct Record: Decodable {
        var kind: String
        var payload: Payload
    }

    private struct Payload: Decodable {
        struct Place: Decodable {
            var filePath: String?
            var _filePath: String?
            var line: Int?
        }

        struct Issue: Decodable {
            var isKnown: Bool?
            var isFailure: Bool?
            var severity: String?
            var sourceLocation: Place?
        }

        struct Message: Decodable {
            var symbol: String
            var text: String
        }

        var kind: String
        // Of a test:
        var id: String?
        var sourceLocation: Place?
        // Of an event:
        var testID: String?
        var issue: Issue?
        var messages: [Message]?
    }

    private struct Test {
        var isSuite = false
        var place: Payload.Place?
        var outcomes: [Outcome] = []
        var isStarted = false
        var isEnded = false
        var messages: [String] = []
        var issuePlace: Payload.Place?
    }

    private var tests: [String: Test] = [:]
    private var isEnded = false

    /// Reads the stream; a line that is no record is a problem, and nothing is read.
    init?(_ bytes: [UInt8], name: String, into builder: inout ReportBuilder) {
        let decoder = JSONDecoder()
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            guard let record = try? decoder.decode(Record.self, from: Data(line)) else {
                builder.add(.malformed, "line \(number + 1) of '\(name)' is not an event")
                return nil
            }
            take(record)
        }
    }

    private mutating func take(_ record: Record) {
        let payload = record.payload
        if record.kind == "test", let id = payload.id {
            tests[id, default: Test()].isSuite = payload.kind == "suite"
            tests[id]?.place = payload.sourceLocation
            return
        }
        if payload.kind == "runEnded" { isEnded = true }
        guard record.kind == "event", let id = payload.testID else { return }
        var test = tests[id] ?? Test()
        switch payload.kind {
        case "testStarted": test.isStarted = true
        case "testSkipped", "testCancelled":
            test.outcomes.append(.skipped)
            test.isEnded = true
            if let message = payload.messages?.first?.text { test.messages.append(message) }
        case "issueRecorded":
            let isKnown = payload.issue?.isKnown ?? false
            let isFailure = payload.issue?.isFailure ?? (payload.issue?.severity != "warning")
            if !isKnown, isFailure {
                test.outcomes.append(.failed)
                test.messages += (payload.messages ?? []).map(\.text)
                if test.issuePlace == nil { test.issuePlace = payload.issue?.sourceLocation }
            }
        case "testEnded":
            test.isEnded = true
            // A known issue is part of a test that otherwise holds.
            let symbol = payload.messages?.first?.symbol ?? "pass"
            test.outcomes.append(symbol == "fail" ? .failed : symbol == "skip" ? .skipped : .passed)
        default: break
        }
        tests[id] = test
    }

    /// Adds the tests; suites have no outcome of their own.
    func add(to builder: inout ReportBuilder) {
        for (id, test) in tests where !test.isSuite {
            var outcome = test.outcomes.reduce(Outcome.passed) { $0.worse($1) }
            var message = test.messages.isEmpty ? nil : test.messages.joined(separator: "\n")
            if test.isStarted, !test.isEnded {
                outcome = outcome.worse(.errored)
                message = message ?? "started, and the test process then ended"
            } else if test.outcomes.isEmpty {
                outcome = .notRun
            }
            let place = test.issuePlace ?? test.place
            builder.add(
                TestResult(
                    id: TestID(Self.withoutPlace(id)),
                    outcome: outcome,
                    message: message,
                    detail: outcome.isRed ? message : nil,
                    file: place?.filePath ?? place?._filePath,
                    line: place?.line
                )
            )
        }
        if !isEnded {
            builder.add(.malformed, "Swift Testing's events are cut short: the test process ended without finishing")
        }
    }

    /// `ShopTests.Prices/total()/NewTests.swift:7:6` without its place, which moves with every edit above.
    private static func withoutPlace(_ id: String) -> String {
        guard let slash = id.lastIndex(of: "/") else { return id }
        let parts = id[id.index(after: slash)...].split(separator: ":")
        guard parts.count == 3, parts[0].hasSuffix(".swift"), Int(parts[1]) != nil else { return id }
        return String(id[..<slash])
    }
}
