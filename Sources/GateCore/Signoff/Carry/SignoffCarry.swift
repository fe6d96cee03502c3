import GateGit

/// Findings that an earlier sign-off of the same work left open.
struct SignoffCarry: Sendable {
    /// The newest sign-off of the same work.
    let from: String
    let findings: [SignoffFinding]

    /// Most sign-offs that are looked at, newest first.
    private static let most = 200

    /// What the newest sign-off of the same work left open; `nil` where it left nothing.
    ///
    /// The same work is the same branch; where either has none, as a job's clone, the same base commit.
    ///
    /// - Returns: with records that cannot be believed, and so were passed over.
    static func last(_ session: Session, branch: String?) throws -> (carry: SignoffCarry?, altered: [String]) {
        let ledger = RunLedger.signoffs(of: session.repository)
        var altered: [String] = []
        for id in try ledger.ids().suffix(most).reversed() {
            guard let (record, isIntact) = try SignoffBook.read(try ledger.find(id)), record.result != nil else {
                continue
            }
            let isSame =
                if let branch, let other = record.branch { branch == other } else {
                    record.base.commit == session.proposal.baseCommit?.hex
                }
            guard isSame else { continue }
            guard isIntact else {
                altered.append(id)
                continue
            }
            return (record.open.isEmpty ? nil : SignoffCarry(from: id, findings: record.open), altered)
        }
        return (nil, altered)
    }

    /// The branch that the work is on; `nil` where a commit is looked at that is not on top of it, or there is none.
    static func branch(_ session: Session) async throws -> String? {
        guard let branch = try await session.repository.currentBranch() else { return nil }
        guard session.options.subject.isCommit, let head = session.proposal.headCommit,
            let tip = try await session.repository.target(ofReference: branch)
        else { return branch }
        return try await session.repository.mergeBase(tip, head) == tip ? branch : nil
    }
}

extension SignoffRecord {
    /// Findings that were open before this sign-off began.
    package struct Carried: Codable, Sendable {
        /// The sign-off that left them open.
        package var from: String
        package var findings: [String]
    }

    /// Findings that a person let go of.
    package struct Forgotten: Codable, Sendable {
        package var from: String
        package var findings: [SignoffFinding]
        package var reason: String
        /// By git's word.
        package var by: String
    }
}

extension SignoffBook {
    /// Begins with what an earlier sign-off left open, unless a person lets go of it with a reason.
    mutating func carry(_ session: Session) async throws {
        let branch = try await SignoffCarry.branch(session)
        record.branch = branch
        let (known, altered) = try SignoffCarry.last(session, branch: branch)
        if !altered.isEmpty { record.passedOver = altered }
        guard let reason = session.options.forgetsFindings else {
            record.open = known?.findings ?? []
            record.carried = known.map { SignoffRecord.Carried(from: $0.from, findings: $0.findings.map(\.id)) }
            return
        }
        guard let known else {
            throw GateFailure(
                "signoff.nothing-to-forget",
                "no earlier sign-off of this work left a finding open",
                hints: ["leave '--forget-findings' out"]
            )
        }
        let who = try await session.repository.identity()
        record.forgotten = SignoffRecord.Forgotten(
            from: known.from,
            findings: known.findings,
            reason: reason,
            by: "\(who.name) <\(who.email)>"
        )
    }
}
