import GateGit

/// One iteration of a sign-off: the gate, the reviews, and a repair of what they found.
struct SignoffIteration: Sendable {
    /// How it went on.
    enum Course: Sendable {
        case ended(SignoffBook.Ending)
        /// A repair was accepted; as a commit where it was not written into the working tree.
        case fixed(commit: ObjectID?)
    }

    let session: Session
    let options: SessionOptions
    /// The run that found the tree to hold, where it is the reason for the sign-off.
    let given: (record: RunRecord, run: RunLedger.Run)?
    /// From 1.
    let number: Int
    let reviewers: [SignoffReviewer]
    let fixer: SignoffReviewer?
    /// Where an agreement is posted, in words; `nil` where nothing is.
    let place: String?
    let scope: ScopeRequest
    let deadline: ContinuousClock.Instant
    let make: @Sendable (Session) async throws -> BackendChoice
    let tell: @Sendable (RunEvent) -> Void

    func take(_ book: inout SignoffBook) async throws -> Course {
        let preflight = SignoffPreflight(session: session, reviewers: reviewers, fixer: fixer, place: place)
        book.record.preflight = try await preflight.look()
        try await book.judgeScope(scope, session)
        if let ending = book.preflightEnding(.preflight) {
            try book.keepPreflight(session, iteration: number)
            return .ended(ending)
        }
        let reconcile = try await desk(&book)
        let mapped = try await reconcile.map()
        book.record.reconciliation = mapped.reconciliation
        if let ending = reconcile.ending(of: mapped) {
            try book.keepPreflight(session, iteration: number)
            try reconcile.keep(mapped.reconciliation)
            return .ended(ending)
        }
        // Nothing costs money before the tests are green, but the repair of red ones.
        let gate: (record: RunRecord, run: RunLedger.Run)
        if let given { gate = given } else { gate = try await judge() }
        var iteration = SignoffRecord.Iteration(
            number: number,
            tree: session.proposal.headTree.hex,
            gate: book.reference(gate, session)
        )
        book.put(iteration)
        guard given != nil || gate.record.result?.verdict == "green" else {
            try book.keepPreflight(session, iteration: number)
            try reconcile.keep(mapped.reconciliation)
            return goingOn(gate.record, &iteration, &book)
        }
        let evidence = try book.evidence(gate)
        let replayed = try await reconcile.replay(mapped, gate: evidence.record)
        book.record.reconciliation = replayed.reconciliation
        try reconcile.keep(replayed.reconciliation)
        if let ending = replayed.reconciliation.ending {
            try book.keepPreflight(session, iteration: number)
            return try await repaired(ending, evidence, &book, replayed, by: reconcile)
        }
        try await book.judgeScope(scope, session, after: evidence.record)
        if let ending = book.preflightEnding(.preflight) {
            try book.keepPreflight(session, iteration: number)
            return .ended(ending)
        }
        let open = book.record.open
        let material = try await ReviewMaterial.make(
            session,
            gate: evidence,
            open: open,
            reconciliation: book.record.reconciliation,
            scope: book.record.scope
        )
        iteration.material = material.digest
        // Persons come first: while one is waited for, nobody is asked who costs money.
        iteration.reviews = try await persons(book, material)
        book.put(iteration)
        if iteration.reviews.contains(where: { $0.verdict == nil }) {
            try book.keepPreflight(session, iteration: number)
            return .ended(waiting(iteration.reviews, book))
        }
        let isFirst = number == 1 || book.record.iterations.first?.reviews.isEmpty == true
        if isFirst, !(programs + [fixer].compactMap { $0 }).isEmpty {
            tell(.note("asking \(programs.map(\.folder).joined(separator: " and ")) for one word"))
            book.record.preflight += try await preflight.probe(until: deadline)
        }
        try book.keepPreflight(session, iteration: number)
        if let ending = book.preflightEnding(.blocked) { return .ended(ending) }
        iteration.reviews += try await reviews(book, material)
        book.put(iteration)
        if let moved = try await movement() { return .ended(.moved(moved)) }
        if let ending = book.verdictEnding(iteration) {
            return try await repaired(ending, evidence, &book, replayed, by: reconcile)
        }
        return .ended(try await accept(&iteration, &book))
    }

