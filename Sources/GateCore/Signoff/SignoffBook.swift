import GateGit

/// Writes a sign-off down, and says how it ends.
struct SignoffBook: Sendable {
    /// How a sign-off ended, and why.
    enum Ending: Sendable {
        case signedOff
        case red(RunRecord)
        case moved(String)
        /// A state with its reasons, and what to do next.
        case stopped(SignoffRecord.State, [String], [String])
    }

    let run: RunLedger.Run
    var record: SignoffRecord
    /// The CI jobs that are red, once somebody was asked; what was red stays to be shown green in every iteration.
    var redJobs: [RedJob]?

    /// - Throws: `GateFailure` with `signoff.nothing` where base and head are one tree.
    init(_ session: Session, _ reviewers: [SignoffReviewer], fixer: SignoffReviewer?) async throws {
        let proposal = session.proposal
        guard proposal.baseTree != proposal.headTree else {
            throw GateFailure(
                "signoff.nothing",
                "there is nothing to review: base and head are the same tree (base: \(proposal.baseOrigin.description))",
                hints: ["name what the work is held against with '--base'"]
            )
        }
        var files = Set(try await session.repository.files(in: proposal.headTree).keys)
        if proposal.baseTree != .emptyTree {
            files.formUnion(try await session.repository.files(in: proposal.baseTree).keys)
        }
        run = try RunLedger.signoffs(of: session.repository).open(stamp: session.context.stamp())
        record = SignoffRecord(
            id: run.id,
            started: session.context.now(),
            gate: session.context.version,
            repository: session.repository.workingTree ?? session.repository.gitDirectory,
            base: RunRecord.Side(
                commit: proposal.baseCommit?.hex,
                tree: proposal.baseTree.hex,
                origin: proposal.baseOrigin.description
            ),
            head: RunRecord.Side(
                commit: proposal.headCommit?.hex,
                tree: proposal.headTree.hex,
                origin: proposal.headOrigin
            ),
            depth: session.policy.signoff.depth.value.rawValue,
            packages: TouchedPackages.folders(of: proposal.delta.map(\.path), among: files),
            reviewers: reviewers.map(Self.description),
            fixer: fixer.map(Self.description)
        )
        record.binding = SignoffBinding.digest(session)
        try await carry(session)
    }

    private static func description(_ who: SignoffReviewer) -> SignoffRecord.Reviewer {
        SignoffRecord.Reviewer(
            name: who.folder,
            backend: who.backend.name,
            model: who.role.value.model,
            family: who.family,
            source: who.role.source.description,
            origin: who.backend.origin
        )
    }

    /// Opens the next iteration on the tree as it is now.
    mutating func begin(_ session: Session) -> Int {
        let proposal = session.proposal
        record.base = RunRecord.Side(
            commit: proposal.baseCommit?.hex,
            tree: proposal.baseTree.hex,
            origin: proposal.baseOrigin.description
        )
        record.head = RunRecord.Side(
            commit: proposal.headCommit?.hex,
            tree: proposal.headTree.hex,
            origin: proposal.headOrigin
        )
        record.binding = SignoffBinding.digest(session)
        return record.iterations.count + 1
    }

    /// Writes an iteration down, once more where it went on.
    mutating func put(_ iteration: SignoffRecord.Iteration) {
        if let last = record.iterations.last, last.number == iteration.number { record.iterations.removeLast() }
        record.iterations.append(iteration)
    }

