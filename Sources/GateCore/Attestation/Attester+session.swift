import GateGit

extension Attester {
    /// The attester of a session, where its passes are to be attested; `nil` where they are not.
    ///
    /// Somebody who asks for an attestation learns at once, and not after the tests, that nothing can sign.
    package static func make(_ session: Session) async throws -> Attester? {
        guard session.options.attests ?? session.policy.trust.attests.value,
            !session.repository.command.isInQuarantine
        else { return nil }
        let attester = Attester(
            repository: session.repository,
            context: session.context,
            key: try await SigningKey.configured(in: session.repository, session.context),
            temporaryFolder: session.temporaryFolder
        )
        if session.options.attests == true { try await attester.tryKey() }
        return attester
    }

    /// Attests a run that passed; `nil` where it did not, or was noted before and nobody asks for it again.
    ///
    /// Where an earlier run is remembered, that one is attested, with its own time, under the policy of now: the memory
    /// knows a tree only while all that its tests depend on is the same.
    package func attestPass(
        _ record: RunRecord,
        _ run: RunLedger.Run,
        _ session: Session,
        part: AttestedPart? = nil
    ) async throws -> Attestation? {
        guard ["green", "accepted"].contains(record.result?.verdict) else { return nil }
        if record.remembered != nil, session.options.attests != true, try await isNoted(run.id, session) { return nil }
        return try await attest(run, part: part, binding: record.remembered.map { _ in PolicyBinding(session) })
    }

    /// Whether a summary of a run under the policy of now is noted already. Only what is ours to write depends on it.
    private func isNoted(_ run: String, _ session: Session) async throws -> Bool {
        let binding = PolicyBinding(session)
        let store = AttestationStore(repository: session.repository, context: session.context)
        return try await store.envelopes(for: session.proposal.headTree).contains { line in
            guard let envelope = try? DSSEEnvelope(line: line),
                let statement = try? Statement(verified: envelope.payload),
                statement.predicateType == AttestationName.summary,
                let summary = try? VerificationSummary(statement.predicate)
            else { return false }
            return statement.predicate[AttestationName.run].string == run && summary.binding == binding
        }
    }
}
