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
        case tokens = "token-budget"
        case cost = "cost-budget"
        /// The same failure came back too often: a person has to look.
        case escalated
        /// Proven, and a person has to look at it before it is accepted.
        case review
    }

    /// One attempt, whole.
    package struct Attempt: Sendable {
        package let number: Int
        /// Who was asked, and where the answer came from; an embedded backend is its own origin.
        package var backend = ""
        package var origin = ""
        package var candidate: Candidate?
        package var verdict: Verdict
        package var transitions: [TestTransition] = []
        package var runs: [(phase: String, run: StepRun)] = []
        /// What the runs of a candidate that was not accepted are read as.
        package var failure: FailureRecord?
        /// Runs of tripwires and held-out tests: kept as evidence, and never part of what a backend is told.
        package var probes: [TripwireBench.Probe] = []
        package var tripwires: [TripwireObservation] = []
        package var notes: [String] = []
        /// What a person should look at in the candidate's own text.
        package var look: [LookFinding] = []
        /// What a reviewer said of it.
        var opinion: CandidateReview.Opinion?
        /// What the backend said where it had no fix.
        package var cannotFix: CannotFix?
        /// Raw artifacts of the backend by name.
        package var artifacts: [String: [UInt8]] = [:]
        /// What the backend says it took.
        package var usage: Usage?
        package var duration: Duration = .zero
    }

    package struct Result: Sendable {
        package let attempts: [Attempt]
        package let stop: StopReason
        /// How often in a row the last failure came.
        package var times = 0
        /// Whether the last candidate of a run that escalated is kept aside.
        package var keeps = false
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
    /// Who reads a proven candidate before it is taken; `nil` where nobody does.
    private let review: CandidateReview?
    package let trial: CandidateTrial
    /// What is shared with loops that run at the same time.
    private let table: CouncilTable
    /// Who can be asked where the same failure keeps coming back.
    private let person: (any Person)?
    package let tell: @Sendable (RunEvent) -> Void
    /// Keeps each attempt as soon as it ends, so that a crash loses none.
    package let keep: @Sendable (Attempt) async throws -> Void
    private let look: LookDesk

    init(
        session: Session,
        baseline: Baseline,
        record: FailureRecord,
        context: ContextBuilder.Context,
        prompt: RepairPrompt,
        known: ScenarioMatch?,
        conversation: String?,
        backend: any Backend,
        review: CandidateReview?,
        trial: CandidateTrial,
        person: (any Person)?,
        table: CouncilTable = CouncilTable(limit: nil),
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
        self.review = review
        self.trial = trial
        self.person = person
        self.table = table
        self.tell = tell
        self.keep = keep
        look = LookDesk(session: session, record: record)
    }

    /// Runs the loop to its end.
    ///
    /// - Throws: where the gate itself could not work, or was interrupted; a backend that breaks is a stop reason.
    package func run() async throws -> Result {
        let started = ContinuousClock.now
        let deadline = started + session.policy.timeBudget.value
        var window = RetryWindow(
            limit: session.policy.maxRetries.value,
            repeats: session.policy.escalationRepeats.value
        )
        var attempts: [Attempt] = []
        var talk = Talk(conversation: conversation)
        while true {
            try Task.checkCancellation()
            let left = deadline - ContinuousClock.now
            guard left > .zero else { return Result(attempts: attempts, stop: .time) }
            if let spent = await overBudget() { return Result(attempts: attempts, stop: spent) }
            guard let number = await table.next() else { return Result(attempts: attempts, stop: .attempts) }
            var attempt = Attempt(number: number, verdict: Verdict(reasons: []))
            attempt.backend = backend.name
            attempt.origin = backend.origin == "embedded" ? backend.name : backend.origin
            tell(
                .attemptStarted(
                    number: attempt.number,
                    of: table.limit ?? number + window.limit - window.attempts - 1,
                    // Of several it has to be said whose attempt it is.
                    by: table.limit == nil ? nil : backend.name
                )
            )
            let began = ContinuousClock.now
            let course = try await make(&attempt, &talk, left: left)
            attempt.duration = ContinuousClock.now - began
            if let usage = attempt.usage { tell(.spent(await table.spend(usage))) }
            attempts.append(attempt)
            var step: RetryWindow.Step?
            if case .failed(let key, _) = course { step = window.rejected(key) }
            announce(attempt, course, isLast: step.map { $0.isLast } ?? true)
            try await keep(attempt)
            switch (course, step) {
            case (.stopped(let reason), _): return Result(attempts: attempts, stop: reason)
            case (.failed, .exhausted), (.failed, nil): return Result(attempts: attempts, stop: .attempts)
            case (.failed, .again): break
            case (.failed, .stricter): talk.feedback.append(Compliance.stricter(times: window.times))
            case (.failed, .fresh):
                talk.feedback.append(Compliance.stricter(times: window.times))
                talk.conversation = nil
            case (.failed, .escalate(let times)):
                switch try await escalate(attempts, times: times, deadline: deadline) {
                case .stop(let keeps):
                    return Result(attempts: attempts, stop: .escalated, times: times, keeps: keeps)
                case .goOn(let words):
                    talk.feedback.append(Compliance.message(session.redactor.redact(words), times: times))
                    window.reopen()
                    tell(.note("a person's message opens \(window.limit) further attempts"))
                }
            }
        }
    }

    /// What is said between the loop and the backend.
    private struct Talk {
        var conversation: String?
        var feedback: [String] = []
    }

    /// What an attempt came to.
    private enum Course {
        case stopped(StopReason)
        /// Rejected, under the name of what went wrong; with what admission refused, where it did.
        case failed(key: String, refused: [AdmissionFinding]?)
    }

    /// Which bound of policy the attempts so far have used up, those of other loops at the table included.
    private func overBudget() async -> StopReason? {
        let spent = await table.spent
        let tokens = session.policy.tokenBudget.value
        if tokens > 0, (spent.inputTokens ?? 0) + (spent.outputTokens ?? 0) >= tokens { return .tokens }
        if let most = session.policy.costBudget?.value, let cost = spent.costUSD, Cost(dollars: cost) >= most {
            return .cost
        }
        return nil
    }

    /// Asks, and examines what comes back.
    private func make(_ attempt: inout Attempt, _ talk: inout Talk, left: Duration) async throws -> Course {
        let reply: BackendReply
        let isFresh = session.policy.conversation.value == .fresh
        do {
            reply = try await ask(
                attempt.number,
                feedback: talk.feedback,
                conversation: isFresh ? nil : talk.conversation,
                left: left
            )
        } catch let failure as BackendFailure {
            attempt.artifacts = failure.artifacts
            attempt.usage = failure.usage
            talk.conversation = failure.session ?? talk.conversation
            if !failure.findings.isEmpty { return refuse(failure.findings, &attempt, &talk) }
            attempt.verdict = Verdict(reasons: [Reason(.backendBroke, backend.name, failure.message)])
            tell(.backendFailed(number: attempt.number, message: failure.message, hints: failure.hints))
            return .stopped(.backendFailed)
        }
        talk.conversation = reply.session
        attempt.artifacts = reply.artifacts
        attempt.usage = reply.usage
        attempt.notes = reply.notes.map { session.redactor.redact($0) }
        for note in attempt.notes { tell(.note(note)) }
        if case .cannotFix(let answer) = reply.answer {
            attempt.cannotFix = answer.redacted(by: session.redactor)
            attempt.verdict = Verdict(reasons: [CannotFixWords.reason(answer, backend: backend.name)])
            return .stopped(.cannotFix)
        }
        return try await examine(reply.answer, &attempt, &talk)
    }

    /// Says what came of an attempt, and not twice what the summary of the run will say.
    private func announce(_ attempt: Attempt, _ course: Course, isLast: Bool) {
        switch course {
        case .stopped(.backendFailed): break
        case .failed(_, let findings?): tell(.refused(number: attempt.number, findings: findings, isLast: isLast))
        case .failed, .stopped: tell(.judged(number: attempt.number, verdict: attempt.verdict, isLast: isLast))
        }
    }

    private func escalate(
        _ attempts: [Attempt],
        times: Int,
        deadline: ContinuousClock.Instant
    ) async throws -> Escalation.Decision {
        let asks = person.map { $0.isAtTerminal || session.policy.clarificationPolicy.value == .interactive } ?? false
        return try await Escalation(
            mode: session.policy.escalationRevert.value,
            person: asks ? person : nil,
            deadline: deadline
        ).ask(
            times: times,
            summary: attempts.last?.failure?.summary ?? record.summary,
            guidance: (attempts.last?.failure ?? record).pattern?.guidance,
            hasCandidate: attempts.last?.candidate != nil
        )
    }

    private func ask(
        _ number: Int,
        feedback: [String],
        conversation: String?,
        left: Duration
    ) async throws -> BackendReply {
        let settings = session.policy.backendSettings[backend.name] ?? BackendSettings()
        var request = BackendRequest(
            attempt: number,
            session: session,
            baseline: baseline,
            record: record,
            deadline: backend.isEmbedded ? left : min(left, settings.timeout.value)
        )
        request.instructions = prompt.text(targets: baseline.targets, scope: request.scope)
        request.context = context.text
        request.feedback = feedback.map { session.redactor.redact($0) }
        request.model = session.policy.model(for: backend.name)?.value
        request.session = conversation
        request.progress = { [tell, redactor = session.redactor] in
            tell(.backendProgress(number: number, redactor.redact($0)))
        }
        let bench = WarmBench(session: session, known: known, trial: trial, number: number, tell: tell)
        return try await backend.propose(request, bench: bench)
    }

    /// Notes that an answer was refused before anything of it ran, and tells the backend why.
    private func refuse(_ findings: [AdmissionFinding], _ attempt: inout Attempt, _ talk: inout Talk) -> Course {
        attempt.verdict = Verdict(
            reasons: findings.map { Reason(.admission, $0.path?.description, "\($0.code): \($0.message)") }
        )
        talk.feedback.append(Feedback.refused(findings, attempt: attempt.number))
        return .failed(key: AttemptKey.refused(findings), refused: findings)
    }

    /// Admission, search, confirmation.
    private func examine(_ answer: Answer, _ attempt: inout Attempt, _ talk: inout Talk) async throws -> Course {
        let candidate: Candidate
        switch try await CandidateDesk(session, known: known).prepare(answer) {
        case .refused(let findings): return refuse(findings, &attempt, &talk)
        case .admitted(let admitted): candidate = admitted
        }
        attempt.candidate = candidate
        tell(.candidate(number: attempt.number, tree: candidate.tree, paths: candidate.changes.map(\.path)))
        if let earlier = await table.claim(candidate.tree, for: attempt.number) {
            attempt.verdict = Verdict(reasons: [
                Reason(.repeated, candidate.tree.hex, "the same tree was proposed in attempt \(earlier) already")
            ])
            talk.feedback.append(
                "Attempt \(attempt.number) is the same tree as attempt \(earlier). Propose something else."
            )
            return .failed(key: AttemptKey.repeated, refused: nil)
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
            if confirmed.verdict.kind == .accepted { return try await conclude(candidate, &attempt, &talk) }
        }
        attempt.verdict = Verdict(
            reasons: attempt.verdict.reasons,
            remarks: attempt.verdict.remarks + attempt.look.map(\.reason)
        )
        let failure = try await describe(candidate, attempt.runs.map(\.run))
        attempt.failure = failure
        talk.feedback.append(
            Feedback.fenced(
                "What the runs of attempt \(attempt.number) showed:",
                Feedback.judged(
                    attempt.verdict,
                    transitions: attempt.transitions,
                    runs: attempt.runs.map(\.run),
                    failure: attempt.failure,
                    flaky: baseline.flaky,
                    attempt: attempt.number
                )
            )
        )
        return .failed(key: AttemptKey.judged(attempt.verdict, fingerprint: failure.fingerprint), refused: nil)
    }

    /// What becomes of a proven candidate: taken, handed to a person, or sent back with a reviewer's findings.
    private func conclude(_ candidate: Candidate, _ attempt: inout Attempt, _ talk: inout Talk) async throws -> Course {
        let stop = reviewed(&attempt)
        guard let review, stop == .accepted else { return .stopped(stop) }
        let settings = session.policy.backendSettings[review.reviewer.name] ?? BackendSettings()
        let (opinion, artifacts) = try await review.examine(candidate, left: settings.timeout.value)
        for (name, content) in artifacts { attempt.artifacts["review/\(name)"] = content }
        attempt.opinion = opinion
        let name = review.reviewer.name
        switch opinion {
        case .approves(let why):
            attempt.notes.append("reviewed by \(name): \(why)")
            return .stopped(.accepted)
        case .none(let why):
            // What a reviewer cannot say, a person has to.
            attempt.verdict = Verdict(
                reasons: [Reason(.reviewRequired, name, "the reviewer '\(name)' gave no opinion: \(why)")],
                remarks: attempt.verdict.remarks
            )
            return .stopped(.review)
        case .findings(let why, let problems):
            let reasons = problems.map {
                Reason(.reviewFindings, $0.path, "the reviewer '\(name)' objects to '\($0.path)': \($0.problem)")
            }
            attempt.verdict = Verdict(reasons: reasons, remarks: attempt.verdict.remarks)
            talk.feedback.append(
                Feedback.fenced(
                    "Attempt \(attempt.number) passes every test, and a reviewer sends it back:",
                    "\(why)\n" + problems.map { "- \($0.path): \($0.problem)" }.joined(separator: "\n")
                )
            )
            return .failed(key: "review: \(Set(problems.map(\.path)).sorted().joined(separator: ", "))", refused: nil)
        }
    }

    /// What the last runs of a candidate are read as.
    private func describe(_ candidate: Candidate, _ runs: [StepRun]) async throws -> FailureRecord {
        let files = Set(try await session.repository.files(in: candidate.tree).keys)
        return FailureRecord(
            runs: runs,
            targets: baseline.targets,
            flaky: baseline.flaky,
            files: files,
            isContract: { session.contract.isProtected($0) }
        )
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
