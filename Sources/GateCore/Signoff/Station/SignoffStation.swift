package import GateGit

/// The last station of a run where policy requires a sign-off: reviewers look at what the tests have proven.
///
/// Nothing is repaired here. What reviewers find is said, and 'git gatekeeper signoff' goes on from there.
package struct SignoffStation: Sendable {
    /// How reviewers are made; `nil` where nobody is asked, and only an agreement that is there already counts.
    private let make: (@Sendable (Session) async throws -> BackendChoice)?
    private let tell: @Sendable (RunEvent, Redactor) -> Void

    package init(
        make: (@Sendable (Session) async throws -> BackendChoice)?,
        tell: @escaping @Sendable (RunEvent, Redactor) -> Void
    ) {
        self.make = make
        // The run that this is the last station of tells its own beginning and end.
        self.tell = { event, redactor in
            switch event {
            case .opened, .ended, .green: break
            default: tell(event, redactor)
            }
        }
    }

    /// The same as an engine takes it.
    package var station: Station { Station { try await look(at: $0) } }

    /// Why the head of a session may not be kept without a sign-off; `nil` where it may.
    ///
    /// - Parameter pushed: a commit of notes to read as well, as a push may bring one.
    package static func missing(_ session: Session, with pushed: ObjectID? = nil) async throws -> Station.Ruling? {
        guard session.policy.signoff.required.value, Defence.signoffStation.isOn,
            session.proposal.baseTree != session.proposal.headTree
        else { return nil }
        let found = try await SignoffLookup(session: session).find(with: pushed)
        return found.reference == nil ? unasked(session, found.notes, run: nil) : nil
    }

    private func look(at proven: Station.Proven) async throws -> Station.Ruling? {
        guard let candidate = proven.candidate else { return try await examine(proven.session, proven) }
        let session = proven.session
        var options = session.options
        options.subject = .commit(candidate)
        options.base = nil
        options.givenBase =
            switch (session.proposal.baseOrigin, session.proposal.baseCommit) {
            case (.headCommit, let commit?): .own(commit)
            case (let origin, let commit?): .commit(commit, origin.description)
            case (_, nil): .nothing
            }
        options.targets = []
        return try await Session.open(session.context, options, in: session.repository) { opened in
            try await examine(opened, proven)
        }
    }

    private func examine(_ session: Session, _ proven: Station.Proven) async throws -> Station.Ruling? {
        guard session.proposal.baseTree != session.proposal.headTree else { return nil }
        let run = proven.candidate == nil ? nil : proven.run.id
        var notes: [String] = []
        if !session.options.isFresh {
            let found = try await SignoffLookup(session: session).find()
            notes = found.notes
            if let known = found.reference {
                let who = known.signer.map { ", by the word of \($0)" } ?? ""
                tell(
                    .note("sign-off \(known.id ?? "?") of this very tree counts\(who); nobody is asked again"),
                    session.redactor
                )
                return Station.Ruling(known)
            }
        }
        for note in notes { tell(.note(note), session.redactor) }
        guard let make else { return Self.unasked(session, notes, run: run) }
        tell(
            .note("policy requires a sign-off (\(session.policy.signoff.required.source.description))"),
            session.redactor
        )
        let (record, place) = try await Signoff(session.context, session.options, make: make, tell: tell)
            .examine(session, given: (proven.record, proven.run))
        let reference = RunRecord.SignoffReference(
            state: record.result?.state.rawValue ?? "unfinished",
            id: record.id,
            reviewers: record.reviewers.map(\.name)
        )
        guard let result = record.result, result.state == .signedOff, result.exitStatus == 0 else {
            return Station.Ruling(
                reference,
                reasons: Self.reasons(record),
                next: (record.result?.next ?? []) + ["what was said is in \(place.folder)"]
                    + Self.commands(session, run: run)
            )
        }
        return Station.Ruling(reference)
    }

    private static func reasons(_ record: SignoffRecord) -> [Reason] {
        let state = record.result?.state ?? .undecided
        let code: ReasonCode = record.result?.exitStatus == 1 ? .signoffRefused : .signoffMissing
        var reasons = [Reason(code, record.id, "sign-off \(record.id) ended as '\(state.rawValue)'")]
        reasons += record.open.map {
            Reason(code, $0.id, "\($0.id) (\($0.severity.rawValue)), \($0.file): \($0.issue)")
        }
        reasons += (record.result?.reasons ?? []).map { Reason(code, nil, $0) }
        return reasons
    }

    /// The answer where nobody is asked and nothing is recorded.
    private static func unasked(_ session: Session, _ notes: [String], run: String?) -> Station.Ruling {
        let source = session.policy.signoff.required.source.description
        let reason = Reason(
            .signoffMissing,
            session.proposal.headTree.hex,
            "policy requires a sign-off (\(source)), and nobody has signed this tree off"
        )
        return Station.Ruling(
            RunRecord.SignoffReference(state: "missing"),
            reasons: [reason] + notes.map { Reason(.signoffMissing, nil, $0) },
            next: commands(session, run: run)
        )
    }

    /// What to type for a sign-off of the same tree against the same base.
    private static func commands(_ session: Session, run: String?) -> [String] {
        ["have it signed off with '\(PolicyValue.quoted(words(session, run: run)))'"]
            + (run.map { ["then take it with 'git gatekeeper apply \($0)', which finds that sign-off"] } ?? [])
    }

    /// The command that signs off what a session is about.
    ///
    /// - Parameter run: the run that made the head as a candidate, where one did.
    static func words(_ session: Session, run: String? = nil) -> [String] {
        let proposal = session.proposal
        var words = ["git", "gatekeeper", "signoff"]
        switch session.options.subject {
        case .workingTree: break
        case .index: words.append("--staged")
        case .commit, .revision:
            words += ["--head", run.map { "refs/gatekeeper/candidates/\($0)" } ?? proposal.headCommit?.hex ?? "HEAD"]
        }
        switch proposal.baseOrigin {
        case .named(let name): words += ["--base", name]
        case .given: if let base = proposal.baseCommit { words += ["--base", base.hex] }
        case .upstream, .parent: break
        case .headCommit: if run != nil, let base = proposal.baseCommit { words += ["--base", base.hex] }
        case .nothing: if proposal.headCommit != nil { words += ["--base", ObjectID.emptyTree.hex] }
        }
        return words
    }
}
