import GateGit

/// Runs the held-out tests on a candidate that passed everything else.
struct HeldOutBench: Sendable {
    let session: Session
    let validator: Validator
    let tell: @Sendable (RunEvent) -> Void

    /// - Parameters:
    ///   - runs: the complete confirmation run, whose ids are not held-out ones.
    ///   - folder: absolute path of the folder with the tests.
    /// - Throws: where the folder cannot be used; that is never the candidate's fault.
    func examine(
        _ tree: ObjectID,
        _ runs: [StepRun],
        folder: String,
        phase: String
    ) async throws -> TripwireBench.Result {
        let heldOut = try HeldOut(folder: folder)
        let laid = try await heldOut.lay(over: tree, in: session.repository)
        var result = TripwireBench.Result()
        for run in runs where run.step.id.hasPrefix("check:") && run.step.kind == .test {
            tell(.stepStarted(step: run.step.id, phase: phase))
            let found = try await validator.run(
                [run.step],
                on: laid,
                for: .confirmation,
                files: heldOut.files.keys.map(\.description).sorted()
            )
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