    /// A red head that the fixer repaired is a new head; any other ends the sign-off.
    private func goingOn(
        _ gate: RunRecord,
        _ iteration: inout SignoffRecord.Iteration,
        _ book: inout SignoffBook
    ) -> Course {
        guard let fixer, let result = gate.result, result.verdict == "accepted", result.applied || result.commit != nil
        else { return .ended(.red(gate)) }
        var fix = SignoffRecord.Fix(fixer: fixer.backend.name)
        fix.tries = gate.attempts.count
        fix.run = gate.id
        fix.candidate = result.candidate
        fix.verdict = result.verdict
        fix.commit = result.applied ? nil : result.commit
        iteration.fix = fix
        book.put(iteration)
        if book.record.iterations.count >= session.policy.signoff.iterations.value { return .ended(.red(gate)) }
        tell(.note("\(fixer.backend.name) repaired the red tests; the reviews are about what is there now"))
        return .fixed(commit: fix.commit.flatMap { ObjectID(hex: $0) })
    }

    /// The station that reconciles; which jobs are red is asked once for the whole sign-off.
    private func desk(_ book: inout SignoffBook) async throws -> ReconcileDesk {
        let jobs: [RedJob]
        if let known = book.redJobs { jobs = known } else { jobs = try await RedJobSource(session: session).find() }
        book.redJobs = jobs
        return ReconcileDesk(
            session: session,
            jobs: jobs,
            run: book.run,
            folder: "iteration-\(number)",
            deadline: deadline,
            tell: tell
        )
    }

    /// Has findings repaired where somebody is there for it and no bound is reached.
    private func repaired(
        _ ending: SignoffBook.Ending,
        _ evidence: (record: RunRecord, run: RunLedger.Run),
        _ book: inout SignoffBook,
        _ replayed: ReconcileDesk.Outcome,
        by reconcile: ReconcileDesk
    ) async throws -> Course {
        guard case .stopped(.findings, let reasons, let next) = ending, let fixer,
            var iteration = book.record.iterations.last
        else { return .ended(ending) }
        let open = book.record.open + replayed.findings
        if iteration.open.isEmpty {
            iteration.open = open.map(\.id)
            book.put(iteration)
        }
        if let bound = book.bound(session.policy) { return .ended(.stopped(.findings, reasons + [bound], next)) }
        let outcome = try await FixDesk(
            session: session,
            fixer: fixer.backend,
            model: fixer.role.value.model,
            material: try await ReviewMaterial.make(
                session,
                gate: evidence,
                open: open,
                scope: book.record.scope
            ),
            open: open,
            run: book.run,
            folder: "iteration-\(number)/\(fixer.folder)",
            number: number,
            deadline: deadline,
            tell: tell,
            proof: { tree in try await reconcile.complaint(about: tree, replayed.entries) }
        ).repair()
        iteration.fix = outcome.fix
        book.put(iteration)
        guard outcome.accepted != nil else {
            return .ended(.stopped(.findings, reasons + [outcome.fix.failure ?? "no repair was accepted"], next))
        }
        tell(.note("the repair is accepted; the reviews begin anew on what is there now"))
        return .fixed(commit: outcome.fix.commit.flatMap { ObjectID(hex: $0) })
    }

    private func judge() async throws -> (record: RunRecord, run: RunLedger.Run) {
        guard let role = fixer?.role else { return try await test(session) }
        return try await Engine(session: session.fixing(by: role), command: "signoff", tell: tell)
            .run(.backend(make), Engine.Delivery(isDryRun: false, commits: false))
    }

