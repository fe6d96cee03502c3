import GateGit

/// Decides over the evidence that the machines of a fleet have left.
package struct FleetMerge: Sendable {
    /// The decision, and the summaries it rests on.
    package struct Result: Sendable {
        package let decision: FleetDecision
        package let summaries: [Verification.Finding]
    }

    private let session: Session
    private let matrix: PlanMatrix
    private let remote: String

    /// - Parameters:
    ///   - session: with every part of the plan.
    ///   - remote: where machines are told to leave evidence.
    package init(_ session: Session, shards: Int?, remote: String) throws {
        self.session = session
        matrix = try PlanMatrix(session, shards: shards)
        self.remote = remote
    }

    /// Decides over what is noted here of the head.
    package func decide() async throws -> Result {
        let lines = try await lines()
        let verifier = try await AttestationVerifier(session)
        if matrix.rows.count == 1 { return decide(try await verifier.verify(lines)) }
        let (counted, refused) = try await verifier.parts(lines, matrix: matrix.matrix)
        let parts = matrix.rows.map { row -> FleetDecision.Part in
            let finding = counted.first { $0.part?.id == row.shard }
            return FleetDecision.Part(
                shard: row.shard,
                parts: row.parts,
                state: finding.map { $0.passed == true ? .passed : .failed } ?? .missing,
                signer: finding?.signer,
                time: finding?.time
            )
        }
        return Result(decision: decision(parts, refused), summaries: counted)
    }

    /// The summary by which somebody trusted has proven a part that is about to be run; `nil` where nobody has.
    package static func proof(of session: Session) async throws -> Verification.Finding? {
        let lines = try await AttestationStore(repository: session.repository, context: session.context)
            .envelopes(for: objects(session))
        let verifier = try await AttestationVerifier(session)
        guard let parts = session.plan.parts.map(RunRecord.PartsRecord.init), let part = AttestedPart(parts) else {
            return try await verifier.verify(lines).findings.first(where: \.proves)
        }
        return try await verifier.parts(lines, matrix: parts.matrix).counted
            .first { $0.part?.id == part.id && $0.passed == true }
    }

    /// A plan of one part is a whole one, and attested as such.
    private func decide(_ verification: Verification) -> Result {
        let proof = verification.findings.first(where: \.proves)
        let red = verification.findings.first { $0.failure == .result && $0.passed == false && $0.part == nil }
        let part = FleetDecision.Part(
            shard: matrix.rows[0].shard,
            parts: matrix.rows[0].parts,
            state: proof != nil ? .passed : red != nil ? .failed : .missing,
            signer: (proof ?? red)?.signer,
            time: (proof ?? red)?.time
        )
        let refused = verification.findings.filter { $0.kind == nil || $0.kind == "summary" }
            .filter { $0.failure != nil && $0.failure != .result }
        return Result(decision: decision([part], refused), summaries: [proof].compactMap { $0 })
    }

    private func decision(_ parts: [FleetDecision.Part], _ refused: [Verification.Finding]) -> FleetDecision {
        FleetDecision(
            proposal: session.proposal,
            matrix: matrix,
            parts: parts,
            refused: refused.map { "\($0.failure?.rawValue ?? ""): \($0.message)" },
            remote: remote
        )
    }

    private func lines() async throws -> [[UInt8]] {
        try await AttestationStore(repository: session.repository, context: session.context)
            .envelopes(for: Self.objects(session))
    }

    private static func objects(_ session: Session) -> [ObjectID] {
        [session.proposal.headCommit, session.proposal.headTree].compactMap { $0 }
    }
}