    /// Why no further iteration may be begun; `nil` where one may.
    func bound(_ policy: ResolvedPolicy) -> String? {
        if record.iterations.count >= policy.signoff.iterations.value {
            return
                "\(record.iterations.count) iterations are the most (\(policy.signoff.iterations.source.description))"
        }
        let repeats = policy.escalationRepeats.value
        let last = record.iterations.suffix(repeats).map { Set($0.open) }
        if repeats > 1, last.count == repeats, Set(last).count == 1 {
            return "the same findings are open for the \(repeats). time; a person has to look"
        }
        let usages = record.iterations.flatMap { $0.reviews.map(\.usage) + [$0.fix?.usage] }.compactMap { $0 }
        let tokens = usages.reduce(0) { $0 + ($1.inputTokens ?? 0) + ($1.outputTokens ?? 0) }
        if policy.tokenBudget.value > 0, tokens >= policy.tokenBudget.value { return "the token budget is used up" }
        let cost = Cost(dollars: usages.reduce(0) { $0 + ($1.costUSD ?? 0) })
        if let most = policy.costBudget?.value, cost >= most { return "the cost budget is used up" }
        return nil
    }

    /// A run of the gate as a sign-off names it.
    func reference(_ gate: (record: RunRecord, run: RunLedger.Run), _ session: Session) -> SignoffRecord.Gate {
        SignoffRecord.Gate(
            run: gate.record.id,
            tree: gate.record.head.tree,
            verdict: gate.record.result?.verdict ?? "unfinished",
            seal: RunLedger(repository: session.repository).seal(of: gate.run.id)?.trimmedBlanks,
            isRemembered: gate.record.remembered != nil
        )
    }

    /// The record with what ran; of a tree that was proven before, that of the run that proved it.
    func evidence(
        _ gate: (record: RunRecord, run: RunLedger.Run)
    ) throws -> (record: RunRecord, run: RunLedger.Run) {
        guard gate.record.remembered != nil, let bytes = try gate.run.read(EvidenceCheck.record) else { return gate }
        return (try JSON.decode(RunRecord.self, from: bytes), gate.run)
    }

    func keepPreflight(_ session: Session, iteration: Int) throws {
        let text = session.redactor.redact(SignoffText.preflight(record.preflight))
        try run.record("iteration-\(iteration)/preflight.md", Array(text.utf8))
        try keepScope(in: "iteration-\(iteration)/")
    }

    /// How preflight ends a sign-off; `nil` where everything holds.
    func preflightEnding(_ state: SignoffRecord.State) -> Ending? {
        let failing = record.preflight.filter { !$0.holds }
        guard !failing.isEmpty else { return nil }
        return .stopped(state, failing.map { "\($0.name): \($0.detail)" }, failing.flatMap(\.next))
    }

    /// How verdicts end a sign-off; `nil` where everybody is satisfied.
    mutating func verdictEnding(_ iteration: SignoffRecord.Iteration) -> Ending? {
        let reviews = iteration.reviews
        settle(reviews)
        put(iteration, open: record.open.map(\.id))
        let blocked = reviews.filter { $0.verdict?.verdict == .blocked }
        if !blocked.isEmpty {
            return .stopped(
                .blocked,
                blocked.map { "\($0.reviewer): \($0.verdict?.blocker?.evidence ?? "")" },
                blocked.compactMap { $0.verdict?.blocker?.safestRetry }
            )
        }
        let objecting = reviews.filter { $0.verdict?.verdict == .findings }
        if !objecting.isEmpty, !record.open.isEmpty {
            return .stopped(
                .findings,
                objecting.map { "\($0.reviewer) has \($0.verdict?.findings.count ?? 0) findings" },
                ["repair what is found, with a test that proves it; then sign off again"]
            )
        }
        let silent = reviews.filter { $0.verdict == nil }
        guard silent.isEmpty, !reviews.isEmpty else {
            return .stopped(
                .undecided,
                silent.map { review in
                    let why =
                        review.failure ?? review.fault.map { "\($0.message) [\($0.code.rawValue)]" } ?? "no answer"
                    return "\(review.reviewer): \(why)"
                },
                ["what was said is in the folder of each reviewer; run the sign-off again, or name another reviewer"]
            )
        }
        return nil
    }

    private mutating func put(_ iteration: SignoffRecord.Iteration, open: [String]) {
        var iteration = iteration
        iteration.open = open
        put(iteration)
    }

