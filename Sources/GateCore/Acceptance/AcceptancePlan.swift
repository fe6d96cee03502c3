import GateGit

/// Which paths are to be exchanged, found by comparing the working tree with what it is supposed to be.
struct AcceptancePlan: Sendable {
    /// One path that needs writing, with what stands there now.
    struct Target: Sendable {
        let change: TreeChange
        let old: FileFingerprint?
        /// Permission bits of what stands there now.
        let permissions: UInt32?
    }

    var targets: [Target] = []
    /// Paths that are not as supposed.
    var moved: Set<RepositoryPath> = []
    /// Folders that will have to be made, outermost first.
    var createdFolders: [RepositoryPath] = []
    /// Exact bytes that git's filters turn into something else, by path; large ones are left out.
    var filtered: [RepositoryPath: [UInt8]] = [:]
}

/// Compares the working tree with a tree, and fetches content as git would check it out.
struct WorkingTreeReader: Sendable {
    let repository: GitRepository
    /// The working tree; opened so that nothing in it is ever replaced.
    let folder: SafeFolder
    let store: AcceptanceStore
    let trustsExecutableBit: Bool

    private static let attributes = RepositoryPath("gatekeeper/attributes")
    /// Bytes of filtered content, per file, that are remembered exactly.
    private static let maximumRawSize = 8 << 20

    /// Checks every path that would be written.
    ///
    /// - Parameter changes: from what the working tree is supposed to be, to what it is to become.
    /// - Throws: `GateFailure` where a path is nothing the gate writes, such as a submodule.
    func plan(_ changes: [TreeChange]) async throws -> AcceptancePlan {
        var plan = AcceptancePlan()
        var created: Set<RepositoryPath> = []
        let removed = Set(changes.filter { $0.old != nil && $0.new == nil }.map(\.path))
        var toClean: [(path: RepositoryPath, expected: ObjectID, digest: FileFingerprint)] = []
        for change in changes {
            try Self.checkKind(change)
            let path = change.path
            guard let expected = change.old else {
                guard let old = try standing(in: path, removed: removed, created: &created) else {
                    plan.moved.insert(path)
                    continue
                }
                plan.targets.append(.init(change: change, old: old.folder, permissions: nil))
                continue
            }
            guard let status = try folder.status(path), let mode = status.mode,
                mode == expected.mode
                    || (!trustsExecutableBit && mode.isRegularFile && expected.mode.isRegularFile),
                let (content, _) = try folder.read(path, limit: FileFingerprint.maximumSize)
            else {
                plan.moved.insert(path)
                continue
            }
            let old = try FileFingerprint(content: content, mode: mode, trustsExecutableBit: trustsExecutableBit)
            plan.targets.append(.init(change: change, old: old, permissions: status.permissions))
            guard old.digest != expected.id.hex else { continue }
            guard mode.isRegularFile else {
                plan.moved.insert(path)
                continue
            }
            toClean.append((path, expected.id, old))
            if content.count <= Self.maximumRawSize { plan.filtered[path] = content }
        }
        let cleaned = try await cleanedIDs(of: toClean.map(\.path))
        for (file, id) in zip(toClean, cleaned) {
            // Git read the file after us: only if it is still what we read do both speak of the same content.
            let now = try FileFingerprint.of(file.path, in: folder, trustsExecutableBit: trustsExecutableBit)
            if id != file.expected || now != file.digest { plan.moved.insert(file.path) }
        }
        plan.createdFolders = created.sorted { $0.components.count < $1.components.count }
        return plan
    }

    /// Content of each target as it is to stand in the working tree.
    ///
    /// - Parameters:
    ///   - tree: the tree it comes from, whose `.gitattributes` count where they are among what changes.
    ///   - exact: bytes that are taken as they are instead of going through git's filters.
    func contents(
        of targets: [AcceptancePlan.Target],
        from tree: ObjectID,
        exact: [RepositoryPath: ObjectID]
    ) async throws -> [RepositoryPath: [UInt8]] {
        var contents: [RepositoryPath: [UInt8]] = [:]
        var files: [(path: RepositoryPath, id: ObjectID)] = []
        for target in targets {
            guard let new = target.change.new else { continue }
            if new.mode == .symlink {
                contents[target.change.path] = try await repository.blob(new.id)
            } else if let raw = exact[target.change.path] {
                contents[target.change.path] = try await repository.blob(raw)
            } else {
                files.append((target.change.path, new.id))
            }
        }
        guard !files.isEmpty else { return contents }
        let name = Array(".gitattributes".utf8)
        var place: [String] = []
        if targets.contains(where: { $0.change.path.lastComponent == name }) {
            place = try await attributesFolder(of: tree)
        }
        for (path, content) in try await smudged(files, place: place) { contents[path] = content }
        if !place.isEmpty { try store.folder.removeTree(Self.attributes) }
        return contents
    }

