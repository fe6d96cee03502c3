internal import CGit2

/// What came of putting commits onto another one.
package enum ReplayOutcome: Sendable, Hashable {
    case done(ObjectID)
    /// A commit touches what the other side changed as well.
    case conflict(commit: ObjectID, paths: [RepositoryPath])
    /// A merge cannot be put elsewhere commit by commit.
    case merge(ObjectID)
}

extension GitRepository {
    /// The commits of a head that another tip does not have, oldest first, without those whose change it has already.
    package func commits(of head: ObjectID, missingFrom tip: ObjectID) async throws -> [ObjectID] {
        let output = try await command.output([
            "rev-list", "--reverse", "--topo-order", "--cherry-pick", "--right-only", "--end-of-options",
            "\(tip.hex)...\(head.hex)",
        ])
        return String(decoding: output, as: UTF8.self).split(separator: "\n").compactMap { ObjectID(hex: $0) }
    }

    /// Puts commits onto a tip, one after the other, in memory: no file, index or reference is touched.
    ///
    /// Authors and messages stay; what a commit changes is merged three ways, as a rebase does. A commit that changes
    /// nothing any more is left out.
    package func replay(
        _ commits: [ObjectID],
        onto tip: ObjectID,
        committer: Signature
    ) throws(GitError) -> ReplayOutcome {
        var current = tip
        for commit in commits {
            guard try parents(ofCommit: commit).count == 1 else { return .merge(commit) }
            switch try replay(commit, onto: current, committer) {
            case .done(let next): current = next
            case .conflict(let commit, let paths): return .conflict(commit: commit, paths: paths)
            case .merge(let commit): return .merge(commit)
            }
        }
        return .done(current)
    }

    private func replay(
        _ commit: ObjectID,
        onto tip: ObjectID,
        _ committer: Signature
    ) throws(GitError) -> ReplayOutcome {
        let ours = try lookUp(tip)
        let theirs = try lookUp(commit)
        var pointer: OpaquePointer?
        try GitError.check(
            git_cherrypick_commit(&pointer, handle.pointer, theirs.pointer, ours.pointer, 0, nil),
            "cannot put commit '\(commit)' onto '\(tip)'"
        )
        guard let pointer else { throw GitError(.library, "cannot put commit '\(commit)' onto '\(tip)'") }
        let index = IndexHandle(taking: pointer)
        if git_index_has_conflicts(index.pointer) == 1 {
            return .conflict(commit: commit, paths: try conflicts(index.pointer))
        }
        var id = git_oid()
        try GitError.check(git_index_write_tree_to(&id, index.pointer, handle.pointer), "cannot store a merged tree")
        let tree = ObjectID(library: id)
        if tree == (try self.tree(ofCommit: tip)) { return .done(tip) }
        return .done(try write(like: theirs, tree: tree, parent: ours, committer))
    }

    private func conflicts(_ index: OpaquePointer) throws(GitError) -> [RepositoryPath] {
        var iterator: OpaquePointer?
        try GitError.check(git_index_conflict_iterator_new(&iterator, index), "cannot list conflicts")
        defer { git_index_conflict_iterator_free(iterator) }
        var paths: Set<RepositoryPath> = []
        while true {
            var ancestor: UnsafePointer<git_index_entry>?
            var ours: UnsafePointer<git_index_entry>?
            var theirs: UnsafePointer<git_index_entry>?
            let status = git_index_conflict_next(&ancestor, &ours, &theirs, iterator)
            if status == GIT_ITEROVER.rawValue { return paths.sorted() }
            try GitError.check(status, "cannot list conflicts")
            if let path = (ours ?? theirs ?? ancestor)?.pointee.path {
                paths.insert(RepositoryPath(String(cString: path)))
            }
        }
    }

    /// A commit with author and message of another one, in its own encoding.
    private func write(
        like other: borrowing CommitHandle,
        tree: ObjectID,
        parent: borrowing CommitHandle,
        _ committer: Signature
    ) throws(GitError) -> ObjectID {
        var signature: UnsafeMutablePointer<git_signature>?
        try GitError.check(
            git_signature_new(&signature, committer.name, committer.email, committer.time, committer.offset),
            "cannot make a signature of '\(committer.name)'"
        )
        defer { git_signature_free(signature) }
        let treePointer = try tree.withLibraryID { id throws(GitError) in
            var pointer: OpaquePointer?
            try GitError.check(git_tree_lookup(&pointer, handle.pointer, id), "cannot read a merged tree")
            return pointer
        }
        guard let treePointer else { throw GitError(.missingObject, "cannot read tree '\(tree)'") }
        let treeHandle = TreeHandle(taking: treePointer)
        var id = git_oid()
        var parents: [OpaquePointer?] = [parent.pointer]
        let status = git_commit_create(
            &id,
            handle.pointer,
            nil,
            git_commit_author(other.pointer),
            signature,
            git_commit_message_encoding(other.pointer),
            git_commit_message_raw(other.pointer),
            treeHandle.pointer,
            1,
            &parents
        )
        try GitError.check(status, "cannot store a commit")
        return ObjectID(library: id)
    }

    private func lookUp(_ id: ObjectID) throws(GitError) -> CommitHandle {
        let pointer = try id.withLibraryID { library throws(GitError) in
            var pointer: OpaquePointer?
            try GitError.check(git_commit_lookup(&pointer, handle.pointer, library), "cannot read commit '\(id)'")
            return pointer
        }
        guard let pointer else { throw GitError(.missingObject, "cannot read commit '\(id)'") }
        return CommitHandle(taking: pointer)
    }
}
