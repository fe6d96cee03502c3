import GateGit
import Synchronization

extension Engine {
    /// Takes the whole road, or none of it where the head is proven already.
    ///
    /// A proof counts where everything it rests on is the same (`ProofKey`). Runs of the same tree at the same time
    /// share one: the others wait for it. Only conclusive passes are remembered.
    ///
    /// - Returns: the record of the run, which the ledger holds as well, and the run's place in the ledger; for a head
    ///   that is proven already, a record that names the run that proved it, and that run's place.
    package func run(_ source: Source, _ delivery: Delivery) async throws -> (record: RunRecord, run: RunLedger.Run) {
        let done = try await stationed(try await recallOrTakeRoad(source, delivery))
        tell(.ended(done.record))
        return done
    }

    private func recallOrTakeRoad(
        _ source: Source,
        _ delivery: Delivery
    ) async throws -> (record: RunRecord, run: RunLedger.Run) {
        let policy = session.policy
        guard policy.remembers.value, policy.isEnabled.value, !source.isGiven,
            let key = try await ProofKey.make(session)
        else { return try await takeRoad(source, delivery) }
        let clock = ContinuousClock.now
        let memory = ProvenTrees(repository: session.repository)
        let claim = Claim()
        if !session.options.isFresh {
            if let known = try recall(key, memory, since: clock) { return known }
            claim.lock = try await memory.claim(key, wait: policy.timeBudget.value) { tell(.waiting($0)) }
            // Whoever had it may have proven the tree meanwhile.
            if let known = try recall(key, memory, since: clock) { return known }
        }
        defer { claim.lock = nil }
        let engine = Engine(session: session, command: command, person: person, scout: scout, station: station) {
            event in
            // A red head has nothing to share: nobody need wait for its repair.
            if case .failing = event { claim.lock = nil }
            tell(event)
        }
        let (record, run) = try await engine.takeRoad(source, delivery)
        guard let proven = provenTree(of: record) else { return (record, run) }
        // What was installed or switched while the tests ran makes the proof one of neither state.
        if try await ProofKey.make(session) == key {
            try memory.remember(
                ProvenTrees.Entry(
                    key: key.moved(to: proven),
                    run: record.id,
                    command: record.command,
                    verdict: record.result?.verdict ?? "",
                    provenAt: session.context.now(),
                    seconds: record.seconds,
                    sandbox: record.sandbox.level,
                    seal: RunLedger(repository: session.repository).seal(of: record.id) ?? ""
                )
            )
        } else {
            tell(.note("tools or installed packages changed while the tests ran: this verdict is not remembered"))
        }
        return (record, run)
    }

    private func recall(
        _ key: ProofKey,
        _ memory: ProvenTrees,
        since clock: ContinuousClock.Instant
    ) throws -> (record: RunRecord, run: RunLedger.Run)? {
        let answer = try memory.recall(
            key,
            age: session.policy.memoryAge.value,
            isolated: session.policy.sandbox.value == .required,
            now: session.context.now()
        )
        switch answer {
        case .unproven(let why):
            if let why { tell(.note("\(why); it is run again")) }
            return nil
        case .proven(let entry):
            let run = try RunLedger(repository: session.repository).find(entry.run)
            var record = RunRecord(
                session,
                id: entry.run,
                command: command,
                started: session.context.now(),
                sandbox: RunRecord.SandboxRecord(level: entry.sandbox, shortfall: "")
            )
            record.remembered = RunRecord.RememberedRecord(entry)
            record.seconds = (ContinuousClock.now - clock).seconds
            record.result = RunRecord.ResultRecord(
                verdict: "green",
                reasons: [],
                stopReason: "remembered",
                exitStatus: 0,
                applied: false,
                next: []
            )
            return (record, run)
        }
    }

    /// The tree that a run proved green as a whole; `nil` where it proved less.
    private func provenTree(of record: RunRecord) -> ObjectID? {
        guard record.flaky == nil, record.attributedToBase.isEmpty, let result = record.result else { return nil }
        switch result.verdict {
        case "green": return session.proposal.headTree
        case "accepted":
            // Of a scenario's candidate only the scenario is proven.
            guard record.scenarios.isEmpty, session.plan.exempting.isEmpty else { return nil }
            return result.candidate.flatMap { ObjectID(hex: $0) }
        default: return nil
        }
    }
}

/// The right to be the one that tests a tree.
private final class Claim: Sendable {
    private let held = Mutex<FileLock?>(nil)

    var lock: FileLock? {
        get { held.withLock { $0 } }
        set { held.withLock { $0 = newValue } }
    }
}

extension RunRecord.RememberedRecord {
    init(_ entry: ProvenTrees.Entry) {
        self.init(run: entry.run, command: entry.command, provenAt: entry.provenAt, seconds: entry.seconds)
    }
}
