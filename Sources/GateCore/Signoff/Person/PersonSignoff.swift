import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A person's own verdict: asked for by a sign-off that waits, given under the same contract, and signed.
package struct PersonSignoff: Sendable {
    /// What came of it. Version 1 of its JSON.
    package struct Answer: Sendable, Codable {
        package var version = 1
        /// The sign-off that waits.
        package var signoff: String
        package var tree: String
        /// Absolute path of what is to be read, with the form of an answer.
        package var request: String
        /// What was said; absent where nothing was given yet.
        package var verdict: SignoffVerdict?
        /// Fingerprint of the key that signed it.
        package var key: String?
        /// Who it is by the word of the base, or of the user's own trust; absent where that key is nobody's.
        package var signer: String?
        /// Why it does not count, or not yet.
        package var problem: String?

        /// For people.
        package var text: String {
            guard let verdict, let key else {
                return """
                    sign-off \(signoff) of the tree \(tree.prefix(10)) waits for a person
                      read: \(request)
                      next: write a verdict into a file, in the form that stands there, and give it with '--verdict <file>'
                    """
            }
            var lines = ["\(verdict.verdict.rawValue) of the tree \(tree.prefix(10)), signed by \(key)"]
            if let signer {
                lines.append("  it is the word of \(Excerpt.visible(signer)); run the sign-off again, which counts it")
            } else {
                lines.append("  it does not count: \(Excerpt.visible(problem ?? "nobody who is trusted has this key"))")
            }
            return lines.joined(separator: "\n")
        }
    }

    private let context: GateContext
    private let options: SessionOptions

    /// Most sign-offs that are looked at, newest first.
    private static let most = 200

    package init(_ context: GateContext, _ options: SessionOptions) {
        self.context = context
        self.options = options
    }

    /// Takes a verdict, signs it and notes it; without one it says what is to be read.
    ///
    /// - Throws: `GateFailure` where no sign-off of this tree waits for a person, what is to be read was altered, the words
    ///   are no verdict, or nothing can sign.
    package func give(_ words: String?) async throws -> Answer {
        try await Session.open(context, options) { session in
            let (record, run, review) = try waiting(session, words)
            var answer = Answer(
                signoff: record.id,
                tree: record.head.tree,
                request: "\(run.folder)/\(review.artifacts.first ?? "")"
            )
            guard let words else { return answer }
            let text = words.replacing("\r\n", with: "\n").trimmedBlanks
            guard session.redactor.redact(text) == text else {
                throw GateFailure(
                    "signoff.secret",
                    "the verdict holds a secret, and would be noted for everybody to read"
                )
            }
            let subject = VerdictSubject(
                tree: record.head.tree,
                run: record.id,
                open: record.open.map(\.id),
                isWide: record.isWide
            )
            switch VerdictParser.read(text, about: subject) {
            case .invalid(let fault):
                throw GateFailure(
                    "signoff.verdict",
                    "that is no verdict (\(fault.code.rawValue)): \(fault.message)",
                    hints: ["the form of a verdict stands in \(answer.request)"]
                )
            case .verdict(let verdict): answer.verdict = verdict
            }
            let person = PersonVerdict(
                answer: text,
                run: record.id,
                base: session.proposal.baseTree.hex,
                material: record.iterations.last?.material ?? "",
                time: context.now()
            )
            try await sign(person, session, &answer)
            return answer
        }
    }

    /// The sign-off of this very tree that asked a person: the one that the words name, else the newest.
    private func waiting(
        _ session: Session,
        _ words: String?
    ) throws -> (record: SignoffRecord, run: RunLedger.Run, review: SignoffRecord.Review) {
        let ledger = RunLedger.signoffs(of: session.repository)
        let ids = try ledger.ids().suffix(Self.most).reversed()
        let named = ids.filter { words?.contains($0) == true }
        for id in named + ids {
            let run = try ledger.find(id)
            guard let (record, isIntact) = try SignoffBook.read(run), isIntact,
                record.head.tree == session.proposal.headTree.hex, record.base.tree == session.proposal.baseTree.hex,
                let review = record.iterations.last?.reviews.first(where: { $0.request != nil })
            else { continue }
            let bytes = try review.artifacts.first.flatMap { try run.read($0) }
            guard let bytes, SHA256.hex(bytes) == review.request else {
                throw GateFailure(
                    "signoff.request-altered",
                    "what sign-off \(id) has to be read is not as it was written",
                    hints: ["run 'git gatekeeper signoff' again, which writes it anew"]
                )
            }
            return (record, run, review)
        }
        throw GateFailure(
            "signoff.nothing-waits",
            "no sign-off of this tree against this base asks a person",
            hints: [
                "a verdict that lies in the working tree is part of that tree: keep it elsewhere, or use '--verdict -'",
                "name one: git config --add gatekeeper.signoff.reviewer 'person you@example.org'",
                "then run 'git gatekeeper signoff', which says what is to be read",
            ]
        )
    }

    private func sign(_ person: PersonVerdict, _ session: Session, _ answer: inout Answer) async throws {
        let keygen = SSHKeygen(
            environment: context.environment,
            folder: session.temporaryFolder,
            purpose: SSHKeygen.verdicts
        )
        let proposal = session.proposal
        var commit: ObjectID?
        if let head = proposal.headCommit, try await session.repository.tree(ofCommit: head) == proposal.headTree {
            commit = head
        }
        let statement = Statement(
            tree: proposal.headTree,
            commit: commit,
            predicateType: AttestationName.verdict,
            predicate: person.predicate
        )
        let payload = try statement.encoded()
        let bytes = DSSEEnvelope.preAuthenticationEncoding(type: DSSEEnvelope.statementType, body: payload)
        let signature = try await keygen.sign(
            bytes,
            with: try await SigningKey.personal(in: session.repository, context)
        )
        let envelope = try DSSEEnvelope(payload: payload, signature: signature.bytes, keyID: signature.fingerprint)
        try await AttestationStore(repository: session.repository, context: context)
            .add([envelope], to: [commit, proposal.headTree].compactMap { $0 })
        answer.key = signature.fingerprint
        let verifier = try await AttestationVerifier(session, purpose: SSHKeygen.verdicts)
        let stated = try await verifier.statements(of: AttestationName.verdict)
            .first { $0.key == signature.fingerprint && ($0.predicate == person.predicate || $0.problem != nil) }
        answer.signer = stated?.signer
        answer.problem = stated?.problem
    }
}
