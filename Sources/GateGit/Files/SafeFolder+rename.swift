internal import CGit2

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension SafeFolder {
    /// What became of a rename that must not lose anything.
    package enum RenameResult: Sendable, Hashable {
        case done
        /// The new name is taken; nothing happened.
        case exists
        /// One of the names does not exist; nothing happened.
        case missing
        /// The file system cannot do it in one step; nothing happened.
        case unsupported
    }

    /// Swaps two names in one step: no instant at which either is missing.
    package func renameExchange(
        _ first: RepositoryPath,
        _ second: RepositoryPath
    ) throws(GitError) -> RenameResult {
        try rename(first, second, "swap") { gk_rename_exchange($0, $1, $2, $3) }
    }

    /// Gives a file a new name, unless something has that name.
    package func renameNoReplace(_ from: RepositoryPath, to: RepositoryPath) throws(GitError) -> RenameResult {
        try rename(from, to, "rename") { gk_rename_noreplace($0, $1, $2, $3) }
    }

    /// Gives a file a new name in one step, replacing what has that name unless it is a folder.
    package func renameReplacing(_ from: RepositoryPath, to: RepositoryPath) throws(GitError) -> RenameResult {
        try rename(from, to, "rename") { renameat($0, $1, $2, $3) }
    }

    /// Waits until a file's content is on the disk; a link or a missing file is left alone.
    package func synchronise(_ path: RepositoryPath) throws(GitError) {
        try Self.check(path)
        _ = try withParent(of: path, creating: false) { parent, name throws(GitError) in
            guard FileStatus.of(name, in: parent).status?.kind == .file else { return }
            let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
            let (raw, number) = withName(name) { name in retrying { openat(parent, name, flags) } }
            guard raw >= 0 else { throw .file("open", path, number) }
            let file = Descriptor(taking: raw)
            if fsync(file.raw) != 0 { throw .file("write to disk", path, errno) }
        }
    }

    /// Waits until the names in the folder a path lies in are on the disk.
    package func synchroniseFolder(of path: RepositoryPath) throws(GitError) {
        try Self.check(path)
        _ = try withParent(of: path, creating: false) { parent, _ throws(GitError) in
            if fsync(parent) != 0 { throw .file("write to disk the folder of", path, errno) }
        }
    }

    func rename(
        _ from: RepositoryPath,
        _ to: RepositoryPath,
        _ verb: String,
        _ call: (Int32, UnsafePointer<CChar>, Int32, UnsafePointer<CChar>) -> Int32
    ) throws(GitError) -> RenameResult {
        try Self.check(from)
        try Self.check(to)
        let result = try withParent(of: from, creating: false) { source, old throws(GitError) in
            try withParent(of: to, creating: false) { target, new throws(GitError) -> RenameResult in
                let (result, number) = withName(old) { old in
                    withName(new) { new in retrying { call(source, old, target, new) } }
                }
                if result == 0 { return .done }
                switch number {
                case EEXIST, ENOTEMPTY, EISDIR: return .exists
                case ENOENT: return .missing
                case EINVAL, ENOSYS, ENOTSUP, EOPNOTSUPP, EPERM: return .unsupported
                default: throw .file("\(verb) '\(from)' and", to, number)
                }
            }
        }
        return result.flatMap { $0 } ?? .missing
    }
}
