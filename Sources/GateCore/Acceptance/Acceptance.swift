package import GateGit

/// The fast-forward of the user's working tree to an accepted tree, and the way back.
///
/// All of it is compare-and-swap: either every path was what the evidence is about and is now what was accepted, or
/// nothing is written. A process that dies on the way leaves a journal, by which `recover` finishes or undoes it.
package struct Acceptance: Sendable {
    private let repository: GitRepository
    private let engine: AcceptanceEngine

    /// Prepares to accept into a repository's working tree.
    ///
    /// - Parameter canExchange: whether names are exchanged in one step where the file system can; `false` only in
    ///   tests of the way without.
    /// - Throws: `GateFailure` where the repository is bare.
    package init(repository: GitRepository, canExchange: Bool = true) async throws {
        self.repository = repository
        engine = try await AcceptanceEngine(repository: repository, canExchange: canExchange)
    }

    /// Keeps a candidate under a reference of ours, without touching anything of the user's.
    ///
    /// - Returns: the reference's full name.
    package static func keep(_ request: AcceptanceRequest, in repository: GitRepository) async throws -> String {
        try checkName(request.runID)
        let reference = "refs/gatekeeper/candidates/\(request.runID)"
        _ = try await keepCandidate(request, at: reference, in: repository)
        return reference
    }

    /// Keeps a candidate as the commit that repairs another commit, for whoever pushes that one.
    ///
    /// - Returns: the reference's full name, `refs/gatekeeper/fixes/<head>`, and the commit.
    package static func keepFix(
        _ request: AcceptanceRequest,
        of head: ObjectID,
        in repository: GitRepository
    ) async throws -> (reference: String, commit: ObjectID) {
        let reference = "refs/gatekeeper/fixes/\(head.hex)"
        return (reference, try await keepCandidate(request, at: reference, in: repository))
    }

    /// Brings the candidate into the working tree, and commits it where the request says so.
    ///
    /// - Returns: `.moved`, with nothing written and the candidate kept, where anything is not as at the snapshot.
    /// - Throws: `GateFailure` where the request cannot be met as it stands (staged changes, an unfinished merge, a
    ///   submodule, a lock); nothing is written then either.
    package func accept(_ request: AcceptanceRequest) async throws -> AcceptanceOutcome {
        try Self.checkName(request.runID)
        let lock = try await prepare()
        defer { withExtendedLifetime(lock) {} }
        let candidate = "refs/gatekeeper/candidates/\(request.runID)"
        let undo = "refs/gatekeeper/undo/\(request.runID)"
        let commit = try await Self.keepCandidate(request, at: candidate, in: repository)
        try FaultPoint.reach("acceptance.candidate-kept")

        guard try await repository.target(ofReference: "HEAD") == request.headCommit else {
            return .moved(Movement(head: true), candidateReference: candidate)
        }
        let branch = try await branch(for: request, commit: commit, candidate: candidate)
        let changes = try await repository.changes(from: request.headTree, to: request.candidateTree)
        let plan = try await engine.reader.plan(changes)
        guard plan.moved.isEmpty else {
            return .moved(Movement(paths: plan.moved.sorted()), candidateReference: candidate)
        }
        let contents = try await engine.reader.contents(of: plan.targets, from: request.candidateTree, exact: [:])
        let raw = try await keepUndoPoint(request, filtered: plan.filtered, at: undo)
        try FaultPoint.reach("acceptance.undo-kept")
        let record = AcceptanceRecord(
            event: .accepted,
            run: request.runID,
            time: request.recorder.time,
            headTree: request.headTree.hex,
            candidateTree: request.candidateTree.hex,
            paths: changes.map { JournalPath($0.path) },
            candidateReference: candidate,
            undoReference: undo,
            rawCommit: raw?.hex,
            commit: branch == nil ? nil : commit.hex,
            parent: request.headCommit?.hex,
            branch: branch?.reference,
            indexTree: branch?.oldIndexTree,
            committerName: (request.commit?.committer ?? request.recorder).name,
            committerEmail: (request.commit?.committer ?? request.recorder).email
        )
        let movement = try await transfer(plan, contents, branch: branch, record: record, isUndo: false)
        guard movement.isNone else { return .moved(movement, candidateReference: candidate) }
        return .applied(
            undoReference: undo,
            paths: changes.map(\.path),
            commit: branch == nil ? nil : commit,
            keptAside: movement.keptAside
        )
    }

    /// Returns to the state before the last acceptance that was not undone yet.
    ///
    /// Only paths that the acceptance wrote are touched, and only if they are still what it wrote.
    package func undo() async throws -> UndoOutcome {
        let lock = try await prepare()
        defer { withExtendedLifetime(lock) {} }
        guard var record = try engine.store.lastAcceptance() else { return .nothingToUndo }
        guard let head = ObjectID(hex: record.headTree), let candidate = ObjectID(hex: record.candidateTree) else {
            throw GateFailure("acceptance.ledger", "cannot read the ledger line of run '\(record.run)'")
        }
        let commit = record.commit.flatMap { ObjectID(hex: $0) }
        func refused(_ movement: Movement) -> UndoOutcome {
            .refused(runID: record.run, movement, commit: commit, undoReference: record.undoReference)
        }
        var branch: AcceptanceJournal.Branch?
        if let commit {
            guard try await repository.target(ofReference: "HEAD") == commit,
                try await repository.currentBranch() == record.branch
            else { return refused(Movement(head: true)) }
            let index = try await engine.index.tree()
            guard index == candidate else { return refused(Movement(index: true)) }
            branch = AcceptanceJournal.Branch(
                reference: record.branch,
                oldCommit: commit.hex,
                newCommit: record.parent,
                oldIndexTree: candidate.hex,
                newIndexTree: record.indexTree ?? head.hex,
                message: "gatekeeper: undo of run \(record.run)",
                committerName: record.committerName,
                committerEmail: record.committerEmail
            )
        }
        let plan = try await engine.reader.plan(try await repository.changes(from: candidate, to: head))
        guard plan.moved.isEmpty else { return refused(Movement(paths: plan.moved.sorted())) }
        var exact: [RepositoryPath: ObjectID] = [:]
        if let raw = record.rawCommit.flatMap({ ObjectID(hex: $0) }) {
            exact = try await repository.files(in: try await repository.tree(ofCommit: raw)).mapValues(\.id)
        }
        let contents = try await engine.reader.contents(of: plan.targets, from: head, exact: exact)
        record.event = .undone
        let movement = try await transfer(plan, contents, branch: branch, record: record, isUndo: true)
        guard movement.isNone else { return refused(movement) }
        return .undone(
            runID: record.run,
            paths: record.paths.map(\.path),
            removedCommit: commit,
            keptAside: movement.keptAside
        )
    }

    /// Finishes or undoes what an interrupted process left; every command calls it first.
    ///
    /// Costs one look at the file system where nothing was interrupted.
    /// - Returns: what was done; `nil` where there was nothing to do.
    /// - Throws: `GitError` where another process is accepting right now and does not end.
    package static func recover(_ repository: GitRepository) async throws -> RecoveryReport? {
        guard repository.workingTree != nil else { return nil }
        guard try AcceptanceStore(gitDirectory: repository.gitDirectory).hasJournal() else { return nil }
        let engine = try await AcceptanceEngine(repository: repository)
        let lock = try await FileLock.acquire(path: engine.store.lockPath, wait: .seconds(30))
        defer { withExtendedLifetime(lock) {} }
        return try await engine.recover()
    }

    /// Takes the lock, and brings to an end what an earlier process left.
    private func prepare() async throws -> FileLock {
        try engine.store.makeFolder()
        let lock = try await FileLock.acquire(path: engine.store.lockPath, wait: .seconds(30))
        _ = try await engine.recover()
        return lock
    }

    private func transfer(
        _ plan: AcceptancePlan,
        _ contents: [RepositoryPath: [UInt8]],
        branch: AcceptanceJournal.Branch?,
        record: AcceptanceRecord,
        isUndo: Bool
    ) async throws -> Movement {
        var permissions: [RepositoryPath: UInt32] = [:]
        for target in plan.targets {
            // Links have no permissions, and what is new gets those of the umask.
            guard let new = target.change.new, new.mode.isRegularFile, target.change.old?.mode.isRegularFile == true,
                let current = target.permissions
            else { continue }
            let readable = current & 0o777
            let isExecutable = readable & 0o100 != 0
            switch (isExecutable, new.mode == .executable) {
            case (true, true), (false, false): permissions[target.change.path] = readable
            // Whoever may read may execute.
            case (false, true): permissions[target.change.path] = readable | ((readable & 0o444) >> 2)
            case (true, false): permissions[target.change.path] = readable & ~0o111
            }
        }
        let journal = AcceptanceJournal(
            stage: .prepared,
            wasUndo: isUndo,
            steps: try engine.steps(for: plan, contents: contents),
            createdFolders: plan.createdFolders.map(JournalPath.init),
            trustsExecutableBit: engine.swapper.trustsExecutableBit,
            branch: branch,
            record: record
        )
        return try await engine.run(journal, contents: contents, permissions: permissions)
    }

    /// Makes the commit of the candidate, and keeps it under a reference of the gate's.
    private static func keepCandidate(
        _ request: AcceptanceRequest,
        at reference: String,
        in repository: GitRepository
    ) async throws -> ObjectID {
        if let made = request.made {
            try await repository.setReference(reference, to: made, message: "gatekeeper: candidate")
            return made
        }
        let plan = request.commit
        let commit = try await repository.writeCommit(
            tree: request.candidateTree,
            parents: request.headCommit.map { [$0] } ?? [],
            message: plan?.fullMessage ?? "gatekeeper: candidate of run \(request.runID)\n",
            author: plan?.author ?? request.recorder,
            committer: plan?.committer ?? request.recorder
        )
        try await repository.setReference(reference, to: commit, message: "gatekeeper: candidate")
        return commit
    }

    /// Keeps the state before, and beside it the bytes that git's filters would not give back.
    private func keepUndoPoint(
        _ request: AcceptanceRequest,
        filtered: [RepositoryPath: [UInt8]],
        at reference: String
    ) async throws -> ObjectID? {
        var parents = request.headCommit.map { [$0] } ?? []
        var raw: ObjectID?
        if !filtered.isEmpty {
            var entries: [RepositoryPath: TreeEntry?] = [:]
            for (path, content) in filtered {
                entries[path] = TreeEntry(mode: .file, id: try await repository.writeBlob(content))
            }
            let commit = try await repository.writeCommit(
                tree: try await repository.graft(entries, onto: .emptyTree),
                parents: [],
                message: "gatekeeper: exact bytes before the acceptance of run \(request.runID)\n",
                author: request.recorder
            )
            parents.append(commit)
            raw = commit
        }
        let commit = try await repository.writeCommit(
            tree: request.headTree,
            parents: parents,
            message: "gatekeeper: state before the acceptance of run \(request.runID)\n",
            author: request.recorder
        )
        try await repository.setReference(reference, to: commit, message: "gatekeeper: undo point")
        return raw
    }

    /// The way of index and branch, where a commit is asked for and possible.
    private func branch(
        for request: AcceptanceRequest,
        commit: ObjectID,
        candidate: String
    ) async throws -> AcceptanceJournal.Branch? {
        guard request.commit != nil || request.made != nil else { return nil }
        let committer = request.commit?.committer ?? request.recorder
        let take = "the candidate is kept as '\(candidate)'"
        for (name, what) in [
            ("MERGE_HEAD", "merge"), ("CHERRY_PICK_HEAD", "cherry-pick"), ("REVERT_HEAD", "revert"),
            ("rebase-merge", "rebase"), ("rebase-apply", "rebase"),
        ] where try engine.store.folder.status(RepositoryPath(name)) != nil {
            throw GateFailure(
                "acceptance.operation-in-progress",
                "cannot commit in the middle of a \(what)",
                hints: ["finish or abort it, or accept without '--commit'", take]
            )
        }
        let head: ObjectID =
            if let id = request.headCommit { try await repository.tree(ofCommit: id) } else { .emptyTree }
        let index = try await engine.index.tree()
        guard index == head || index == request.headTree else {
            throw GateFailure(
                "acceptance.staged-changes",
                "cannot commit: the index holds staged changes that are neither HEAD nor the working tree",
                hints: [
                    "commit them first, unstage them with 'git reset', or stage everything with 'git add -A'",
                    "or accept without '--commit', which leaves the index alone", take,
                ]
            )
        }
        return AcceptanceJournal.Branch(
            reference: try await repository.currentBranch(),
            oldCommit: request.headCommit?.hex,
            newCommit: commit.hex,
            oldIndexTree: index.hex,
            newIndexTree: request.candidateTree.hex,
            message: "gatekeeper: accepted run \(request.runID)",
            committerName: committer.name,
            committerEmail: committer.email
        )
    }

    private static func checkName(_ runID: String) throws(GateFailure) {
        let isGood =
            !runID.isEmpty && !runID.hasPrefix(".") && !runID.hasSuffix(".") && !runID.hasSuffix(".lock")
            && !runID.contains("..")
            && runID.utf8.allSatisfy { byte in
                (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                    || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
                    || Array("._-".utf8).contains(byte)
            }
        guard isGood else { throw GateFailure("acceptance.run-id", "'\(runID)' cannot name a run") }
    }
}
