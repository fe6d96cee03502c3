import GateGit

/// Asks a backend for candidates until one is proven, or a bound is reached.
package struct RepairLoop: Sendable {
    /// Why a loop ended.
    package enum StopReason: String, Sendable, Hashable {
        case accepted
        case attempts = "attempt-budget"
        case time = "time-budget"
        case cannotFix = "cannot-fix"
        case backendFailed = "backend-failed"
        case repeated = "repeated-candidate"
        /// Proven, and a person has to look at it before it is accepted.
        case review
    }

    /// One attempt, whole.
    package struct Attempt: Sendable {
        package let number: Int
        package var candidate: Candidate?
        package var verdict: Verdict
        package var transitions: [TestTransition] = []
        package var runs: [(phase: String, run: StepRun)] = []
        /// Runs of tripwires and held-out tests: kept as evidence, and never part of what a backend is told.
        package var probes: [TripwireBench.Probe] = []
        package var tripwires: [TripwireObservation] = []
        package var notes: [String] = []
        /// What a person should look at in the candidate's own text.
        package var look: [LookFinding] = []
        /// What the backend said where it had no fix.
        package var cannotFix: CannotFix?
        /// Raw artifacts of the backend by name.
        package var artifacts: [String: [UInt8]] = [:]
        package var duration: Duration = .zero
    }

    package struct Result: Sendable {
        package let attempts: [Attempt]
        package let stop: StopReason
        /// The proven candidate.
        package var accepted: Candidate? { stop == .accepted ? attempts.last?.candidate : nil }
        /// The candidate that is proven and waits for a person.
        package var waiting: Candidate? { stop == .review ? attempts.last?.candidate : nil }
    }

    package let session: Session
    package let baseline: Baseline
    package let record: FailureRecord
    package let context: ContextBuilder.Context
    private let prompt: RepairPrompt
    /// The record that is about this failure.
    private let known: ScenarioMatch?
    /// Where a conversation with the backend stands before the first attempt.
    private let conversation: String?
    package let backend: any Backend
    package let trial: CandidateTrial
    package let tell: @Sendable (RunEvent) -> Void
    /// Keeps each attempt as soon as it ends, so that a crash loses none.
    package let keep: @Sendable (Attempt) async throws -> Void
    private let look: LookDesk

    package init(
        session: Session,
        baseline: Baseline,
        record: FailureRecord,
        context: ContextBuilder.Context,
        prompt: RepairPrompt,
        known: ScenarioMatch?,
        conversation: String?,
        backend: any Backend,
        trial: CandidateTrial,
        tell: @escaping @Sendable (RunEvent) -> Void,
        keep: @escaping @Sendable (Attempt) async throws -> Void
    ) {
        self.session = session
        self.baseline = baseline
        self.record = record
        self.context = context
        self.prompt = prompt
        self.known = known
        self.conversation = conversation
        self.backend = backend
        self.trial = trial
        self.tell = tell
        self.keep = keep
        look = LookDesk(session: session, record: record)
    }

    /// Runs the loop to its end.
    ///
    /// - Throws: where the gate itself could not work, or was interrupted; a backend that breaks is a stop reason.
    package func run() async throws -> Result {
        let started = ContinuousClock.now
        let most = session.policy.maxRetries.value
        var attempts: [Attempt] = []
        var feedback: [String] = []
        var conversation = conversation
        var seen: Set<ObjectID> = []
        for number in 1...most {
            try Task.checkCancellation()
            let left = session.policy.timeBudget.value - (ContinuousClock.now - started)
            guard left > .zero else { return Result(attempts: attempts, stop: .time) }
            tell(.attemptStarted(number: number, of: most))
            let began = ContinuousClock.now
            var attempt = Attempt(number: number, verdict: Verdict(reasons: []))
            let reply: BackendReply
            do {
                reply = try await ask(number, feedback: feedback, conversation: conversation, left: left)
            } catch let failure as BackendFailure {
                attempt.artifacts = failure.artifacts
                attempt.duration = ContinuousClock.now - began
                let isUnreadable = !failure.findings.isEmpty
                if isUnreadable {
                    refuse(failure.findings, &attempt, &feedback)
                } else {
                    attempt.verdict = Verdict(reasons: [Reason(.backendBroke, backend.name, failure.message)])
                    tell(.backendFailed(number: number, message: failure.message, hints: failure.hints))
                }
                attempts.append(attempt)
                try await keep(attempt)
                if isUnreadable { continue }
                return Result(attempts: attempts, stop: .backendFailed)
            }
            conversation = reply.session
            attempt.artifacts = reply.artifacts
            attempt.notes = reply.notes.map { session.redactor.redact($0) }
            for note in attempt.notes { tell(.note(note)) }
            var stop: StopReason?
            switch reply.answer {
            case .cannotFix(let answer):
                attempt.cannotFix = answer.redacted(by: session.redactor)
                attempt.verdict = Verdict(reasons: [CannotFixWords.reason(answer, backend: backend.name)])
                stop = .cannotFix
            default:
                stop = try await examine(reply.answer, &attempt, &feedback, &seen)
            }
            attempt.duration = ContinuousClock.now - began
            tell(.judged(number: number, verdict: attempt.verdict, isLast: stop != nil || number == most))
            attempts.append(attempt)
            try await keep(attempt)
            if let stop { return Result(attempts: attempts, stop: stop) }
        }
        return Result(attempts: attempts, stop: .attempts)
    }

    private func ask(
        _ number: Int,
        feedback: [String],
        conversation: String?,
        left: Duration
    ) async throws -> BackendReply {
        let scope = session.plan.scenarios.flatMap(\.scope)
        let settings = session.policy.backendSettings[backend.name] ?? BackendSettings()
        let request = BackendRequest(
            attempt: number,
            instructions: prompt.text(targets: baseline.targets, scope: scope),
            context: context.text,
            feedback: feedback.map { session.redactor.redact($0) },
            targets: baseline.targets.allTests,
            baseTree: session.proposal.baseTree,
            headTree: session.proposal.headTree,
            delta: session.proposal.delta,
            contractGlobs: session.contract.patterns,
            scope: scope,
            suspects: record.likelyFiles,
            model: session.policy.model?.value,
            session: conversation,
            deadline: backend.isEmbedded ? left : min(left, settings.timeout.value)
        )
        let bench = WarmBench(
            repository: session.repository,
            session: session,
            known: known,
            trial: trial,
            number: number,
            tell: tell
        )
        return try await backend.propose(request, bench: bench)
    }

    /// Notes that an answer was refused before anything of it ran, and tells the backend why.
    private func refuse(_ findings: [AdmissionFinding], _ attempt: inout Attempt, _ feedback: inout [String]) {
        tell(
            .refused(
                number: attempt.number,
                findings: findings,
                isLast: attempt.number == session.policy.maxRetries.value
            )
        )
        attempt.verdict = Verdict(
            reasons: findings.map { Reason(.admission, $0.path?.description, "\($0.code): \($0.message)") }
        )
        feedback.append(Feedback.refused(findings, attempt: attempt.number))
    }

    /// Admission, search, confirmation.
    private func examine(
        _ answer: Answer,
        _ attempt: inout Attempt,
        _ feedback: inout [String],
        _ seen: inout Set<ObjectID>
    ) async throws -> StopReason? {
        let candidate: Candidate
        switch try await CandidateDesk(session, known: known).prepare(answer) {
        case .refused(let findings):
            refuse(findings, &attempt, &feedback)
            return nil
        case .admitted(let admitted):
            candidate = admitted
        }
        attempt.candidate = candidate
        tell(.candidate(number: attempt.number, tree: candidate.tree, paths: candidate.changes.map(\.path)))
        guard seen.insert(candidate.tree).inserted else {
            attempt.verdict = Verdict(reasons: [
                Reason(.repeated, candidate.tree.hex, "the backend proposed the same tree a second time")
            ])
            feedback.append("Attempt \(attempt.number) is the same tree as an earlier one. Propose something else.")
            return nil
        }
        attempt.look = try await look.findings(candidate)
        let phase = "attempt-\(attempt.number)"
        let search = try await trial.search(candidate.tree, phase: phase, isQuiet: false)
        attempt.verdict = search.verdict
        attempt.transitions = search.transitions
        attempt.runs = search.runs
        if search.verdict.kind == .accepted {
            tell(.confirming(number: attempt.number))
            let confirmed = try await trial.confirm(candidate.tree, phase: phase)
            attempt.verdict = confirmed.verdict
            attempt.transitions = confirmed.transitions
            attempt.runs += confirmed.runs
            attempt.probes = confirmed.probes
            attempt.tripwires = confirmed.tripwires
            if confirmed.verdict.kind == .accepted { return reviewed(&attempt) }
        }
        attempt.verdict = Verdict(
            reasons: attempt.verdict.reasons,
            remarks: attempt.verdict.remarks + attempt.look.map(\.reason)
        )
        feedback.append(
            Feedback.judged(
                attempt.verdict,
                transitions: attempt.transitions,
                runs: attempt.runs.map(\.run),
                flaky: baseline.flaky,
                attempt: attempt.number
            )
        )
        return nil
    }

    /// What becomes of a proven candidate: accepted, unless there is something a person has to look at first.
    private func reviewed(_ attempt: inout Attempt) -> StopReason {
        let findings = attempt.look.map(\.reason)
        let looks = session.policy.secondLook.value == .escalate ? findings : []
        let waits = (looks + demandedReview).filter { _ in !session.options.isReviewed }
        attempt.verdict = Verdict(
            reasons: waits,
            remarks: attempt.verdict.remarks + (findings + demandedReview).filter { !waits.contains($0) }
        )
        return waits.isEmpty ? .accepted : .review
    }

    /// A record of this failure may say that a person has to look at every repair of it.
    private var demandedReview: [Reason] {
        guard let known, known.knowledge.reviewRequired else { return [] }
        let id = known.knowledge.id
        return [
            Reason(.reviewRequired, id, "the scenario record '\(id)' wants a person to look at repairs of this failure")
        ]
    }
}
