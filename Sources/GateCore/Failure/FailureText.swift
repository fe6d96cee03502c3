import GateGit

/// One text in which a failure may say what it is.
struct FailureText: Sendable {
    let step: String
    /// The test whose words these are; `nil` for the words of a whole step.
    let test: TestID?
    let stream: DetectedPattern.Place.Stream
    let isTarget: Bool
    let lines: [OutputLine]
    /// What is known of the folder that base names in it lie in.
    var folder: [[UInt8]] = []

    /// Most bytes of all texts of one failure that are read.
    static let budget = 8 << 20

    /// Everything that was said of red tests, targets first, and then what the runs printed.
    ///
    /// What a run prints is read for its own sake only where no test says why it is red.
    static func all(of runs: [StepRun], failedTests: [FailureRecord.FailedTest]) -> [FailureText] {
        var texts: [FailureText] = []
        var left = budget
        func add(_ text: String, _ make: ([OutputLine]) -> FailureText) {
            guard !text.isEmpty, left > 0 else { return }
            left -= text.utf8.count
            texts.append(make(OutputLine.all(of: text)))
        }
        let weak = Set(runs.filter { $0.report.strength == .weak }.map(\.step.id))
        for test in failedTests where !weak.contains(test.step) {
            let isProblem = test.isCollection
            add(isProblem ? withoutScope(test) : test.message) {
                FailureText(
                    step: test.step,
                    test: test.id,
                    stream: isProblem ? .problem : .message,
                    isTarget: test.isTarget,
                    lines: $0,
                    folder: folder(of: test.id)
                )
            }
            add(test.detail) {
                FailureText(
                    step: test.step,
                    test: test.id,
                    stream: .detail,
                    isTarget: test.isTarget,
                    lines: $0,
                    folder: folder(of: test.id)
                )
            }
        }
        for run in runs where !run.observation.isGreen {
            for (stream, output) in [
                (DetectedPattern.Place.Stream.standardError, run.process.standardError),
                (.standardOutput, run.process.standardOutput),
            ] {
                add(output.text) {
                    FailureText(step: run.step.id, test: nil, stream: stream, isTarget: false, lines: $0)
                }
            }
        }
        return texts
    }

    /// The message of a file that could not be loaded, without the file's name in front.
    private static func withoutScope(_ test: FailureRecord.FailedTest) -> String {
        let prefix = test.id.name == FailureRecord.wholeBuild ? "the build failed: " : test.id.name + ": "
        return test.message.hasPrefix(prefix) ? String(test.message.dropFirst(prefix.count)) : test.message
    }

    /// The folders that an id names: go's packages are folders.
    private static func folder(of test: TestID) -> [[UInt8]] {
        let name = test.name.utf8.prefix(1024)
        let package = name.lastIndex(of: UInt8(ascii: "/")).map { slash in
            name[..<(name[slash...].firstIndex(of: UInt8(ascii: ".")) ?? slash)]
        }
        return package?.split(separator: UInt8(ascii: "/")).map(Array.init) ?? []
    }
}
