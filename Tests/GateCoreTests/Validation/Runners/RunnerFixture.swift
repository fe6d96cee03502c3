import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// A small project with a test command, and what a real run of it left behind.
///
/// `Fixtures/runners/<runner>/<case>/` holds `project/`, `command.json`, what was recorded in `run/`, and the report
/// that it must be read as in `expected.txt`. `RECORD_RUNNER_FIXTURES=pytest/mixed` (or `pytest`, or `all`) runs the
/// real runner again and writes `run/` and `expected.txt`; whoever records reviews the difference.
struct RunnerFixture: Sendable, CustomTestStringConvertible {
    let runner: String
    let name: String

    var testDescription: String { "\(runner)/\(name)" }
    var folder: String { "\(Self.root)/\(runner)/\(name)" }

    static let root =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .deletingLastPathComponent().path + "/Fixtures/runners"

    /// All fixtures, or those of one runner.
    static func all(_ runner: String? = nil) -> [RunnerFixture] {
        let files = FileManager.default
        let runners = runner.map { [$0] } ?? ((try? files.contentsOfDirectory(atPath: root)) ?? [])
        return runners.sorted().flatMap { runner in
            ((try? files.contentsOfDirectory(atPath: "\(root)/\(runner)")) ?? []).sorted()
                .filter { files.fileExists(atPath: "\(root)/\(runner)/\($0)/command.json") }
                .map { RunnerFixture(runner: runner, name: $0) }
        }
    }

    var command: [String] {
        get throws { try JSONDecoder().decode([String].self, from: data("command.json")) }
    }

    /// The adapter of the folder the fixture lies in.
    var adapter: any TestRunner.Type { TestRunnerRegistry.runner(for: [], format: runner) }

    private func data(_ path: String) throws -> Data { try Data(contentsOf: URL(fileURLWithPath: "\(folder)/\(path)")) }

    /// What was recorded.
    func recorded() throws -> FinishedRun {
        var files: [String: [UInt8]] = [:]
        let report = "\(folder)/run/report"
        for path in FileManager.default.enumerator(atPath: report)?.allObjects as? [String] ?? [] {
            var isFolder: ObjCBool = false
            _ = FileManager.default.fileExists(atPath: "\(report)/\(path)", isDirectory: &isFolder)
            if !isFolder.boolValue { files[path] = try Array(data("run/report/\(path)")) }
        }
        return FinishedRun(
            command: try command,
            process: ProcessResult(
                termination: .exited(Int32(String(decoding: try data("run/exit"), as: UTF8.self)) ?? -1),
                ending: .itself,
                standardOutput: CapturedOutput(Array(try data("run/stdout"))),
                standardError: CapturedOutput(Array(try data("run/stderr"))),
                duration: .zero
            ),
            files: files,
            root: "/repo"
        )
    }

    var expected: String {
        get throws { String(decoding: try data("expected.txt"), as: UTF8.self) }
    }

    /// Runs the real runner in a scratch folder.
    ///
    /// - Parameter body: sees what the run left behind and the absolute path of the report folder.
    func live<R>(_ body: (FinishedRun, String) async throws -> R) async throws -> R {
        try await withScratchFolder("runner") { scratch in
            let repository = "\(scratch)/repo"
            let report = "\(scratch)/report"
            try FileManager.default.copyItem(atPath: "\(folder)/project", toPath: repository)
            try FileManager.default.createDirectory(atPath: report, withIntermediateDirectories: false)
            let instrumented = adapter.instrument(try command, reportFolder: report)
            for (name, bytes) in instrumented.files {
                try Data(bytes).write(to: URL(fileURLWithPath: "\(report)/\(name)"))
            }
            var environment = ["LC_ALL": "C.UTF-8", "TMPDIR": scratch, "PYTHONDONTWRITEBYTECODE": "1"]
            for name in ["PATH", "HOME"] { environment[name] = ProcessInfo.processInfo.environment[name] }
            environment.merge(instrumented.environment) { $1 }
            let process = try await ProcessRunner.run(
                ProcessRequest(
                    executable: instrumented.command[0],
                    arguments: Array(instrumented.command.dropFirst()),
                    environment: environment,
                    workingDirectory: repository,
                    limits: ProcessLimits(wallTime: .seconds(300))
                )
            )
            var files: [String: [UInt8]] = [:]
            for path in FileManager.default.enumerator(atPath: report)?.allObjects as? [String] ?? []
            where instrumented.files[path] == nil {
                var isFolder: ObjCBool = false
                _ = FileManager.default.fileExists(atPath: "\(report)/\(path)", isDirectory: &isFolder)
                if !isFolder.boolValue {
                    files[path] = Array(try Data(contentsOf: URL(fileURLWithPath: "\(report)/\(path)")))
                }
            }
            let run = FinishedRun(command: try command, process: process, files: files, root: repository)
            return try await body(run, report)
        }
    }

