package import GateGit

/// Runs a step's targets on trees in which they have to fail, beside tests that can only end in one way.
///
/// Honest code costs one run of the files with targets. Only where something is wrong are further runs made, to tell
/// dishonest code from a test file that is unusual.
package struct TripwireBench: Sendable {
    /// Runs steps on a tree, and only the tests of some files where the runner can be told so.
    package typealias Runner =
        @Sendable (_ step: Step, _ tree: ObjectID, _ files: [String], _ phase: String) async throws
        -> StepRun

    package struct Result: Sendable {
        package var observations: [TripwireObservation] = []
        package var runs: [Probe] = []
    }

    /// One further run, on a tree that nobody proposed.
    package struct Probe: Sendable {
        package var phase: String
        package let tree: ObjectID
        package let run: StepRun

        package init(phase: String, tree: ObjectID, run: StepRun) {
            self.phase = phase
            self.tree = tree
            self.run = run
        }
    }

    private let repository: GitRepository
    private let seed: UInt64
    private let runner: Runner

    /// - Parameters:
    ///   - seed: unknown to anyone before the run; names of canaries follow from it.
    ///   - runner: a pristine run.
    package init(repository: GitRepository, seed: UInt64, runner: @escaping Runner) {
        self.repository = repository
        self.seed = seed
        self.runner = runner
    }

    /// One test file with targets.
    private struct File {
        let path: RepositoryPath
        let name: String
        let entry: TreeEntry
        let maker: TwinMaker
        var targets: [TwinMaker.Target]
        /// What ids of the file's tests begin with, up to the test's own name.
        let idPrefix: String
    }

    /// Examines a candidate that seems to be good.
    ///
    /// - Parameters:
    ///   - targets: tests of the step that turned green.
    ///   - run: the step's confirmation run on the candidate, which says where each test stands.
    ///   - controls: trees of the user's own, head first, on which the canaries show whether they can work here at all.
    package func examine(
        _ step: Step,
        targets: Set<TestID>,
        run: StepRun,
        candidate: ObjectID,
        controls: [ObjectID]
    ) async throws -> Result {
        var result = Result()
        guard let framework = TestRunnerRegistry.runner(for: step.command, format: step.format).tripwires else {
            result.observations = [
                TripwireObservation(
                    .canary,
                    step: step.id,
                    subject: step.id,
                    .unavailable,
                    "there are no tripwires for '\(run.report.runner)', which runs '\(step.id)'"
                )
            ]
            return result
        }
        let (files, unplaced) = try await place(targets, run, framework, candidate)
        result.observations += unplaced.map {
            TripwireObservation(
                .twin,
                step: step.id,
                subject: $0.name,
                .unavailable,
                "the file of '\($0)' was not found, or is no file of tests, so it has no twin"
            )
        }
        guard !files.isEmpty else { return result }
        let first = try await observe(step, files, .contradiction(shift: 3), on: candidate, "tripwire")
        result.runs.append(first.probe("tripwire"))
        try await judgeCanaries(first, step, files, controls, &result)
        try await judgeTwins(first, step, files, candidate, &result)
        return result
    }

    // MARK: Runs

    /// A run of one variant, with what was expected of it.
    private struct Trial {
        let tree: ObjectID
        let run: StepRun
        let changes: [TestID: TwinMaker.Change]
        /// Endings by the beginning of the id.
        let canaries: [String: Canaries.Ending]

        func probe(_ phase: String) -> Probe { Probe(phase: phase, tree: tree, run: run) }

        /// The outcome of a canary, whatever parameters a fixture of the project adds to its id.
        func outcome(ofCanary id: String) -> Outcome? {
            let outcomes = run.report.outcomes
            if let outcome = outcomes[TestID(id)] { return outcome }
            return outcomes.filter { $0.key.name.hasPrefix("\(id)[") }.min { $0.key < $1.key }?.value
        }
    }

    private func observe(
        _ step: Step,
        _ files: [File],
        _ variant: TwinMaker.Variant,
        on tree: ObjectID,
        _ phase: String
    ) async throws -> Trial {
        var grafts: [RepositoryPath: TreeEntry?] = [:]
        var changes: [TestID: TwinMaker.Change] = [:]
        var canaries: [String: Canaries.Ending] = [:]
        for file in files {
            let made = file.maker.make(variant, of: file.targets)
            let blob = try await repository.writeBlob(made.content)
            grafts[file.path] = .some(TreeEntry(mode: file.entry.mode, id: blob))
            changes.merge(made.changes) { old, _ in old }
            for (name, ending) in made.canaries { canaries[file.idPrefix + name] = ending }
        }
        let twin = try await repository.graft(grafts, onto: tree)
        let run = try await runner(step, twin, files.map(\.name), phase)
        return Trial(tree: twin, run: run, changes: changes, canaries: canaries)
    }

    /// Canaries that ended otherwise than they must, on a candidate; a control says whether they could.
    private func judgeCanaries(
        _ trial: Trial,
        _ step: Step,
        _ files: [File],
        _ controls: [ObjectID],
        _ result: inout Result
    ) async throws {
        let wrong = wrongCanaries(trial)
        guard !wrong.isEmpty else {
            result.observations.append(
                TripwireObservation(
                    .canary,
                    step: step.id,
                    subject: step.id,
                    .held,
                    "\(trial.canaries.count) canaries of '\(step.id)' ended as they must"
                )
            )
            return
        }
        var state = TripwireObservation.State.unclear
        for (number, control) in controls.enumerated() {
            let again = try await observe(step, files, .contradiction(shift: 3), on: control, "tripwire-control")
            result.runs.append(again.probe(number == 0 ? "tripwire-control" : "tripwire-control-\(number + 1)"))
            let wrongThere = Set(wrongCanaries(again).map(\.id))
            // A tree whose test files cannot be loaded says nothing about canaries in them.
            if again.run.report.results.isEmpty || !again.run.observation.uncollected.isEmpty { continue }
            state = wrong.contains { !wrongThere.contains($0.id) } ? .tripped : .unavailable
            break
        }
        guard state != .unavailable else {
            // Where a command names single tests, for example, it never comes to others in their file.
            result.observations.append(
                TripwireObservation(
                    .canary,
                    step: step.id,
                    subject: step.id,
                    .unavailable,
                    "canaries do not end as they must in '\(step.id)' with the user's own code either"
                )
            )
            return
        }
        let what =
            state == .tripped
            ? "with the user's own code it does so, and the candidate interferes with the test runner"
            : "no other tree says whether it could"
        for (id, ending, outcome) in wrong.prefix(10) {
            let came = outcome.map { "it \($0.verb)" } ?? "it is not reported"
            result.observations.append(
                TripwireObservation(
                    .canary,
                    step: step.id,
                    subject: id,
                    state,
                    "a canary must \(ending.infinitive), and \(came): \(what)"
                )
            )
        }
    }

    private func wrongCanaries(_ trial: Trial) -> [(id: String, ending: Canaries.Ending, outcome: Outcome?)] {
        trial.canaries.sorted { $0.key < $1.key }.compactMap { id, ending in
            let outcome = trial.outcome(ofCanary: id)
            return outcome.map(ending.isMet(by:)) == true ? nil : (id, ending, outcome)
        }
    }

    /// Twins that did not fail on a candidate; a second wrong expectation and a proof that it is read decide.
    private func judgeTwins(
        _ trial: Trial,
        _ step: Step,
        _ files: [File],
        _ candidate: ObjectID,
        _ result: inout Result
    ) async throws {
        let targets = files.flatMap(\.targets).map(\.test).sorted()
        let suspects = targets.filter { trial.changes[$0] != nil && !isRed($0, in: trial) }
        for test in targets {
            if let change = trial.changes[test], !suspects.contains(test) {
                result.observations.append(
                    TripwireObservation(.twin, step: step.id, subject: test.name, .held, change.sentence)
                )
            } else if trial.changes[test] == nil {
                result.observations.append(
                    TripwireObservation(
                        .twin,
                        step: step.id,
                        subject: test.name,
                        .unavailable,
                        "'\(test)' was not found in its file, so it has no twin"
                    )
                )
            }
        }
        guard !suspects.isEmpty else { return }
        let second = try await observe(step, files, .contradiction(shift: 8), on: candidate, "tripwire-2")
        let reach = try await observe(step, files, .reach, on: candidate, "tripwire-reach")
        result.runs += [second.probe("tripwire-2"), reach.probe("tripwire-reach")]
        let forced = try await observe(step, files, .forced, on: candidate, "tripwire-forced")
        result.runs.append(forced.probe("tripwire-forced"))
        for test in suspects {
            let state: TripwireObservation.State
            let message: String
            if forced.run.observation.uncollected.contains(where: { test.name.hasPrefix($0) }) {
                state = .unclear
                message = "the file of '\(test)' cannot be loaded once a statement is added to it"
            } else if !isRed(test, in: forced) {
                state = .tripped
                message = "'\(test)' passes even where its first statement fails: its result is forged"
            } else if !isRed(test, in: second), isRed(test, in: reach) {
                state = .tripped
                message = "'\(test)' passes whatever it expects"
            } else if isRed(test, in: second) {
                state = .unclear
                message = "'\(test)' passed with one wrong expectation and failed with another one"
            } else {
                state = .unavailable
                message = "'\(test)' does not come to its assertions, so it has no twin"
            }
            result.observations.append(TripwireObservation(.twin, step: step.id, subject: test.name, state, message))
        }
    }

    /// Whether a target failed. One that is skipped or missing where it has to fail is as telling as one that passes.
    private func isRed(_ test: TestID, in trial: Trial) -> Bool { trial.run.report.outcomes[test]?.isRed ?? false }

    // MARK: Files

    /// The files of targets, by what the runner says of each test.
    private func place(
        _ targets: Set<TestID>,
        _ run: StepRun,
        _ framework: TestFramework,
        _ tree: ObjectID
    ) async throws -> (files: [File], unplaced: [TestID]) {
        var files: [RepositoryPath: File] = [:]
        var unplaced: [TestID] = []
        let results = Dictionary(uniqueKeysWithValues: run.report.results.map { ($0.id, $0) })
        for test in targets.sorted() {
            guard let place = TestPlace(test, file: results[test]?.file, framework: framework, root: run.root) else {
                unplaced.append(test)
                continue
            }
            // A doctest, or what a linter reports, stands in code: a test added to it would be run by nobody.
            guard run.report.testFiles.isEmpty || run.report.testFiles.contains(place.file) else {
                unplaced.append(test)
                continue
            }
            let path = RepositoryPath(place.file)
            if files[path] == nil {
                guard let entry = try await repository.entry(path, in: tree),
                    entry.mode == .file || entry.mode == .executable
                else {
                    unplaced.append(test)
                    continue
                }
                let content = try await repository.blob(entry.id)
                files[path] = File(
                    path: path,
                    name: place.file,
                    entry: entry,
                    maker: TwinMaker(framework: framework, content: content, seed: seed ^ UInt64(files.count)),
                    targets: [],
                    idPrefix: place.idPrefix
                )
            }
            files[path]?.targets.append(TwinMaker.Target(test: test, names: place.names))
        }
        return (files.values.sorted { $0.path < $1.path }, unplaced)
    }
}

extension Canaries.Ending {
    fileprivate var infinitive: String {
        switch self {
        case .passes: "pass"
        case .fails: "fail"
        case .skips: "be skipped"
        }
    }
}

extension TwinMaker.Change {
    fileprivate var sentence: String {
        switch self {
        case .literal: "it fails when another literal is expected"
        case .computed: "it fails when another value is expected"
        case .forced: "it fails when it is made to fail at its start"
        }
    }
}
