package import GateGit

/// What happens in a run, in order; the only thing the loop tells anyone while it works.
package enum RunEvent: Sendable {
    case recovered(String)
    /// Another run tests the same tree, and its proof will do; which process it is, where that is known.
    case waiting(Int32?)
    case opened(proposal: Proposal, policy: ResolvedPolicy, sandbox: SandboxLevel, shortfall: String, runID: String)
    case stepStarted(step: String, phase: String)
    case stepEnded(run: StepRun, phase: String)
    /// A step ended whose outcome nobody is told: of a trial, or of a tripwire.
    case stepDone(step: String, phase: String)
    case green
    case flaky(FlakyTests)
    /// A scenario record fits the failure, well or in part.
    case known(ScenarioMatch)
    case failing(record: FailureRecord, targets: Targets)
    case backendChosen(BackendChoice)
    /// What the backend of an attempt does just now.
    case backendProgress(number: Int, String)
    /// `by` where several backends are asked at once.
    case attemptStarted(number: Int, of: Int, by: String?)
    case trial(number: Int, result: Trial)
    case refused(number: Int, findings: [AdmissionFinding], isLast: Bool)
    case backendFailed(number: Int, message: String, hints: [String])
    case candidate(number: Int, tree: ObjectID, paths: [RepositoryPath])
    case confirming(number: Int)
    /// `isLast` where no attempt follows, so that the summary of the run gives the reasons.
    case judged(number: Int, verdict: Verdict, isLast: Bool)
    /// What all attempts together took so far, as far as backends say.
    case spent(Usage)
    case note(String)
    /// The last event of a run: what it came to. Nothing is told where the gate itself could not work.
    case ended(RunRecord)
}

extension RunEvent {
    /// Turns what a validation says into events of one phase.
    static func progress(
        _ phase: String,
        _ tell: @escaping @Sendable (RunEvent) -> Void
    ) -> @Sendable (ValidationEvent) -> Void {
        { event in
            switch event {
            case .started(let step, _): tell(.stepStarted(step: step.id, phase: phase))
            case .ended(let run, _): tell(.stepEnded(run: run, phase: phase))
            }
        }
    }
}
