package import GateGit

/// Writes down that a hook was passed over: who, when, what for, and what went on unjudged.
package struct BypassLedger: Sendable {
    private let context: GateContext
    private let repository: GitRepository

    package init(context: GateContext, repository: GitRepository) {
        self.context = context
        self.repository = repository
    }

    /// Adds a run to the ledger in which nothing was run.
    ///
    /// - Returns: the record as it was kept.
    package func record(
        _ kind: HookKind,
        _ bypass: HookSwitch.Bypass,
        remote: PushRemote? = nil,
        updates: [RefUpdate] = []
    ) async throws -> RunRecord {
        let run = try RunLedger(repository: repository).open(stamp: context.stamp())
        let head = try await repository.resolveCommit("HEAD")
        let tree: ObjectID = if let head { try await repository.tree(ofCommit: head) } else { .emptyTree }
        let who = try? await repository.identity()
        var record = RunRecord(
            id: run.id,
            command: kind.rawValue,
            started: context.now(),
            gate: RunRecord.Gate(version: context.version, libgit2: libgit2Version),
            repository: repository.workingTree ?? repository.gitDirectory,
            base: RunRecord.Side(tree: ObjectID.emptyTree.hex, origin: "not looked for"),
            head: RunRecord.Side(commit: head?.hex, tree: tree.hex, origin: "HEAD, not judged"),
            sandbox: RunRecord.SandboxRecord(level: "none", shortfall: "nothing was run"),
            policy: []
        )
        record.digests = .ofNothing
        record.hook = RunRecord.HookRecord(
            name: kind.rawValue,
            remote: remote.map { PushRemote.withoutPassword($0.name) },
            updates: updates.map { RunRecord.UpdateRecord(reference: $0.reference, old: $0.old.hex, new: $0.new.hex) },
            bypass: RunRecord.BypassRecord(
                variable: bypass.variable,
                reason: bypass.reason,
                by: who.map { "\($0.name) <\($0.email)>" }
            )
        )
        record.result = RunRecord.ResultRecord(
            verdict: "skipped",
            reasons: [
                RunRecord.ReasonRecord(Reason(.bypassed, nil, "\(bypass.variable) passed over it: \(bypass.reason)"))
            ],
            stopReason: "bypassed",
            exitStatus: 0,
            applied: false,
            backend: nil,
            next: []
        )
        let secrets = SecretEnvironment.secrets(in: context.environment, shared: [HookSwitch.skip])
        record = record.redacted(by: Defence.redaction.isOn ? Redactor(secrets: secrets) : .none)
        let bytes = try JSON.encode(record)
        try run.record(EvidenceCheck.record, bytes)
        try run.record(EvidenceCheck.seal, Array(EvidenceCheck.seal(of: bytes).utf8))
        return record
    }
}
