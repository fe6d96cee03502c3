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
    /// Where each red test itself says it failed, as far as that is known.
    package let places: [TestKey: FailureFrame]
    /// Known ways to fail that were recognised, the primary one first.
    package let patterns: [DetectedPattern]
    package let confidence: FailureConfidence
    /// What of the machine or its surroundings keeps every single target from saying anything, so that no candidate could
    /// help; `nil` where a target fails of something else, or held at the base on this very machine.
    package let environmentFault: DetectedPattern?
    /// Steps that ended, as a whole, of the environment.
    package let strickenSteps: Set<String>
    /// The same for the same failure on another machine and in another run; 64 hexadecimal digits.
    package let fingerprint: String

    /// The pattern that says most.
    package var pattern: DetectedPattern? { patterns.first }

    /// What stands for all tests where nothing could be built or collected.
    package static let wholeBuild = "(build)"

    /// Names one test of one step.
    package struct TestKey: Sendable, Hashable {
        let step: String
        let test: TestID
    }

    /// One red test as its runner worded it, or a file of tests that could not be loaded.
    package struct FailedTest: Sendable, Hashable {
        package let step: String
        package let id: TestID
        package let outcome: Outcome
        package let isTarget: Bool
        package let message: String
        package let detail: String
        /// Whether it stands for a file, or a build, of which no test could be loaded.
        package let isCollection: Bool
        /// Where the runner places it, as it spells the file.
        let file: String?
        let line: Int?
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
                        detail: result.detail ?? "",
                        isCollection: false,
                        file: result.file,
                        line: result.line
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
                        detail: "",
                        isCollection: true,
                        file: nil,
                        line: nil
                    )
                )
            }
        }
        failedTests = failed.sorted { ($0.isTarget ? 0 : 1, $0.step, $0.id) < ($1.isTarget ? 0 : 1, $1.step, $1.id) }
        // Without a sandbox each worktree has a path of its own.
        let resolver = PathResolver(files: files, roots: Set(runs.map(\.root)))
        output = runs.filter { !$0.observation.isGreen }
            .map { run in
                Excerpt.headAndTail(of: Excerpt.joined(run.process.standardOutput.text, run.process.standardError.text))
            }
            .joined(separator: "\n")
        let reading = FailureReading(runs: runs, failedTests: failedTests, flaky: flaky, resolver: resolver)
        let fault = EnvironmentFault(targets: targets, stricken: reading.stricken, base: base)
        let patterns = reading.patterns(isEnvironment: fault.accountsForAll)
        environmentFault = fault.accountsForAll ? patterns.first { $0.cause == .environment } : nil
        strickenSteps = fault.steps
        self.patterns = patterns
        frames = reading.frames
        places = reading.places
        likelyFiles = reading.suspects(isContract: isContract)
        summary = FailureSentence.line(failedTests, runs: runs, pattern: patterns.first)
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
