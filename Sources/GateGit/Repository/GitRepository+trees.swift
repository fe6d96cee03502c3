internal import CGit2

extension GitRepository {
    /// What a tree says of a path; `nil` where it has none.
    package func entry(_ path: RepositoryPath, in tree: ObjectID) throws(GitError) -> TreeEntry? {
        var current = tree
        let components = path.components
        for (depth, component) in components.enumerated() {
            guard let entry = try children(of: current)[component] else { return nil }
            if depth == components.count - 1 { return entry }
            guard entry.mode == .tree else { return nil }
            current = entry.id
        }
        return nil
    }

    /// Every file, link and submodule below a tree, by path.
    package func files(in tree: ObjectID) throws(GitError) -> [RepositoryPath: TreeEntry] {
        var all: [RepositoryPath: TreeEntry] = [:]
        try walk(tree, at: RepositoryPath("")) { path, entry in all[path] = entry }
        return all
    }

    /// The paths in which two trees differ, in path order, without rename detection.
    ///
    /// Subtrees with equal ids are not opened, so the cost follows the difference, not the repository.
    package func changes(from old: ObjectID, to new: ObjectID) throws(GitError) -> [TreeChange] {
        var changes: [TreeChange] = []
        try compare(old, new, at: RepositoryPath(""), into: &changes)
        return changes.sorted { $0.path < $1.path }
    }

    /// Writes the tree that differs from `base` in exactly the given paths; `nil` removes one.
    ///
    /// - Throws: `GitError` with `invalid-path` where git refuses a name, or a path lies under a file.
    package func graft(_ changes: [RepositoryPath: TreeEntry?], onto base: ObjectID) throws(GitError) -> ObjectID {
        guard !changes.isEmpty else { return base }
        let root = GraftNode()
        for (path, entry) in changes { root.insert(path.components[...], entry) }
        return try write(root, onto: base, at: RepositoryPath("")) ?? ObjectID.emptyTree
    }

    /// Names and entries directly inside a tree.
    package func children(of tree: ObjectID) throws(GitError) -> [[UInt8]: TreeEntry] {
        if tree == .emptyTree { return [:] }
        let pointer = try tree.withLibraryID { id throws(GitError) in
            var pointer: OpaquePointer?
            try GitError.check(git_tree_lookup(&pointer, handle.pointer, id), "cannot read tree '\(tree)'")
            return pointer
        }
        guard let pointer else { throw GitError(.missingObject, "cannot read tree '\(tree)'") }
        let owner = TreeHandle(taking: pointer)
        let count = git_tree_entrycount(owner.pointer)
        var children: [[UInt8]: TreeEntry] = [:]
        children.reserveCapacity(count)
        for index in 0..<count {
            guard let item = git_tree_entry_byindex(owner.pointer, index), let name = git_tree_entry_name(item),
                let id = git_tree_entry_id(item)
            else { continue }
            let bytes = Array(UnsafeBufferPointer(start: name, count: Self.length(of: name))).map {
                UInt8(bitPattern: $0)
            }
            children[bytes] = TreeEntry(
                mode: FileMode(rawValue: UInt32(git_tree_entry_filemode_raw(item).rawValue)),
                id: ObjectID(library: id.pointee)
            )
        }
        return children
    }

    private static func length(of text: UnsafePointer<CChar>) -> Int {
        var length = 0
        while text[length] != 0 { length += 1 }
        return length
    }

    private func walk(
        _ tree: ObjectID,
        at path: RepositoryPath,
        _ visit: (RepositoryPath, TreeEntry) -> Void
    ) throws(GitError) {
        for (name, entry) in try children(of: tree) {
            let child = path.appending(name)
            if entry.mode == .tree {
                try walk(entry.id, at: child, visit)
            } else {
                visit(child, entry)
            }
        }
    }

