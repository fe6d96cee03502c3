import GateGit

/// Several backends at once, each in a loop of its own, under one budget; evidence chooses between what they bring.
struct Council: Sendable {
    let members: [RepairLoop]
    let choice: CouncilChoice
    let repository: GitRepository

    /// Runs all loops until one has a proven candidate, or all of them have ended.
    ///
    /// - Returns: every attempt in the order of numbers, that of the chosen candidate last.
    func run() async throws -> RepairLoop.Result {
        if members.count == 1, let only = members.first { return try await only.run() }
        var results: [RepairLoop.Result] = []
        try await withThrowingTaskGroup(of: RepairLoop.Result.self) { group in
            for member in members { group.addTask { try await member.run() } }
            for try await result in group {
                results.append(result)
                // What the others would still bring cannot win any more.
                if choice == .first, result.stop == .accepted { break }
            }
            group.cancelAll()
        }
        return try await conclude(results)
    }

    private func conclude(_ results: [RepairLoop.Result]) async throws -> RepairLoop.Result {
        var chosen: (result: RepairLoop.Result, size: Int)?
        for result in results where result.stop == .accepted {
            guard let attempt = result.attempts.last, let candidate = attempt.candidate else { continue }
            let size = try await lines(of: candidate)
            let isBetter = chosen.map { (size, attempt.number) < ($0.size, $0.result.attempts.last?.number ?? 0) }
            if isBetter ?? true { chosen = (result, size) }
        }
        // Without an acceptance the answer that leaves most to a person is the most honest one.
        let order: [RepairLoop.StopReason] = [
            .review, .escalated, .attempts, .tokens, .cost, .time, .cannotFix, .backendFailed,
        ]
        guard
            let winner = chosen?.result
                ?? results.min(by: { (order.firstIndex(of: $0.stop) ?? 0) < (order.firstIndex(of: $1.stop) ?? 0) })
        else { return RepairLoop.Result(attempts: [], stop: .attempts) }
        let last = winner.attempts.last?.number
        let all = results.flatMap(\.attempts).sorted {
            ($0.number == last ? 1 : 0, $0.number) < ($1.number == last ? 1 : 0, $1.number)
        }
        return RepairLoop.Result(attempts: all, stop: winner.stop, times: winner.times, keeps: winner.keeps)
    }

    /// Lines a candidate adds and removes; what is no text counts as one.
    private func lines(of candidate: Candidate) async throws -> Int {
        var count = 0
        for change in candidate.changes {
            guard let hunks = try await repository.hunks(old: change.old?.id, new: change.new?.id) else {
                count += 1
                continue
            }
            count += hunks.reduce(0) { $0 + $1.oldCount + $1.newCount }
        }
        return count
    }
}
