internal import CGit2

extension GitRepository {
    /// What a reference points at, through symbolic references; `nil` where it does not exist.
    package func target(ofReference name: String) throws(GitError) -> ObjectID? {
        var id = git_oid()
        let status = git_reference_name_to_id(&id, handle.pointer, name)
        if status == GIT_ENOTFOUND.rawValue { return nil }
        try GitError.check(status, "cannot read reference '\(name)'")
        return ObjectID(library: id)
    }

    /// The branch HEAD is on, as a full reference name; `nil` where it is detached.
    package func currentBranch() throws(GitError) -> String? {
        var pointer: OpaquePointer?
        try GitError.check(git_reference_lookup(&pointer, handle.pointer, "HEAD"), "cannot read HEAD")
        guard let pointer else { return nil }
        let head = ReferenceHandle(taking: pointer)
        guard git_reference_type(head.pointer) == GIT_REFERENCE_SYMBOLIC,
            let target = git_reference_symbolic_target(head.pointer)
        else { return nil }
        return String(cString: target)
    }

    /// Names and targets of all references below a prefix, in name order.
    package func references(under prefix: String) throws(GitError) -> [(name: String, target: ObjectID)] {
        var iterator: OpaquePointer?
        try GitError.check(
            git_reference_iterator_glob_new(&iterator, handle.pointer, prefix + "*"),
            "cannot list references under '\(prefix)'"
        )
        defer { git_reference_iterator_free(iterator) }
        var found: [(name: String, target: ObjectID)] = []
        while true {
            var name: UnsafePointer<CChar>?
            let status = git_reference_next_name(&name, iterator)
            if status == GIT_ITEROVER.rawValue { break }
            try GitError.check(status, "cannot list references under '\(prefix)'")
            guard let name else { break }
            let text = String(cString: name)
            if let target = try target(ofReference: text) { found.append((text, target)) }
        }
        return found.sorted { $0.name < $1.name }
    }

    /// Whether commits are being made one after the other, of which only the last will stay in view.
    package nonisolated var isRebasing: Bool {
        guard let place = try? SafeFolder(path: gitDirectory) else { return false }
        return ["rebase-merge", "rebase-apply"].contains { (try? place.status(RepositoryPath($0))) != nil }
    }

    /// Points a reference of ours at an object, whatever it pointed at before.
    ///
    /// - Throws: `GitError` with `quarantine` while a push that may be refused is looked at, as git itself does.
    package func setReference(_ name: String, to id: ObjectID, message: String) throws(GitError) {
        try refuseInQuarantine(name)
        try id.withLibraryID { id throws(GitError) in
            var pointer: OpaquePointer?
            try GitError.check(
                git_reference_create(&pointer, handle.pointer, name, id, 1, message),
                "cannot write reference '\(name)'"
            )
            git_reference_free(pointer)
        }
    }

    /// Removes a reference of ours; one that does not exist is no error.
    package func removeReference(_ name: String) throws(GitError) {
        try refuseInQuarantine(name)
        let status = git_reference_remove(handle.pointer, name)
        if status == GIT_ENOTFOUND.rawValue { return }
        try GitError.check(status, "cannot remove reference '\(name)'")
    }
}

extension GitRepository {
    /// Points a reference at an object only if it still is where it was seen.
    ///
    /// - Parameter old: what it pointed at; `nil` where it did not exist.
    /// - Returns: `false` where somebody was faster, or is writing it just now; then nothing happened.
    package func moveReference(
        _ name: String,
        from old: ObjectID?,
        to new: ObjectID,
        message: String
    ) throws(GitError) -> Bool {
        try refuseInQuarantine(name)
        let status = try new.withLibraryID { new throws(GitError) in
            var pointer: OpaquePointer?
            defer { git_reference_free(pointer) }
            guard let old else { return git_reference_create(&pointer, handle.pointer, name, new, 0, message) }
            return try old.withLibraryID { old throws(GitError) in
                git_reference_create_matching(&pointer, handle.pointer, name, new, 1, old, message)
            }
        }
        switch status {
        case GIT_EEXISTS.rawValue, GIT_EMODIFIED.rawValue, GIT_ELOCKED.rawValue, GIT_ENOTFOUND.rawValue: return false
        default:
            try GitError.check(status, "cannot write reference '\(name)'")
            return true
        }
    }

    private func refuseInQuarantine(_ name: String) throws(GitError) {
        guard command.objects != nil else { return }
        throw GitError(.quarantine, "cannot write reference '\(name)' while a push is in quarantine")
    }
}
