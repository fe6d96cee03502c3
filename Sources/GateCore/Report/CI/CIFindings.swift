/// What a run found, in the form that every report of an engine is made from.
package struct CIFindings: Sendable {
    /// One thing that an author should look at.
    package struct Finding: Sendable, Hashable {
        package enum Level: String, Sendable, Hashable {
            case error, warning, note
        }

        /// Stable: `test-failed`, or the code of a reason.
        package let rule: String
        package let level: Level
        package let title: String
        package let message: String
        /// Relative to the repository; absent where nothing says so.
        package let path: String?
        package let line: Int?
        /// The same for the same finding in another run: step and test, or code and subject.
        package let identity: String
    }

    package let record: RunRecord
    /// Errors first, in the order of the record.
    package let all: [Finding]
    /// Red tests with what they said, by step and name.
    package let tests: [String: [String: FailureDocument.FailedTest]]

    /// - Parameter failure: the failure as the run wrote it down; `nil` where nothing was red.
    package init(record: RunRecord, failure: FailureDocument?) {
        self.record = record
        var tests: [String: [String: FailureDocument.FailedTest]] = [:]
        var findings: [Finding] = []
        for test in failure?.failedTests ?? [] {
            tests[test.step, default: [:]][test.test] = test
            findings.append(
                Finding(
                    rule: "test-\(test.outcome)",
                    level: record.attributedToBase.contains(test.test) ? .warning : .error,
                    title: "\(test.test) \(test.outcome)",
                    message: Self.message(test),
                    path: test.path.flatMap { $0.hasPrefix("\"") ? nil : $0 },
                    line: test.line,
                    identity: "\(test.step)\0\(test.test)"
                )
            )
        }
        let isGreen = ["green", "accepted"].contains(record.result?.verdict ?? "")
        for reason in record.result?.reasons ?? [] where reason.code != ReasonCode.baselineRed.rawValue {
            findings.append(
                Finding(
                    rule: reason.code,
                    level: isGreen ? .note : .error,
                    title: reason.code,
                    message: reason.message,
                    path: nil,
                    line: nil,
                    identity: "\(reason.code)\0\(reason.subject ?? "")"
                )
            )
        }
        if let drift = record.contractDrift {
            for path in drift.added + drift.changed + drift.removed {
                findings.append(
                    Finding(
                        rule: "contract.drift",
                        level: .warning,
                        title: "the contract changes together with \(drift.others) other files",
                        message: "this file decides what the tests mean, and changes together with what they test: "
                            + "a person should look at it",
                        path: path.hasPrefix("\"") ? nil : path,
                        line: nil,
                        identity: "contract.drift\0\(path)"
                    )
                )
            }
        }
        all = findings.filter { $0.level == .error } + findings.filter { $0.level != .error }
        self.tests = tests
    }

    private static func message(_ test: FailureDocument.FailedTest) -> String {
        let said = test.message.trimmedBlanks
        return said.isEmpty ? "\(test.test) \(test.outcome) in \(test.step)" : said
    }

    /// Runs of the head that the verdict rests on.
    var steps: [RunRecord.StepRecord] { record.steps.filter { $0.phase == "head" } }

    /// One sentence: the verdict, for titles.
    package var headline: String {
        let red = Set(tests.flatMap { step in step.value.keys.map { "\(step.key)\0\($0)" } }).count
        switch record.result?.verdict {
        case "green": return "green: every required test holds"
        case "accepted": return "red, and a proven fix waits"
        case "rejected":
            return red == 1 ? "red: 1 test fails" : red > 0 ? "red: \(red) tests fail" : "rejected"
        case "skipped": return "skipped: the gate is switched off"
        default: return "undecided: \(record.result?.stopReason ?? "unfinished")"
        }
    }
}
