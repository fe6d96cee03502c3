/// What one run of a test command says, read from the runner's structured report.
package struct TestReport: Sendable, Hashable {
    /// How much a report is worth as evidence.
    package enum Strength: String, Sendable, Hashable, Codable {
        /// An outcome for each test id.
        case structured
        /// An exit code only: one pseudo test stands for the whole command.
        case weak
    }

    /// Why a report cannot be taken at its word; each makes the run inconclusive.
    package struct Problem: Sendable, Hashable {
        package enum Kind: String, Sendable, Hashable, Codable {
            /// No report was written, or it is empty.
            case missing = "report-missing"
            /// Not well-formed, cut short, or counts that do not add up.
            case malformed = "report-malformed"
            /// Larger than the gate reads.
            case tooLarge = "report-too-large"
            /// A case without a name.
            case namelessCase = "report-nameless-case"
            /// The runner could not collect or build some tests, so which tests exist is unknown.
            case collection = "collection-failed"
            /// The runner ran no test at all.
            case noTests = "no-tests"
            /// The exit code and the report contradict each other.
            case exitCode = "exit-code-mismatch"
            /// Console output and report contradict each other.
            case console = "console-mismatch"
            /// The run changed files that say what its tests mean.
            case contract = "contract-changed"
            /// The code that ran is not, or cannot be shown to be, the staged code.
            case elsewhere = "loaded-elsewhere"
        }

        package let kind: Kind
        /// What is wrong with which file or test; one line.
        package let message: String
        /// For `collection`: prefix of the ids that could not be collected, as `tests/test_a.py`; `nil` for all.
        package let scope: String?

        package init(_ kind: Kind, _ message: String, scope: String? = nil) {
            self.kind = kind
            self.message = message
            self.scope = scope
        }
    }

    /// Name of the adapter that read it: `pytest`, `node`, `exit-code` …
    package var runner: String
    package var strength: Strength
    /// One result for each id, in id order; a doubly named id has its worst outcome.
    package private(set) var results: [TestResult]
    package var problems: [Problem]
    /// Ids the report named more than once.
    package private(set) var duplicates: [TestID]
    /// Files that hold tests, as the runner says, relative to the repository's root.
    package var testFiles: Set<String> = []
    /// Patterns of names that the runner takes for files of tests.
    package var testPatterns: [String] = []

    package init(runner: String, strength: Strength, results: [TestResult], problems: [Problem] = []) {
        var byID: [TestID: TestResult] = [:]
        var twice: Set<TestID> = []
        for result in results {
            guard let earlier = byID[result.id] else {
                byID[result.id] = result
                continue
            }
            twice.insert(result.id)
            if earlier.outcome.worse(result.outcome) != earlier.outcome { byID[result.id] = result }
        }
        self.runner = runner
        self.strength = strength
        self.results = byID.values.sorted { $0.id < $1.id }
        self.problems = problems
        duplicates = twice.sorted()
    }

    /// Outcomes by id.
    package var outcomes: [TestID: Outcome] {
        Dictionary(uniqueKeysWithValues: results.map { ($0.id, $0.outcome) })
    }

    /// Whether the report says which tests exist and what each gave.
    package var isConclusive: Bool { problems.isEmpty }

    package var redResults: [TestResult] { results.filter(\.outcome.isRed) }
}

extension TestReport {
    /// The same report with secrets taken out of its names and words; equal names stay equal.
    func redacted(by redactor: Redactor) -> TestReport {
        let mapped = results.map { result in
            var copy = result
            copy.id = TestID(redactor.redact(result.id.name))
            copy.message = result.message.map { redactor.redact($0) }
            copy.detail = result.detail.map { redactor.redact($0) }
            return copy
        }
        // Two names that differ in the way they write a secret become one, which has the worse outcome.
        let merged = TestReport(runner: runner, strength: strength, results: mapped)
        var copy = self
        copy.results = merged.results
        copy.duplicates = Set(merged.duplicates + duplicates.map { TestID(redactor.redact($0.name)) }).sorted()
        copy.problems = problems.map {
            Problem($0.kind, redactor.redact($0.message), scope: $0.scope.map { redactor.redact($0) })
        }
        return copy
    }
}