    /// What stands where something new is to be: nothing, or a folder that gives way.
    ///
    /// - Returns: `nil` where the place is taken.
    private func standing(
        in path: RepositoryPath,
        removed: Set<RepositoryPath>,
        created: inout Set<RepositoryPath>
    ) throws -> (folder: FileFingerprint?, Void)? {
        if let status = try folder.status(path) {
            guard status.kind == .folder, let below = try folder.folder(path) else { return nil }
            let inside = try below.walk(maximum: 1_000_000).map { path.appending($0.path.bytes) }
            return inside.allSatisfy(removed.contains) ? (.emptyFolder, ()) : nil
        }
        for ancestor in path.ancestors {
            let status = try folder.status(ancestor)
            if status?.kind == .folder { continue }
            guard status == nil || removed.contains(ancestor) else { return nil }
            created.insert(ancestor)
        }
        return (nil, ())
    }

    /// Ids that git would store files under, in order.
    private func cleanedIDs(of paths: [RepositoryPath]) async throws -> [ObjectID?] {
        guard !paths.isEmpty else { return [] }
        let lines = paths.flatMap { Self.quoted($0) + [UInt8(ascii: "\n")] }
        let result = try await repository.command.run(["hash-object", "--stdin-paths"], input: lines)
        // A file that went away meanwhile makes git stop: what has no id has moved.
        let ids = result.standardOutput.text.split(separator: "\n").map { ObjectID(hex: $0) }
        return paths.indices.map { $0 < ids.count ? ids[$0] : nil }
    }

    /// A path as git reads it from a line: always quoted, every unusual byte as octal.
    private static func quoted(_ path: RepositoryPath) -> [UInt8] {
        var line = Array("\"".utf8)
        for byte in path.bytes {
            if byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
                let octal = String(byte, radix: 8)
                line += Array(("\\" + String(repeating: "0", count: 3 - octal.count) + octal).utf8)
            } else {
                line.append(byte)
            }
        }
        return line + Array("\"".utf8)
    }

    /// Passes blobs through the filters of their paths, as a checkout would.
    private func smudged(
        _ files: [(path: RepositoryPath, id: ObjectID)],
        place: [String]
    ) async throws -> [(RepositoryPath, [UInt8])] {
        // Sizes that git prints are those before the filters, so a line that no file can hold marks each start.
        let mark = "gatekeeper-\(UInt64.random(in: 0 ... .max))-\(UInt64.random(in: 0 ... .max))"
        let hasNewline = files.contains { $0.path.bytes.contains(UInt8(ascii: "\n")) }
        // git ≥ 2.38 for `-z`, which is asked for only where there is no other way.
        let end = hasNewline ? UInt8(0) : UInt8(ascii: "\n")
        let input = files.flatMap { Array($0.id.hex.utf8) + [UInt8(ascii: " ")] + $0.path.bytes + [end] }
        let result = try await repository.command.run(
            place + ["cat-file", "--batch=\(mark)", "--filters"] + (hasNewline ? ["-z"] : []),
            input: input,
            limits: ProcessLimits(wallTime: .seconds(600), headBytes: 1 << 30, maximumBytes: 1 << 30)
        )
        guard result.isSuccess, !result.standardOutput.isTruncated else {
            throw GitError(
                .commandFailed,
                "cannot fetch the accepted content through git's filters: \(GitCommand.complaint(of: result))"
            )
        }
        let parts = Self.split(result.standardOutput.bytes, at: Array("\(mark)\n".utf8))
        guard parts.count == files.count else {
            throw GitError(.commandFailed, "git gave \(parts.count) of \(files.count) accepted files")
        }
        return zip(files, parts).map { ($0.path, $1) }
    }

    /// Contents between marks, each without the newline that git puts after it.
    private static func split(_ bytes: [UInt8], at mark: [UInt8]) -> [[UInt8]] {
        var starts: [Int] = []
        var index = 0
        while index + mark.count <= bytes.count {
            if bytes[index] == mark[0], bytes[index..<(index + mark.count)].elementsEqual(mark) {
                starts.append(index)
                index += mark.count
            } else {
                index += 1
            }
        }
        return starts.enumerated().map { number, start in
            let next = number + 1 < starts.count ? starts[number + 1] : bytes.count
            return Array(bytes[(start + mark.count)..<max(start + mark.count, next - 1)])
        }
    }

    /// A folder with the attribute files of a tree and nothing else, as arguments that make git read them.
    private func attributesFolder(of tree: ObjectID) async throws -> [String] {
        try store.folder.removeTree(Self.attributes)
        try store.folder.makeFolder(Self.attributes)
        for (path, entry) in try await repository.files(in: tree)
        where path.lastComponent == Array(".gitattributes".utf8) && entry.mode.isRegularFile {
            let content = try await repository.blob(entry.id)
            try store.folder.write(Self.attributes.appending(path.bytes), content: content, mode: .file)
        }
        let place = "\(store.folder.path)/\(Self.attributes)"
        return ["-C", place, "--work-tree=\(place)"]
    }

    private static func checkKind(_ change: TreeChange) throws(GateFailure) {
        for mode in [change.old?.mode, change.new?.mode] {
            guard let mode, !mode.isRegularFile, mode != .symlink else { continue }
            throw GateFailure(
                "acceptance.unsupported-path",
                "cannot accept a change of '\(change.path)', which has mode \(mode)",
                hints: ["submodules are not the gate's to move: update it by hand"]
            )
        }
        let isGit = change.path.components.contains { component in
            String(decoding: component, as: UTF8.self).lowercased() == ".git"
        }
        if isGit {
            throw GateFailure("acceptance.unsupported-path", "'\(change.path)' lies inside a git directory")
        }
    }
}
