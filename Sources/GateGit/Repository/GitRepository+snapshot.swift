/// The working tree as it stood at one moment, as objects.
package struct WorkingTreeSnapshot: Sendable, Hashable {
    /// Tree of everything tracked, and everything untracked that git does not ignore.
    package let tree: ObjectID
    /// The commit HEAD named at that moment; `nil` on a branch without commits.
    package let headCommit: ObjectID?
    /// Tree of that commit; the empty tree where there is none.
    package let headTree: ObjectID
    /// Paths that differ from HEAD in the index or in the working tree.
    package let changedPaths: [RepositoryPath]
    /// Whether anything is staged that differs from HEAD.
    package let hasStagedChanges: Bool
    /// Untracked repositories inside the working tree, which belong to no tree.
    package let embeddedRepositories: [RepositoryPath]
}

extension GitRepository {
    /// Stores the working tree as a tree object, touching no file, index or reference.
    ///
    /// Git's own status finds what changed and git's own filters make the blobs, so that line endings, LFS and
    /// executable bits come out as `git add` would store them. Cost: one status, then in proportion to the changes.
    ///
    /// - Parameter temporaryFolder: absolute path of a private folder for a throw-away index.
    /// - Throws: `GitError` where the repository is bare or has unmerged paths.
    package func snapshotWorkingTree(temporaryFolder: String) async throws -> WorkingTreeSnapshot {
        guard workingTree != nil else {
            throw GitError(.unsupportedRepository, "'\(gitDirectory)' has no working tree to judge")
        }
        let headCommit = try resolveCommit("HEAD")
        let headTree = try headCommit.map { id throws(GitError) in try tree(ofCommit: id) } ?? .emptyTree
        let status = try await command.output(
            ["status", "--porcelain=v2", "-z", "--untracked-files=all", "--no-renames", "--ignore-submodules=none"]
        )
        let lines = try StatusLine.parse(status)
        if let unmerged = lines.first(where: { $0.kind == .unmerged }) {
            throw GitError(
                .unsupportedRepository,
                "'\(unmerged.path)' is unmerged, so the working tree is not one tree yet",
                hints: ["resolve the conflicts and 'git add' them, or 'git merge --abort'"]
            )
        }
        var changes: [RepositoryPath: TreeEntry?] = [:]
        var embedded: [RepositoryPath] = []
        var known: [UInt8] = []
        var present: [UInt8] = []
        for line in lines {
            if line.path.bytes.last == UInt8(ascii: "/") {
                embedded.append(RepositoryPath(bytes: line.path.bytes.dropLast()))
                continue
            }
            if line.kind == .tracked, line.workingTreeMode == nil {
                changes[line.path] = .some(nil)
                continue
            }
            if let entry = line.indexEntry {
                known += Array("\(entry.mode) \(entry.id)\t".utf8) + line.path.bytes + [0]
            }
            present += line.path.bytes + [0]
        }
        if !present.isEmpty {
            let index = "\(temporaryFolder)/snapshot.index"
            if !known.isEmpty {
                _ = try await command.output(["update-index", "-z", "--index-info"], input: known, indexFile: index)
            }
            _ = try await command.output(
                ["update-index", "--add", "--replace", "--remove", "-z", "--stdin"],
                input: present,
                indexFile: index
            )
            let stored = try await command.output(["ls-files", "-s", "-z"], indexFile: index)
            let entries = try IndexLine.parse(stored)
            for path in present.split(separator: 0).map({ RepositoryPath(bytes: $0) }) {
                changes[path] = .some(entries[path])
            }
        }
        return WorkingTreeSnapshot(
            tree: try graft(changes, onto: headTree),
            headCommit: headCommit,
            headTree: headTree,
            changedPaths: changes.keys.sorted(),
            hasStagedChanges: lines.contains(where: \.isStaged),
            embeddedRepositories: embedded.sorted()
        )
    }
}

