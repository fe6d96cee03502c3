internal import CGit2

// One move-only owner for each libgit2 object: `init(taking:)` is the only way in, `deinit` the only way out.

struct RepositoryHandle: ~Copyable {
    let pointer: OpaquePointer
    init(taking pointer: OpaquePointer) { self.pointer = pointer }
    deinit { git_repository_free(pointer) }
}

struct TreeHandle: ~Copyable {
    let pointer: OpaquePointer
    init(taking pointer: OpaquePointer) { self.pointer = pointer }
    deinit { git_tree_free(pointer) }
}

struct TreeBuilderHandle: ~Copyable {
    let pointer: OpaquePointer
    init(taking pointer: OpaquePointer) { self.pointer = pointer }
    deinit { git_treebuilder_free(pointer) }
}

struct BlobHandle: ~Copyable {
    let pointer: OpaquePointer
    init(taking pointer: OpaquePointer) { self.pointer = pointer }
    deinit { git_blob_free(pointer) }
}

struct PatchHandle: ~Copyable {
    let pointer: OpaquePointer
    init(taking pointer: OpaquePointer) { self.pointer = pointer }
    deinit { git_patch_free(pointer) }
}

struct CommitHandle: ~Copyable {
    let pointer: OpaquePointer
    init(taking pointer: OpaquePointer) { self.pointer = pointer }
    deinit { git_commit_free(pointer) }
}

struct IndexHandle: ~Copyable {
    let pointer: OpaquePointer
    init(taking pointer: OpaquePointer) { self.pointer = pointer }
    deinit { git_index_free(pointer) }
}

struct ObjectHandle: ~Copyable {
    let pointer: OpaquePointer
    init(taking pointer: OpaquePointer) { self.pointer = pointer }
    deinit { git_object_free(pointer) }
}

struct ReferenceHandle: ~Copyable {
    let pointer: OpaquePointer
    init(taking pointer: OpaquePointer) { self.pointer = pointer }
    deinit { git_reference_free(pointer) }
}

struct ConfigHandle: ~Copyable {
    let pointer: OpaquePointer
    init(taking pointer: OpaquePointer) { self.pointer = pointer }
    deinit { git_config_free(pointer) }
}

extension ObjectID {
    /// Calls `body` with libgit2's form of this id.
    func withLibraryID<R>(_ body: (UnsafePointer<git_oid>) throws(GitError) -> R) throws(GitError) -> R {
        var id = git_oid()
        try GitError.check(git_oid_fromstr(&id, hex), "cannot read object id '\(hex)'")
        return try body(&id)
    }

    init(library id: git_oid) {
        var id = id
        let text = withUnsafeTemporaryAllocation(of: CChar.self, capacity: Int(GIT_OID_HEXSZ) + 1) { buffer in
            String(cString: git_oid_tostr(buffer.baseAddress, buffer.count, &id))
        }
        self.init(unchecked: text)
    }
}
