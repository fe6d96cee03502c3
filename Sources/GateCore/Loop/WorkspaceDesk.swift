import GateGit

/// Lays trees out for agents to edit, and reads what became of them: every file by the gate itself, whatever the agent
/// says it did.
actor WorkspaceDesk {
    private let session: Session
    private let sandbox: Sandbox
    /// What the file system said of every file before the agent came, by the workspace's files.
    private var before: [String: [RepositoryPath: FileStatus]] = [:]
    private var watches: [String: RepositoryWatch] = [:]

    private static let maximumFiles = 2_000_000
    /// Files beyond this are no part of any answer.
    private static let maximumBytes = 16 << 20
    /// Changed files beyond this are not read one by one: admission would refuse them all the same.
    private static let maximumChanges = 5_000

    /// Folders and files that tools leave behind, which no fix consists of.
    private static let leftovers: Set<String> = [
        "__pycache__", ".pytest_cache", ".mypy_cache", ".ruff_cache", ".hypothesis", ".tox", "node_modules",
        ".DS_Store",
    ]

    init(session: Session, sandbox: Sandbox) {
        self.session = session
        self.sandbox = sandbox
    }

    func open(for name: String, tree: ObjectID) async throws -> Workspace {
        let folder = "\(try session.agentFolder())/\(name)"
        try SafeScratch.makeFolders(folder)
        let files = "\(folder)/files"
        // A fresh folder, or none: a link that an earlier attempt left there would lead what is written now elsewhere.
        try SafeFolder(path: folder).removeTree(RepositoryPath("files"))
        _ = try SafeFolder(creating: files)
        let temporary = try SafeScratch.folder(named: "index", in: folder)
        defer { Cleanup.remove(temporary) }
        try await session.repository.populate(files, with: tree, temporaryFolder: temporary)
        before[files] = try Self.look(files)
        let environment = session.context.environment
        let prefix = sandbox.encloseAgent(
            ["true"],
            folder: folder,
            start: files,
            writable: [],
            environment: environment
        )
        if prefix == nil { watches[files] = try RepositoryWatch(session.repository) }
        return Workspace(folder: folder, files: files, tree: tree, isEnclosed: prefix != nil) {
            [sandbox] command, writable in
            sandbox.encloseAgent(
                command,
                folder: folder,
                start: files,
                writable: writable,
                environment: environment
            ) ?? command
        }
    }

    func discard(_ workspace: Workspace) {
        before[workspace.files] = nil
        watches[workspace.files] = nil
        Cleanup.remove(workspace.files)
    }

    func harvest(_ workspace: Workspace) async throws -> Harvest {
        defer { discard(workspace) }
        if let watch = watches[workspace.files] {
            let touched = try watch.changes(session.repository)
            if !touched.isEmpty {
                return Harvest(
                    tree: nil,
                    findings: [
                        AdmissionFinding(
                            code: "workspace.outside",
                            message:
                                "while it worked, the repository itself was changed: \(Listing.some(touched))"
                        )
                    ]
                )
            }
        }
        let old = before[workspace.files] ?? [:]
        let place: SafeFolder
        let now: [RepositoryPath: FileStatus]
        do {
            place = try SafeFolder(path: workspace.files)
            now = try Self.look(workspace.files)
        } catch let error as GitError {
            return Self.refused("workspace.unreadable", nil, "what it left cannot be read: \(error.message)")
        }
        var changed: [RepositoryPath] = []
        var notes: [String] = []
        for (path, status) in now.sorted(by: { $0.key < $1.key }) where old[path] != status {
            if Self.isLeftover(path), old[path] == nil { continue }
            if let finding = PathRules.finding(path) { return Harvest(tree: nil, findings: [finding]) }
            guard status.mode != nil else {
                return Self.refused("workspace.special", path, "'\(path)' is neither a file nor a link")
            }
            guard status.size <= Self.maximumBytes else {
                return Self.refused("workspace.too-large", path, "'\(path)' has more than \(Self.maximumBytes) bytes")
            }
            changed.append(path)
        }
        let ignored = try await self.ignored(changed.filter { old[$0] == nil }, workspace)
        if !ignored.isEmpty {
            notes.append("left out, since git ignores it: \(Listing.some(ignored.map(\.description).sorted()))")
        }
        changed.removeAll { ignored.contains($0) }
        guard changed.count <= Self.maximumChanges else {
            return Self.refused("workspace.too-many", nil, "it changed \(changed.count) files")
        }
        let removed = old.keys.filter { now[$0] == nil }.sorted()
        switch try await entries(changed, old, place, workspace) {
        case .failure(let refusal): return Harvest(tree: nil, findings: refusal.findings)
        case .success(var changes):
            for path in removed { changes[path] = .some(nil) }
            guard !changes.isEmpty else { return Harvest(tree: nil, notes: notes) }
            let tree = try await session.repository.graft(changes, onto: workspace.tree)
            return Harvest(tree: tree == workspace.tree ? nil : tree, notes: notes)
        }
    }

    /// Entries of changed files, as git would store them.
    private func entries(
        _ changed: [RepositoryPath],
        _ old: [RepositoryPath: FileStatus],
        _ place: SafeFolder,
        _ workspace: Workspace
    ) async throws -> Result<[RepositoryPath: TreeEntry?], ReplyRefusal> {
        let known = try await session.repository.files(in: workspace.tree)
        let asked = changed.compactMap { path in known[path].map { (path: path, entry: $0) } }
        let temporary = try SafeScratch.folder(named: "attributes", in: workspace.folder)
        defer { Cleanup.remove(temporary) }
        let shown = try await session.repository.checkedOut(
            asked.filter { $0.entry.mode.isRegularFile },
            of: workspace.tree,
            temporaryFolder: temporary
        )
        var changes: [RepositoryPath: TreeEntry?] = [:]
        for path in changed {
            let read = Result { try place.read(path, limit: Self.maximumBytes) }
            guard case .success(let found?) = read else {
                return .failure(
                    ReplyRefusal(findings: [
                        AdmissionFinding(
                            code: "workspace.unreadable",
                            path: path,
                            message: "'\(path)' cannot be read"
                        )
                    ])
                )
            }
            var content = found.content
            if let entry = known[path], let shown = shown[path] {
                // Untouched by what it says; only its times moved.
                if content == shown, found.mode == entry.mode { continue }
                let stored = try await session.repository.blob(entry.id)
                if shown != stored {
                    // What the checkout did to the file has to be taken back; that is known of line endings alone.
                    guard shown == Self.withReturns(stored) else {
                        return .failure(
                            ReplyRefusal(findings: [
                                AdmissionFinding(
                                    code: "workspace.filtered",
                                    path: path,
                                    message: "'\(path)' goes through a filter, and is edited in answer mode only"
                                )
                            ])
                        )
                    }
                    content = Self.withoutReturns(content)
                }
            }
            let id = try await session.repository.writeBlob(content)
            changes[path] = TreeEntry(mode: found.mode, id: id)
        }
        return .success(changes)
    }

    /// New files that git would ignore.
    private func ignored(_ paths: [RepositoryPath], _ workspace: Workspace) async throws -> Set<RepositoryPath> {
        guard !paths.isEmpty else { return [] }
        // An index that is not there: every file counts as one that nobody tracks.
        let listed = try await session.repository.command.output(
            ["ls-files", "--others", "--ignored", "--exclude-standard", "-z"],
            indexFile: "\(workspace.folder)/no-index",
            workingTree: workspace.files
        )
        return Set(listed.split(separator: 0).map { RepositoryPath(bytes: $0) }).intersection(paths)
    }

    private static func refused(_ code: String, _ path: RepositoryPath?, _ message: String) -> Harvest {
        Harvest(tree: nil, findings: [AdmissionFinding(code: code, path: path, message: message)])
    }

    private static func look(_ folder: String) throws -> [RepositoryPath: FileStatus] {
        let found = try SafeFolder(path: folder).walk(maximum: maximumFiles)
        return Dictionary(uniqueKeysWithValues: found.map { ($0.path, $0.status) })
    }

    private static func isLeftover(_ path: RepositoryPath) -> Bool {
        path.components.contains { leftovers.contains(String(decoding: $0, as: UTF8.self)) }
            || path.text?.hasSuffix(".pyc") == true
    }

    private static func withReturns(_ bytes: [UInt8]) -> [UInt8] {
        bytes.flatMap { $0 == 0x0A ? [0x0D, 0x0A] : [$0] }
    }

    private static func withoutReturns(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        for (index, byte) in bytes.enumerated() {
            if byte == 0x0D, index + 1 < bytes.count, bytes[index + 1] == 0x0A { continue }
            result.append(byte)
        }
        return result
    }
}
