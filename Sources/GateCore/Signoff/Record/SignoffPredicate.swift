import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// The gate's own predicate about a sign-off: who agreed on a tree, and what the agreement rests on.
///
/// Reasons and findings are named by digest only; their text stays in the ledger.
enum SignoffPredicate {
    static func predicate(_ record: SignoffRecord, seal: String) throws -> JSONValue {
        let reviews = record.iterations.last?.reviews ?? []
        let reviewers: [JSONValue] = try record.reviewers.map { reviewer in
            var value: JSONValue = [
                "name": .text(reviewer.name), "backend": .text(reviewer.backend), "family": .text(reviewer.family),
            ]
            if let model = reviewer.model { value["model"] = .text(model) }
            if let verdict = reviews.first(where: { $0.reviewer == reviewer.name })?.verdict {
                value["verdict"] = .text(verdict.verdict.rawValue)
                value["digest"] = ["sha256": .text(SHA256.hex(try JSON.encode(verdict)))]
            }
            return value
        }
        var predicate: JSONValue = [
            AttestationName.run: .text(record.id),
            "iterations": .number(record.iterations.count),
            "depth": .text(record.depth),
            "base": ["gitTree": .text(record.base.tree)],
            "reviewers": .list(reviewers),
            "record": ["name": .text(SignoffBook.file), "digest": ["sha256": .text(seal)]],
        ]
        if let binding = record.binding { predicate["binding"] = ["sha256": .text(binding)] }
        predicate["time"] = .text(VerificationSummary.text(record.started.addingTimeInterval(record.seconds)))
        if let gate = record.iterations.last?.acceptance {
            predicate["acceptance"] = ["run": .text(gate.run), "verdict": .text(gate.verdict)]
        }
        return predicate
    }
}

extension SignoffRecord {
    /// What was signed of an agreement.
    package struct Attested: Codable, Sendable {
        /// Fingerprint of the key.
        package var key: String
        /// SHA-256 of the envelopes: of the run that was green afterwards, and of the sign-off itself, last.
        package var envelopes: [String]
        /// The commit of notes that has them.
        package var notes: String?
    }
}

extension Attester {
    /// Signs an agreement, and the run that was green afterwards; `nil` where there is none.
    func attest(_ record: SignoffRecord, _ run: RunLedger.Run) async throws -> SignoffRecord.Attested? {
        guard record.result?.state == .signedOff, let gate = record.iterations.last?.acceptance,
            let tree = ObjectID(hex: record.head.tree), let bytes = try run.read(SignoffBook.file)
        else { return nil }
        let green = try await attest(try RunLedger(repository: repository).find(gate.run))
        let signed = try await attest(
            try SignoffPredicate.predicate(record, seal: SHA256.hex(bytes)),
            of: AttestationName.signoff,
            tree: tree,
            commits: [record.head.commit]
        )
        return SignoffRecord.Attested(
            key: signed.key,
            envelopes: green.envelopes + [signed.digest],
            notes: signed.notes ?? green.notes
        )
    }
}
