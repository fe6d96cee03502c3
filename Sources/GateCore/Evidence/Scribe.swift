import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// How a run ended, in the words of the record.
enum RunEnding: Sendable {
    case green
    /// What the base's contract says beside it.
    case red(Baseline, [Reason])
    case undecided([Reason], stop: String, next: [String] = [])
    /// The head is green, and does not hold under the base's contract.
    case baseContract(Verdict)
    case notAccepted(RepairLoop.Result)
    case accepted(Candidate, Deliverer.Ending)
    /// Policy has switched the gate off; nothing ran.
    case skipped(PolicySource, asksForProof: Bool)
    /// The same failure came back too often.
    case escalated(RepairLoop.Result, Deliverer.Ending)
    case waiting(RepairLoop.Result, Candidate, Deliverer.Ending)
    /// Proven, and not signed off.
    case unsigned(Candidate, Station.Ruling, keptAt: String)
}

/// Writes a run down while it happens: artifacts as they come, the record at the end.
actor Scribe {
    private let session: Session
    private let run: RunLedger.Run
    private var record: RunRecord
    private var backend: String?

    init(session: Session, run: RunLedger.Run, record: RunRecord) {
        self.session = session
        self.run = run
        self.record = record
    }

    /// Who is asked: one backend, or a council.
    func use(_ choices: [BackendChoice]) {
        let made = choices.map {
            RunRecord.BackendRecord(
                name: $0.backend.name,
                source: $0.source.source.description,
                model: $0.model?.value,
                modelSource: $0.model?.source.description
            )
        }
        backend = made.map(\.name).joined(separator: ", ")
        record.backend = made.first
        record.council = made.count > 1 ? made : nil
    }

    /// Puts the attempt that won behind all others, where summaries look for it.
    private func putLast(_ candidate: Candidate) {
        guard
            let index = record.attempts.lastIndex(where: {
                $0.candidate == candidate.tree.hex && $0.verdict == Verdict.Kind.accepted.rawValue
            })
        else { return }
        record.attempts.append(record.attempts.remove(at: index))
    }

    func add(_ baseline: Baseline) throws {
        for step in baseline.head { try add(step, phase: "head", tree: session.proposal.headTree) }
        for (phase, step) in baseline.repetitions { try add(step, phase: phase, tree: session.proposal.headTree) }
        record.flaky = baseline.flaky.isEmpty ? nil : baseline.flaky.all.map(\.name)
        record.notes += baseline.notes
        for step in baseline.base ?? [] { try add(step, phase: "base", tree: session.proposal.baseTree) }
        record.targets =
            baseline.targets.allTests.map(\.name)
            + baseline.targets.uncollected.values.flatMap { $0 }.map { $0.isEmpty ? "(build)" : $0 }.sorted()
        record.attributedToBase = baseline.targets.attributedToBase.values.flatMap { $0 }.sorted()
    }

    func add(_ drift: ContractDrift) {
        record.contractDrift = RunRecord.DriftRecord(
            added: drift.added.map(\.description),
            changed: drift.changed.map(\.description),
            removed: drift.removed.map(\.description),
            others: drift.others
        )
    }

    /// Runs of the head under the base's contract.
    func add(_ held: BaseContract.Finding) throws {
        for probe in held.runs { try add(probe.run, phase: probe.phase, tree: probe.tree) }
    }

    func add(_ failure: FailureRecord) throws {
        record.failure = RunRecord.FailureSummary(failure)
        try keep("failure.json", try JSON.encode(FailureDocument(failure, redactor: session.redactor)))
    }

    func add(_ examination: KnowledgeDesk.Examination) {
        record.scenario = examination.classification.nearest.map {
            RunRecord.MatchRecord(
                id: $0.knowledge.id,
                title: $0.knowledge.title,
                score: $0.score,
                band: $0.band.rawValue,
                reasons: $0.reasons,
                source: $0.entry.place
            )
        }
        record.notes += examination.notes
    }

    /// What was asked, answered and drafted.
    func add(
        _ examination: KnowledgeDesk.Examination,
        _ decision: ClarificationDesk.Decision,
        proposal: ScenarioProposal?
    ) throws {
        let request = examination.request
        var clarification = RunRecord.ClarificationRecord(
            required: request.required,
            reason: request.reason,
            outcome: request.required ? "not-asked" : "not-needed"
        )
        if request.required { try keep(ClarificationRequest.artifact, json: request) }
        switch decision {
        case .clear, .stopped(_, nil): break
        case .answered(let result, let answers):
            clarification.answers = Dictionary(answers.map { ($0.id, $0.answer) }) { first, _ in first }
            clarification.outcome = result.trace.outcome
            try keep(result)
        case .stopped(_, let result?):
            clarification.outcome = result.trace.outcome
            try keep(result)
        }
        record.clarification = clarification
        if let proposal { try keep(ScenarioProposal.artifact, json: proposal) }
    }

    private func keep(_ result: ClarificationDialog.Result) throws {
        try keep(ClarificationDialog.artifact, json: result.trace)
        for (name, content) in result.artifacts.sorted(by: { $0.key < $1.key }) {
            try keep("clarification/\(name)", session.redactor.redact(content))
        }
    }

    private func keep(_ name: String, json value: some Encodable) throws {
        try keep(name, session.redactor.redact(try JSON.encode(value)))
    }

    func add(_ signoff: RunRecord.SignoffReference) { record.signoff = signoff }

    /// The record so far, as evidence about a tree that it found to hold.
    func draft(of tree: ObjectID) -> RunRecord {
        var draft = record
        draft.head = RunRecord.Side(commit: nil, tree: tree.hex, origin: "candidate of run \(run.id)")
        draft.result = RunRecord.ResultRecord(
            verdict: Verdict.Kind.accepted.rawValue,
            reasons: [],
            stopReason: "signoff",
            exitStatus: 0,
            applied: false,
            next: []
        )
        return draft
    }

    func add(_ question: QuestionDocument) throws { try keep(QuestionDocument.artifact, json: question) }

    func add(_ context: ContextBuilder.Context) throws {
        try keep("context.txt", Array(context.text.utf8))
        record.context = RunRecord.ContextContents(context)
        if !context.leftOut.isEmpty {
            let titles = Listing.some(context.leftOut.map(\.title))
            record.notes.append("left out of the context for want of room: \(titles)")
        }
    }

    func add(_ attempt: RepairLoop.Attempt) async throws {
        let folder = "attempt-\(attempt.number)"
        var entry = RunRecord.AttemptRecord(
            number: attempt.number,
            backend: attempt.backend,
            origin: attempt.origin,
            verdict: attempt.verdict.kind.rawValue
        )
        for (name, content) in attempt.artifacts.sorted(by: { $0.key < $1.key }) {
            entry.artifacts.append(try keep("\(folder)/\(name)", session.redactor.redact(content)))
        }
        if let candidate = attempt.candidate {
            entry.candidate = candidate.tree.hex
            entry.paths = candidate.changes.map(\.path.description)
            // A patch has to stay applicable, so it is kept as it is: admission refuses one that adds a known secret.
            let diff = try await session.repository.unifiedDiff(from: session.proposal.headTree, to: candidate.tree)
            entry.artifacts.append(try keep("\(folder)/patch.diff", diff))
        }
        entry.tripwires = RunRecord.TripwireRecord.make(attempt.tripwires)
        for (phase, step) in attempt.runs {
            try add(step, phase: phase, tree: attempt.candidate?.tree ?? session.proposal.headTree)
        }
        for probe in attempt.probes { try add(probe.run, phase: probe.phase, tree: probe.tree) }
        entry.reasons = attempt.verdict.reasons.map(RunRecord.ReasonRecord.init)
        entry.remarks = attempt.verdict.remarks.map(RunRecord.ReasonRecord.init)
        // A test that was skipped and still is says nothing, and neither do the many that pass and still pass.
        entry.transitions = attempt.transitions.filter { transition in
            transition.isTarget || (transition.transition != .passToPass && transition.head != transition.candidate)
                || transition.candidate.isRed
        }
        .map(RunRecord.TransitionRecord.init)
        entry.notes = attempt.notes
        entry.review = attempt.opinion.map(RunRecord.OpinionRecord.init)
        entry.usage = attempt.usage.map(RunRecord.UsageRecord.init)
        entry.cannotFix = attempt.cannotFix.map {
            RunRecord.CannotFixRecord(kind: $0.kind.rawValue, reason: $0.reason, tests: $0.tests)
        }
        entry.look = attempt.look.isEmpty ? nil : attempt.look.map(RunRecord.LookRecord.init)
        entry.seconds = attempt.duration.seconds
        record.attempts.append(entry)
    }

    /// Ends the record, writes it down and returns it.
    func close(
        _ ending: RunEnding,
        since clock: ContinuousClock.Instant
    ) throws -> (record: RunRecord, run: RunLedger.Run) {
        record.seconds = (ContinuousClock.now - clock).seconds
        if case .accepted(let candidate, _) = ending { putLast(candidate) }
        record.result = result(of: ending)
        if let result = record.result, result.verdict == "undecided" {
            let blocking = RunRecord.BlockingRecord(result)
            record.blocking = blocking
            try keep("blocking.json", json: blocking)
        }
        record = record.redacted(by: session.redactor)
        let bytes = try JSON.encode(record)
        try run.record(EvidenceCheck.record, bytes)
        try run.record(EvidenceCheck.seal, Array(EvidenceCheck.seal(of: bytes).utf8))
        return (record, run)
    }

    private func add(_ step: StepRun, phase: String, tree: ObjectID) throws {
        let name = step.step.id.replacing(":", with: "-")
        let output = step.process.standardOutput
        let error = step.process.standardError
        var entry = RunRecord.StepRecord(step, phase: phase, tree: tree.hex)
        if output.total > 0 { entry.standardOutput = try keep("steps/\(phase)/\(name)/stdout", output.bytes) }
        if error.total > 0 { entry.standardError = try keep("steps/\(phase)/\(name)/stderr", error.bytes) }
        entry.standardOutputDigest = entry.standardOutput.flatMap { record.digests?.artifacts[$0] }
        entry.standardErrorDigest = entry.standardError.flatMap { record.digests?.artifacts[$0] }
        record.steps.append(entry)
    }

    /// Writes an artifact down, and its digest into the record.
    @discardableResult
    private func keep(_ name: String, _ content: [UInt8]) throws -> String {
        let kept = try run.record(name, content)
        record.digests?.artifacts[kept] = SHA256.hex(content)
        return kept
    }

    private func result(of ending: RunEnding) -> RunRecord.ResultRecord {
        var result = RunRecord.ResultRecord(
            verdict: "undecided",
            reasons: [],
            stopReason: "",
            exitStatus: 125,
            applied: false,
            backend: backend,
            next: []
        )
        switch ending {
        case .green:
            result.verdict = "green"
            result.stopReason = "green"
            result.exitStatus = 0
        case .red(let baseline, let reasons):
            let red = baseline.head.flatMap { run in
                run.report.redResults.map(\.id.name) + run.observation.uncollected
            }
            let count = Set(red).subtracting(baseline.flaky.all.map(\.name)).count
            result.verdict = "rejected"
            result.reasons = [
                RunRecord.ReasonRecord(
                    Reason(.baselineRed, nil, count == 1 ? "1 test is red" : "\(count) tests are red")
                )
            ]
            result.reasons += reasons.map(RunRecord.ReasonRecord.init)
            result.stopReason = "red"
            result.exitStatus = 1
            let commands = baseline.head.filter { baseline.deciding.contains($0.step.id) && !$0.observation.isGreen }
                .map { "see it yourself with: \(PolicyValue.quoted($0.step.command))" }
            result.next = commands + ["repair it yourself, or let 'git gatekeeper run' try"]
        case .baseContract(let verdict):
            result.verdict = verdict.kind.rawValue
            result.reasons = verdict.reasons.map(RunRecord.ReasonRecord.init)
            result.stopReason = "base-contract"
            result.exitStatus = verdict.kind == .rejected ? 1 : 125
            result.next = [
                "let the code satisfy the base's tests as well, or change those tests in the base first",
                "'git gatekeeper show \(run.id)' has the output of the runs under 'head/base-contract'",
            ]
        case .undecided(let reasons, let stop, let next):
            result.reasons = reasons.map(RunRecord.ReasonRecord.init)
            result.next = next
            result.stopReason = stop
            if stop == "environment", next.isEmpty {
                result.next.append(
                    "install what the tests need (in a virtual environment that is active, or a folder that "
                        + "'gatekeeper.carry' names), or correct the command of the check"
                )
            }
            if stop == "flaky" {
                result.next += [
                    "find out what those tests depend on: time, chance, order, the hash seed, another test, a name of "
                        + "this machine; 'git gatekeeper show \(run.id)' has the output of every run",
                    "or look harder with 'git -c gatekeeper.flakyRuns=3 gatekeeper \(record.command)'",
                ]
            }
            result.next += ["'git gatekeeper show \(run.id)' lists what was kept"]
        case .notAccepted(let loop):
            let last = loop.attempts.last
            let undecided = last?.verdict.kind == .undecided
            result.verdict = undecided ? "undecided" : "rejected"
            result.reasons = (last?.verdict.reasons ?? []).map(RunRecord.ReasonRecord.init)
            result.stopReason = loop.stop.rawValue
            result.exitStatus = undecided ? 125 : 1
            result.candidate = last?.candidate?.tree.hex
            if let answer = last?.cannotFix {
                let known = Set(record.steps.flatMap(\.outcomes.keys))
                result.next = CannotFixWords.next(answer, known: known, run: run.id)
                return result
            }
            result.next =
                backend == "given"
                ? ["'git gatekeeper show \(run.id)' lists the evidence"]
                : [
                    "'git gatekeeper show \(run.id)' lists what was tried; 'context.txt' is what the backend was shown",
                    "try another --backend, or repair it by hand and let 'git gatekeeper judge' or 'test' decide",
                ]
        case .skipped(let source, let asksForProof):
            result.verdict = "skipped"
            result.stopReason = "disabled"
            result.reasons = [
                RunRecord.ReasonRecord(
                    Reason(.disabled, nil, "'gatekeeper.enabled' is false (\(source.description)): nothing was run")
                )
            ]
            // A hook lets pass what nobody wants checked; a proof that was asked for cannot be had.
            result.exitStatus = asksForProof ? 125 : 0
            result.next = ["'git -c gatekeeper.enabled=true gatekeeper \(record.command)' runs it all the same"]
        case .escalated(let loop, let ending):
            let last = loop.attempts.last
            result.reasons = [
                RunRecord.ReasonRecord(
                    Reason(
                        .escalated,
                        nil,
                        "the same failure came back \(loop.times) times in a row; a person has to look"
                    )
                )
            ]
            result.reasons += (last?.verdict.reasons ?? []).map(RunRecord.ReasonRecord.init)
            result.stopReason = loop.stop.rawValue
            result.candidate = last?.candidate?.tree.hex
            result.keptAt = ending.keptAt
            result.exitStatus = ending.exitStatus
            result.next = [last?.failure?.pattern?.guidance].compactMap { $0 } + ending.next
        case .waiting(let loop, let candidate, let ending):
            result.reasons = (loop.attempts.last?.verdict.reasons ?? []).map(RunRecord.ReasonRecord.init)
            result.stopReason = loop.stop.rawValue
            result.candidate = candidate.tree.hex
            result.keptAt = ending.keptAt
            result.exitStatus = ending.exitStatus
            result.next = ending.next
        case .unsigned(let candidate, let answer, let reference):
            result = RunRecord.ResultRecord(answer)
            result.backend = backend
            result.candidate = candidate.tree.hex
            result.keptAt = reference
        case .accepted(let candidate, let ending):
            result.verdict = ending.heldBack == nil ? "accepted" : "undecided"
            result.stopReason = ending.heldBack == nil ? "accepted" : "contract-drift"
            result.candidate = candidate.tree.hex
            result.applied = ending.applied
            result.commit = ending.commit
            result.keptAt = ending.keptAt
            result.undo = ending.undo
            result.exitStatus = ending.heldBack == nil ? ending.exitStatus : 125
            result.reasons = (ending.reasons + [ending.heldBack].compactMap { $0 }).map(RunRecord.ReasonRecord.init)
            result.next = ending.next
        }
        return result
    }
}

extension Duration {
    /// The duration in seconds, to the millisecond.
    package var seconds: Double {
        let (seconds, attoseconds) = components
        return Double(seconds) + Double(attoseconds / 1_000_000_000_000_000) / 1000
    }
}
