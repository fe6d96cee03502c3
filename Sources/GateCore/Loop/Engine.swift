import GateGit

/// The road of one run: baseline, failure record, attempts, acceptance, evidence.
package struct Engine: Sendable {
    /// Where candidates come from.
    package enum Source: Sendable {
        /// Only the tests are run; nothing is repaired.
        case none
        case backend(@Sendable (Session) async throws -> BackendChoice)
        /// As with a backend, up to the point where it would be asked for a candidate: what it would be shown.
        case context
        /// The same, and a person is asked what is not clear; the backend words the options.
        case plan(@Sendable (Session) async throws -> BackendChoice)
        /// One given answer, from a person or another program; no backend is asked.
        case given(Answer, origin: String)
    }

    /// What is done with a proven candidate.
    package struct Delivery: Sendable {
        package var isDryRun: Bool
        package var commits: Bool

        package init(isDryRun: Bool, commits: Bool) {
            self.isDryRun = isDryRun
            self.commits = commits
        }
    }

    package let session: Session
    package let command: String
    package let tell: @Sendable (RunEvent) -> Void
    /// Who can be asked what a failure means; `nil` where nobody can.
    let person: (any Person)?
    /// The embedded search that may say what of the delta it suspects; `nil` where there is none.
    let scout: (any Backend)?
    /// Who has to agree beyond the tests, where policy asks for it; `nil` in commands whose word is the tests' alone.
    let station: Station?

    package init(
        session: Session,
        command: String,
        person: (any Person)? = nil,
        scout: (any Backend)? = nil,
        station: Station? = nil,
        tell: @escaping @Sendable (RunEvent) -> Void
    ) {
        self.session = session
        self.command = command
        self.person = person
        self.scout = scout
        self.station = station
        self.tell = tell
    }

    /// Takes the whole road.
    ///
    /// - Returns: the record of the run, which the ledger holds as well, and the run's place in the ledger.
    func takeRoad(_ source: Source, _ delivery: Delivery) async throws -> (record: RunRecord, run: RunLedger.Run) {
        let source = source.makingOnce()
        if let recovery = session.recovery { tell(.recovered(recovery)) }
        let started = session.context.now()
        let clock = ContinuousClock.now
        let validator = try await session.makeValidator()
        try CommandTrust.demand(session, validator.setting.sandbox)
        let run = try RunLedger(repository: session.repository).open(stamp: session.context.stamp())
        let sandbox = validator.setting.sandbox
        var record = RunRecord(
            session,
            id: run.id,
            command: command,
            started: started,
            sandbox: RunRecord.SandboxRecord(level: sandbox.level.rawValue, shortfall: sandbox.shortfall)
        )
        record.digests = try RunDigests.make(session, validator.setting)
        if session.options.isReviewed {
            let reviewer = try await session.repository.identity()
            record.reviewed = true
            record.reviewedBy = "\(reviewer.name) <\(reviewer.email)>"
            record.reviewedAt = started
        }
        let scribe = Scribe(session: session, run: run, record: record)
        tell(
            .opened(
                proposal: session.proposal,
                policy: session.policy,
                sandbox: sandbox.level,
                shortfall: sandbox.shortfall,
                runID: run.id
            )
        )
        guard session.policy.isEnabled.value else {
            return try await scribe.close(
                .skipped(session.policy.isEnabled.source, asksForProof: source.isGiven || delivery.isDryRun),
                since: clock
            )
        }
        if session.policy.sandbox.value == .required, !sandbox.level.isIsolated {
            let reason = Reason(
                .isolation,
                nil,
                "policy requires isolation, and this machine gives none: \(sandbox.shortfall)"
            )
            return try await scribe.close(.undecided([reason], stop: "sandbox"), since: clock)
        }
        let baseline = try await Baseline.run(session, validator, tell: tell)
        try await scribe.add(baseline)
        let session = try await session.protecting(
            testsOf: (baseline.head + (baseline.base ?? [])).map(\.report)
        )
        let drift = DriftAdvice(
            drift: ContractDrift(session.proposal.delta, contract: try await session.contractWithLinks()),
            session: session,
            command: command
        )
        if drift.drift.isDrift { await scribe.add(drift.drift) }
        for note in baseline.notes { tell(.note(note)) }
        if !baseline.flaky.isEmpty { tell(.flaky(baseline.flaky)) }
        let failure = baseline.isGreen ? nil : try await describe(baseline, session)
        if let failure {
            try await scribe.add(failure)
            if let blame = EnvironmentBlame(failure, baseline) {
                tell(.failing(record: failure, targets: baseline.targets))
                return try await scribe.close(
                    .undecided(blame.reasons, stop: "environment", next: blame.next),
                    since: clock
                )
            }
        }
        if !baseline.obstacles.isEmpty {
            return try await scribe.close(.undecided(baseline.obstacles, stop: "baseline"), since: clock)
        }
        if !baseline.unloadable.isEmpty {
            return try await scribe.close(.undecided(baseline.unloadable, stop: "environment"), since: clock)
        }
        if !baseline.targets.unknown.isEmpty {
            let reasons = baseline.targets.unknown.map {
                Reason(.noTargets, $0.name, "no step reports the target '\($0)'")
            }
            return try await scribe.close(.undecided(reasons, stop: "targets"), since: clock)
        }
        if !baseline.uncertainties.isEmpty {
            return try await scribe.close(.undecided(baseline.uncertainties, stop: "flaky"), since: clock)
        }
        if baseline.isGreen, !source.isGiven {
            guard baseline.targets.isEmpty else {
                let reasons = baseline.targets.allTests.map {
                    Reason(.noTargets, $0.name, "the target '\($0)' neither passes nor fails at the head")
                }
                return try await scribe.close(.undecided(reasons, stop: "targets"), since: clock)
            }
            let held = try await BaseContract(session: session, validator: validator, baseline: baseline, tell: tell)
                .examine(session.proposal.headTree, phase: "head")
            try await scribe.add(held)
            if !held.reasons.isEmpty {
                return try await scribe.close(.baseContract(Verdict(reasons: held.reasons)), since: clock)
            }
            if let reason = drift.reason {
                return try await scribe.close(
                    .undecided([reason], stop: "contract-drift", next: drift.next()),
                    since: clock
                )
            }
            tell(.green)
            return try await scribe.close(.green, since: clock)
        }
        let red: FailureRecord
        if let failure {
            red = failure
        } else {
            // The head is green, and a candidate was given all the same.
            red = try await describe(baseline, session)
            try await scribe.add(red)
        }
        tell(.failing(record: red, targets: baseline.targets))
        if case .none = source {
            let held = try await BaseContract(session: session, validator: validator, baseline: baseline, tell: tell)
                .examine(session.proposal.headTree, phase: "head")
            try await scribe.add(held)
            return try await scribe.close(.red(baseline, held.reasons), since: clock)
        }
        let builder = ContextBuilder(session: session)
        let study = StudyOnce { try await builder.study(red) }
        let desk = KnowledgeDesk(session: session, command: command, runID: run.id, drafts: !source.isGiven)
        let examination = try await desk.examine(red) { try await study.value }
        await scribe.add(examination)
        for note in examination.notes { tell(.note(note)) }
        let trial = CandidateTrial(session: session, validator: validator, baseline: baseline, tell: tell)
        var context = ContextBuilder.Context.none
        var conversation: String?
        let choices: [BackendChoice]
        var review: CandidateReview?
        if case .given(let answer, let origin) = source {
            choices = [BackendChoice(GivenAnswer(answer: answer, origin: origin), source: session.policy.backend)]
        } else {
            if let match = examination.classification.match { tell(.known(match)) }
            let decision = try await settle(examination, source, session: session, since: clock) {
                try await builder.build(
                    red,
                    study: study.value,
                    knowledge: try examination.sections(answers: nil)
                ).text
            }
            var answers: [ClarificationDialog.Answer]?
            if case .answered(let result, let given) = decision {
                (answers, conversation) = (given, result.session)
            }
            var hunks: String?
            // Where a person has to answer first, no test is run for a backend that is not asked.
            if let scout, !decision.stops {
                hunks = try await SuspectSearch(
                    session: session,
                    baseline: baseline,
                    record: red,
                    trial: trial,
                    scout: scout,
                    tell: tell
                ).hunks()
            }
            context = try await builder.build(
                red,
                study: study.value,
                knowledge: try examination.sections(answers: answers),
                suspectedHunks: hunks
            )
            try await scribe.add(context)
            if case .context = source { try await scribe.add(QuestionDocument(session, baseline, context.text)) }
            try await scribe.add(
                examination,
                decision,
                proposal: answers.map { desk.redraft(examination, answers: $0) } ?? examination.proposal
            )
            switch (source, decision) {
            case (.backend(let make), .clear), (.backend(let make), .answered):
                let authors = session.policy.council.isEmpty ? [session.policy.backend] : session.policy.council
                var asked: [BackendChoice] = []
                for author in authors { asked.append(try await make(session.asking(author))) }
                choices = asked
                review = try await reviewer(of: choices, record: red, baseline, session, make)
            case (.backend, .stopped(let reason, _)), (.plan, .stopped(let reason, _)):
                return try await scribe.close(
                    .undecided([reason], stop: "clarification", next: decision.next ?? examination.request.next),
                    since: clock
                )
            default: return try await scribe.close(.red(baseline, []), since: clock)
            }
            for choice in choices { tell(.backendChosen(choice)) }
        }
        await scribe.use(choices)
        let isCouncil = choices.count > 1
        let prompt = try await Prompts.load(session).repair
        let table = CouncilTable(limit: isCouncil ? session.policy.maxRetries.value : nil)
        let loops = choices.map { choice in
            RepairLoop(
                session: source.isGiven ? session.limited(toAttempts: 1) : session,
                baseline: baseline,
                record: red,
                context: context,
                prompt: prompt,
                known: examination.known,
                // Who worded the questions goes on in its own conversation.
                conversation: choice.source.value == session.policy.backend.value ? conversation : nil,
                backend: choice.backend,
                review: review,
                trial: trial,
                // Several loops at once cannot talk to one person.
                person: isCouncil ? nil : person,
                table: table,
                tell: tell,
                keep: { try await scribe.add($0) }
            )
        }
        let result = try await Council(
            members: loops,
            choice: session.policy.councilChoice.value,
            repository: session.repository
        ).run()
        if let candidate = result.waiting {
            let ending = try await Deliverer(session: session, runID: run.id).keepForReview(candidate, command: command)
            return try await scribe.close(.waiting(result, candidate, ending), since: clock)
        }
        if result.stop == .escalated {
            let kept = result.keeps ? result.attempts.last?.candidate : nil
            let ending = try await Deliverer(session: session, runID: run.id).escalated(kept)
            return try await scribe.close(.escalated(result, ending), since: clock)
        }
        guard let candidate = result.accepted else {
            return try await scribe.close(.notAccepted(result), since: clock)
        }
        let heldBack = drift.reason
        let writes = heldBack == nil && !delivery.isDryRun
        if let ending = try await unsigned(candidate, writes: writes, session, scribe, run) {
            return try await scribe.close(ending, since: clock)
        }
        var ending = try await Deliverer(session: session, runID: run.id).deliver(
            candidate,
            heldBack == nil ? delivery : Delivery(isDryRun: true, commits: false),
            command: command
        )
        if let heldBack {
            ending.heldBack = heldBack
            ending.next = drift.next(kept: run.id)
        }
        return try await scribe.close(.accepted(candidate, ending), since: clock)
    }

    /// Who reads proven candidates before they are taken; `nil` where policy names nobody.
    private func reviewer(
        of authors: [BackendChoice],
        record: FailureRecord,
        _ baseline: Baseline,
        _ session: Session,
        _ make: @Sendable (Session) async throws -> BackendChoice
    ) async throws -> CandidateReview? {
        guard let name = session.policy.reviewer else { return nil }
        let family = ModelFamily.of(name.value, in: session.policy)
        if session.policy.reviewerOtherFamily.value,
            let same = authors.first(where: { ModelFamily.of($0.backend.name, in: session.policy) == family })
        {
            throw GateFailure(
                "council.same-family",
                "the reviewer '\(name.value)' (\(name.source.description)) is of the family '\(family)', as the author "
                    + "'\(same.backend.name)' is",
                hints: [
                    "name a reviewer of another maker: gatekeeper.council.reviewer",
                    "or say who made its models: gatekeeper.backend.\(name.value).family",
                ]
            )
        }
        return CandidateReview(
            reviewer: try await make(session.asking(name)).backend,
            session: session,
            record: record,
            targets: baseline.targets.allTests
        )
    }

    /// Asks a person what is not clear, where the command is one that asks.
    private func settle(
        _ examination: KnowledgeDesk.Examination,
        _ source: Source,
        session: Session,
        since clock: ContinuousClock.Instant,
        context: @Sendable () async throws -> String
    ) async throws -> ClarificationDesk.Decision {
        let make: @Sendable (Session) async throws -> BackendChoice
        switch source {
        case .backend(let given), .plan(let given): make = given
        case .none, .context, .given: return .clear
        }
        return try await ClarificationDesk(
            session: session,
            person: person,
            makeBackend: { try await make(session).backend },
            deadline: clock + session.policy.timeBudget.value
        ).settle(examination, context: context)
    }

    private func describe(_ baseline: Baseline, _ session: Session) async throws -> FailureRecord {
        let files = Set(try await session.repository.files(in: session.proposal.headTree).keys)
        return FailureRecord(
            runs: baseline.head.filter { baseline.deciding.contains($0.step.id) },
            targets: baseline.targets,
            flaky: baseline.flaky,
            base: baseline.base,
            delta: session.proposal.delta.map(\.path),
            files: files,
            isContract: { session.contract.isProtected($0) }
        )
    }
}

extension Engine.Source {
    /// The same, with one backend for the whole run: who words the questions goes on with the same conversation.
    func makingOnce() -> Engine.Source {
        switch self {
        case .backend(let make):
            let once = BackendOnce(make)
            return .backend { try await once.choice($0) }
        case .plan(let make):
            let once = BackendOnce(make)
            return .plan { try await once.choice($0) }
        case .none, .context, .given: return self
        }
    }

    var isGiven: Bool {
        if case .given = self { return true }
        return false
    }
}

/// Reads the code around a failure the first time somebody wants to know.
private actor StudyOnce {
    private let read: @Sendable () async throws -> ContextBuilder.Study
    private var known: ContextBuilder.Study?

    init(_ read: @escaping @Sendable () async throws -> ContextBuilder.Study) { self.read = read }

    var value: ContextBuilder.Study {
        get async throws {
            if let known { return known }
            let study = try await read()
            known = study
            return study
        }
    }
}

/// A backend of one answer that somebody already has.
private struct GivenAnswer: Backend {
    let answer: Answer
    let origin: String
    var name: String { "given" }
    var isEmbedded: Bool { true }

    func propose(_ request: BackendRequest, bench: any TrialBench) async throws -> BackendReply {
        BackendReply(answer: answer)
    }
}
