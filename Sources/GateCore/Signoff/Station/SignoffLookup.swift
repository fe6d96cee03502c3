import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Finds an agreement on the head of a session that was reached before, here or by somebody trusted.
struct SignoffLookup: Sendable {
    /// What was found.
    struct Found: Sendable {
        var reference: RunRecord.SignoffReference?
        /// Agreements on this very tree that do not count, and why.
        var notes: [String] = []
    }

    let session: Session

    /// Most sign-offs that are looked at, newest first.
    private static let most = 200

    /// - Parameter pushed: a commit of notes to read as well, as a push may bring one.
    func find(with pushed: ObjectID? = nil) async throws -> Found {
        var answer = try await recorded()
        if answer.reference == nil { try await attested(with: pushed, &answer) }
        return answer
    }

    /// In the ledger, where whoever owns the folder could write; nobody else can.
    private func recorded() async throws -> Found {
        var answer = Found()
        let ledger = RunLedger.signoffs(of: session.repository)
        let tree = session.proposal.headTree.hex
        for id in try ledger.ids().suffix(Self.most).reversed() {
            guard let (record, isIntact) = try SignoffBook.read(try ledger.find(id)), record.head.tree == tree,
                record.result?.state == .signedOff
            else { continue }
            if let why = try await refusal(record, isIntact: isIntact) {
                answer.notes.append("sign-off \(id) of this tree does not count: \(why)")
                continue
            }
            var reference = RunRecord.SignoffReference(
                state: SignoffRecord.State.signedOff.rawValue,
                id: id,
                reviewers: record.reviewers.map(\.name)
            )
            reference.isRecorded = true
            answer.reference = reference
            return answer
        }
        return answer
    }

    /// Why a recorded agreement on this tree does not count.
    private func refusal(_ record: SignoffRecord, isIntact: Bool) async throws -> String? {
        guard Defence.signoffRecord.isOn else { return nil }
        guard isIntact else { return "its record is not as it was written" }
        guard record.binding == SignoffBinding.digest(session) else {
            return "it was made against another base, by other reviewers or under another policy"
        }
        guard let gate = record.iterations.last?.acceptance, gate.tree == record.head.tree, let seal = gate.seal else {
            return "it names no run of the tests afterwards"
        }
        let runs = RunLedger(repository: session.repository)
        guard runs.seal(of: gate.run)?.trimmedBlanks == seal,
            try EvidenceCheck.verify(try runs.find(gate.run)).isIntact
        else { return "the run \(gate.run), on which it rests, is gone or not as it was written" }
        if let gone = try await unspoken(record) {
            return "what \(gone) said is not there any more, was taken back, or that key counts no longer"
        }
        let age = session.context.now().timeIntervalSince(record.started.addingTimeInterval(record.seconds))
        guard age <= session.policy.memoryAge.value.seconds else {
            return "it is older than 'gatekeeper.memory.age' allows"
        }
        return nil
    }

    /// The first person of a record whose signed word cannot be believed today; `nil` where all can.
    private func unspoken(_ record: SignoffRecord) async throws -> String? {
        let persons = record.iterations.last?.reviews.filter { $0.signer != nil } ?? []
        guard !persons.isEmpty else { return nil }
        let said = try await AttestationVerifier(session, purpose: SSHKeygen.verdicts)
            .statements(of: AttestationName.verdict)
        return persons.first { review in
            let spoken = said.filter { $0.problem == nil && $0.signer == review.signer }
                .compactMap { PersonVerdict($0.predicate) }
            guard spoken.contains(where: { $0.run == review.verdict?.run }), let last = spoken.map(\.time).max() else {
                return true
            }
            // Who has found something since is satisfied no longer.
            return spoken.contains { $0.time == last && !$0.isSatisfied }
        }?.signer
    }

    /// By the word of a trusted signer.
    private func attested(with pushed: ObjectID?, _ answer: inout Found) async throws {
        let verifier = try await AttestationVerifier(session)
        for stated in try await verifier.statements(of: AttestationName.signoff, with: pushed) {
            guard let signer = stated.signer, stated.problem == nil else {
                answer.notes.append("an attested sign-off does not count: \(stated.problem ?? "nobody signed it")")
                continue
            }
            if let why = refusal(stated.predicate) {
                answer.notes.append("the sign-off that \(signer) attests does not count: \(why)")
                continue
            }
            var reference = RunRecord.SignoffReference(
                state: SignoffRecord.State.signedOff.rawValue,
                id: stated.predicate[AttestationName.run].string,
                reviewers: stated.predicate["reviewers"].elements.compactMap { $0["name"].string }
            )
            reference.isRecorded = true
            reference.signer = signer
            answer.reference = reference
            return
        }
    }

    private func refusal(_ predicate: JSONValue) -> String? {
        guard Defence.signoffRecord.isOn else { return nil }
        guard predicate["binding"]["sha256"].string == SignoffBinding.digest(session) else {
            return "it was made against another base, by other reviewers or under another policy"
        }
        guard predicate["acceptance"]["verdict"].string == "green" else { return "it names no green run afterwards" }
        guard let time = predicate["time"].string.flatMap(VerificationSummary.date) else { return "it has no time" }
        let age = session.context.now().timeIntervalSince(time)
        guard age <= session.policy.trust.maxAge.value.seconds, age >= -300 else {
            return "it is older than 'gatekeeper.trust.maxAge' allows, or from the future"
        }
        return nil
    }
}
