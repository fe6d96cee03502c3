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
        try await attester.tryKey()
        return attester
    }

    /// Attests a run that passed; `nil` where it did not.
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
        return try await attest(run, part: part, binding: record.remembered.map { _ in PolicyBinding(session) })
    }
}
