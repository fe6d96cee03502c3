package import GateGit

/// Knows one test runner: how to ask it for a structured report, and how to read that report.
///
/// An adapter never runs anything and never decides anything. It recognises a command, says how to change it so that
/// outcomes by test id come out, and turns the bytes that came out into a `TestReport`.
package protocol TestRunner: Sendable {
    /// Stable name, as in policy and reports: `pytest`, `unittest`, `node`, `junit` …
    static var name: String { get }

    /// Whether a command calls this runner directly, so that it can be asked for a report.
    static func recognises(_ command: [String]) -> Bool

    /// The command to run instead, so that a report is written into `reportFolder`.
    ///
    /// - Parameters:
    ///   - command: the command as policy has it, never empty.
    ///   - reportFolder: absolute path, as the command will see it, of an empty private folder that the gate made.
    static func instrument(_ command: [String], reportFolder: String) -> InstrumentedCommand

    /// How this runner is told to run the tests of a command in the opposite order.
    static func reversal(of command: [String]) -> Reversal

    /// Reads what a finished run left behind.
    static func read(_ run: FinishedRun) -> TestReport

    /// How test files of this runner are written, where the gate can add tests of its own to them.
    static var tripwires: TestFramework? { get }

    /// Changes an instrumented command so that only tests of some files run.
    ///
    /// - Parameter files: paths relative to the repository; `nil` for all.
    /// - Returns: the command as it was where the runner cannot be told so.
    static func narrow(_ command: InstrumentedCommand, to files: [String]?) -> InstrumentedCommand
}

extension TestRunner {
    package static var tripwires: TestFramework? { nil }

    package static func narrow(_ command: InstrumentedCommand, to files: [String]?) -> InstrumentedCommand { command }

    /// The command to run instead, with all that is wanted of it.
    package static func instrument(
        _ command: [String],
        reportFolder: String,
        onlyFiles files: [String]?
    ) -> InstrumentedCommand {
        narrow(instrument(command, reportFolder: reportFolder), to: files)
    }
}

extension InstrumentedCommand {
    /// The same command with a file from which the gate's own reporters learn which tests are wanted.
    ///
    /// It is there in every run: its absence would tell code under test that it is not being tried.
    func narrowed(to files: [String]?) -> InstrumentedCommand {
        guard let list = try? JSON.encode(files) else { return self }
        var command = self
        command.files["only.json"] = list
        return command
    }
}

extension TestRunner {
    package static func reversal(of command: [String]) -> Reversal { .impossible }
}

/// A command with what must stand ready before it starts.
package struct InstrumentedCommand: Sendable, Hashable {
    package var command: [String]
    /// Added to the environment of the command.
    package var environment: [String: String]
    /// Files to put into the report folder first, by name: reporters that the gate ships.
    package var files: [String: [UInt8]]

    package init(command: [String], environment: [String: String] = [:], files: [String: [UInt8]] = [:]) {
        self.command = command
        self.environment = environment
        self.files = files
    }
}

/// What a run of an instrumented command left behind, after every process of it is dead.
package struct FinishedRun: Sendable {
    /// The command as policy has it, before instrumenting.
    package var command: [String]
    package var process: ProcessResult
    /// Files found in the report folder, by path relative to it, without those the gate put there. Regular files only.
    package var files: [String: [UInt8]]
    /// Files in the report folder that are too large to read, with their sizes in bytes.
    package var oversized: [String: Int]
    /// Absolute path the command saw as its repository root, for making paths relative.
    package var root: String

    package init(
        command: [String],
        process: ProcessResult,
        files: [String: [UInt8]],
        oversized: [String: Int] = [:],
        root: String
    ) {
        self.command = command
        self.process = process
        self.files = files
        self.oversized = oversized
        self.root = root
    }
}
