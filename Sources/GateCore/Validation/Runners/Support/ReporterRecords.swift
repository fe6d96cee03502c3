import FoundationEssentials
import GateGit

/// One line of what the gate's own reporters write: JSON, one record a line, an `end` record last.
///
/// A test has at most one result for each phase, and its outcome is the worst of them. The end record carries the
/// number of results before it, so a report that was cut short or had lines taken out never looks complete.
struct ReporterRecord: Decodable {
    enum Kind: String, Decodable {
        case start, collected, result, problem, end
    }

    var kind: Kind
    var id: String?
    var outcome: Outcome?
    /// `call` unless the reporter says otherwise.
    var phase: String?
    var message: String?
    var detail: String?
    var file: String?
    var line: Int?
    var seconds: Double?
    /// Ids that were collected.
    var ids: [String]?
    /// Files that the collected tests are written in.
    var files: [String]?
    /// Names that the runner takes for files of tests.
    var patterns: [String]?
    /// What a problem record is about.
    var problem: TestReport.Problem.Kind?
    /// Exit code the runner is about to end with.
    var exit: Int?
    /// Results written before the end record.
    var results: Int?
    /// Why the runner stopped before all tests had run, where that is its user's wish (`-x`).
    var stopped: String?
    /// How many tests the runner's own summary will speak of, by category.
    var summary: [String: Int]?
}

/// Everything the reporters of one run wrote.
struct ReporterRecords {
    /// End records, one for each session.
    private(set) var ends: [ReporterRecord] = []
    private var collected: [String] = []
    private var records: [ReporterRecord] = []

    /// Reads every `<prefix>*.jsonl` of the report folder, and says in the builder what is wrong with them.
    init(prefix: String, into builder: inout ReportBuilder) {
        let names = Set(builder.run.files.keys).union(builder.run.oversized.keys)
            .filter { $0.hasPrefix(prefix) && $0.hasSuffix(".jsonl") }.sorted()
        var found = false
        for name in names {
            guard let bytes = builder.file(name) else { continue }
            found = true
            read(bytes, name: name, into: &builder)
        }
        if !found, builder.problems.isEmpty {
            let end = builder.run.process.exitCode.map { "exit code \($0)" } ?? "it was ended"
            builder.add(.missing, "the command wrote no report (\(end))")
        }
    }

    private mutating func read(_ bytes: [UInt8], name: String, into builder: inout ReportBuilder) {
        let decoder = JSONDecoder()
        var results = 0
        var ended = false
        for (number, line) in bytes.split(separator: UInt8(ascii: "\n")).enumerated() {
            guard let record = try? decoder.decode(ReporterRecord.self, from: Data(line)) else {
                builder.add(.malformed, "line \(number + 1) of '\(name)' is not a record")
                return
            }
            if ended {
                builder.add(.malformed, "'\(name)' goes on behind its end")
                return
            }
            switch record.kind {
            case .start: builder.testPatterns += record.patterns ?? []
            case .collected:
                collected += record.ids ?? []
                builder.add(testFiles: record.files ?? [])
            case .problem:
                builder.add(
                    record.problem ?? .malformed,
                    record.message ?? "the runner reports a problem",
                    scope: record.id
                )
            case .result:
                results += 1
                guard let id = record.id, !id.isEmpty, record.outcome != nil else {
                    builder.add(.namelessCase, "line \(number + 1) of '\(name)' has no test id or no outcome")
                    continue
                }
                records.append(record)
            case .end:
                ended = true
                ends.append(record)
                if record.results != results {
                    builder.add(
                        .malformed,
                        "'\(name)' has \(results) results, and its end speaks of \(record.results ?? 0)"
                    )
                }
            }
        }
        if !ended { builder.add(.malformed, "'\(name)' is cut short: the test process ended without finishing") }
    }

    /// Adds the results to a builder: phases of one test joined, and `notRun` for what was collected and not reported.
    func addResults(to builder: inout ReportBuilder) {
        var open: [String: Joined] = [:]
        for record in records {
            guard let id = record.id, let outcome = record.outcome else { continue }
            let phase = record.phase ?? "call"
            var joined = open[id] ?? Joined()
            if phase != "part", joined.phases.contains(phase) {
                // The same phase again is a second run of the test, not a further phase of the first.
                if let result = joined.result { builder.add(result) }
                joined = Joined()
            }
            joined.phases.insert(phase)
            joined.take(
                TestResult(
                    id: TestID(id),
                    outcome: outcome,
                    message: record.message,
                    detail: record.detail,
                    file: record.file,
                    line: record.line,
                    seconds: record.seconds
                )
            )
            open[id] = joined
        }
        for joined in open.values {
            if let result = joined.result { builder.add(result) }
        }
        let missing = Set(collected).subtracting(open.keys)
        for id in missing { builder.add(TestResult(id: TestID(id), outcome: .notRun)) }
        let stopped = ends.contains { $0.stopped != nil } && builder.results.contains { $0.outcome.isRed }
        if let first = missing.min(), !ends.isEmpty, !stopped, builder.problems.isEmpty {
            builder.add(.malformed, "\(missing.count) collected tests have no outcome, '\(first)' among them")
        }
    }

    private struct Joined {
        var phases: Set<String> = []
        var result: TestResult?

        mutating func take(_ new: TestResult) {
            guard let old = result else {
                result = new
                return
            }
            let seconds = (old.seconds ?? 0) + (new.seconds ?? 0)
            if old.outcome.worse(new.outcome) != old.outcome { result = new }
            result?.seconds = seconds
        }
    }
}
