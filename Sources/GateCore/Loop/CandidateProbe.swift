import GateGit

/// Asks of a tree that passed everything else whether that can be believed: tripwires, and held-out tests.
struct CandidateProbe: Sendable {
    let session: Session
    let validator: Validator
    let baseline: Baseline
    let tell: @Sendable (RunEvent) -> Void

    /// - Parameters:
    ///   - runs: the complete confirmation run of the tree.
    ///   - phase: what phases of its runs begin with.
    /// - Throws: where the gate itself could not work, or the folder of held-out tests cannot be used; neither is ever
    ///   the candidate's fault.
    func examine(_ tree: ObjectID, _ runs: [StepRun], phase: String) async throws -> TripwireBench.Result {
        var result = TripwireBench.Result()
        if session.policy.tripwires.value != .off {
            let bench = TripwireBench(repository: session.repository, seed: .random(in: .min ... .max)) {
                [validator, tell] step, tree, files, name in
                tell(.stepStarted(step: step.id, phase: "\(phase)/\(name)"))
                defer { tell(.stepDone(step: step.id, phase: "\(phase)/\(name)")) }
                let runs = try await validator.run([step], on: tree, for: .confirmation, files: files)
                guard let run = runs.first else { throw GateFailure("validation.no-run", "'\(step.id)' was not run") }
                return run
            }
            let controls = [session.proposal.headTree, session.proposal.baseTree].filter { $0 != .emptyTree }
            for (run, targets) in tripwireTargets(runs) {
                let found = try await bench.examine(
                    run.step,
                    targets: targets,
                    run: run,
                    candidate: tree,
                    controls: controls
                )
                result.observations += found.observations
                result.runs += found.runs.map {
                    TripwireBench.Probe(phase: "\(phase)/\($0.phase)", tree: $0.tree, run: $0.run)
                }
            }
        }
        if let folder = session.policy.heldOut?.value {
            let found = try await heldOut(tree, runs, folder: folder, phase: "\(phase)/held-out")
            result.observations += found.observations
            result.runs += found.runs
        }
        return result
    }

    /// Targets by the step in which each of them is examined.
    ///
    /// A check reports what a scenario reports, and comes to other tests of a file as well: canaries need that.
    private func tripwireTargets(_ runs: [StepRun]) -> [(run: StepRun, targets: Set<TestID>)] {
        var chosen: [String: Set<TestID>] = [:]
        let tests = runs.filter { $0.step.kind == .test }
        let checks = tests.filter { $0.step.id.hasPrefix("check:") }
        for run in tests {
            for test in targets(of: run) {
                let wider = checks.first {
                    $0.report.runner == run.report.runner && $0.report.outcomes[test]?.holds == true
                }
                chosen[(wider ?? run).step.id, default: []].insert(test)
            }
        }
        return tests.compactMap { run in chosen[run.step.id].map { (run, $0) } }
    }

    /// Targets of a step by name: those chosen, and all that passes of what could not be collected before.
    private func targets(of run: StepRun) -> Set<TestID> {
        let prefixes = baseline.targets.uncollected[run.step.id] ?? []
        let collected = run.report.results.filter { result in
            result.outcome.holds && prefixes.contains { Targets.covers($0, result.id) }
        }
        return (baseline.targets.tests[run.step.id] ?? []).union(collected.map(\.id))
    }

    /// Runs the held-out tests, whose ids are those that the complete run does not have.
    private func heldOut(
        _ tree: ObjectID,
        _ runs: [StepRun],
        folder: String,
        phase: String
    ) async throws -> TripwireBench.Result {
        let tests = try HeldOut(folder: folder)
        let laid = try await tests.lay(over: tree, in: session.repository)
        var result = TripwireBench.Result()
        for run in runs where run.step.id.hasPrefix("check:") && run.step.kind == .test {
            tell(.stepStarted(step: run.step.id, phase: phase))
            let found = try await validator.run(
                [run.step],
                on: laid,
                for: .confirmation,
                files: tests.files.keys.map(\.description).sorted()
            )
            tell(.stepDone(step: run.step.id, phase: phase))
            result.runs += found.map { TripwireBench.Probe(phase: phase, tree: laid, run: $0) }
            for each in found {
                result.observations += HeldOut.observations(each, known: Set(run.report.results.map(\.id)))
            }
        }
        if !result.observations.contains(where: { $0.kind == .heldOut }) {
            result.observations.append(
                TripwireObservation(.heldOut, step: "held-out", subject: folder, .unclear, "no check ran any of them")
            )
        }
        return result
    }
}
