import GateGit

/// Gathers what an adapter finds, and adds the checks that hold for every runner.
struct ReportBuilder {
    /// Most bytes kept of a message.
    static let messageLimit = 2 << 10
    /// Most bytes kept of a longer text.
    static let detailLimit = 16 << 10

    let runner: String
    let run: FinishedRun
    var results: [TestResult] = []
    var problems: [TestReport.Problem] = []
    private var testFiles: Set<String> = []
    var testPatterns: [String] = []

    init(_ runner: String, _ run: FinishedRun) {
        self.runner = runner
        self.run = run
    }

    mutating func add(_ kind: TestReport.Problem.Kind, _ message: String, scope: String? = nil) {
        guard kind.defence?.isOn != false else { return }
        problems.append(TestReport.Problem(kind, Self.oneLine(message), scope: scope == "" ? nil : scope))
    }

    /// Adds a result, with its texts cut to what the gate keeps.
    mutating func add(_ result: TestResult) {
        var result = result
        result.message = result.message.flatMap { Self.capped($0, to: Self.messageLimit) }
        result.detail = result.detail.flatMap { Self.capped($0, to: Self.detailLimit) }
        result.file = result.file.map { Self.relative($0, to: run.root) }
        results.append(result)
    }

    /// Notes files that hold tests; what lies outside the repository is nobody's to change.
    mutating func add(testFiles files: [String]) {
        testFiles.formUnion(files.map { Self.relative($0, to: run.root) }.filter { !$0.hasPrefix("/") })
    }

    /// The report, after the general checks: how the process ended, whether there was a test, and the exit code.
    func report(strength: TestReport.Strength = .structured) -> TestReport {
        var problems = problems
        let isRed = results.contains { $0.outcome.isRed }
        if let why = cutShort {
            let kind: TestReport.Problem.Kind = results.isEmpty ? .missing : .malformed
            problems.append(TestReport.Problem(kind, "the report cannot be complete: \(why)"))
        } else if let code = run.process.exitCode {
            if code == 0, isRed, !problems.contains(where: { $0.kind == .exitCode }) {
                problems.append(TestReport.Problem(.exitCode, "the command exits with 0, and its report has red tests"))
            } else if results.isEmpty, problems.isEmpty {
                problems.append(TestReport.Problem(.noTests, "the command ran no test (exit code \(code))"))
            } else if code != 0, !isRed, problems.isEmpty {
                let message = "the command exits with \(code), and its report has no red test"
                problems.append(TestReport.Problem(.exitCode, message))
            }
        }
        problems.removeAll { $0.kind.defence?.isOn == false }
        var report = TestReport(runner: runner, strength: strength, results: results, problems: problems)
        report.testFiles = testFiles.union(results.compactMap { Self.file(of: $0.id, runner: runner) })
        for problem in problems where problem.kind == .collection {
            guard let scope = problem.scope else { continue }
            report.testFiles.insert(scope)
            if runner == UnittestRunner.name { report.testFiles.insert(scope.replacing(".", with: "/") + ".py") }
        }
        report.testPatterns = testPatterns
        return report
    }

    /// The file that an id of a JavaScript runner begins with.
    private static func file(of test: TestID, runner: String) -> String? {
        let runners = [NodeRunner.name, MochaRunner.name, JestRunner.name, VitestRunner.name]
        guard runners.contains(runner) else { return nil }
        return test.name.firstRange(of: " > ").map { String(test.name[..<$0.lowerBound]) } ?? test.name
    }

    /// Why the process did not come to its own end, if so.
    var cutShort: String? {
        switch (run.process.ending, run.process.termination) {
        case (.wallTime, _): "the time limit ended the command"
        case (.idleTime, _): "the command was silent for too long and was ended"
        case (.outputLimit, _): "the output limit ended the command"
        case (.processLimit, _), (.memoryLimit, _), (.diskLimit, _), (.survivors, _):
            run.process.ending.phrase.map { "the command \($0)" }
        case (.itself, .signalled(let signal)): "signal \(signal) ended the command"
        case (.itself, .exited): nil
        }
    }

