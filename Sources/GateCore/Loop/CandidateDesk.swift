import GateGit

/// Makes an answer into a candidate and holds it against the rules, before anything of it is executed.
package struct CandidateDesk: Sendable {
    package enum Decision: Sendable {
        case admitted(Candidate)
        case refused([AdmissionFinding])
    }

    private let session: Session
    /// The record that is about this failure, with the repairs it rejects.
    private let known: ScenarioMatch?

    package init(_ session: Session, known: ScenarioMatch?) {
        self.session = session
        self.known = known
    }

    package func prepare(_ answer: Answer) async throws -> Decision {
        let builder = CandidateBuilder(
            repository: session.repository,
            head: session.proposal.headTree,
            temporaryFolder: session.temporaryFolder
        )
        switch try await builder.build(answer) {
        case .refused(let findings): return .refused(findings)
        case .candidate(let candidate, let declared):
            let findings =
                try await admission().findings(
                    candidate,
                    declared: declared,
                    head: session.proposal.headTree,
                    repository: session.repository
                ) + rejectedFixes(candidate)
            return findings.isEmpty ? .admitted(candidate) : .refused(findings)
        }
    }

    /// What the candidate does that the record of this failure rejects.
    private func rejectedFixes(_ candidate: Candidate) async throws -> [AdmissionFinding] {
        guard let known else { return [] }
        let patterns = known.knowledge.rejectedFixPatterns.map { FixPattern($0) }
        guard patterns.contains(where: \.isRule) else { return [] }
        var added: [(path: RepositoryPath, line: String)] = []
        for change in candidate.changes where change.new?.mode.isRegularFile == true {
            let old = change.old?.mode.isRegularFile == true ? change.old?.id : nil
            for hunk in try await session.repository.hunks(old: old, new: change.new?.id) ?? [] {
                added += hunk.added.split(separator: UInt8(ascii: "\n")).map {
                    (change.path, String(decoding: $0, as: UTF8.self))
                }
            }
        }
        return patterns.flatMap {
            $0.findings(record: known.knowledge.id, paths: candidate.changes.map(\.path), addedLines: added)
        }
    }

    private func admission() throws -> Admission {
        var limits = CandidateLimits()
        limits.replyBytes = session.policy.replyBytes.value
        limits.files = session.policy.candidateFiles.value
        limits.lines = session.policy.candidateLines.value
        let scope = try session.plan.scenarios.flatMap(\.scope).map { pattern throws(GlobError) in try Glob(pattern) }
        return Admission(contract: session.contract, limits: limits, scope: scope, redactor: session.redactor)
    }
}
