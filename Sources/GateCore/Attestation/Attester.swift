package import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Makes the statements of a finished run, signs them and notes them.
///
/// A pass is attested where the run was conclusive and its files are as it wrote them; a red head is attested as failed;
/// everything else is not attested at all.
package struct Attester: Sendable {
    /// What was signed and where it is noted. Version 1 of its JSON.
    package struct Attestation: Sendable, Codable {
        package var version = 1
        package var run: String
        package var tree: String
        package var commit: String?
        /// `PASSED` or `FAILED`.
        package var result: String
        package var levels: [String]
        /// Fingerprint of the key.
        package var key: String
        /// SHA-256 of each envelope, the summary last.
        package var envelopes: [String]
        /// The commit of notes that has them.
        package var notes: String?
    }

    let repository: GitRepository
    let context: GateContext
    private let key: SigningKey
    private let keygen: SSHKeygen

    /// - Parameter temporaryFolder: absolute path of a private folder.
    package init(repository: GitRepository, context: GateContext, key: SigningKey, temporaryFolder: String) {
        self.repository = repository
        self.context = context
        self.key = key
        keygen = SSHKeygen(environment: context.environment, folder: temporaryFolder)
    }

    /// Attests a run of the ledger.
    ///
    /// - Parameters:
    ///   - part: which part of a divided plan the run was, where its record does not say; its summary then proves that
    ///     part alone.
    ///   - now: the policy that the summary is to name in place of the run's own.
    /// - Throws: `GateFailure` where the run says nothing that could be attested, was altered, or nothing can sign.
    package func attest(
        _ run: RunLedger.Run,
        part: AttestedPart? = nil,
        binding now: PolicyBinding? = nil
    ) async throws -> Attestation {
        let check = try EvidenceCheck.verify(run)
        guard check.isIntact, let bytes = try run.read(EvidenceCheck.record) else {
            throw GateFailure(
                "attestation.evidence-altered",
                "run \(run.id) is not as it was written, so it is not attested",
                hints: ["'git gatekeeper show \(run.id) --verify' names what differs", "run the gate again"]
            )
        }
        let record = try JSON.decode(RunRecord.self, from: bytes)
        let conclusion = try RunConclusion(record)
        // What ran a part never proves the whole, whoever asks.
        let part = record.parts.flatMap { AttestedPart($0) } ?? part
        guard let digests = record.digests, let binding = PolicyBinding(digests) else {
            throw GateFailure(
                "attestation.no-digests",
                "run \(run.id) is of an earlier version, and does not say what it rests on",
                hints: ["run the gate again"]
            )
        }
        guard let tree = ObjectID(hex: conclusion.tree) else {
            throw GateFailure("evidence.unreadable", "the record of run \(run.id) names no tree")
        }
        var commits = conclusion.commits
        if let kept = conclusion.reference { commits.append(try await repository.target(ofReference: kept)?.hex) }
        let commit = try await commit(of: tree, commits)
        var notes: [(envelopes: [DSSEEnvelope], objects: [ObjectID])] = []
        var inputs: [(name: String, tree: String, digest: String)] = []
        var fingerprint = ""
        func sign(_ statement: Statement, name: String, _ tree: ObjectID, _ commit: ObjectID?) async throws {
            let envelope = try await envelope(statement, &fingerprint)
            inputs.append((name, tree.hex, envelope.digest))
            notes.append(([envelope], [commit, tree].compactMap { $0 }))
        }
        for step in conclusion.steps {
            guard let of = ObjectID(hex: step.tree) else { continue }
            let its = of == tree ? commit : try await self.commit(of: of, [record.head.commit, record.base.commit])
            let statement = Statement(
                tree: of,
                commit: its,
                predicateType: AttestationName.testResult,
                predicate: TestResultPredicate.predicate(
                    step,
                    record: record,
                    digests: digests,
                    binding: binding,
                    part: part
                )
            )
            try await sign(statement, name: "test-result of \(step.step) in \(step.phase)", of, its)
        }
        if let attempt = conclusion.attempt {
            let predicate = RepairPredicate.predicate(record, attempt, digests: digests, commit: commit?.hex)
            let statement = Statement(
                tree: tree,
                commit: commit,
                predicateType: AttestationName.repair,
                predicate: predicate
            )
            try await sign(statement, name: "repair", tree, commit)
        }
        let summary = VerificationSummary(
            time: record.started.addingTimeInterval(record.seconds),
            tree: tree,
            binding: now ?? binding,
            isPassed: conclusion.isPassed,
            levels: conclusion.levels(part: part),
            part: part
        )
        let predicate = summary.predicate(run: record.id, gate: record.gate.version, inputs: inputs)
        try await sign(
            Statement(tree: tree, commit: commit, predicateType: AttestationName.summary, predicate: predicate),
            name: "summary",
            tree,
            commit
        )
        let commitOfNotes = try await AttestationStore(repository: repository, context: context).add(notes)
        return Attestation(
            run: record.id,
            tree: tree.hex,
            commit: commit?.hex,
            result: conclusion.isPassed ? "PASSED" : "FAILED",
            levels: summary.levels.sorted(),
            key: fingerprint,
            envelopes: inputs.map(\.digest),
            notes: commitOfNotes?.hex
        )
    }

    /// Signs a statement of the gate's own about a tree, and notes it there.
    ///
    /// - Parameter commits: commits that may have the tree, as hexadecimal ids; the first that does is named as well.
    func attest(
        _ predicate: JSONValue,
        of type: String,
        tree: ObjectID,
        commits: [String?]
    ) async throws -> (digest: String, key: String, notes: String?) {
        let commit = try await commit(of: tree, commits)
        let statement = Statement(tree: tree, commit: commit, predicateType: type, predicate: predicate)
        var fingerprint = ""
        let envelope = try await envelope(statement, &fingerprint)
        let notes = try await AttestationStore(repository: repository, context: context)
            .add([([envelope], [commit, tree].compactMap { $0 })])
        return (envelope.digest, fingerprint, notes?.hex)
    }

    /// Signs something that means nothing, to find out whether the key can.
    ///
    /// - Returns: the key's fingerprint.
    @discardableResult
    func tryKey() async throws -> String {
        try await keygen.sign(Array("git gatekeeper".utf8), with: key).fingerprint
    }

    func envelope(_ statement: Statement, _ fingerprint: inout String) async throws -> DSSEEnvelope {
        let payload = try statement.encoded()
        let encoding = DSSEEnvelope.preAuthenticationEncoding(type: DSSEEnvelope.statementType, body: payload)
        let signature = try await keygen.sign(encoding, with: key)
        fingerprint = signature.fingerprint
        return try DSSEEnvelope(payload: payload, signature: signature.bytes, keyID: signature.fingerprint)
    }

    /// The first of some commits that has the tree; a commit that has another one is not what was tested.
    private func commit(of tree: ObjectID, _ names: [String?]) async throws -> ObjectID? {
        for name in names {
            guard let name, let id = ObjectID(hex: name) else { continue }
            if let found = try? await repository.tree(ofCommit: id), found == tree { return id }
        }
        return nil
    }
}
