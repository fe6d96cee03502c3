import GateCore
import GateGit

/// Evidence of a job: what it leaves for others, and what others have left for it.
struct CIEvidence: Sendable {
    let remote: String
    let voice: CIVoice
    let context: GateContext

    /// Signs what a run concluded and sends it to the remote.
    ///
    /// A part that is red is attested as well, so that the job that decides need not wait for it.
    func leave(
        _ record: RunRecord,
        _ run: RunLedger.Run,
        _ attester: Attester?,
        _ session: Session
    ) async throws {
        guard let attester else { return }
        let isPart = record.parts?.isWhole == false
        let isConclusive = ["green", "accepted"].contains(record.result?.verdict)
        guard isConclusive || isPart && record.result?.verdict == "rejected" else {
            voice.console.progress("nothing is attested: the run came to no conclusion")
            return
        }
        do {
            let made =
                isConclusive ? try await attester.attestPass(record, run, session) : try await attester.attest(run)
            if let made { voice.console.progress(AttestationReport.line(made)) }
            try await push(session.repository)
        } catch let failure as GateFailure where session.options.attests != true {
            // Nobody asked for it in this job, so the verdict stands without it.
            voice.say("not attested: \(failure.message) [\(failure.code)]")
        }
    }

    /// Whether somebody trusted has proven what is about to be run; says who, and when.
    func isProven(_ options: SessionOptions) async throws -> Bool {
        let proof = try await Session.open(context, options) { session -> Verification.Finding? in
            try await fetch(session.repository)
            let proof = try await FleetMerge.proof(of: session)
            if proof != nil, session.plan.parts?.shard == .all,
                try await SignoffStation.missing(session) != nil
            {
                voice.console.progress("a trusted signer has proven this, and nobody has signed it off; it is run")
                return nil
            }
            // Others wait for the evidence of a part; an earlier run may have failed to send it.
            if proof != nil, session.plan.parts?.shard != .all { try await push(session.repository) }
            return proof
        }
        guard let proof else {
            voice.console.progress("no trusted signer has proven this yet; it is run")
            return false
        }
        voice.close()
        let text = ProvenReport(proof).text
        try summarise("## git gatekeeper: proven\n\n" + MarkdownReport.escaped(text) + "\n")
        try voice.answer(text, json: proof, as: .ciProven)
        return true
    }

    /// Decides over the evidence of all parts.
    ///
    /// - Throws: `ExitStatus` where that is not green.
    func merge(_ options: SessionOptions, shards: Int?) async throws {
        let decision = try await Session.open(context, options) { session in
            try await fetch(session.repository)
            let result = try await FleetMerge(session, shards: shards, remote: remote).decide()
            if result.decision.verdict == "green", result.summaries.contains(where: { $0.part != nil }),
                let attester = try await Work.attester(session, voice.console)
            {
                let attestation = try await attester.attest(session, parts: result.summaries)
                voice.console.progress(AttestationReport.line(attestation))
                try await push(session.repository)
            }
            var decision = result.decision
            if decision.verdict == "green" { decision.withhold(try await SignoffStation.missing(session)) }
            return decision
        }
        voice.close()
        try summarise(MarkdownReport.render(decision))
        try voice.answer(decision.text, json: decision, as: .ciMerge)
        if decision.exitStatus != 0 { throw ExitStatus(rawValue: decision.exitStatus) }
    }

    private func summarise(_ text: String) throws {
        guard let summary = context.environment["GITHUB_STEP_SUMMARY"], !summary.isEmpty else { return }
        try OutputFile.append(Array(text.utf8), to: summary, below: context.workingDirectory)
    }

    private func fetch(_ repository: GitRepository) async throws {
        let found = try await AttestationStore(repository: repository, context: context).fetch(from: remote).isFound
        if !found { voice.console.progress("'\(remote)' has no notes of the gate") }
    }

    private func push(_ repository: GitRepository) async throws {
        _ = try await AttestationStore(repository: repository, context: context).push(to: remote)
    }
}
