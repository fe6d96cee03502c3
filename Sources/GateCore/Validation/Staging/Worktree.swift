package import GateGit

/// A folder that holds one staged tree, locked for one user at a time.
///
/// At level `overlay` nothing but the gate ever writes into `files`, so moving from tree to tree costs what the
/// difference costs. At lower levels checks run in `files` itself, and what they left is swept before the next tree.
package actor Worktree {
    /// Absolute path of the staged tree.
    package nonisolated let files: String
    /// Absolute path of the folder around it, which holds the lock, the state and the runs.
    package nonisolated let slot: String

    private let repository: GitRepository
    private let lock: FileLock
    /// The tree in `files`; `nil` while it is being changed, and where nothing is known.
    private var staged: ObjectID?
    /// What the file system said of every staged file before a check could write into `files`; `nil` while none could.
    private var exposed: [RepositoryPath: FileStatus]?
    /// Trees of more files than this are not staged.
    private static let maximumFiles = 5_000_000

    init(slot: String, lock: FileLock, repository: GitRepository) {
        self.slot = slot
        files = "\(slot)/files"
        self.lock = lock
        self.repository = repository
        staged = StateFile.read("\(slot)/state").flatMap { ObjectID(hex: $0) }
    }

    /// Makes `files` hold a tree, writing only what differs.
    ///
    /// - Parameter keepingOutputs: whether files that belong to no tree may stay where a check ran in `files` itself:
    ///   build outputs make a search warm. Without it `files` holds exactly the tree.
    package func stage(_ tree: ObjectID, keepingOutputs: Bool) async throws {
        if staged == tree, exposed == nil { return }
        let previous = exposed == nil || keepingOutputs ? staged : nil
        // From here until the state is written again nobody may believe what lies in `files`.
        StateFile.remove("\(slot)/state")
        staged = nil
        if let previous {
            if let before = exposed { try await restore(previous, asBefore: before) }
            try await move(from: previous, to: tree)
        } else {
            try await populate(tree)
        }
        if exposed == nil || previous == nil { try StateFile.write("\(slot)/state", tree.hex) }
        staged = tree
        if previous == nil { exposed = nil }
    }

    /// Notes that a check is about to run in `files` itself; from now on nobody else may believe what lies there.
    package func expose() throws {
        StateFile.remove("\(slot)/state")
        let found = try SafeFolder(path: files).walk(maximum: Self.maximumFiles)
        exposed = Dictionary(uniqueKeysWithValues: found.map { ($0.path, $0.status) })
    }

    /// Staged files that a check changed, replaced or removed since `expose`.
    package func touched() async throws -> Set<RepositoryPath> {
        guard let tree = staged, let before = exposed else { return [] }
        return Set(try await touched(tree, asBefore: before).map(\.path))
    }

    private func touched(_ tree: ObjectID, asBefore before: [RepositoryPath: FileStatus]) async throws
        -> [(path: RepositoryPath, entry: TreeEntry)]
    {
        let folder = try SafeFolder(path: files)
        let now = Dictionary(
            uniqueKeysWithValues: try folder.walk(maximum: Self.maximumFiles).map { ($0.path, $0.status) }
        )
        return try await repository.files(in: tree)
            .filter { path, _ in before[path] == nil || before[path] != now[path] }
            .map { (path: $0.key, entry: $0.value) }
    }

    /// Shows folders of the user's working tree in `files`, by links, where there is no sandbox to mount them.
    ///
    /// Nothing that writes into `files` follows a link, and what the tree itself holds stays as it is.
    ///
    /// - Parameters:
    ///   - folders: absolute paths below `root`.
    ///   - root: absolute path of the user's working tree.
    /// - Returns: the links that were made, for `takeBack`.
    package func lend(_ folders: [String], of root: String) throws -> [RepositoryPath] {
        let place = try SafeFolder(path: files)
        var links: [RepositoryPath] = []
        for folder in folders where folder.hasPrefix(root + "/") {
            let path = RepositoryPath(String(folder.dropFirst(root.count + 1)))
            let above = try path.ancestors.compactMap { try place.status($0) }
            guard try place.status(path) == nil, above.allSatisfy({ $0.kind == .folder }) else { continue }
            try place.write(path, content: Array(folder.utf8), mode: .symlink)
            links.append(path)
        }
        return links
    }

    /// Removes what `lend` made, or whatever a check put in its place.
    package func takeBack(_ links: [RepositoryPath]) throws {
        let place = try SafeFolder(path: files)
        for path in links {
            try place.removeTree(path)
            try place.remove(path)
        }
    }

    /// Writes anew every staged file that a check changed, replaced or removed.
    private func restore(_ tree: ObjectID, asBefore before: [RepositoryPath: FileStatus]) async throws {
        let folder = try SafeFolder(path: files)
        try await write(try await touched(tree, asBefore: before), of: tree, into: folder)
    }

    /// Makes a private folder for one run.
    package func makeScratch() throws -> String {
        try SafeScratch.folder(named: "run", in: "\(slot)/runs")
    }

    private func move(from old: ObjectID, to new: ObjectID) async throws {
        let changes = try await repository.changes(from: old, to: new)
        let folder = try SafeFolder(path: files)
        for change in changes where change.new == nil {
            // A submodule is a folder, and a check may have made one of a file; then what this empties goes as well.
            try folder.removeTree(change.path)
            try folder.remove(change.path)
        }
        var wanted: [RepositoryPath: TreeEntry] = [:]
        for change in changes { wanted[change.path] = change.new }
        // Other attributes give other contents to files that are the same in both trees.
        let governed = Set(
            changes.map(\.path.components).filter { $0.last == GitRepository.attributes }.map { $0.dropLast() }
        )
        if !governed.isEmpty {
            for (path, entry) in try await repository.files(in: new)
            where governed.contains(where: { path.components.starts(with: $0) }) {
                wanted[path] = entry
            }
        }
        try await write(wanted.map { (path: $0.key, entry: $0.value) }, of: new, into: folder)
    }

    private func write(
        _ wanted: [(path: RepositoryPath, entry: TreeEntry)],
        of tree: ObjectID,
        into folder: SafeFolder
    ) async throws {
        let temporary = try SafeScratch.folder(named: "attributes", in: slot)
        defer { Cleanup.remove(temporary) }
        let contents = try await repository.checkedOut(wanted, of: tree, temporaryFolder: temporary)
        for (path, entry) in wanted {
            if entry.mode == .gitlink {
                try folder.makeFolder(path)
            } else if let content = contents[path] {
                try folder.write(path, content: content, mode: entry.mode, replacingFolders: true)
            }
        }
    }

    private func populate(_ tree: ObjectID) async throws {
        // A fresh folder under a fresh inode: nothing that was planted in the old one survives.
        try SafeFolder(path: slot).removeTree(RepositoryPath("files"))
        try SafeScratch.makeFolders(files)
        let temporary = try SafeScratch.folder(named: "index", in: slot)
        defer { Cleanup.remove(temporary) }
        try await repository.populate(files, with: tree, temporaryFolder: temporary)
    }
}

/// A one-line file that says what a worktree holds.
private enum StateFile {
    static func read(_ path: String) -> String? {
        guard let (folder, name) = split(path), let found = try? folder.read(name, limit: 256) else { return nil }
        return String(decoding: found.content, as: UTF8.self)
    }

    static func write(_ path: String, _ text: String) throws {
        guard let (folder, name) = split(path) else { return }
        try folder.write(name, content: Array(text.utf8), mode: .file)
    }

    static func remove(_ path: String) {
        guard let (folder, name) = split(path) else { return }
        try? folder.remove(name, pruning: false)
    }

    private static func split(_ path: String) -> (SafeFolder, RepositoryPath)? {
        guard let slash = path.lastIndex(of: "/"), let folder = try? SafeFolder(path: String(path[..<slash])) else {
            return nil
        }
        return (folder, RepositoryPath(String(path[path.index(after: slash)...])))
    }
}
