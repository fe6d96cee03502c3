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

    private enum Step: Sendable {
        case ended(SignoffRecord, RunLedger.Run)
        /// A repair was accepted: the next iteration looks at what is there then.
        case again(SignoffBook, SessionOptions)
    }

    /// One iteration, in a session and with backends of its own.
    private func iterate(
        _ session: Session,
        _ options: SessionOptions,
        _ known: SignoffBook?,
        since clock: ContinuousClock.Instant
    ) async throws -> Step {
        let reviewers = try await SignoffReviewer.all(session, make: make)
        let fixer = try await SignoffReviewer.fixer(session, make: make)
        var book: SignoffBook
        if let known { book = known } else { book = try await SignoffBook(session, reviewers, fixer: fixer) }
        let road = SignoffIteration(
            session: session,
            options: options,
            number: book.begin(session),
            reviewers: reviewers,
            fixer: fixer,
            deadline: clock + session.policy.timeBudget.value,
            make: make,
            tell: { [tell] in tell($0, session.redactor) }
        )
        switch try await road.take(&book) {
        case .ended(let ending):
            let (record, run) = try book.close(ending, session, since: clock)
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
