import GateGit

/// Lets the embedded search say which part of the delta it suspects, before another backend is asked.
struct SuspectSearch: Sendable {
    let session: Session
    let baseline: Baseline
    let record: FailureRecord
    let trial: CandidateTrial
    /// The embedded backend that searches.
    let scout: any Backend
    let tell: @Sendable (RunEvent) -> Void

    /// - Returns: the suspected part of the delta as a diff from what it would be without it; `nil` where none is
    ///   found within the trials that policy allows, or where there is nothing to suspect.
    func hunks() async throws -> String? {
        let most = session.policy.suspectTrials.value
        let proposal = session.proposal
        guard most > 0, session.policy.backend.value != scout.name, proposal.baseTree != proposal.headTree,
            proposal.baseTree != .emptyTree
        else { return nil }
        let request = BackendRequest(
            attempt: 1,
            session: session,
            baseline: baseline,
            record: record,
            deadline: session.policy.timeBudget.value
        )
        let bench = BoundedBench(
            bench: WarmBench(session: session, known: nil, trial: trial, number: 0, tell: { _ in }),
            most: most
        )
        do {
            let reply = try await scout.propose(request, bench: bench)
            guard case .tree(let tree) = reply.answer else { return nil }
            for note in reply.notes where note.hasPrefix("suspected: ") { tell(.note(note)) }
            let diff = try await session.repository.unifiedDiff(from: tree, to: proposal.headTree)
            return String(decoding: diff, as: UTF8.self)
        } catch is BackendFailure {
            // What a search cannot say, nobody misses.
            return nil
        }
    }
}

/// A bench on which only so many trees are tried; whatever comes after is not known.
private actor BoundedBench: TrialBench {
    private let bench: WarmBench
    private var left: Int

    init(bench: WarmBench, most: Int) {
        self.bench = bench
        left = most
    }

    nonisolated var repository: GitRepository { bench.repository }

    func admits(_ tree: ObjectID) async throws -> Bool { try await bench.admits(tree) }

    func trial(_ tree: ObjectID) async throws -> Trial {
        guard left > 0 else { return .unresolved }
        left -= 1
        return try await bench.trial(tree)
    }
}
