package import GateGit

/// A failure in a form that a person reads in seconds and a backend can work from.
package struct FailureRecord: Sendable, Hashable {
    /// Red tests with the steps that reported them, targets first.
    package let failedTests: [FailedTest]
    /// One line: how many, and what the first says.
    package let summary: String
    /// What the runs printed, head and tail.
    package let output: String
    /// Files of the repository that the failure points at, most suspicious first.
    package let likelyFiles: [RepositoryPath]
    /// Places in the repository that the failure names, innermost first, targets' own first; tests are among them.
    package let frames: [FailureFrame]
    /// Known ways to fail that were recognised, the primary one first.
    package let patterns: [DetectedPattern]
    package let confidence: FailureConfidence
    /// The same for the same failure on another machine and in another run; 64 hexadecimal digits.
    package let fingerprint: String

    /// The pattern that says most.
    package var pattern: DetectedPattern? { patterns.first }

    /// What stands for all tests where nothing could be built or collected.
    package static let wholeBuild = "(build)"

    /// One red test as its runner worded it, or a file of tests that could not be loaded.
    package struct FailedTest: Sendable, Hashable {
        package let step: String
        package let id: TestID
        package let outcome: Outcome
        package let isTarget: Bool
        package let message: String
        package let detail: String
    }

    /// Builds the record from the runs of the head.
    ///
    /// - Parameters:
    ///   - flaky: tests that count for nothing.
    ///   - files: every path of the head tree.
    ///   - base: runs of the base, where it was run.
    ///   - delta: paths that differ between base and head.
    ///   - isContract: whether a path belongs to the contract; such files are never the suspects.
    package init(
        runs: [StepRun],
        targets: Targets,
        flaky: FlakyTests = FlakyTests(),
        base: [StepRun]? = nil,
        delta: [RepositoryPath] = [],
        files: Set<RepositoryPath>,
        isContract: (RepositoryPath) -> Bool
    ) {
        var failed: [FailedTest] = []
        for run in runs {
            for result in run.report.redResults where flaky.tests[run.step.id]?.contains(result.id) != true {
                failed.append(
                    FailedTest(
                        step: run.step.id,
                        id: result.id,
                        outcome: result.outcome,
                        isTarget: targets.tests[run.step.id]?.contains(result.id) ?? false
                            || targets.uncollected[run.step.id]?.contains(result.id.name) ?? false,
                        message: result.message ?? "",
                        detail: result.detail ?? ""
                    )
                )
            }
        }
        for run in runs {
            for problem in run.report.problems where problem.kind == .collection {
                failed.append(
                    FailedTest(
                        step: run.step.id,
                        id: TestID(problem.scope ?? Self.wholeBuild),
                        outcome: .errored,
                        isTarget: targets.uncollected[run.step.id]?.contains(problem.scope ?? "") ?? false,
                        message: problem.message,
                        detail: ""
                    )
                )
            }
        }
        failedTests = failed.sorted { ($0.isTarget ? 0 : 1, $0.step, $0.id) < ($1.isTarget ? 0 : 1, $1.step, $1.id) }
        // Without a sandbox each worktree has a path of its own.
        let roots = Set(runs.map(\.root))
        let texts = runs.filter { !$0.observation.isGreen }
            .map { run in
                Excerpt.headAndTail(of: run.process.standardOutput.text + run.process.standardError.text)
            }
        output = texts.joined(separator: "\n")
        let first = failedTests.first
        let sentence = first.map {
            "\($0.id) \($0.outcome.verb)" + ($0.message.isEmpty ? "" : ": \(Excerpt.line($0.message))")
        }
        let count = failedTests.count
        if let sentence {
            summary = count == 1 ? sentence : "\(count) tests are red; first: \(sentence)"
        } else {
            let problem = runs.flatMap(\.report.problems).first
            summary = problem?.message ?? "a check failed without naming a test"
        }
        likelyFiles = Suspects.find(
            in: failedTests.filter(\.isTarget).map(\.detail) + failedTests.map(\.message) + texts,
            roots: roots,
            files: files,
            isContract: isContract
        )
        frames = []
        patterns = []
        confidence = FailureConfidence(
            pattern: patterns.first,
            hasSuspects: !likelyFiles.isEmpty,
            cameWithDelta: Self.cameWithDelta(targets, base: base, delta: delta, isContract: isContract)
        )
        fingerprint = FailureFingerprint.make(
            failedTests: failedTests,
            summary: summary,
            pattern: patterns.first,
            frame: frames.first
        )
    }

    /// Whether a target held at the base, and the delta changes more than the contract.
    private static func cameWithDelta(
        _ targets: Targets,
        base: [StepRun]?,
        delta: [RepositoryPath],
        isContract: (RepositoryPath) -> Bool
    ) -> Bool {
        guard let base, delta.contains(where: { !isContract($0) }) else { return false }
        return base.contains { run in
            let outcomes = run.report.outcomes
            let held = targets.tests[run.step.id, default: []].contains { outcomes[$0]?.holds == true }
            let loaded = targets.uncollected[run.step.id, default: []].contains { prefix in
                !run.observation.uncollected.contains(prefix) && !outcomes.isEmpty
            }
            return held || loaded
        }
    }
}

/// Finds files of the repository that a failure's texts name.
package enum Suspects {
    private static let limit = 50

    /// Paths in the order of suspicion: nearest to where the error arose first, as frames are listed last-called last.
    package static func find(
        in texts: [String],
        roots: Set<String>,
        files: Set<RepositoryPath>,
        isContract: (RepositoryPath) -> Bool
    ) -> [RepositoryPath] {
        var ranked: [RepositoryPath] = []
        var seen: Set<RepositoryPath> = []
        for text in texts {
            // Within one text the last frame is the innermost for most runners.
            for path in paths(in: text, roots: roots, files: files).reversed()
            where seen.insert(path).inserted && !isContract(path) {
                ranked.append(path)
                if ranked.count == limit { return ranked }
            }
        }
        return ranked
    }

    private static func paths(in text: String, roots: Set<String>, files: Set<RepositoryPath>) -> [RepositoryPath] {
        var found: [RepositoryPath] = []
        let separators: Set<Character> = [
            " ", "\t", "\n", "\r\n", "\"", "'", "`", "(", ")", "[", "]", "{", "}", "<", ">", ",", ";", "|", "=", "*",
        ]
        for token in text.prefix(1 << 20).split(whereSeparator: { separators.contains($0) }) {
            guard token.count <= 1024, token.contains(".") || token.contains("/") else { continue }
            var candidate = token[...]
            if candidate.hasPrefix("file://") { candidate = candidate.dropFirst(7) }
            if let root = roots.first(where: { !$0.isEmpty && candidate.hasPrefix($0 + "/") }) {
                candidate = candidate.dropFirst(root.count + 1)
            }
            if candidate.hasPrefix("./") { candidate = candidate.dropFirst(2) }
            // What follows a colon is a line, a column or a test's name.
            for end in [candidate.endIndex] + candidate.indices.filter({ candidate[$0] == ":" }).reversed() {
                let path = RepositoryPath(String(candidate[..<end]))
                if files.contains(path) {
                    found.append(path)
                    break
                }
            }
        }
        return found
    }
}
