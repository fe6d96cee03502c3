import Foundation
import GateCore
import GateGit

/// What a real tool printed when it failed, and what it must be read as.
///
/// `Fixtures/failures/<pattern>/<case>.txt` is the output, run in `/repo`; `<case>.expected` what is read out of it as
/// the output of a command of which only the exit code is known. `RECORD_FAILURE_FIXTURES=1` writes the latter; whoever
/// records reviews the difference.
struct FailureFixture: Sendable, CustomStringConvertible {
    let pattern: String
    let name: String

    var description: String { "\(pattern)/\(name)" }

    static let root =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().path
        + "/Fixtures/failures"

    /// Every fixture, in order.
    static let all: [FailureFixture] = {
        let files = FileManager.default
        return ((try? files.contentsOfDirectory(atPath: root)) ?? []).sorted().flatMap { pattern in
            ((try? files.contentsOfDirectory(atPath: "\(root)/\(pattern)")) ?? []).sorted()
                .filter { $0.hasSuffix(".txt") }
                .map { FailureFixture(pattern: pattern, name: String($0.dropLast(4))) }
        }
    }()

    /// Every file of the projects that the outputs are about.
    static let tree: Set<RepositoryPath> = Set(
        ((try? String(contentsOfFile: "\(root)/tree.txt", encoding: .utf8)) ?? "").split(separator: "\n")
            .map { RepositoryPath(String($0)) }
    )

    var output: [UInt8] {
        get throws { Array(try Data(contentsOf: URL(fileURLWithPath: "\(Self.root)/\(self).txt"))) }
    }

    var expected: String {
        get throws { try String(contentsOfFile: "\(Self.root)/\(self).expected", encoding: .utf8) }
    }

    func record(_ text: String) throws {
        try text.write(toFile: "\(Self.root)/\(self).expected", atomically: true, encoding: .utf8)
    }
}

/// Failure records of runs that are made up for a test.
enum Failing {
    static func isContract(_ path: RepositoryPath) -> Bool {
        let parts = path.description.split(separator: "/")
        return ["tests", "test", "spec"].contains(parts.first) || path.description.contains("_test.")
            || path.description.contains(".test.")
    }

    static func step(_ id: String = "check:test", command: [String] = ["make", "test"]) -> Step {
        Step(
            id: id,
            kind: .test,
            isRequired: true,
            command: command,
            commandSource: .builtIn,
            format: "auto",
            reports: [],
            wallTime: .seconds(60),
            idleTime: .seconds(60),
            outputLimit: 1 << 20
        )
    }

    static func process(_ output: [UInt8], error: [UInt8] = [], exit: Int32 = 1) -> ProcessResult {
        ProcessResult(
            termination: .exited(exit),
            ending: .itself,
            standardOutput: CapturedOutput(output),
            standardError: CapturedOutput(error),
            duration: .zero
        )
    }

    /// A run of a command of which only the exit code is known.
    static func weak(_ output: [UInt8], step: Step = step(), exit: Int32 = 1) -> StepRun {
        let process = process(output, exit: exit)
        let finished = FinishedRun(command: step.command, process: process, files: [:], root: "/repo")
        return run(ExitCodeRunner.read(finished), process, step: step)
    }

    /// A run with outcomes by test.
    static func tests(
        _ results: [TestResult],
        problems: [TestReport.Problem] = [],
        runner: String = "pytest",
        output: String = "",
        step: Step = step()
    ) -> StepRun {
        let report = TestReport(runner: runner, strength: .structured, results: results, problems: problems)
        return run(report, process(Array(output.utf8)), step: step)
    }

    static func run(_ report: TestReport, _ process: ProcessResult, step: Step = step()) -> StepRun {
        StepRun(step: step, report: report, process: process, sandbox: .overlay, isPristine: true, root: "/repo")
    }

    /// The record of runs of the head, with the targets that a run would choose.
    static func record(
        _ head: StepRun...,
        base: [StepRun]? = nil,
        files: Set<RepositoryPath> = FailureFixture.tree,
        delta: [RepositoryPath] = [],
        flaky: FlakyTests = FlakyTests()
    ) -> FailureRecord {
        FailureRecord(
            runs: head,
            targets: chosen(head: head.map { flaky.without($0.observation) }, base: base?.map(\.observation)),
            flaky: flaky,
            base: base,
            delta: delta,
            files: files,
            isContract: isContract
        )
    }

    /// What a record says of its kind, for comparison.
    static func summary(_ record: FailureRecord) -> String {
        var lines: [String] = []
        for pattern in record.patterns {
            lines.append(
                "\(pattern.key.rawValue) (\(pattern.cause.rawValue)) at line \(pattern.places.first?.line ?? 0)"
            )
            for (field, value) in pattern.fields.sorted(by: { $0.key < $1.key }) {
                lines.append("  \(field.rawValue): \(value)")
            }
            lines.append("  > \(pattern.guidance)")
        }
        if record.environmentFault != nil { lines.append("the environment is to blame") }
        for frame in record.frames { lines.append("frame \(frame)") }
        for path in record.likelyFiles { lines.append("suspect \(path)") }
        return lines.joined(separator: "\n") + "\n"
    }
}