extension GitRepository {
    /// The tree that a commit of the index would have, without touching the index.
    ///
    /// - Parameters:
    ///   - file: absolute path of another index than the repository's own, as git gives it to a hook.
    ///   - temporaryFolder: absolute path of a private folder for a copy, because git refreshes what it reads.
    /// - Throws: `GitError` where the index has unmerged paths or cannot be read.
    package func indexTree(file: String?, temporaryFolder: String) async throws -> ObjectID {
        let place = file ?? "\(gitDirectory)/index"
        let copy = "\(temporaryFolder)/head.index"
        guard let slash = place.lastIndex(of: "/"), place.hasPrefix("/"),
            let (content, _) = try SafeFolder(path: String(place[..<slash]))
                .read(RepositoryPath(String(place[place.index(after: slash)...])), limit: 1 << 31)
        else { return .emptyTree }
        try SafeFolder(path: temporaryFolder).write(RepositoryPath("head.index"), content: content, mode: .file)
        let unmerged = try await command.output(["ls-files", "-u", "-z"], indexFile: copy)
        if let tab = unmerged.firstIndex(of: UInt8(ascii: "\t")) {
            let path = RepositoryPath(bytes: unmerged[unmerged.index(after: tab)...].prefix { $0 != 0 })
            throw GitError(
                .unsupportedRepository,
                "'\(path)' is unmerged, so the index is not one tree yet",
                hints: ["resolve the conflicts and 'git add' them, or 'git merge --abort'"]
            )
        }
        let answer = try await command.output(["write-tree"], indexFile: copy)
        let hex = String(decoding: answer, as: UTF8.self).prefix { $0 != "\n" }
        guard let tree = ObjectID(hex: hex) else {
            throw GitError(.commandFailed, "git write-tree printed no tree")
        }
        return tree
    }
}

/// One line of `git status --porcelain=v2 -z`.
private struct StatusLine {
    enum Kind { case tracked, untracked, unmerged }

    let kind: Kind
    let path: RepositoryPath
    var isStaged = false
    /// `nil` where the file is gone from the working tree.
    var workingTreeMode: FileMode?
    var indexEntry: TreeEntry?

    static func parse(_ bytes: [UInt8]) throws(GitError) -> [StatusLine] {
        var lines: [StatusLine] = []
        for record in bytes.split(separator: 0) {
            switch record.first {
            case UInt8(ascii: "?"):
                lines.append(StatusLine(kind: .untracked, path: RepositoryPath(bytes: record.dropFirst(2))))
            case UInt8(ascii: "1"):
                // 1 XY sub mH mI mW hH hI path
                let fields = record.split(separator: UInt8(ascii: " "), maxSplits: 8, omittingEmptySubsequences: false)
                guard fields.count == 9 else { throw unreadable(record) }
                let text = fields[..<8].map { String(decoding: $0, as: UTF8.self) }
                guard let workingMode = UInt32(text[5], radix: 8), let indexMode = UInt32(text[4], radix: 8) else {
                    throw unreadable(record)
                }
                var line = StatusLine(kind: .tracked, path: RepositoryPath(bytes: fields[8]))
                line.isStaged = text[1].first != "."
                line.workingTreeMode = workingMode == 0 ? nil : FileMode(rawValue: workingMode)
                if indexMode != 0, let id = ObjectID(hex: text[7]) {
                    line.indexEntry = TreeEntry(mode: FileMode(rawValue: indexMode), id: id)
                }
                lines.append(line)
            case UInt8(ascii: "u"):
                let fields = record.split(separator: UInt8(ascii: " "), maxSplits: 10, omittingEmptySubsequences: false)
                guard let path = fields.last else { throw unreadable(record) }
                lines.append(StatusLine(kind: .unmerged, path: RepositoryPath(bytes: path)))
            default: throw unreadable(record)
            }
        }
        return lines
    }

    private static func unreadable(_ record: ArraySlice<UInt8>) -> GitError {
        GitError(
            .commandFailed,
            "git status said '\(String(decoding: record.prefix(80), as: UTF8.self))', which is not porcelain v2"
        )
    }
}

/// The lines of `git ls-files -s -z`.
package enum IndexLine {
    /// Entries by path; `mode id stage TAB path` in each record.
    package static func parse(_ bytes: [UInt8]) throws(GitError) -> [RepositoryPath: TreeEntry] {
        var entries: [RepositoryPath: TreeEntry] = [:]
        for record in bytes.split(separator: 0) {
            guard let tab = record.firstIndex(of: UInt8(ascii: "\t")) else { continue }
            let fields = record[..<tab].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
            guard fields.count == 3, let mode = UInt32(fields[0], radix: 8), let id = ObjectID(hex: fields[1]) else {
                throw GitError(.commandFailed, "git ls-files printed a line that is not an index entry")
            }
            entries[RepositoryPath(bytes: record[record.index(after: tab)...])] = TreeEntry(
                mode: FileMode(rawValue: mode),
                id: id
            )
        }
        return entries
    }
}