    /// Runs the real runner and writes what it left behind, with paths of this machine taken out.
    ///
    /// Where there is no project, what is in `run/` was written by hand after the format's documentation, and stays.
    func record() async throws {
        if FileManager.default.fileExists(atPath: "\(folder)/project") { try await recordRun() }
        try Data(Self.text(of: adapter.read(recorded())).utf8).write(
            to: URL(fileURLWithPath: "\(folder)/expected.txt")
        )
    }

    private func recordRun() async throws {
        let out = URL(fileURLWithPath: "\(folder)/run")
        try? FileManager.default.removeItem(at: out)
        try FileManager.default.createDirectory(at: out, withIntermediateDirectories: true)
        let environment = ProcessInfo.processInfo.environment
        let toolchains = environment["HOME"] ?? "/nonexistent"
        let programs = environment["PATH"]?.split(separator: ":").first.map(String.init) ?? "/usr/bin"
        try await live { run, report in
            func neutral(_ bytes: [UInt8]) -> Data {
                // JSON of Foundation writes `\/` for `/`.
                let text = String(decoding: bytes, as: UTF8.self)
                    .replacingOccurrences(of: run.root.replacingOccurrences(of: "/", with: "\\/"), with: "\\/repo")
                    .replacingOccurrences(of: run.root, with: "/repo")
                    .replacingOccurrences(of: report, with: "/report")
                    .replacingOccurrences(of: programs + "/", with: "/usr/bin/")
                    .replacingOccurrences(of: toolchains + "/", with: "/home/")
                return Data(text.utf8)
            }
            try neutral(run.process.standardOutput.bytes).write(to: out.appending(path: "stdout"))
            try neutral(run.process.standardError.bytes).write(to: out.appending(path: "stderr"))
            try Data("\(run.process.exitCode ?? -1)".utf8).write(to: out.appending(path: "exit"))
            for (path, bytes) in run.files where !path.hasSuffix(".pyc") {
                let file = out.appending(path: "report/\(path)")
                try FileManager.default.createDirectory(
                    at: file.deletingLastPathComponent(),
                    withIntermediateDirectories: true
                )
                try neutral(bytes).write(to: file)
            }
        }
    }

    /// A report as lines: problems, duplicates, then outcome and id of each test.
    static func text(of report: TestReport, messages: Bool = true) -> String {
        var lines = report.problems.map { "problem \($0.kind.rawValue)" + (messages ? ": \($0.message)" : "") }
        lines += report.duplicates.map { "duplicate \($0)" }
        for result in report.results {
            lines.append("\(result.outcome.rawValue) \(result.id)")
            guard messages, result.outcome != .passed else { continue }
            if let file = result.file { lines.append("    at \(file)" + (result.line.map { ":\($0)" } ?? "")) }
            if let message = result.message {
                lines += message.split(whereSeparator: \.isNewline).prefix(3).map { "    \($0)" }
            }
        }
        return lines.map { $0 + "\n" }.joined()
    }
}
