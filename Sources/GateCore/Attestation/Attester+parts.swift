import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension Attester {
    /// Attests that the head of a session is green as a whole, because each part of its divided plan is.
    ///
    /// It rests on the parts' summaries, is as old as the oldest of them, and claims isolation only where all do.
    ///
    /// - Parameter parts: verified findings, one for each part, all of which passed.
    package func attest(_ session: Session, parts: [Verification.Finding]) async throws -> Attestation {
        let tree = session.proposal.headTree
        let times = parts.compactMap(\.time)
        guard !parts.isEmpty, parts.allSatisfy({ $0.passed == true && $0.failure == nil && $0.part != nil }),
            times.count == parts.count, let oldest = times.min()
        else {
            throw GateFailure("attestation.nothing", "not every part of \(tree.abbreviated) is proven")
        }
        let isolated = VerificationSummary.Level.isolated.rawValue
        var levels: Set<VerificationSummary.Level> = [.green]
        if parts.allSatisfy({ $0.levels?.contains(isolated) == true }) { levels.insert(.isolated) }
        let summary = VerificationSummary(
            time: oldest,
            tree: tree,
            binding: PolicyBinding(session),
            isPassed: true,
            levels: levels,
            part: nil
        )
        let inputs = parts.map { part in
            (name: "summary of part \(part.part?.id ?? "")", tree: tree.hex, digest: part.envelope)
        }
        var fingerprint = ""
        let commit = session.proposal.headCommit
        let envelope = try await envelope(
            Statement(
                tree: tree,
                commit: commit,
                predicateType: AttestationName.summary,
                predicate: summary.predicate(run: "parts", gate: context.version, inputs: inputs)
            ),
            &fingerprint
        )
        let notes = try await AttestationStore(repository: repository, context: context)
            .add([envelope], to: [commit, tree].compactMap { $0 })
        return Attestation(
            run: "parts",
            tree: tree.hex,
            commit: commit?.hex,
            result: "PASSED",
            levels: summary.levels.sorted(),
            key: fingerprint,
            envelopes: inputs.map(\.digest) + [envelope.digest],
            notes: notes?.hex
        )
    }
}
