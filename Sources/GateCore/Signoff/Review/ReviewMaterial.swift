import GateGit

/// What every reviewer of a tree is shown, the same bytes for each of them.
struct ReviewMaterial: Sendable {
    /// Longest material, in bytes; a part of a change is never reviewed as if it were the whole.
    static let mostBytes = 768 << 10
    /// Longest single file that is shown whole.
    private static let mostOfFile = 64 << 10

    let text: String
    /// SHA-256 of what it shows of the work itself: everything but what runs of the tests gave, and what is only so in
    /// this working copy.
    let digest: String
    /// Files that were not shown, each with the reason.
    let leftOut: [String]

    /// - Parameters:
    ///   - gate: the record of the run that found the tree green, and where its artifacts are.
    ///   - open: findings of earlier iterations that nobody has said to be resolved.
    ///   - reconciliation: the change held against the working tree and red CI jobs.
    ///   - scope: the scope matrix as the gate judged it.
    /// - Throws: `GateFailure` with `signoff.too-large` where the change itself does not fit.
    static func make(
        _ session: Session,
        gate: (record: RunRecord, run: RunLedger.Run),
        open: [SignoffFinding],
        reconciliation: Reconciliation? = nil,
        scope: ScopeRecord? = nil
    ) async throws -> ReviewMaterial {
        let proposal = session.proposal
        let diff = String(
            decoding: try await session.repository.unifiedDiff(from: proposal.baseTree, to: proposal.headTree),
            as: UTF8.self
        )
        guard diff.utf8.count <= mostBytes / 2 else {
            throw GateFailure(
                "signoff.too-large",
                "the change has \(diff.utf8.count) bytes; more than \(mostBytes / 2) cannot be reviewed as a whole",
                hints: ["sign it off in parts: name a nearer base with '--base'"]
            )
        }
        var parts = [Part(title: "The evidence of the tests", body: evidence(gate.record), isPassing: true)]
        if let scope {
            parts.append(Part(title: "The scope matrix, as the gate judged it", body: ScopeText.body(scope)))
        }
        if !open.isEmpty {
            parts.append(Part(title: "Findings of earlier reviews that are still open", body: list(open)))
        }
        if let text = ReconcileText.jobs(reconciliation) {
            parts.append(Part(title: "CI jobs that were red", body: text))
        }
        if let text = ReconcileText.files(reconciliation) {
            parts.append(Part(title: "Files around the change", body: text, isPassing: true))
        }
        parts.append(Part(title: "The change, whole", body: diff))
        var leftOut: [String] = []
        var left = mostBytes - parts.reduce(0) { $0 + $1.body.utf8.count }
        func add(_ title: String, _ path: RepositoryPath, in tree: ObjectID) async throws {
            guard let entry = try await session.repository.entry(path, in: tree), entry.mode.isRegularFile else {
                return
            }
            let size = try await session.repository.blobSize(entry.id)
            guard size <= min(mostOfFile, left) else {
                leftOut.append("\(path): \(size) bytes, more than there is room for")
                return
            }
            guard let text = String(validating: try await session.repository.blob(entry.id), as: UTF8.self) else {
                leftOut.append("\(path): no text")
                return
            }
            left -= text.utf8.count
            parts.append(Part(title: "\(title): \(DataFence.name(path.description))", body: text))
        }
        let depth = session.policy.signoff.depth.value
        for path in session.policy.signoff.requiredFiles {
            try await add("Required file", RepositoryPath(path.value), in: proposal.headTree)
        }
        if depth != .light {
            for change in proposal.delta { try await add("As it is now", change.path, in: proposal.headTree) }
        }
        if depth == .deep {
            for change in proposal.delta where change.old != nil && proposal.baseTree != .emptyTree {
                try await add("As it was", change.path, in: proposal.baseTree)
            }
            for step in gate.record.steps where step.phase == "head" {
                for name in [step.standardOutput, step.standardError].compactMap({ $0 }) {
                    guard let bytes = try gate.run.read(name) else { continue }
                    let text = Excerpt.headAndTail(of: String(decoding: bytes, as: UTF8.self), head: 150, tail: 150)
                    guard text.utf8.count <= left else { continue }
                    left -= text.utf8.count
                    parts.append(
                        Part(title: "What '\(DataFence.name(step.step))' printed", body: text, isPassing: true)
                    )
                }
            }
        }
        if !leftOut.isEmpty {
            parts.append(Part(title: "Files that are not shown", body: leftOut.joined(separator: "\n")))
        }
        return ReviewMaterial(text: fenced(parts, session.redactor), digest: digest(parts), leftOut: leftOut)
    }

    private struct Part {
        let title: String
        let body: String
        /// Whether the same work can have another one: it is of a run, or of the working copy it was looked at in. A
        /// verdict about the work outlives both a commit and a clone.
        var isPassing = false
    }

    private static func digest(_ parts: [Part]) -> String {
        var hash = SHA256()
        for part in parts where !part.isPassing {
            hash.update(Array("\(part.title.utf8.count) \(part.title)\n\(part.body.utf8.count) \(part.body)\n".utf8))
        }
        return SHA256.hex(hash.finish())
    }

    private static func fenced(_ parts: [Part], _ redactor: Redactor) -> String {
        let plain = parts.map { DataFence.plain(redactor.redact($0.body)) }
        let fence = DataFence(around: plain)
        return fence.sentence + "\n\n"
            + zip(parts, plain).map { "## \($0.title)\n\(fence.enclose($1))" }.joined(separator: "\n")
    }

    /// What ran, on which tree, and what it gave.
    private static func evidence(_ record: RunRecord) -> String {
        var lines = [
            "run \(record.id): \(record.result?.verdict ?? "unfinished")", "tree \(record.head.tree)",
            "base \(record.base.commit ?? record.base.tree), \(record.base.origin)",
            "isolation \(record.sandbox.level)",
        ]
        for step in record.steps {
            let counts = Dictionary(grouping: step.outcomes.values, by: { $0 }).mapValues(\.count)
            let outcomes = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            lines.append(
                "\(step.phase), \(step.step): \(PolicyValue.quoted(step.command)): exit "
                    + "\(step.exitCode.map(String.init) ?? "none"), \(outcomes.isEmpty ? "no outcomes" : outcomes)"
            )
            lines += step.outcomes.sorted { $0.key < $1.key }.prefix(200).map { "  \($0.key): \($0.value)" }
        }
        lines += (record.flaky ?? []).map { "flaky, counts for nothing: \($0)" }
        lines += record.notes.map { "note: \($0)" }
        return lines.joined(separator: "\n")
    }

    static func list(_ findings: [SignoffFinding]) -> String {
        findings.map { finding in
            """
            finding_id: \(finding.id)
            severity: \(finding.severity.rawValue)
            file: \(finding.file)
            issue: \(finding.issue)
            fix_required: \(finding.fixRequired)
            test_required: \(finding.testRequired)
            evidence: \(finding.evidence)
            """
        }.joined(separator: "\n\n")
    }
}
