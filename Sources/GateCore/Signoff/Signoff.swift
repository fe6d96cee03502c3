import GateGit

/// The road of one sign-off: preflight, the deterministic gate, independent reviews, the gate once more.
package struct Signoff: Sendable {
    private let context: GateContext
    private let options: SessionOptions
    private let scope: ScopeRequest
    private let announcement: SignoffAnnouncement?
    private let make: @Sendable (Session) async throws -> BackendChoice
    private let tell: @Sendable (RunEvent, Redactor) -> Void

    /// - Parameters:
    ///   - scope: what is said of the scope beside what lies in the work.
    ///   - announcement: says where an agreement is posted; `nil` posts nothing.
    ///   - make: makes the backend that a session asks.
    ///   - tell: told what happens, in order.
    package init(
        _ context: GateContext,
        _ options: SessionOptions,
        scope: ScopeRequest = ScopeRequest(),
        announcement: SignoffAnnouncement? = nil,
        make: @escaping @Sendable (Session) async throws -> BackendChoice,
        tell: @escaping @Sendable (RunEvent, Redactor) -> Void
    ) {
        self.context = context
        self.options = options
        self.scope = scope
        self.announcement = announcement
        self.make = make
        self.tell = tell
    }

    /// Takes the whole road.
    ///
    /// - Returns: the record, which the ledger of sign-offs holds as well, and its place there.
    /// - Throws: `GateFailure` where there is nothing to review, or nobody who could.
    package func run() async throws -> (record: SignoffRecord, run: RunLedger.Run) {
        let clock = ContinuousClock.now
        var options = options
        var book: SignoffBook?
        while true {
            let step = try await Session.open(context, options) { [book, options] session in
                try await iterate(session, options, book, since: clock)
            }
            switch step {
            case .ended(let record, let run): return (record, run)
            case .again(let so, let next): (book, options) = (so, next)
            }
        }
    }

    /// One look at what a run has proven, in the run's own session: the run stands for the first look of the gate.
    ///
    /// - Returns: the record, and its place in the ledger of sign-offs; nothing was repaired.
    func examine(
        _ session: Session,
        given: (record: RunRecord, run: RunLedger.Run)
    ) async throws -> (record: SignoffRecord, run: RunLedger.Run) {
        var policy = session.policy
        policy.signoff.fixer = nil
        switch try await iterate(session.with(policy), session.options, nil, given: given, since: .now) {
        case .ended(let record, let run): return (record, run)
        case .again: throw GateFailure("signoff.repair", "a station of a run repairs nothing")
        }
    }

    /// The scope matrix alone, before anything is run and anybody is asked.
    package func printedScope() async throws -> ScopeRecord {
        try await Session.open(context, options) { [scope] session in
            try await ScopeDesk(session: session, request: scope).judge()
        }
    }

    private enum Step: Sendable {
        case ended(SignoffRecord, RunLedger.Run)
        /// A repair was accepted: the next iteration looks at what is there then.
        case again(SignoffBook, SessionOptions)
    }

    /// Who signs an agreement, where one is to be signed; without a key a sign-off that was not asked for one goes on.
    private func attester(_ session: Session) async throws -> Attester? {
        do {
            return try await Attester.make(session)
        } catch let failure as GateFailure where session.options.attests != true {
            tell(.note("not attested: \(failure.message) [\(failure.code)]"), session.redactor)
            return nil
        }
    }

    /// One iteration, in a session and with backends of its own.
    private func iterate(
        _ session: Session,
        _ options: SessionOptions,
        _ known: SignoffBook?,
        given: (record: RunRecord, run: RunLedger.Run)? = nil,
        since clock: ContinuousClock.Instant
    ) async throws -> Step {
        let reviewers = try await SignoffReviewer.all(session, make: make)
        let fixer = try await SignoffReviewer.fixer(session, make: make)
        let attester = try await attester(session)
        // Somebody who wants a comment learns at once, and not after the reviews, that it cannot be posted.
        let place = try await announcement?.place(session)
        var book: SignoffBook
        if let known { book = known } else { book = try await SignoffBook(session, reviewers, fixer: fixer) }
        let road = SignoffIteration(
            session: session,
            options: options,
            given: given,
            number: book.begin(session),
            reviewers: reviewers,
            fixer: fixer,
            place: place?.description,
            scope: scope,
            deadline: clock + session.policy.timeBudget.value,
            make: make,
            tell: { [tell] in tell($0, session.redactor) }
        )
        switch try await road.take(&book) {
        case .ended(let ending):
            var (record, run) = try book.close(ending, session, since: clock)
            do {
                record.attested = try await attester?.attest(record, run)
            } catch let failure as GateFailure where session.options.attests != true {
                tell(.note("not attested: \(failure.message) [\(failure.code)]"), session.redactor)
            }
            record.comment = try await place?.announce(record, run, session.redactor)
            return .ended(record, run)
        case .fixed(let commit):
            var next = options
            if let commit {
                next.subject = .commit(commit)
                next.base = nil
                next.givenBase =
                    session.proposal.baseCommit.map { .commit($0, session.proposal.baseOrigin.description) } ?? .nothing
            }
            return .again(book, next)
        }
    }
}
