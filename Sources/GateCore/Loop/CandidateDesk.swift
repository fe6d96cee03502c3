import GateGit

/// Makes an answer into a candidate and holds it against the rules, before anything of it is executed.
package struct CandidateDesk: Sendable {
    package enum Decision: Sendable {
        case admitted(Candidate)
        case refused([AdmissionFinding])
    }

    private let session: Session

    package init(_ session: Session) { self.session = session }

    package func prepare(_ answer: Answer) async throws -> Decision {
        let builder = CandidateBuilder(
            repository: session.repository,
            head: session.proposal.headTree,
            temporaryFolder: session.temporaryFolder
        )
        switch try await builder.build(answer) {
        case .refused(let findings): return .refused(findings)
        case .candidate(let candidate, let declared):
            let findings = try await admission().findings(
                candidate,
                declared: declared,
                head: session.proposal.headTree,
                repository: session.repository
            )
            return findings.isEmpty ? .admitted(candidate) : .refused(findings)
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
