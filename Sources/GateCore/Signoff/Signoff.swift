import GateGit

/// The road of one sign-off: preflight, the deterministic gate, independent reviews, the gate once more.
package struct Signoff: Sendable {
    private let context: GateContext
    private let options: SessionOptions
    private let make: @Sendable (Session) async throws -> BackendChoice
    private let tell: @Sendable (RunEvent, Redactor) -> Void

    /// - Parameters:
    ///   - make: makes the backend that a session asks.
    ///   - tell: told what happens, in order.
    package init(
        _ context: GateContext,
        _ options: SessionOptions,
        make: @escaping @Sendable (Session) async throws -> BackendChoice,
        tell: @escaping @Sendable (RunEvent, Redactor) -> Void
    ) {
        self.context = context
        self.options = options
        self.make = make
        self.tell = tell
    }

    /// Takes the whole road.
    ///
    /// - Returns: the record, which the ledger of sign-offs holds as well, and its place there.
    /// - Throws: `GateFailure` where there is nothing to review, or nobody who could.
    package func run() async throws -> (record: SignoffRecord, run: RunLedger.Run) {
        try await Session.open(context, options) { session in
            let clock = ContinuousClock.now
            let reviewers = try await SignoffReviewer.all(session, make: make)
            var book = try await SignoffBook(session, reviewers)
            let ending = try await take(session, reviewers, &book, until: clock + session.policy.timeBudget.value)
            return try book.close(ending, session, since: clock)
        }
    }

    private func take(
        _ session: Session,
        _ reviewers: [SignoffReviewer],
        _ book: inout SignoffBook,
        until deadline: ContinuousClock.Instant
    ) async throws -> SignoffBook.Ending {
        let preflight = SignoffPreflight(session: session, reviewers: reviewers)
        book.record.preflight = try await preflight.look()
        if let ending = book.preflightEnding(.preflight) {
            try book.keepPreflight(session, iteration: 1)
            return ending
        }
        // Nothing costs money before the tests are green.
        let gate = try await judge(session)
        var iteration = SignoffRecord.Iteration(
            number: 1,
            tree: session.proposal.headTree.hex,
            gate: book.reference(gate, session)
        )
        book.record.iterations = [iteration]
        guard gate.record.result?.verdict == "green" else {
            try book.keepPreflight(session, iteration: 1)
            return .red(gate.record)
        }
        tell(.note("asking \(reviewers.map(\.folder).joined(separator: " and ")) for one word"), session.redactor)
        book.record.preflight += try await preflight.probe(until: deadline)
        try book.keepPreflight(session, iteration: 1)
        if let ending = book.preflightEnding(.blocked) { return ending }
        iteration.reviews = try await reviews(session, reviewers, book, gate, until: deadline)
        book.record.iterations = [iteration]
        if let moved = try await movement(session) { return .moved(moved) }
        if let ending = book.verdictEnding(iteration) { return ending }
        return try await accept(session, &iteration, &book)
    }

    private func judge(_ session: Session) async throws -> (record: RunRecord, run: RunLedger.Run) {
        try await Engine(session: session, command: "signoff") { [tell] in tell($0, session.redactor) }
            .run(.none, Engine.Delivery(isDryRun: true, commits: false))
    }

    /// Asks everybody at once; nobody hears of anybody else.
    private func reviews(
        _ session: Session,
        _ reviewers: [SignoffReviewer],
        _ book: SignoffBook,
        _ gate: (record: RunRecord, run: RunLedger.Run),
        until deadline: ContinuousClock.Instant
    ) async throws -> [SignoffRecord.Review] {
        let desk = ReviewDesk(
            session: session,
            prompt: try await Prompts.load(session).signoff,
            material: try await ReviewMaterial.make(
                session,
                gate: try book.evidence(gate, session),
                open: book.record.open
            ),
            subject: VerdictSubject(
                tree: session.proposal.headTree.hex,
                run: book.run.id,
                open: book.record.open.map(\.id),
                isWide: book.record.packages.count > 1
            ),
            run: book.run,
            deadline: deadline
        )
        tell(.note("\(reviewers.map(\.folder).joined(separator: " and ")) review the tree"), session.redactor)
        return try await withThrowingTaskGroup(of: (Int, SignoffRecord.Review).self) { group in
            for (index, reviewer) in reviewers.enumerated() {
                group.addTask { [tell] in
                    let review = try await desk.ask(reviewer, folder: "iteration-1/\(reviewer.folder)")
                    let said = review.verdict?.verdict.rawValue ?? "no verdict"
                    tell(.note("\(reviewer.folder): \(said)"), session.redactor)
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
        _ session: Session,
        _ iteration: inout SignoffRecord.Iteration,
        _ book: inout SignoffBook
    ) async throws -> SignoffBook.Ending {
        tell(.note("everybody is satisfied; the tests run once more on that very tree"), session.redactor)
        var fresh = options
        fresh.isFresh = true
        let (ending, acceptance) = try await Session.open(context, fresh) { [book] now in
            if let moved = try await movement(session, to: now.proposal, policy: now.policy) {
                return (SignoffBook.Ending.moved(moved), SignoffRecord.Gate?.none)
            }
            let gate = try await judge(now)
            let reference = book.reference(gate, now)
            guard gate.record.result?.verdict == "green" else { return (.red(gate.record), reference) }
            if let moved = try await movement(session) { return (.moved(moved), reference) }
            return (.signedOff, reference)
        }
        iteration.acceptance = acceptance
        book.record.iterations[book.record.iterations.count - 1] = iteration
        return ending
    }

    /// What of the subject changed since the session was opened, in words; `nil` where nothing did.
    private func movement(_ session: Session) async throws -> String? {
        guard Defence.signoffTree.isOn else { return nil }
        let now = try await ProposalBuilder.make(
            options.subject,
            of: session.repository,
            base: options.base,
            givenBase: options.givenBase,
            temporaryFolder: session.temporaryFolder
        )
        return try await movement(session, to: now, policy: session.policy)
    }

    private func movement(_ session: Session, to now: Proposal, policy: ResolvedPolicy) async throws -> String? {
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
