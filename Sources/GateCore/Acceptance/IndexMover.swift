import GateGit

/// Brings the user's index from one tree to another, under git's own lock.
struct IndexMover: Sendable {
    enum Result: Sendable, Hashable {
        case moved
        /// It holds the new tree already.
        case already
        /// It holds neither: the user has staged something.
        case changed
    }

    let repository: GitRepository
    let store: AcceptanceStore

    private static let index = RepositoryPath("index")
    private static let lock = RepositoryPath("index.lock")
    private static let next = RepositoryPath("gatekeeper/index.next")
    private static let probe = RepositoryPath("gatekeeper/index.probe")
    private static let maximumSize = 1 << 30

    /// The tree the index stands for.
    ///
    /// - Throws: `GateFailure` where it holds conflicts.
    func tree() async throws -> ObjectID { try await treeAndContent().tree }

    /// Puts another tree's entries into the index; flags and dates of everything else stay.
    func move(from old: ObjectID, to new: ObjectID) async throws -> Result {
        try releaseOwnLock()
        for _ in 0..<5 {
            let (tree, content) = try await treeAndContent()
            if tree == new { return .already }
            guard tree == old else { return .changed }
            try await prepare(content, changes: try await repository.changes(from: old, to: new))
            try FaultPoint.reach("acceptance.index-prepared")
            try await takeLock()
            try FaultPoint.reach("acceptance.index-locked")
            // Nobody can write it now; if somebody did since it was read, it is read again.
            guard try read() == content else {
                try releaseOwnLock()
                continue
            }
            guard try store.folder.renameReplacing(Self.lock, to: Self.index) == .done else {
                throw GitError(.file, "cannot replace the index of '\(store.folder.path)'")
            }
            try store.folder.synchroniseFolder(of: Self.index)
            try FaultPoint.reach("acceptance.index-moved")
            try store.folder.remove(Self.next, pruning: false)
            return .moved
        }
        return .changed
    }

    /// Removes a lock that an earlier process of ours left behind, and only such a one.
    func releaseOwnLock() throws {
        // The lock is taken by giving our own file a second name, so it can be told from anyone else's.
        guard let own = try store.folder.status(Self.next), let lock = try store.folder.status(Self.lock),
            own.inode == lock.inode, own.device == lock.device
        else { return }
        try store.folder.remove(Self.lock, pruning: false)
    }

    private func takeLock() async throws {
        let deadline = ContinuousClock.now + .seconds(5)
        while true {
            switch try store.folder.link(Self.next, to: Self.lock) {
            case .done: return
            case .exists where ContinuousClock.now < deadline: try await Task.sleep(for: .milliseconds(50))
            case .exists:
                throw GateFailure(
                    "acceptance.index-locked",
                    "cannot lock the index: '\(store.folder.path)/index.lock' exists",
                    hints: ["another git process is at work; if there is none, remove that file"]
                )
            case .missing, .unsupported:
                throw GateFailure(
                    "acceptance.index-locked",
                    "cannot lock the index of '\(store.folder.path)': the file system has no hard links",
                    hints: ["accept without '--commit', then commit with git"]
                )
            }
        }
    }

    private func prepare(_ content: [UInt8]?, changes: [TreeChange]) async throws {
        let path = try place(content, at: Self.next)
        var input: [UInt8] = []
        // Removals first, so that a file can take the place of a folder and the other way round.
        for change in changes where change.new == nil {
            input += Array("0 \(ObjectID.zero)\t".utf8) + change.path.bytes + [0]
        }
        for change in changes {
            guard let new = change.new else { continue }
            input += Array("\(new.mode) \(new.id)\t".utf8) + change.path.bytes + [0]
        }
        _ = try await repository.command.output(["update-index", "-z", "--index-info"], input: input, indexFile: path)
        // Its status says whether files differ from the index, which they may.
        _ = try await repository.command.run(["update-index", "-q", "--refresh"], indexFile: path)
        try store.folder.synchronise(Self.next)
    }

    private func treeAndContent() async throws -> (tree: ObjectID, content: [UInt8]?) {
        let content = try read()
        guard content != nil else { return (.emptyTree, nil) }
        // A copy, because writing a tree may write the index as well.
        let path = try place(content, at: Self.probe)
        defer { try? store.folder.remove(Self.probe, pruning: false) }
        let result = try await repository.command.run(["write-tree"], indexFile: path)
        let text = result.standardOutput.text.split(separator: "\n").first
        guard result.isSuccess, let tree = text.flatMap({ ObjectID(hex: $0) }) else {
            throw GateFailure(
                "acceptance.index-unmerged",
                "cannot read the index as a tree: \(GitCommand.complaint(of: result))",
                hints: ["resolve and stage the conflicts that 'git status' names, then try again"]
            )
        }
        return (tree, content)
    }

    private func place(_ content: [UInt8]?, at path: RepositoryPath) throws -> String {
        // A git process that died with us may have left its lock on our copy.
        try store.folder.remove(RepositoryPath(bytes: path.bytes + Array(".lock".utf8)), pruning: false)
        if let content {
            try store.folder.write(path, content: content, mode: .file)
        } else {
            try store.folder.remove(path, pruning: false)
        }
        return "\(store.folder.path)/\(path)"
    }

    private func read() throws -> [UInt8]? { try store.folder.read(Self.index, limit: Self.maximumSize)?.content }
}

/// Moves the branch HEAD is on, compared and set in one step by git itself.
struct BranchMover: Sendable {
    typealias Branch = AcceptanceJournal.Branch

    let repository: GitRepository

    /// The commit the branch is at; `nil` where it has none.
    func current(_ branch: Branch) async throws -> String? {
        try await repository.target(ofReference: branch.reference ?? "HEAD")?.hex
    }

    /// Whether HEAD is still on the branch.
    func isOnBranch(_ branch: Branch) async throws -> Bool { try await repository.currentBranch() == branch.reference }

    /// Moves it from the old to the new commit.
    ///
    /// - Returns: `false` where it was not at the old one, and nothing happened.
    func move(_ branch: Branch) async throws -> Bool {
        let name = branch.reference ?? "HEAD"
        let old = branch.oldCommit ?? ObjectID.zero.hex
        var arguments = ["update-ref", "-m", branch.message]
        if branch.reference == nil { arguments.append("--no-deref") }
        if let new = branch.newCommit {
            arguments += [name, new, old]
        } else {
            arguments += ["-d", name, old]
        }
        let result = try await repository.command.run(
            arguments,
            extraEnvironment: [
                "GIT_COMMITTER_NAME": branch.committerName, "GIT_COMMITTER_EMAIL": branch.committerEmail,
            ]
        )
        if result.isSuccess { return true }
        // Git says the same for a branch that moved and for one it cannot write.
        guard try await current(branch) == branch.oldCommit else { return false }
        throw GitError(.commandFailed, "cannot move '\(name)': \(GitCommand.complaint(of: result))")
    }
}
