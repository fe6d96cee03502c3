import GateGit

/// Carries one transfer from a tree to another through the stages of its journal, forward or back.
///
/// The order is: new content beside its targets, targets, index, branch, ledger, clearing away. Until the branch has
/// moved everything can go back; once everything is new, all that remains goes forward.
struct AcceptanceEngine: Sendable {
    let repository: GitRepository
    let store: AcceptanceStore
    let swapper: PathSwapper

    init(repository: GitRepository, canExchange: Bool = true) async throws {
        guard let workingTree = repository.workingTree else {
            throw GateFailure(
                "acceptance.no-working-tree",
                "'\(repository.gitDirectory)' is a bare repository: there is no working tree to accept into",
                hints: ["run the gate in a clone with a working tree"]
            )
        }
        self.repository = repository
        store = try AcceptanceStore(gitDirectory: repository.gitDirectory)
        let answer = try await repository.command.run(["config", "--type=bool", "core.fileMode"])
        swapper = PathSwapper(
            folder: try SafeFolder(path: workingTree, obstacles: .refuse),
            trustsExecutableBit: answer.standardOutput.text != "false\n",
            canExchange: canExchange
        )
    }

    var reader: WorkingTreeReader {
        WorkingTreeReader(
            repository: repository,
            folder: swapper.folder,
            store: store,
            trustsExecutableBit: swapper.trustsExecutableBit
        )
    }

    var index: IndexMover { IndexMover(repository: repository, store: store) }
    private var branches: BranchMover { BranchMover(repository: repository) }

    /// Turns a plan into steps: removals first, deepest first, then what is replaced, then what is new.
    func steps(for plan: AcceptancePlan, contents: [RepositoryPath: [UInt8]]) throws -> [AcceptanceJournal.Step] {
        let written = Set(plan.targets.filter { $0.change.new != nil }.map(\.change.path))
        let created = Set(plan.createdFolders)
        let nonce = String(UInt64.random(in: 0 ... .max), radix: 16)
        var removals: [AcceptanceJournal.Step] = []
        var replacements: [AcceptanceJournal.Step] = []
        var additions: [AcceptanceJournal.Step] = []
        for (number, target) in plan.targets.enumerated() {
            let path = target.change.path
            var new: FileFingerprint?
            if let entry = target.change.new {
                new = try FileFingerprint(
                    content: contents[path] ?? [],
                    mode: entry.mode,
                    trustsExecutableBit: swapper.trustsExecutableBit
                )
            }
            // Only the stored form differs, and the filters make the same of both.
            if new == target.old { continue }
            // Temporary names lie in the nearest folder that is there before, during and after.
            let staying = path.ancestors.prefix { !created.contains($0) && !written.contains($0) }
            let place = staying.last ?? RepositoryPath("")
            let step = AcceptanceJournal.Step(
                path: JournalPath(path),
                temporary: JournalPath(place.appending(Array(".gatekeeper-\(nonce)-\(number)".utf8))),
                displaced: JournalPath(place.appending(Array(".gatekeeper-\(nonce)-\(number)-old".utf8))),
                old: target.old,
                new: new
            )
            if new == nil {
                removals.append(step)
            } else if target.old == nil {
                additions.append(step)
            } else {
                replacements.append(step)
            }
        }
        return removals.reversed() + replacements + additions
    }

    /// Runs a journal that has just been made.
    ///
    /// - Returns: what had moved, in which case everything is as before; `.isNone` where all went well.
    func run(
        _ journal: AcceptanceJournal,
        contents: [RepositoryPath: [UInt8]],
        permissions: [RepositoryPath: UInt32]
    ) async throws -> Movement {
        do {
            return try await forward(journal, contents: contents, permissions: permissions)
        } catch let crash as FaultPoint.Crash {
            throw crash
        } catch {
            // The reason is the first error; if going back fails too, the journal stays for the next command.
            if let found = try? store.readJournal(), try await canGoBack(found) { _ = try? await takeBack(found) }
            throw error
        }
    }

    /// Whether a journal's transfer is still to be taken back after an error: not once the branch has moved.
    private func canGoBack(_ journal: AcceptanceJournal) async throws -> Bool {
        guard journal.stage == .swapped, let branch = journal.branch else { return journal.stage != .done }
        return try await branches.current(branch) == branch.oldCommit
    }

    private func forward(
        _ fresh: AcceptanceJournal,
        contents: [RepositoryPath: [UInt8]],
        permissions: [RepositoryPath: UInt32]
    ) async throws -> Movement {
        var journal = fresh
        try store.write(journal)
        try FaultPoint.reach("acceptance.journal-written")
        for step in journal.steps {
            guard let new = step.new, let content = contents[step.path.path] else { continue }
            let mode: FileMode =
                switch new.kind {
                case .link: .symlink
                default: new.isExecutable ? .executable : .file
                }
            try swapper.folder.write(
                step.temporary.path,
                content: content,
                mode: mode,
                permissions: permissions[step.path.path],
                durably: true
            )
            try FaultPoint.reach("acceptance.temporary-written")
        }
        journal.stage = .swapping
        try store.write(journal)
        try FaultPoint.reach("acceptance.swapping")
        let created = Set(journal.createdFolders.map(\.path))
        for step in journal.steps {
            guard try swapper.apply(step, createdFolders: created) else {
                return try await takeBack(journal, because: Movement(paths: [step.path.path]))
            }
        }
        return try await finish(journal)
    }

