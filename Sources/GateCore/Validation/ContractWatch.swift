import GateGit

/// Finds out whether a run changed files that say what its tests mean.
///
/// Mounting the contract read-only was tried and given up: honest suites write caches, snapshots and outputs beside their
/// tests, and would fail. So tests may write where they like, and it is seen afterwards. An overlay keeps every file that
/// was opened for writing in its upper layer for good, and a file's time of change cannot be set back, so changing a
/// test, running it and putting it back is seen as well. What the user's own head touches is the suite's way of working
/// and held against nobody; a candidate may touch no more.
enum ContractWatch {
    /// Files of the tree that belong to the contract, and that a run wrote, replaced or removed.
    ///
    /// - Parameters:
    ///   - written: folder the run wrote into.
    ///   - isLayer: whether that is an overlay's upper layer, which holds nothing else.
    static func touched(
        _ written: String,
        isLayer: Bool,
        worktree: Worktree,
        tree: ObjectID,
        repository: GitRepository,
        contract: Contract
    ) async throws -> Set<RepositoryPath> {
        guard isLayer else {
            return try await worktree.touched().filter { contract.isProtected($0) }
        }
        let folder = try SafeFolder(path: written)
        var touched: Set<RepositoryPath> = []
        var emptied: [RepositoryPath] = []
        for found in try folder.walk(maximum: 2_000_000, includingFolders: true) {
            switch found.status.kind {
            case .folder: if OverlayMarks.isOpaque(found.path, below: written) { emptied.append(found.path) }
            // A device stands for what was removed, be it a file or a folder.
            case .other: emptied.append(found.path)
            case .file, .symlink:
                guard let entry = try await repository.entry(found.path, in: tree) else { continue }
                // A link or a file where the tree has a folder hides all that the folder held.
                if entry.mode == .tree { emptied.append(found.path) }
                if entry.mode != .tree, contract.isProtected(found.path) { touched.insert(found.path) }
            }
        }
        guard !emptied.isEmpty else { return touched }
        for path in try await repository.files(in: tree).keys
        where emptied.contains(where: { path.hasPrefix($0) }) && contract.isProtected(path) {
            touched.insert(path)
        }
        return touched
    }

    /// What a run did to the contract that the head's own run did not.
    static func problems(_ touched: Set<RepositoryPath>, knownOf head: Set<RepositoryPath>) -> [TestReport.Problem] {
        let new = touched.subtracting(head).sorted()
        guard let first = new.first else { return [] }
        let others = new.count > 1 ? " and \(new.count - 1) more" : ""
        return [
            TestReport.Problem(
                .contract,
                "the run itself wrote to '\(first)'\(others), which belongs to the contract; what it reports may be its own"
            )
        ]
    }
}
