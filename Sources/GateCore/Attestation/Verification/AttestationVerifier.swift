package import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Says whether attestations prove the head of a session's proposal under the policy that is in force for it.
///
/// Signature first; what it covers is read once, after that. Nothing that is missing, unknown or doubtful proves.
package struct AttestationVerifier: Sendable {
    private let session: Session
    private let trust: TrustedSigners
    private let keygen: SSHKeygen
    private let binding: PolicyBinding

    /// How far a clock of another machine may be ahead of this one.
    private static let tolerance: TimeInterval = 300
    /// Most lines that are looked at.
    private static let maximumLines = 2 * NoteTree.maximumLines
    /// Most statements of one kind that are looked at.
    private static let maximumStatements = 64

    /// - Parameter purpose: the namespace of the signatures that count.
    package init(_ session: Session, purpose: String = SSHKeygen.namespace) async throws {
        self.session = session
        trust = try await TrustedSigners.load(session)
        keygen = SSHKeygen(
            environment: session.context.environment,
            folder: session.temporaryFolder,
            purpose: purpose
        )
        binding = PolicyBinding(session)
    }

    /// Verifies what is noted of the head.
    package func verify() async throws -> Verification {
        // What a person says is signed for another purpose, and is looked at where it counts.
        try await verify(lines().filter { !Self.claims(AttestationName.verdict, $0) })
    }

    /// Whether the head is proven, for those who want no more than that: only summaries are looked at.
    ///
    /// - Parameter pushed: a commit of notes to read as well, as a push may bring one.
    package func prove(with pushed: ObjectID? = nil) async throws -> Verification {
        try await verify(lines(and: pushed).filter(Self.claimsToBeSummary))
    }

    /// Verifies lines from anywhere.
    package func verify(_ lines: [[UInt8]]) async throws -> Verification {
        var findings: [Verification.Finding] = []
        for line in lines.prefix(Self.maximumLines) { findings.append(try await examine(line)) }
        overrule(&findings)
        var verification = Verification(
            tree: session.proposal.headTree.hex,
            commit: try await subjectCommit()?.hex,
            base: session.proposal.baseCommit?.hex,
            isProven: findings.contains(where: \.proves),
            trust: trust.sources,
            findings: findings,
            next: []
        )
        if !verification.isProven { verification.next = next(findings) }
        return verification
    }

    /// The newest summary of each part of a divided plan that a trusted signer made for the head.
    ///
    /// - Parameter matrix: SHA-256 of the whole matrix; parts of others do not count.
    /// - Returns: the summaries, in the order of the parts, and those lines that may have been meant to be one and fail.
    package func parts(
        _ lines: [[UInt8]],
        matrix: String
    ) async throws -> (counted: [Verification.Finding], refused: [Verification.Finding]) {
        var newest: [String: Verification.Finding] = [:]
        var refused: [Verification.Finding] = []
        for line in lines.prefix(Self.maximumLines) where Self.claimsToBeSummary(line) {
            let finding = try await examine(line, matrix: matrix)
            if finding.failure != nil, finding.kind == nil || finding.part?.matrix == matrix { refused.append(finding) }
            guard finding.failure == nil, let part = finding.part, let time = finding.time else { continue }
            let known = newest[part.id]
            // Of two at the same time, the one that failed counts.
            if let known, let other = known.time, other > time || (other == time && known.passed == false) { continue }
            newest[part.id] = finding
        }
        return (newest.values.sorted { ($0.part?.index ?? 0) < ($1.part?.index ?? 0) }, refused)
    }

    /// One statement of a kind about the head.
    struct Stated: Sendable {
        /// Absent where nobody who is trusted signed it.
        var signer: String?
        var key: String?
        /// `null` where it cannot be believed.
        var predicate: JSONValue = .null
        /// Why it cannot be believed.
        var problem: String?
    }

    /// What is stated of the head by statements of one type, the newest note first.
    func statements(of type: String, with pushed: ObjectID? = nil) async throws -> [Stated] {
        var all: [Stated] = []
        let lines = try await lines(and: pushed).filter { Self.claims(type, $0) }
        for line in lines.suffix(Self.maximumStatements).reversed() {
            var stated = Stated()
            switch Self.read(line) {
            case .failure(let error): stated.problem = error.message
            case .success((let envelope, let signature)):
                stated.key = signature.fingerprint
                switch try await check(signature, over: envelope.signedBytes) {
                case .refused(_, let why): stated.problem = why
                case .trusted(let signer):
                    stated.signer = signer
                    do throws(MalformedAttestation) {
                        let statement = try Statement(verified: envelope.payload)
                        guard statement.predicateType == type else { continue }
                        if statement.isAbout(tree: session.proposal.headTree) {
                            stated.predicate = statement.predicate
                        } else {
                            stated.problem = "it is about another tree"
                        }
                    } catch {
                        stated.problem = error.message
                    }
                }
            }
            all.append(stated)
        }
        return all
    }

    /// Whether a line says of itself that it is of a type. Nothing is believed: it only saves looking at the others.
    private static func claims(_ type: String, _ line: [UInt8]) -> Bool {
        guard let envelope = try? DSSEEnvelope(line: line) else { return false }
        return envelope.payload.firstRange(of: Array(type.utf8)) != nil
    }

    /// What is noted of the head.
    ///
    /// - Parameter pushed: a commit of notes to read as well.
    package func lines(and pushed: ObjectID? = nil) async throws -> [[UInt8]] {
        let store = AttestationStore(repository: session.repository, context: session.context)
        let objects = [try await subjectCommit(), session.proposal.headTree].compactMap { $0 }
        return try await store.envelopes(for: objects, and: pushed)
    }

    /// Whether a line says of itself that it is a summary. Nothing is believed: it only saves looking at the others.
    private static func claimsToBeSummary(_ line: [UInt8]) -> Bool {
        guard let envelope = try? DSSEEnvelope(line: line) else { return false }
        return envelope.payload.firstRange(of: Array("verification_summary".utf8)) != nil
    }

    /// The commit that is judged; `nil` where the tree is nobody's yet.
    private func subjectCommit() async throws -> ObjectID? {
        guard let commit = session.proposal.headCommit,
            try await session.repository.tree(ofCommit: commit) == session.proposal.headTree
        else { return nil }
        return commit
    }

    // MARK: One envelope

    private func examine(_ line: [UInt8], matrix: String? = nil) async throws -> Verification.Finding {
        var finding = Verification.Finding(envelope: SHA256.hex(line), message: "")
        let envelope: DSSEEnvelope
        let signature: SSHSignature
        switch Self.read(line) {
        case .failure(let error): return finding.failing(.malformed, error.message)
        case .success(let read): (envelope, signature) = read
        }
        finding.key = signature.fingerprint
        if Defence.signatures.isOn {
            switch try await check(signature, over: envelope.signedBytes) {
            case .trusted(let principal): finding.signer = principal
            case .refused(let failure, let message): return finding.failing(failure, message)
            }
        }
        return understand(envelope.payload, finding, matrix: matrix)
    }

    private static func read(_ line: [UInt8]) -> Result<(DSSEEnvelope, SSHSignature), MalformedAttestation> {
        do throws(MalformedAttestation) {
            let envelope = try DSSEEnvelope(line: line)
            return .success((envelope, try SSHSignature(bytes: envelope.signature)))
        } catch {
            return .failure(error)
        }
    }

    /// Reads what was signed, for the first time and once.
    private func understand(
        _ payload: [UInt8],
        _ known: Verification.Finding,
        matrix: String?
    ) -> Verification.Finding {
        var finding = known
        do throws(MalformedAttestation) {
            let statement = try Statement(verified: payload)
            finding.kind = Self.kind(statement.predicateType)
            if Defence.attestedSubject.isOn, !statement.isAbout(tree: session.proposal.headTree) {
                let tree = statement.subjects.compactMap(\.tree).first.map { "the tree \($0.prefix(10))" }
                return finding.failing(
                    .subject,
                    "it is about \(tree ?? "something else"), not the tree \(session.proposal.headTree.abbreviated)"
                )
            }
            let predicate = statement.predicate
            switch statement.predicateType {
            case AttestationName.summary:
                let summary = try VerificationSummary(predicate)
                finding.time = summary.time
                finding.passed = summary.isPassed
                finding.part = summary.part
                finding.levels = summary.levels.sorted()
                if let (failure, message) = judge(summary, matrix: matrix) { return finding.failing(failure, message) }
                finding.proves = matrix == nil
                finding.message =
                    "\(summary.isPassed ? "PASSED" : "FAILED"), \(summary.levels.sorted().joined(separator: " "))"
            case AttestationName.testResult:
                let step = predicate[AttestationName.step]
                finding.message =
                    "\(predicate["result"].string ?? "?") of \(step["id"].string ?? "?") in "
                    + "\(step["phase"].string ?? "?")"
            case AttestationName.repair: finding.message = "a candidate of \(predicate["backend"].string ?? "?")"
            case AttestationName.signoff:
                let names = predicate["reviewers"].elements.compactMap { $0["name"].string }
                finding.message = "signed off by \(names.isEmpty ? "?" : names.joined(separator: ", "))"
            default: finding.message = "a statement of another kind"
            }
            finding.message = Excerpt.line(finding.message, maximum: 240)
            return finding
        } catch {
            return finding.failing(.malformed, error.message)
        }
    }

    private enum Signed {
        case trusted(String)
        case refused(Verification.Failure, String)
    }

    private func check(_ signature: SSHSignature, over bytes: [UInt8]) async throws -> Signed {
        guard signature.namespace == keygen.purpose else {
            return .refused(
                .signature,
                "the signature was made for the namespace '\(Excerpt.line(signature.namespace, maximum: 60))'"
            )
        }
        let answer = try await keygen.verify(signature, over: bytes, allowed: trust.allowed, revoked: trust.revoked)
        guard case .refused(let reason) = answer else {
            if case .trusted(let principal) = answer { return .trusted(principal) }
            return .refused(.signature, "")
        }
        // Only now it matters which of the two it is.
        guard try await keygen.belongs(signature, to: bytes) else {
            return .refused(.signature, "the signature does not fit: the statement was edited, or another was signed")
        }
        let why = trust.sources.isEmpty ? "nobody is trusted: \(trust.note ?? "no list names anybody")" : reason
        return .refused(.signer, why)
    }

    private func judge(_ summary: VerificationSummary, matrix: String?) -> (Verification.Failure, String)? {
        let tree = session.proposal.headTree
        if Defence.attestedSubject.isOn, summary.tree != tree.hex {
            return (.subject, "its summary is of the tree \(summary.tree.prefix(10))")
        }
        if Defence.attestedPolicy.isOn {
            var expected = binding
            if let part = summary.part, let matrix {
                guard part.matrix == matrix else {
                    return (.policy, "it is a part of a plan that was divided otherwise")
                }
                // The matrix says what a part runs; what it makes of the rest of the plan differs from part to part.
                (expected.plan, expected.contract) = (summary.binding.plan, summary.binding.contract)
            }
            guard summary.binding == expected else {
                let what = Listing.some(summary.binding.differences(from: expected))
                return (.policy, "it was made under another policy; what differs: \(what)")
            }
            if session.policy.sandbox.value == .required,
                !summary.levels.contains(VerificationSummary.Level.isolated.rawValue)
            {
                return (.policy, "policy requires isolation, and its tests ran without")
            }
            let age = session.context.now().timeIntervalSince(summary.time)
            if age > session.policy.trust.maxAge.value.seconds {
                return (
                    .freshness,
                    "it is \(Self.words(age)) old; 'gatekeeper.trust.maxAge' allows "
                        + Self.words(session.policy.trust.maxAge.value.seconds)
                )
            }
            if age < -Self.tolerance { return (.freshness, "it is dated \(Self.words(-age)) in the future") }
        }
        if matrix != nil { return summary.part == nil ? (.result, "it is no part of a divided plan") : nil }
        guard summary.isPassed else { return (.result, "it says FAILED") }
        if let part = summary.part { return (.result, "it is of part \(part.index) of \(part.count) alone") }
        guard summary.levels.contains(VerificationSummary.Level.green.rawValue) else {
            return (.result, "it does not say that the whole plan is green")
        }
        return nil
    }

    /// A failure that a trusted signer saw later outweighs what passed before.
    private func overrule(_ findings: inout [Verification.Finding]) {
        let failed = findings.filter { $0.failure == .result && $0.passed == false && $0.part == nil }
        guard let latest = failed.compactMap(\.time).max() else { return }
        for index in findings.indices where findings[index].proves {
            guard let time = findings[index].time, time <= latest else { continue }
            findings[index].proves = false
            findings[index].failure = .result
            findings[index].message = "a trusted summary that is not older says FAILED"
        }
    }

    private func next(_ findings: [Verification.Finding]) -> [String] {
        var next: [String] = []
        if findings.isEmpty {
            next.append(
                "nothing is noted of it here: fetch the notes with 'git gatekeeper verify --fetch <remote>', or attest a "
                    + "run with 'git gatekeeper attest'"
            )
        } else if findings.contains(where: { $0.failure == .signer }) {
            next.append("'git gatekeeper help verify' says where trusted signers are named")
        }
        if let note = trust.note { next.append(note) }
        return next
    }

    private static func kind(_ type: String) -> String {
        switch type {
        case AttestationName.summary: "summary"
        case AttestationName.testResult: "test-result"
        case AttestationName.repair: "repair"
        case AttestationName.signoff: "sign-off"
        default: "other"
        }
    }

    private static func words(_ seconds: Double) -> String {
        switch seconds {
        case ..<120: "\(Int(seconds)) s"
        case ..<7200: "\(Int(seconds / 60)) min"
        case ..<172_800: "\(Int(seconds / 3600)) h"
        default: "\(Int(seconds / 86400)) days"
        }
    }
}