    /// Console output in full, or `nil` with a problem where some of it was not kept.
    mutating func wholeOutput(_ kind: OutputStreamKind = .standardOutput) -> String {
        let output = kind == .standardOutput ? run.process.standardOutput : run.process.standardError
        if output.isTruncated {
            add(.tooLarge, "\(output.droppedBytes) bytes of the console output, which is the report, were not kept")
        }
        return output.text
    }

    /// A file of the report folder, with a problem where it cannot be used.
    mutating func file(_ name: String, orAdd missing: String? = nil) -> [UInt8]? {
        if let size = run.oversized[name] {
            add(.tooLarge, "'\(name)' has \(size) bytes")
            return nil
        }
        guard let bytes = run.files[name], !bytes.isEmpty else {
            if let missing { add(.missing, missing) }
            return nil
        }
        return bytes
    }

    // MARK: - Texts

    /// The text, or as much of it as the limit (in bytes) allows; `nil` where there is none.
    static func capped(_ text: String, to limit: Int) -> String? {
        guard !text.isEmpty else { return nil }
        guard text.utf8.count > limit else { return text }
        let tail = limit / 4
        let head = limit - tail
        let start = String(decoding: text.utf8.prefix(head), as: UTF8.self)
        let end = String(decoding: text.utf8.suffix(tail), as: UTF8.self)
        return start + "\n[… \(text.utf8.count - limit) bytes not kept …]\n" + end
    }

    /// A text of one line, for problems.
    static func oneLine(_ text: String) -> String {
        let flat = String(text.map { $0.isNewline ? " " : $0 })
        return flat.utf8.count <= 500 ? flat : String(flat.prefix(400)) + " …"
    }

    /// A path relative to the repository's root, where it lies inside it.
    static func relative(_ path: String, to root: String) -> String {
        let base = root.hasSuffix("/") ? root : root + "/"
        var path = path[...]
        if path.hasPrefix("file://") { path = path.dropFirst(7) }
        if path.hasPrefix(base) { return String(path.dropFirst(base.count)) }
        if path.hasPrefix("./") { return String(path.dropFirst(2)) }
        return String(path)
    }

    /// First line that says something.
    static func firstLine(_ text: String?) -> String? {
        text?.split(whereSeparator: \.isNewline).map { $0.trimmed }.first { !$0.isEmpty }
    }
}

extension TestReport.Problem.Kind {
    /// What looks for problems of this kind; `nil` where the runner says so itself.
    fileprivate var defence: Defence? {
        switch self {
        case .missing, .malformed, .tooLarge, .namelessCase, .noTests: .wholeReport
        case .exitCode: .exitAgreement
        case .console: .consoleAgreement
        case .contract: .contract
        case .elsewhere: .loadedFrom
        case .collection: nil
        }
    }
}

extension StringProtocol {
    /// Without white space at both ends.
    var trimmed: String {
        var rest = Substring(self)
        while rest.first?.isWhitespace == true { rest.removeFirst() }
        while rest.last?.isWhitespace == true { rest.removeLast() }
        return String(rest)
    }

    /// Its lines, empty ones included; a carriage return before a line feed belongs to the line's end.
    var lines: [SubSequence] {
        // "\r\n" is one character, which equals neither of the two.
        split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }
    }

    /// Without terminal colour sequences (`ESC [ … letter`).
    var withoutColour: String {
        var kept: [UInt8] = []
        var bytes = Array(utf8)[...]
        while let byte = bytes.popFirst() {
            guard byte == 0x1B, bytes.first == UInt8(ascii: "[") else {
                kept.append(byte)
                continue
            }
            bytes.removeFirst()
            while let next = bytes.popFirst(), !(0x40...0x7E).contains(next) {}
        }
        return String(decoding: kept, as: UTF8.self)
    }
}
