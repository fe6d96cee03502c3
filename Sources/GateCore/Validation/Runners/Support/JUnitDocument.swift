/// The cases of a JUnit XML document, with what is wrong with the document.
struct JUnitDocument {
    /// One `<testcase>`.
    struct Case {
        var name: String
        var className: String
        var file: String?
        var line: Int?
        var seconds: Double?
        /// The attribute `status`, which CTest writes.
        var status: String?
        /// Names of the suites around it, outermost first.
        var suites: [String]
        /// Worst of its children: any failure makes it fail, whatever stands beside it.
        var outcome: Outcome = .passed
        var message: String?
        var detail: String?
        /// What the test printed, where the report has it.
        var output: String?
    }

    private(set) var cases: [Case] = []
    private(set) var problems: [TestReport.Problem] = []

    private struct Suite {
        var name: String
        var attributes: [String: String]
        var firstCase: Int
    }

    private var suites: [Suite] = []
    private var current: Case?
    private var verdict: String?
    private var text = ""

    /// Reads a document.
    ///
    /// - Parameter name: the file's name, for problems.
    init(_ bytes: [UInt8], name: String) {
        var document = Self()
        do throws(XMLReader.Failure) {
            try XMLReader.read(bytes) { event throws(XMLReader.Failure) in document.take(event, file: name) }
        } catch {
            document.problems.append(
                TestReport.Problem(.malformed, "'\(name)' \(error.message) (byte \(error.offset))")
            )
        }
        self = document
    }

    private init() {}

    private mutating func take(_ event: XMLReader.Event, file: String) {
        switch event {
        case .open("testsuite", let attributes), .open("testsuites", let attributes):
            suites.append(Suite(name: attributes["name"] ?? "", attributes: attributes, firstCase: cases.count))
        case .open("testcase", let attributes):
            current = Case(
                name: attributes["name"] ?? "",
                className: attributes["classname"] ?? "",
                file: attributes["file"],
                line: attributes["line"].flatMap { Int($0) },
                seconds: attributes["time"].flatMap { Double($0) },
                status: attributes["status"],
                suites: suites.map(\.name).filter { !$0.isEmpty }
            )
        case .open("system-out", _) where current != nil && verdict == nil:
            verdict = "system-out"
            text = ""
        case .close("system-out") where verdict == "system-out":
            current?.output = text.isEmpty ? nil : text
            verdict = nil
        case .open(let tag, let attributes) where current != nil && verdict == nil:
            guard let outcome = Self.outcomes[tag] else { return }
            verdict = tag
            text = ""
            if let old = current?.outcome, old.worse(outcome) != old || old == .passed {
                current?.outcome = outcome
                current?.message = attributes["message"] ?? attributes["type"]
            }
        case .text(let more) where verdict != nil: text += more
        case .close("testcase"):
            if let done = current { finish(done, file: file) }
            current = nil
        case .close("testsuite"), .close("testsuites"):
            if let suite = suites.popLast() { check(suite, file: file) }
        case .close(let tag) where tag == verdict:
            if current?.detail == nil, let outcome = current?.outcome, outcome == Self.outcomes[tag] {
                current?.detail = text.isEmpty ? nil : text
                if current?.message == nil { current?.message = ReportBuilder.firstLine(text) }
            }
            verdict = nil
        default: break
        }
    }

    /// Children of a case that decide it. Reruns count: a test that passed at its second try did not hold.
    private static let outcomes: [String: Outcome] = [
        "failure": .failed, "error": .errored, "skipped": .skipped, "rerunFailure": .failed, "rerunError": .errored,
        "flakyFailure": .failed, "flakyError": .errored,
    ]

    private mutating func finish(_ done: Case, file: String) {
        if done.name.isEmpty {
            problems.append(TestReport.Problem(.namelessCase, "'\(file)' has a case without a name"))
        } else {
            cases.append(done)
        }
    }

    /// Compares what a suite says of itself with its cases.
    private mutating func check(_ suite: Suite, file: String) {
        let own = cases[suite.firstCase...]
        let skipped = own.filter { $0.outcome == .skipped }.count
        let red = own.filter(\.outcome.isRed).count
        let distinct = Set(own.map { [$0.className, $0.name] }).count
        // Swift Testing does not count skipped tests; pytest counts a test once that failed and then broke in tear-down.
        let plausible: Set<Int> = [own.count, own.count - skipped, distinct, distinct - skipped]
        if let tests = suite.attributes["tests"].flatMap({ Int($0) }), !plausible.contains(tests) {
            problems.append(
                TestReport.Problem(.malformed, "'\(file)' announces \(tests) tests and has \(own.count) cases")
            )
        }
        let failures = ["failures", "errors"].compactMap { suite.attributes[$0].flatMap { Int($0) } }.reduce(0, +)
        if failures > 0, red == 0 {
            problems.append(
                TestReport.Problem(.malformed, "'\(file)' announces \(failures) failures and shows none")
            )
        }
    }
}