    private func compare(
        _ old: ObjectID?,
        _ new: ObjectID?,
        at path: RepositoryPath,
        into changes: inout [TreeChange]
    ) throws(GitError) {
        guard old != new else { return }
        let before = try old.map { id throws(GitError) in try children(of: id) } ?? [:]
        let after = try new.map { id throws(GitError) in try children(of: id) } ?? [:]
        for name in Set(before.keys).union(after.keys) {
            let left = before[name]
            let right = after[name]
            guard left != right else { continue }
            let child = path.appending(name)
            let leftTree = left?.mode == .tree ? left?.id : nil
            let rightTree = right?.mode == .tree ? right?.id : nil
            if leftTree != nil || rightTree != nil {
                try compare(leftTree, rightTree, at: child, into: &changes)
            }
            let leftFile = left?.mode == .tree ? nil : left
            let rightFile = right?.mode == .tree ? nil : right
            if leftFile != nil || rightFile != nil {
                changes.append(TreeChange(path: child, old: leftFile, new: rightFile))
            }
        }
    }

    /// Writes one level; `nil` where nothing is left of it.
    private func write(_ node: GraftNode, onto base: ObjectID?, at path: RepositoryPath) throws(GitError) -> ObjectID? {
        var entries = try base.map { id throws(GitError) in try children(of: id) } ?? [:]
        for (name, child) in node.children {
            let place = path.appending(name)
            let existing = entries[name]
            if let leaf = child.leaf, child.children.isEmpty {
                entries[name] = leaf
                continue
            }
            let below = existing?.mode == .tree ? existing?.id : nil
            // A removal below, beside a file at the same name, means the folder gives way to that file.
            if let subtree = try write(child, onto: below, at: place) {
                if case .some(.some) = child.leaf {
                    throw GitError(.invalidPath, "'\(place)' would be a file and a folder at once")
                }
                entries[name] = TreeEntry(mode: .tree, id: subtree)
            } else if case .some(let leaf) = child.leaf {
                entries[name] = leaf
            } else if existing?.mode == .tree || existing == nil {
                entries[name] = nil
            }
        }
        guard !entries.isEmpty else { return nil }
        var pointer: OpaquePointer?
        try GitError.check(git_treebuilder_new(&pointer, handle.pointer, nil), "cannot build a tree")
        guard let pointer else { throw GitError(.library, "cannot build a tree") }
        let builder = TreeBuilderHandle(taking: pointer)
        for (name, entry) in entries {
            try insert(name, entry, into: builder.pointer, at: path)
        }
        var id = git_oid()
        try GitError.check(git_treebuilder_write(&id, builder.pointer), "cannot store a tree")
        return ObjectID(library: id)
    }

    private func insert(
        _ name: [UInt8],
        _ entry: TreeEntry,
        into builder: OpaquePointer,
        at path: RepositoryPath
    ) throws(GitError) {
        guard !name.contains(0), !name.contains(UInt8(ascii: "/")), !name.isEmpty else {
            throw GitError(.invalidPath, "'\(path.appending(name))' is not a name git can store")
        }
        try entry.id.withLibraryID { id throws(GitError) in
            let status = (name + [0]).withUnsafeBufferPointer { buffer in
                buffer.withMemoryRebound(to: CChar.self) { text in
                    git_treebuilder_insert(
                        nil,
                        builder,
                        text.baseAddress,
                        id,
                        git_filemode_t(rawValue: entry.mode.rawValue)
                    )
                }
            }
            do throws(GitError) {
                try GitError.check(status, "cannot put '\(path.appending(name))' into a tree")
            } catch {
                throw GitError(.invalidPath, error.message, libraryCode: error.libraryCode)
            }
        }
    }
}

/// Changes to one level of a tree, and to the levels below it.
private final class GraftNode {
    var children: [[UInt8]: GraftNode] = [:]
    /// `.some(nil)` removes what is there.
    var leaf: TreeEntry??

    func insert(_ components: ArraySlice<[UInt8]>, _ entry: TreeEntry?) {
        guard let first = components.first else {
            leaf = .some(entry)
            return
        }
        let child = children[first] ?? GraftNode()
        children[first] = child
        child.insert(components.dropFirst(), entry)
    }
}