    /// Does what follows once all targets are new.
    func finish(_ unfinished: AcceptanceJournal) async throws -> Movement {
        var journal = unfinished
        if journal.stage != .done {
            try synchroniseFolders(of: journal)
            journal.stage = .swapped
            try store.write(journal)
            try FaultPoint.reach("acceptance.swapped")
            let movement = try await moveIndexAndBranch(journal)
            guard movement.isNone else { return try await takeBack(journal, because: movement) }
            journal.stage = .done
            try store.write(journal)
            try FaultPoint.reach("acceptance.done")
        }
        try store.append(journal.record)
        try FaultPoint.reach("acceptance.ledger-written")
        var movement = Movement()
        movement.keptAside = try clear(journal)
        for step in journal.steps where step.new == nil {
            // Folders that the removal left empty go, as git would have it.
            for folder in step.path.path.ancestors.reversed() {
                guard try swapper.folder.status(folder) != nil else { continue }
                guard try swapper.folder.removeEmptyFolder(folder) else { break }
                try FaultPoint.reach("acceptance.folder-removed")
            }
        }
        try store.removeJournal()
        try FaultPoint.reach("acceptance.journal-removed")
        return movement
    }

    private func moveIndexAndBranch(_ journal: AcceptanceJournal) async throws -> Movement {
        guard let branch = journal.branch, let old = ObjectID(hex: branch.oldIndexTree),
            let new = ObjectID(hex: branch.newIndexTree)
        else { return Movement() }
        if try await branches.current(branch) == branch.newCommit {
            // An interrupted run moved it already, and the index before it.
            return Movement()
        }
        guard try await branches.isOnBranch(branch), try await branches.current(branch) == branch.oldCommit else {
            return Movement(head: true)
        }
        if try await index.move(from: old, to: new) == .changed { return Movement(index: true) }
        guard try await branches.move(branch) else { return Movement(head: true) }
        try FaultPoint.reach("acceptance.branch-moved")
        return Movement()
    }

    /// Returns everything to what it was before.
    ///
    /// - Returns: `reason`, with the paths that someone changed after us, which are left alone.
    func takeBack(_ unfinished: AcceptanceJournal, because reason: Movement = Movement()) async throws -> Movement {
        var journal = unfinished
        var movement = reason
        if journal.stage == .prepared {
            for step in journal.steps {
                // Nothing else can be under these names yet: our own content, perhaps cut short.
                try swapper.folder.remove(step.temporary.path, pruning: false)
                try FaultPoint.reach("acceptance.temporary-removed")
            }
            try store.removeJournal()
            try FaultPoint.reach("acceptance.journal-removed")
            return movement
        }
        if journal.stage != .goingBack {
            journal.stage = .goingBack
            try store.write(journal)
            try FaultPoint.reach("acceptance.going-back")
        }
        if try await !takeBackIndex(journal) { movement.index = true }
        var leftAlone: Set<RepositoryPath> = []
        func restore(_ steps: [AcceptanceJournal.Step]) throws {
            for step in steps.reversed() where try !swapper.restore(step) { leftAlone.insert(step.path.path) }
        }
        try restore(journal.steps.filter { $0.old == nil })
        for folder in journal.createdFolders.reversed() {
            guard try swapper.folder.status(folder.path)?.kind == .folder else { continue }
            try swapper.folder.removeEmptyFolder(folder.path)
            try FaultPoint.reach("acceptance.folder-removed")
        }
        try restore(journal.steps.filter { $0.old != nil })
        try synchroniseFolders(of: journal)
        movement.keptAside += try clear(journal)
        movement.paths += leftAlone.subtracting(movement.paths).sorted()
        try store.removeJournal()
        try FaultPoint.reach("acceptance.journal-removed")
        return movement
    }

    /// Returns the index to its old tree.
    ///
    /// - Returns: `false` where it is the user's by now, or cannot be read; the files go back all the same.
    private func takeBackIndex(_ journal: AcceptanceJournal) async throws -> Bool {
        guard let branch = journal.branch, let old = ObjectID(hex: branch.oldIndexTree),
            let new = ObjectID(hex: branch.newIndexTree)
        else { return true }
        do {
            return try await index.move(from: new, to: old) != .changed
        } catch let crash as FaultPoint.Crash {
            throw crash
        } catch is GateFailure {
            return false
        }
    }

    private func clear(_ journal: AcceptanceJournal) throws -> [RepositoryPath] {
        var kept: [RepositoryPath] = []
        for step in journal.steps { kept += try swapper.clear(step) }
        return kept
    }

    private func synchroniseFolders(of journal: AcceptanceJournal) throws {
        var seen: Set<RepositoryPath> = []
        for step in journal.steps {
            for path in [step.path.path, step.temporary.path] {
                guard seen.insert(path.ancestors.last ?? RepositoryPath("")).inserted else { continue }
                try swapper.folder.synchroniseFolder(of: path)
            }
        }
    }
}
