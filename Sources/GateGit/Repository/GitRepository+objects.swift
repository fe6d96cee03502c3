internal import CGit2

extension GitRepository {
    /// The content of a blob.
    ///
    /// - Throws: `GitError` with `missing-object` where there is none of that id.
    package func blob(_ id: ObjectID) throws(GitError) -> [UInt8] {
        let blob = try id.withLibraryID { id throws(GitError) in
            var pointer: OpaquePointer?
            try GitError.check(git_blob_lookup(&pointer, handle.pointer, id), "cannot read blob")
            return pointer
        }
        guard let blob else { throw GitError(.missingObject, "cannot read blob '\(id)'") }
        let owner = BlobHandle(taking: blob)
        let size = Int(git_blob_rawsize(owner.pointer))
        guard size > 0, let content = git_blob_rawcontent(owner.pointer) else { return [] }
        return Array(UnsafeRawBufferPointer(start: content, count: size))
    }

    /// The size of a blob in bytes, without reading its content.
    package func blobSize(_ id: ObjectID) throws(GitError) -> Int {
        var length = 0
        var kind = git_object_t(rawValue: 0)
        var database: OpaquePointer?
        try GitError.check(git_repository_odb(&database, handle.pointer), "cannot open the object database")
        defer { git_odb_free(database) }
        return try id.withLibraryID { id throws(GitError) in
            try GitError.check(git_odb_read_header(&length, &kind, database, id), "cannot read object")
            return length
        }
    }

    /// Stores bytes as a blob.
    package func writeBlob(_ bytes: [UInt8]) throws(GitError) -> ObjectID {
        var id = git_oid()
        let status = bytes.withUnsafeBytes {
            git_blob_create_from_buffer(&id, handle.pointer, $0.baseAddress, $0.count)
        }
        try GitError.check(status, "cannot store a blob of \(bytes.count) bytes")
        return ObjectID(library: id)
    }

    /// The tree of a commit.
    package func tree(ofCommit id: ObjectID) throws(GitError) -> ObjectID {
        try withCommit(id) { commit in
            guard let tree = git_commit_tree_id(commit) else { return ObjectID.emptyTree }
            return ObjectID(library: tree.pointee)
        }
    }

    /// The parents of a commit as its object names them, also where a shallow clone lacks them.
    package func parents(ofCommit id: ObjectID) throws(GitError) -> [ObjectID] {
        try withCommit(id) { commit in
            (0..<git_commit_parentcount(commit)).compactMap { index in
                git_commit_parent_id(commit, index).map { ObjectID(library: $0.pointee) }
            }
        }
    }

    /// The first line of a commit's message; invalid UTF-8 becomes U+FFFD.
    package func subject(ofCommit id: ObjectID) throws(GitError) -> String {
        try withCommit(id) { commit in
            guard let summary = git_commit_summary(commit) else { return "" }
            return String(cString: summary)
        }
    }

    /// Stores a commit without moving any reference.
    package func writeCommit(
        tree: ObjectID,
        parents: [ObjectID],
        message: String,
        author: Signature,
        committer: Signature? = nil
    ) throws(GitError) -> ObjectID {
        var text = "tree \(tree)\n"
        for parent in parents { text += "parent \(parent)\n" }
        let committer = committer ?? author
        text += "author \(Self.line(author))\ncommitter \(Self.line(committer))\n\n\(message)"
        if !message.hasSuffix("\n") { text += "\n" }
        var database: OpaquePointer?
        try GitError.check(git_repository_odb(&database, handle.pointer), "cannot open the object database")
        defer { git_odb_free(database) }
        var id = git_oid()
        let bytes = Array(text.utf8)
        try GitError.check(
            git_odb_write(&id, database, bytes, bytes.count, GIT_OBJECT_COMMIT),
            "cannot store a commit"
        )
        return ObjectID(library: id)
    }

    private static func line(_ signature: Signature) -> String {
        func clean(_ text: String) -> String {
            String(text.unicodeScalars.filter { $0 != "<" && $0 != ">" && $0.value >= 0x20 })
        }
        let minutes = abs(signature.offset)
        let hours = String(minutes / 60), rest = String(minutes % 60)
        let pad = { (text: String) in text.count < 2 ? "0" + text : text }
        return "\(clean(signature.name)) <\(clean(signature.email))> \(signature.time) "
            + "\(signature.offset < 0 ? "-" : "+")\(pad(hours))\(pad(rest))"
    }

    /// The commit a revision names, through tags.
    ///
    /// - Returns: `nil` where nothing of that name exists.
    package func resolveCommit(_ revision: String) throws(GitError) -> ObjectID? {
        guard !revision.hasPrefix("-"), !revision.isEmpty else { return nil }
        var pointer: OpaquePointer?
        let status = git_revparse_single(&pointer, handle.pointer, revision)
        if status == GIT_ENOTFOUND.rawValue || status == GIT_EINVALIDSPEC.rawValue || status == GIT_EAMBIGUOUS.rawValue
        {
            return nil
        }
        try GitError.check(status, "cannot resolve '\(revision)'")
        guard let pointer else { return nil }
        let object = ObjectHandle(taking: pointer)
        var peeled: OpaquePointer?
        guard git_object_peel(&peeled, object.pointer, GIT_OBJECT_COMMIT) == 0, let peeled else { return nil }
        let commit = ObjectHandle(taking: peeled)
        return git_object_id(commit.pointer).map { ObjectID(library: $0.pointee) }
    }

    private func withCommit<R>(_ id: ObjectID, _ body: (OpaquePointer) throws(GitError) -> R) throws(GitError) -> R {
        let pointer = try id.withLibraryID { library throws(GitError) in
            var pointer: OpaquePointer?
            try GitError.check(git_commit_lookup(&pointer, handle.pointer, library), "cannot read commit '\(id)'")
            return pointer
        }
        guard let pointer else { throw GitError(.missingObject, "cannot read commit '\(id)'") }
        let commit = CommitHandle(taking: pointer)
        return try body(commit.pointer)
    }
}