    /// Brings the list of open findings up to date: none leaves it unless a reviewer of this tree says that it is
    /// resolved, and nobody finds it again.
    private mutating func settle(_ reviews: [SignoffRecord.Review]) {
        let verdicts = reviews.compactMap(\.verdict)
        let resolved = Set(verdicts.flatMap(\.resolved))
        let again = Set(verdicts.flatMap(\.findings).map(\.id))
        let before = Set(record.open.map(\.id))
        var open = record.open.filter { !resolved.contains($0.id) && !again.contains($0.id) }
        for review in reviews {
            for var finding in review.verdict?.findings ?? [] {
                if open.contains(where: { $0.id == finding.id }) {
                    // Whoever knows it by its id means the same gap; two who thought of one id do not.
                    if before.contains(finding.id) { continue }
                    finding.id = "\(review.reviewer).\(finding.id)"
                }
                open.append(finding)
            }
        }
        record.open = open
    }

    /// Writes record and report down.
    func close(
        _ ending: Ending,
        _ session: Session,
        since clock: ContinuousClock.Instant
    ) throws -> (record: SignoffRecord, run: RunLedger.Run) {
        var record = record
        record.seconds = (ContinuousClock.now - clock).seconds
        record.result = result(of: ending)
        let bytes = session.redactor.redact(try JSON.encode(record))
        try run.record(Self.file, bytes)
        try keepScope(in: "")
        try run.record(Self.seal, Array(Self.sealLine(bytes).utf8))
        record = try JSON.decode(SignoffRecord.self, from: bytes)
        if let state = record.result?.state {
            try run.record(SignoffText.fileName(state), Array(SignoffText.report(record).utf8))
        }
        return (record, run)
    }

    /// A recorded sign-off, and whether it is as it was written; `nil` where it was never finished or cannot be read.
    static func read(_ run: RunLedger.Run) throws -> (record: SignoffRecord, isIntact: Bool)? {
        guard let bytes = try run.read(file), let record = try? JSON.decode(SignoffRecord.self, from: bytes) else {
            return nil
        }
        let line = try run.read(seal).map { String(decoding: $0, as: UTF8.self) }
        return (record, line == sealLine(bytes) && record.id == run.id)
    }

    private static func sealLine(_ bytes: [UInt8]) -> String { "\(SHA256.hex(bytes))  \(file)\n" }

    static let file = "signoff.json"
    private static let seal = "signoff.json.sha256"

    private func result(of ending: Ending) -> SignoffRecord.Result {
        func made(
            _ state: SignoffRecord.State,
            _ reasons: [String],
            _ next: [String],
            exit: Int32? = nil
        ) -> SignoffRecord.Result {
            SignoffRecord.Result(state: state, reasons: reasons, exitStatus: exit ?? state.exitStatus, next: next)
        }
        switch ending {
        case .signedOff:
            guard let commit = record.iterations.compactMap({ $0.fix?.commit }).last else {
                return made(.signedOff, [], [])
            }
            // What goes on is still the tree in which reviewers found something.
            return made(
                .signedOff,
                ["what is signed off waits as the commit \(commit), and is not where the work is"],
                ["take it, on the branch that ends there, with 'git merge --ff-only \(commit)'"],
                exit: 1
            )
        case .moved(let what):
            return made(.moved, [what], ["leave the work alone while it is reviewed; run the sign-off again"])
        case .stopped(let state, let reasons, let next): return made(state, reasons, next)
        case .red(let gate):
            let reasons = (gate.result?.reasons ?? []).map { "\($0.code): \($0.message)" }
            let status = gate.result?.exitStatus ?? 125
            return made(
                .red,
                reasons.isEmpty ? ["the gate says \(gate.result?.verdict ?? "nothing")"] : reasons,
                (gate.result?.next ?? []) + ["'git gatekeeper show \(gate.id)' has what ran"],
                // A gate that is switched off ends well, and proves nothing.
                exit: status == 0 ? 125 : status
            )
        }
    }
}
