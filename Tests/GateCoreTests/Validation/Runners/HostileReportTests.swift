import GateCore
import GateGit
import Testing

/// A finished run made by hand.
private func run(
    _ command: [String] = ["x"],
    exit: Int32 = 0,
    output: String = "",
    error: String = "",
    files: [String: String] = [:],
    oversized: [String: Int] = [:]
) -> FinishedRun {
    FinishedRun(
        command: command,
        process: ProcessResult(
            termination: .exited(exit),
            ending: .itself,
            standardOutput: CapturedOutput(Array(output.utf8)),
            standardError: CapturedOutput(Array(error.utf8)),
            duration: .zero
        ),
        files: files.mapValues { Array($0.utf8) },
        oversized: oversized,
        root: "/repo"
    )
}

private func kinds(_ report: TestReport) -> [TestReport.Problem.Kind] { report.problems.map(\.kind) }

private let end = #"{"kind":"end","exit":0,"results":1}"# + "\n"
private let passed = #"{"kind":"result","id":"a","outcome":"passed"}"# + "\n"

private let brokenRecords: [(String, TestReport.Problem.Kind)] = [
    ("", .missing),
    (passed, .malformed),
    (end, .malformed),
    ([passed, end, passed].joined(), .malformed),
    ([passed, passed, end].joined(), .malformed),
    ([passed, "}{\n", end].joined(), .malformed),
    ([#"{"kind":"result","outcome":"passed"}"#, "\n", end].joined(), .namelessCase),
    ([#"{"kind":"result","id":"","outcome":"passed"}"#, "\n", end].joined(), .namelessCase),
    ([#"{"kind":"result","id":"a","outcome":"great"}"#, "\n", end].joined(), .malformed),
    ([#"{"kind":"collected","ids":["a","b"]}"#, "\n", passed, end].joined(), .malformed),
    ([#"{"kind":"problem","problem":"collection-failed","message":"b"}"#, "\n", passed, end].joined(), .collection),
]

private struct TAPCase: Sendable {
    var output: String
    var exit: Int32
    var problems: [TestReport.Problem.Kind]
    var results: [String]
}

private let tapCases: [TAPCase] = [
    TAPCase(output: "1..1\nok 1 - a\n", exit: 0, problems: [], results: ["passed a"]),
    TAPCase(output: "ok a\nok b\n1..2\n", exit: 0, problems: [], results: ["passed a", "passed b"]),
    TAPCase(output: "1..1\nok 1\n", exit: 0, problems: [], results: ["passed (1)"]),
    TAPCase(output: "1..0 # SKIP nothing here\n", exit: 0, problems: [.noTests], results: []),
    TAPCase(output: "1..2\nok 1 a\n", exit: 0, problems: [.malformed], results: ["passed a"]),
    TAPCase(output: "1..1\nok 1 a\nok 2 b\n", exit: 0, problems: [.malformed], results: ["passed a", "passed b"]),
    TAPCase(output: "1..2\nok 1 a\nok 3 b\n", exit: 0, problems: [.malformed], results: ["passed a", "passed b"]),
    TAPCase(
        output: "1..2\nok 1 a\n1..2\nok 2 b\n",
        exit: 0,
        problems: [.malformed],
        results: ["passed a", "passed b"]
    ),
    TAPCase(output: "ok 1 a\n", exit: 0, problems: [.malformed], results: ["passed a"]),
    TAPCase(output: "1..1\nnot ok 1 a\n", exit: 0, problems: [.exitCode], results: ["failed a"]),
    TAPCase(output: "1..1\nok 1 a\n", exit: 1, problems: [.exitCode], results: ["passed a"]),
    TAPCase(output: "1..1\nnot ok 1 a # SKIP no\n", exit: 1, problems: [], results: ["failed a"]),
    TAPCase(output: "1..1\nnot ok 1 a # TODO no\n", exit: 0, problems: [], results: ["skipped a"]),
    TAPCase(
        output: "1..1\nok 1 a \\# SKIP is in the name\n",
        exit: 0,
        problems: [],
        results: ["passed a # SKIP is in the name"]
    ),
    TAPCase(output: "1..1\nokay then\nok 1 a\r\n    not ok 1 - inner\n", exit: 0, problems: [], results: ["passed a"]),
    TAPCase(output: "nothing\n", exit: 0, problems: [.missing], results: []),
]

@Suite("runners: hostile and broken reports")
struct HostileReportTests {
    @Test(
        "of the gate's reporters are never taken for complete",
        arguments: brokenRecords
    )
    func records(text: String, kind: TestReport.Problem.Kind) {
        #expect(kinds(PytestRunner.read(run(files: ["pytest-1.jsonl": text]))).first == kind)
    }

    @Test("a whole record is enough, and each contradiction is too much")
    func contradictions() {
        func read(_ exit: Int32, _ output: String, _ said: Int = 0) -> [TestReport.Problem.Kind] {
            let end = #"{"kind":"end","exit":\#(said),"results":1,"summary":{"passed":1}}"# + "\n"
            return kinds(PytestRunner.read(run(exit: exit, output: output, files: ["pytest-1.jsonl": passed + end])))
        }
        #expect(read(0, "=== 1 passed in 0.01s ===\n").isEmpty)
        #expect(read(0, "no summary at all\n").isEmpty)
        #expect(read(0, "\u{1B}[32m=== \u{1B}[1m1 passed\u{1B}[0m, 2 warnings in 0.01s ===\u{1B}[0m\n").isEmpty)
        #expect(read(0, "=== 1 failed in 0.01s ===\n") == [.console])
        #expect(read(0, "=== 2 passed in 0.01s ===\n") == [.console])
        #expect(read(0, "=== 1 failed, 1 passed in 0.01s ===\n=== 1 passed in 0.01s ===\n").isEmpty)
        #expect(read(1, "") == [.exitCode])
        #expect(read(0, "", 1) == [.exitCode])
        #expect(read(1, "", 1) == [.exitCode])
    }

    @Test("unittest's console is compared with its report")
    func unittestConsole() {
        func read(_ error: String) -> [TestReport.Problem.Kind] {
            let end = #"{"kind":"end","exit":0,"results":1,"summary":{"ran":1}}"# + "\n"
            return kinds(UnittestRunner.read(run(error: error, files: ["unittest-1.jsonl": passed + end])))
        }
        #expect(read("Ran 1 test in 0.000s\n\nOK\n").isEmpty)
        #expect(read("Ran 2 tests in 0.000s\n\nOK\n") == [.console])
        #expect(read("Ran 1 test in 0.000s\n\nFAILED (failures=1)\n") == [.console])
    }

    @Test("the worst phase of a test counts, and a second run of it is a duplicate")
    func phases() {
        let lines = [
            #"{"kind":"result","id":"a","outcome":"passed","phase":"call"}"#,
            #"{"kind":"result","id":"a","outcome":"errored","phase":"teardown","message":"later"}"#,
            #"{"kind":"result","id":"b","outcome":"failed","phase":"call"}"#,
            #"{"kind":"result","id":"b","outcome":"passed","phase":"call"}"#,
            #"{"kind":"end","exit":1,"results":4}"#,
        ]
        let report = PytestRunner.read(run(exit: 1, files: ["pytest-1.jsonl": lines.joined(separator: "\n")]))
        #expect(report.problems.isEmpty)
        #expect(report.outcomes == [TestID("a"): .errored, TestID("b"): .failed])
        #expect(report.duplicates == [TestID("b")])
        #expect(report.results.first?.message == "later")
    }

    @Test("a report that is too large is said to be so", arguments: TestRunnerRegistry.names.filter { $0 != "auto" })
    func tooLarge(name: String) {
        let adapter = TestRunnerRegistry.runner(for: [], format: name)
        let names = [
            "pytest-1.jsonl", "unittest-1.jsonl", "node.jsonl", "mocha.json", "jest.json", "vitest.json", "ctest.xml",
            "swift-testing.jsonl",
        ]
        let report = adapter.read(run(oversized: Dictionary(uniqueKeysWithValues: names.map { ($0, 1 << 40) })))
        let readsFiles = !["exit-code", "cargo", "go", "tap"].contains(name)
        #expect(kinds(report).contains(.tooLarge) == readsFiles)
    }

    @Test("console reports of which a part was not kept are not complete", arguments: ["cargo", "go", "tap", "swift"])
    func truncatedConsole(name: String) {
        var output = CapturedOutput(headLimit: 10, tailLimit: 10)
        output.append(Array("1..1\nok 1 a\n and much more behind it\n".utf8))
        var finished = run()
        finished.process = ProcessResult(
            termination: .exited(0),
            ending: .itself,
            standardOutput: output,
            standardError: CapturedOutput([]),
            duration: .zero
        )
        let report = TestRunnerRegistry.runner(for: [], format: name).read(finished)
        #expect(kinds(report).contains(.tooLarge))
    }

    @Test("texts are cut to what the gate keeps")
    func caps() throws {
        let long = String(repeating: "ü", count: 100_000)
        let line = #"{"kind":"result","id":"a","outcome":"failed","message":"\#(long)","detail":"\#(long)"}"#
        let end = #"{"kind":"end","exit":1,"results":1}"#
        let report = PytestRunner.read(run(exit: 1, files: ["pytest-1.jsonl": "\(line)\n\(end)\n"]))
        let result = try #require(report.results.first)
        #expect(report.problems.isEmpty)
        #expect(try #require(result.message).utf8.count < 3 << 10)
        #expect(try #require(result.detail).utf8.count < 17 << 10)
    }

    @Test(
        "JUnit that is not well-formed, or more than we read of XML, is malformed",
        arguments: [
            "<testsuite><testcase name='a' classname='b'/>",
            "<testsuite></testsuites>",
            "<testsuite name=a></testsuite>",
            "<testsuite name='a' name='b'></testsuite>",
            "<testsuite/><testsuite/>",
            "<testsuite/>trailing",
            "just text",
            "",
            "<?xml version='1.0'?><!DOCTYPE a><testsuite/>",
            "<testsuite><!ENTITY a 'b'></testsuite>",
            "<testsuite name='&unknown;'/>",
            "<testsuite name='& '/>",
            "<testsuite name='&#xD800;'/>",
            "<testsuite><![CDATA[never closed</testsuite>",
            "<testsuite><!-- never closed </testsuite>",
            "<t\0e\0s\0t\0",
            String(repeating: "<a>", count: 200) + String(repeating: "</a>", count: 200),
        ]
    )
    func malformedXML(text: String) {
        let report = JUnitRunner.read(run(files: ["a.xml": text]))
        #expect(!report.isConclusive)
        #expect(kinds(report) == [text.isEmpty ? .missing : .malformed])
    }

    @Test("JUnit's escapes are undone once")
    func escapes() {
        let text = "<testsuite><testcase name='&lt;a&gt; &amp;lt; &#233;&#x20AC;' classname=\"it's\"/></testsuite>"
        let report = JUnitRunner.read(run(files: ["a.xml": text]))
        #expect(report.problems.isEmpty)
        #expect(report.results.map(\.id.name) == ["it's::<a> &lt; é€"])
    }

    @Test(
        "TAP is read strictly",
        arguments: tapCases
    )
    fileprivate func tap(one: TAPCase) {
        let report = TAPRunner.read(run(exit: one.exit, output: one.output))
        #expect(kinds(report) == one.problems)
        #expect(report.results.map { "\($0.outcome.rawValue) \($0.id)" } == one.results)
    }

    @Test("an exit code alone is weak evidence, and who ended the command is kept apart")
    func exitCode() {
        #expect(ExitCodeRunner.read(run()).outcomes == [ExitCodeRunner.id: .passed])
        #expect(ExitCodeRunner.read(run(exit: 3)).outcomes == [ExitCodeRunner.id: .failed])
        #expect(ExitCodeRunner.read(run().ended(.wallTime)).outcomes == [ExitCodeRunner.id: .timedOut])
        #expect(ExitCodeRunner.read(run().ended(.outputLimit)).outcomes == [ExitCodeRunner.id: .killed])
        #expect(ExitCodeRunner.read(run().signalled(11)).outcomes == [ExitCodeRunner.id: .killed])
        #expect(ExitCodeRunner.read(run()).strength == .weak)
    }
}
