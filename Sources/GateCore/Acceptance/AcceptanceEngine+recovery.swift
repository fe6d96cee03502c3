import GateGit

extension AcceptanceEngine {
    /// Brings to an end what a process that died has left; the caller holds the lock.
    ///
    /// Forward where every path is either old or new, else back, leaving alone what the user changed since. It keeps
    /// the journal until the very end, so it may itself be interrupted anywhere.
    func recover() async throws -> RecoveryReport? {
        guard let journal = try store.readJournal() else { return nil }
        try index.releaseOwnLock()
        switch journal.stage {
        case .prepared, .goingBack: return report(journal, finished: false, try await takeBack(journal))
        case .done: return report(journal, finished: true, try await finish(journal))
        case .swapping: return try await recoverSwapping(journal)
        case .swapped:
            // Either all goes forward, or `finish` has taken it back and says what had moved.
            let movement = try await finish(journal)
            return report(journal, finished: movement.isNone, movement)
        }
    }

    private func recoverSwapping(_ journal: AcceptanceJournal) async throws -> RecoveryReport {
        let created = Set(journal.createdFolders.map(\.path))
        for step in journal.steps where try swapper.state(of: step, createdFolders: created) == .neither {
            return report(journal, finished: false, try await takeBack(journal))
        }
        for step in journal.steps {
            let isDone: Bool =
                switch try swapper.state(of: step, createdFolders: created) {
                case .after: true
                case .before: try swapper.apply(step, createdFolders: created)
                case .between: try swapper.completeMove(step)
                case .neither: false
                }
            if !isDone { return report(journal, finished: false, try await takeBack(journal)) }
        }
        let movement = try await finish(journal)
        return report(journal, finished: movement.isNone, movement)
    }

    private func report(_ journal: AcceptanceJournal, finished: Bool, _ movement: Movement) -> RecoveryReport {
        RecoveryReport(
            runID: journal.runID,
            wasUndo: journal.wasUndo,
            finished: finished,
            leftAlone: movement.paths,
            keptAside: movement.keptAside
        )
    }
}