    private func test(_ session: Session) async throws -> (record: RunRecord, run: RunLedger.Run) {
        try await Engine(session: session, command: "signoff", tell: tell)
            .run(.none, Engine.Delivery(isDryRun: true, commits: false))
    }

    /// Asks everybody at once; nobody hears of anybody else.
    private func reviews(
        _ book: SignoffBook,
        _ material: ReviewMaterial
    ) async throws -> [SignoffRecord.Review] {
        guard !programs.isEmpty else { return [] }
        let desk = ReviewDesk(
            session: session,
            prompt: try await Prompts.load(session).signoff,
            material: material,
            subject: subject(book),
            run: book.run,
            deadline: deadline
        )
        tell(.note("\(programs.map(\.folder).joined(separator: " and ")) review the tree"))
        return try await withThrowingTaskGroup(of: (Int, SignoffRecord.Review).self) { group in
            for (index, reviewer) in programs.enumerated() {
                group.addTask { [tell, number] in
                    let review = try await desk.ask(reviewer, folder: "iteration-\(number)/\(reviewer.folder)")
                    let said = review.verdict?.verdict.rawValue ?? "no verdict"
                    tell(.note("\(reviewer.folder): \(said)"))
                    return (index, review)
                }
            }
            var all: [(Int, SignoffRecord.Review)] = []
            for try await review in group { all.append(review) }
            return all.sorted { $0.0 < $1.0 }.map(\.1)
        }
    }

    /// The gate once more on the tree that everybody is satisfied with, from what is there now.
    private func accept(
        _ iteration: inout SignoffRecord.Iteration,
        _ book: inout SignoffBook
    ) async throws -> SignoffBook.Ending {
        tell(.note("everybody is satisfied; the tests run once more on that very tree"))
        var fresh = options
        fresh.isFresh = true
        let (ending, acceptance, settled) = try await Session.open(session.context, fresh) { [book] now in
            var book = book
            if let moved = try await movement(to: now.proposal, policy: now.policy) {
                return (SignoffBook.Ending.moved(moved), SignoffRecord.Gate?.none, book.record.scope)
            }
            let gate = try await test(now)
            let reference = book.reference(gate, now)
            guard gate.record.result?.verdict == "green" else {
                return (.red(gate.record), reference, book.record.scope)
            }
            if let moved = try await movement() { return (.moved(moved), reference, book.record.scope) }
            try await book.judgeScope(scope, now, after: gate.record)
            return (book.preflightEnding(.preflight) ?? .signedOff, reference, book.record.scope)
        }
        book.record.scope = settled
        iteration.acceptance = acceptance
        book.put(iteration)
        return ending
    }

    /// What of the subject changed since the session was opened, in words; `nil` where nothing did.
    private func movement() async throws -> String? {
        guard Defence.signoffTree.isOn else { return nil }
        let now = try await ProposalBuilder.make(
            options.subject,
            of: session.repository,
            base: options.base,
            givenBase: options.givenBase,
            temporaryFolder: session.temporaryFolder
        )
        return try await movement(to: now, policy: session.policy)
    }

    private func movement(to now: Proposal, policy: ResolvedPolicy) async throws -> String? {
        guard Defence.signoffTree.isOn else { return nil }
        let then = session.proposal
        if now.headTree != then.headTree {
            let paths = try await session.repository.changes(from: then.headTree, to: now.headTree).map(
                \.path.description
            )
            return
                "the verdicts are about the tree \(then.headTree.abbreviated), and it is \(now.headTree.abbreviated) now: "
                + Listing.some(paths)
        }
        if now.baseTree != then.baseTree {
            return "the base was the tree \(then.baseTree.abbreviated), and is \(now.baseTree.abbreviated) now"
        }
        return policy.effective.map { [$0.key, $0.value] } == session.policy.effective.map { [$0.key, $0.value] }
            ? nil : "the policy changed while reviewers looked"
    }
}
