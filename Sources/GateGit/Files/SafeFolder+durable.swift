internal import CGit2

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension SafeFolder {
    /// Puts new content under a name in one step: whoever looks sees all of the old or all of the new.
    ///
    /// The content is on the disk before the name is moved, and the name before this returns.
    /// - Parameter staged: called between the two, with the new content beside the old.
    package func replace(
        _ path: RepositoryPath,
        content: [UInt8],
        staged: () throws -> Void = {}
    ) throws {
        let temporary = RepositoryPath(bytes: path.bytes + Array(".new".utf8))
        try write(temporary, content: content, mode: .file, durably: true)
        try staged()
        guard try renameReplacing(temporary, to: path) == .done else {
            throw GitError(.file, "cannot replace '\(path)': it is a folder, or its folder went away")
        }
        try synchroniseFolder(of: path)
    }

    /// Adds bytes to the end of a file, making it where there is none; they are on the disk when this returns.
    package func append(_ path: RepositoryPath, content: [UInt8]) throws(GitError) {
        try Self.check(path)
        _ = try withParent(of: path, creating: true) { parent, name throws(GitError) in
            let flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
            let (raw, number) = withName(name) { name in retrying { openat(parent, name, flags, 0o666) } }
            guard raw >= 0 else { throw .file("open", path, number) }
            let file = Descriptor(taking: raw)
            let failure = writeAll(file.raw, content)
            guard failure == 0 else { throw .file("write", path, failure) }
            guard fsync(file.raw) == 0, fsync(parent) == 0 else { throw .file("write to disk", path, errno) }
        }
    }

    /// Gives a file a second name, unless something has that name.
    package func link(_ from: RepositoryPath, to: RepositoryPath) throws(GitError) -> RenameResult {
        try rename(from, to, "link") { linkat($0, $1, $2, $3, 0) }
    }
}

extension ObjectID {
    /// The id git gives a blob of these bytes; nothing is stored.
    package static func ofBlob(_ content: [UInt8]) throws(GitError) -> ObjectID {
        try Libgit2.initialise()
        var id = git_oid()
        let status = content.withUnsafeBytes { git_odb_hash(&id, $0.baseAddress, $0.count, GIT_OBJECT_BLOB) }
        try GitError.check(status, "cannot hash \(content.count) bytes")
        return ObjectID(library: id)
    }
}
