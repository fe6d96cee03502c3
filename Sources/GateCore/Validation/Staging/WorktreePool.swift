package import GateGit

/// Hands out worktrees, each to one user at a time, and keeps them for the next.
///
/// A worktree is a numbered folder with a lock that ends with the process that holds it, so one that a crash left
/// behind is simply free again. What it held is believed only where its state file says so.
package struct WorktreePool: Sendable {
    /// Absolute path of the pool.
    package let folder: String
    private let repository: GitRepository
    private static let maximum = 64

    package init(folder: String, repository: GitRepository) {
        self.folder = folder
        self.repository = repository
    }

    /// Takes a free worktree, preferring one that already holds a wanted tree.
    ///
    /// - Throws: `GateFailure` where all are in use.
    package func take(preferring tree: ObjectID? = nil) async throws -> Worktree {
        try SafeScratch.makeFolders(folder)
        var order = Array(1...Self.maximum)
        if let tree, let match = order.first(where: { holds(tree, in: $0) }) {
            order.removeAll { $0 == match }
            order.insert(match, at: 0)
        }
        for number in order {
            let slot = "\(folder)/\(number)"
            try SafeScratch.makeFolders(slot)
            guard case .acquired(let lock) = try FileLock.tryAcquire(path: "\(slot)/lock") else { continue }
            // Runs that a crash left behind belong to nobody now.
            Cleanup.remove("\(slot)/runs")
            return Worktree(slot: slot, lock: lock, repository: repository)
        }
        throw GateFailure(
            "staging.no-worktree",
            "all \(Self.maximum) worktrees in '\(folder)' are in use",
            hints: ["wait for other runs of the gate to end", "or free them with 'git gatekeeper clean'"]
        )
    }

    /// Removes every worktree that nobody uses.
    ///
    /// - Returns: how many were removed, and how many are in use.
    package func clean() throws -> (removed: Int, inUse: Int) {
        var removed = 0
        var inUse = 0
        for number in 1...Self.maximum {
            let slot = "\(folder)/\(number)"
            guard let parent = try? SafeFolder(path: folder),
                try parent.status(RepositoryPath("\(number)")) != nil
            else { continue }
            switch try FileLock.tryAcquire(path: "\(slot)/lock") {
            case .acquired(let lock):
                // The lock file stays, so that nobody can hold a lock on a name that is gone.
                let place = try SafeFolder(path: slot)
                for name in ["files", "runs", "layers", "state"] { try place.removeTree(RepositoryPath(name)) }
                withExtendedLifetime(lock) {}
                removed += 1
            case .held: inUse += 1
            }
        }
        return (removed, inUse)
    }

    private func holds(_ tree: ObjectID, in number: Int) -> Bool {
        guard let slot = try? SafeFolder(path: "\(folder)/\(number)"),
            let state = try? slot.read(RepositoryPath("state"), limit: 256)
        else { return false }
        return String(decoding: state.content, as: UTF8.self) == tree.hex
    }
}
