internal import CGit2

/// What an object comes to when every tag around it is taken off.
package enum PeeledObject: Sendable, Hashable {
    case commit(ObjectID)
    /// A tree or a blob, by its kind.
    case other(String)
    /// It, or something a tag of it names, is not in the repository.
    case missing
}

extension GitRepository {
    /// Takes the tags off an object.
    package func peel(_ id: ObjectID) throws(GitError) -> PeeledObject {
        let pointer = try id.withLibraryID { library throws(GitError) in
            var pointer: OpaquePointer?
            let status = git_object_lookup(&pointer, handle.pointer, library, GIT_OBJECT_ANY)
            if status == GIT_ENOTFOUND.rawValue { return OpaquePointer?.none }
            try GitError.check(status, "cannot read object '\(id)'")
            return pointer
        }
        guard let pointer else { return .missing }
        var object = ObjectHandle(taking: pointer)
        if git_object_type(object.pointer) == GIT_OBJECT_TAG {
            var peeled: OpaquePointer?
            let status = git_object_peel(&peeled, object.pointer, GIT_OBJECT_ANY)
            if status == GIT_ENOTFOUND.rawValue { return .missing }
            try GitError.check(status, "cannot read what tag '\(id)' names")
            guard let peeled else { return .missing }
            object = ObjectHandle(taking: peeled)
        }
        let kind = git_object_type(object.pointer)
        guard kind == GIT_OBJECT_COMMIT, let found = git_object_id(object.pointer) else {
            return .other(git_object_type2string(kind).map { String(cString: $0) } ?? "object")
        }
        return .commit(ObjectID(library: found.pointee))
    }

    /// The best common ancestor of a commit and a merge of all the others; `nil` where there is none that is present.
    package func mergeBase(_ commit: ObjectID, ofAny others: [ObjectID]) async throws -> ObjectID? {
        guard !others.isEmpty else { return nil }
        if others.contains(commit) { return commit }
        var bases: [ObjectID] = []
        // Command lines have a length; some repositories have thousands of branches.
        for start in stride(from: 0, to: others.count, by: 500) {
            let some = others[start..<min(start + 500, others.count)].map(\.hex)
            if let base = try await oneCommit(["merge-base", "--end-of-options", commit.hex] + some) {
                bases.append(base)
            }
        }
        guard let first = bases.first, bases.count > 1 else { return bases.first }
        // All of them are ancestors of the commit: the best is one that is no ancestor of another.
        return try await oneCommit(["merge-base", "--independent", "--end-of-options"] + bases.map(\.hex)) ?? first
    }

    private func oneCommit(_ arguments: [String]) async throws -> ObjectID? {
        let result = try await command.run(arguments)
        guard result.isSuccess else {
            if result.exitCode == 1 { return nil }
            throw GitError(.commandFailed, "git merge-base failed: \(GitCommand.complaint(of: result))")
        }
        return ObjectID(hex: result.standardOutput.text.prefix { $0 != "\n" })
    }
}
