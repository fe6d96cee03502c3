#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// A folder that files are written into without ever following a link out of it.
///
/// Every path is walked one component at a time from the folder's own descriptor, and files are always created anew,
/// so neither a symbolic link nor a hard link that hostile code has planted can lead a write elsewhere. Renaming the
/// folder itself, or a folder above it, does not disturb it.
package final class SafeFolder: Sendable {
    /// Where the folder was when it was opened; for messages.
    package let path: String
    /// What is done with a link or file that stands where a new entry is to be written.
    package enum Obstacles: Sendable, Hashable {
        /// It gives way: for folders that belong to the gate.
        case replace
        /// It stays, and the write is refused: for folders that belong to the user.
        case refuse
    }

    package let obstacles: Obstacles
    let descriptor: Int32

    /// Opens an existing folder; the last component must not be a link.
    package init(path: String, obstacles: Obstacles = .replace) throws(GitError) {
        let (raw, number) = retrying { open(path, Self.folderFlags) }
        guard raw >= 0 else { throw .file("open folder", path, number) }
        self.path = path
        self.obstacles = obstacles
        descriptor = raw
    }

    /// Makes a folder that only this user can enter, and opens it.
    ///
    /// - Throws: `GitError` with `file` where anything of that name exists.
    package convenience init(creating path: String) throws(GitError) {
        let (result, number) = retrying { mkdir(path, 0o700) }
        guard result == 0 else { throw .file("make folder", path, number) }
        try self.init(path: path)
    }

    private init(taking raw: Int32, path: String, obstacles: Obstacles) {
        descriptor = raw
        self.path = path
        self.obstacles = obstacles
    }

    deinit { close(descriptor) }

    /// Opens a folder below this one.
    ///
    /// - Parameter creating: whether missing folders are made, and links and files in the way replaced
    ///   by folders unless `obstacles` refuses that.
    /// - Returns: `nil` where there is no such folder and none is made.
    package func folder(_ path: RepositoryPath, creating: Bool = false) throws(GitError) -> SafeFolder? {
        try Self.check(path)
        let opened = try withParent(of: path, creating: creating) { parent, name throws(GitError) -> Int32 in
            try openFolder(name, in: parent, creating: creating, for: path)
        }
        guard let opened, opened >= 0 else { return nil }
        return SafeFolder(taking: opened, path: "\(self.path)/\(path)", obstacles: obstacles)
    }

    /// Makes a folder and those above it; links and files in the way give way or are refused, as `obstacles` says.
    package func makeFolder(_ path: RepositoryPath) throws(GitError) {
        _ = try folder(path, creating: true)
    }

    /// Writes a file as a new one.
    ///
    /// Whatever bears the name is unlinked first, so a hard link's other names keep their content. A link or file
    /// where a folder is needed is replaced by a folder. Where `obstacles` is `.refuse`, nothing is ever unlinked.
    /// - Parameters:
    ///   - content: the bytes; the target of the link where `mode` is `.symlink`.
    ///   - permissions: exact permission bits; by default those of `mode`, less the process's umask.
    ///   - replacingFolders: whether a folder of that name is removed with everything in it, or refused.
    ///   - durably: whether the content is on the disk when this returns.
    package func write(
        _ path: RepositoryPath,
        content: [UInt8],
        mode: FileMode,
        permissions: UInt32? = nil,
        replacingFolders: Bool = false,
        durably: Bool = false
    ) throws(GitError) {
        try Self.check(path)
        _ = try withParent(of: path, creating: true) { parent, name throws(GitError) in
            if obstacles == .replace {
                try unlink(name, in: parent, replacingFolders: replacingFolders, for: path)
            }
            try create(
                name,
                in: parent,
                content: content,
                mode: mode,
                permissions: permissions,
                durably: durably,
                for: path
            )
        }
    }

    /// Reads a file's content, or a link's target.
    ///
    /// - Returns: `nil` where nothing has that name, or a component above it is no folder.
    /// - Throws: `GitError` with `file` for anything but a file or link, and where it is larger than `limit` bytes.
    package func read(_ path: RepositoryPath, limit: Int) throws(GitError) -> (content: [UInt8], mode: FileMode)? {
        try Self.check(path)
        let found = try withParent(of: path, creating: false) { parent, name throws(GitError) in
            try contents(of: name, in: parent, limit: limit, for: path)
        }
        return found.flatMap { $0 }
    }

    /// What the file system says of a path; `nil` where nothing has that name, or a component above it is no folder.
    package func status(_ path: RepositoryPath) throws(GitError) -> FileStatus? {
        try Self.check(path)
        let found = try withParent(of: path, creating: false) { parent, name throws(GitError) -> FileStatus? in
            let (status, number) = FileStatus.of(name, in: parent)
            if status == nil, number != ENOENT { throw .file("look at", path, number) }
            return status
        }
        return found.flatMap { $0 }
    }

    /// Refuses paths that could leave the folder, or mean nothing.
    static func check(_ path: RepositoryPath) throws(GitError) {
        for component in path.components {
            let isDots = component == Array(".".utf8) || component == Array("..".utf8)
            guard !component.isEmpty, !isDots, !component.contains(0) else {
                throw GitError(.invalidPath, "'\(path)' is not a path inside a folder")
            }
        }
    }

    static let folderFlags = O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC
}

extension SafeFolder {
    /// Calls `body` with the open folder a path lies in, and the path's last component.
    ///
    /// - Returns: `nil` where a folder above the path is missing, or is no folder, and none is made.
    func withParent<R>(
        of path: RepositoryPath,
        creating: Bool,
        _ body: (Int32, [UInt8]) throws(GitError) -> R
    ) throws(GitError) -> R? {
        var components = path.components
        guard let name = components.popLast() else { return nil }
        guard !components.isEmpty else { return try body(descriptor, name) }
        var parent = Descriptor(taking: -1)
        for component in components {
            let from = parent.raw < 0 ? descriptor : parent.raw
            let next = try openFolder(component, in: from, creating: creating, for: path)
            guard next >= 0 else { return nil }
            parent = Descriptor(taking: next)
        }
        return try body(parent.raw, name)
    }

    /// Opens one component as a folder; −1 where it is missing or no folder and none is made.
    private func openFolder(
        _ name: [UInt8],
        in parent: Int32,
        creating: Bool,
        for path: RepositoryPath
    ) throws(GitError) -> Int32 {
        // A few rounds, because someone else may make or remove the same name meanwhile.
        for _ in 0..<8 {
            let (raw, number) = withName(name) { name in retrying { openat(parent, name, Self.folderFlags) } }
            if raw >= 0 { return raw }
            switch number {
            case ENOENT, ENOTDIR, ELOOP:
                guard creating else { return -1 }
            default: throw .file("open a folder of", path, number)
            }
            if number != ENOENT {
                guard obstacles == .replace else { throw .file("make a folder of", path, EEXIST) }
                let (result, number) = withName(name) { name in retrying { unlinkat(parent, name, 0) } }
                if result != 0, number != ENOENT { throw .file("replace a link or file above", path, number) }
            }
            let (result, reason) = withName(name) { name in retrying { mkdirat(parent, name, 0o777) } }
            if result != 0, reason != EEXIST { throw .file("make a folder of", path, reason) }
        }
        throw GitError(.file, "cannot make the folders of '\(path)': something keeps replacing them")
    }

    private func unlink(
        _ name: [UInt8],
        in parent: Int32,
        replacingFolders: Bool,
        for path: RepositoryPath
    ) throws(GitError) {
        let (result, number) = withName(name) { name in retrying { unlinkat(parent, name, 0) } }
        if result == 0 || number == ENOENT { return }
        // Linux says EISDIR, POSIX and macOS say EPERM.
        guard number == EISDIR || number == EPERM, FileStatus.of(name, in: parent).status?.kind == .folder else {
            throw .file("replace", path, number)
        }
        guard replacingFolders else { throw .file("write", path, EISDIR) }
        try TreeRemoval.remove(name, in: parent, for: path)
    }

    private func create(
        _ name: [UInt8],
        in parent: Int32,
        content: [UInt8],
        mode: FileMode,
        permissions: UInt32?,
        durably: Bool,
        for path: RepositoryPath
    ) throws(GitError) {
        if mode == .symlink {
            guard !content.isEmpty, !content.contains(0) else {
                throw GitError(.invalidPath, "the link '\(path)' has no usable target")
            }
            let (result, number) = withName(content) { target in
                withName(name) { name in retrying { symlinkat(target, parent, name) } }
            }
            guard result == 0 else { throw .file("make link", path, number) }
        } else {
            guard mode.isRegularFile else {
                throw GitError(.invalidPath, "'\(path)' has mode \(mode), which is neither a file nor a link")
            }
            let bits: mode_t = mode == .executable ? 0o777 : 0o666
            let flags = O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC
            let (raw, number) = withName(name) { name in retrying { openat(parent, name, flags, bits) } }
            guard raw >= 0 else { throw .file("create", path, number) }
            let file = Descriptor(taking: raw)
            let failure = writeAll(file.raw, content)
            guard failure == 0 else { throw .file("write", path, failure) }
            if let permissions, fchmod(file.raw, mode_t(permissions)) != 0 {
                throw .file("set the permissions of", path, errno)
            }
            if durably, fsync(file.raw) != 0 { throw .file("write to disk", path, errno) }
        }
        if durably, fsync(parent) != 0 { throw .file("write to disk the folder of", path, errno) }
    }

    private func contents(
        of name: [UInt8],
        in parent: Int32,
        limit: Int,
        for path: RepositoryPath
    ) throws(GitError) -> (content: [UInt8], mode: FileMode)? {
        let (before, reason) = FileStatus.of(name, in: parent)
        guard let before else {
            if reason == ENOENT { return nil }
            throw .file("look at", path, reason)
        }
        if before.kind == .symlink {
            var buffer = [CChar](repeating: 0, count: Int(PATH_MAX) + 1)
            let capacity = buffer.count
            let (count, number) = withName(name) { name in
                retrying { readlinkat(parent, name, &buffer, capacity) }
            }
            if count < 0 { throw .file("read link", path, number) }
            guard count <= limit else { throw Self.tooLarge(path, limit) }
            return (buffer[..<count].map { UInt8(bitPattern: $0) }, .symlink)
        }
        // Without O_NONBLOCK, opening a pipe would wait for a writer.
        let flags = O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_CLOEXEC
        guard before.kind == .file else { throw GitError(.file, "cannot read '\(path)': it is not a regular file") }
        let (raw, number) = withName(name) { name in retrying { openat(parent, name, flags) } }
        guard raw >= 0 else {
            if number == ENOENT { return nil }
            throw .file("read", path, number)
        }
        let file = Descriptor(taking: raw)
        var value = stat()
        guard fstat(file.raw, &value) == 0 else { throw .file("read", path, errno) }
        let status = FileStatus(value)
        guard let mode = status.mode, mode.isRegularFile else {
            throw GitError(.file, "cannot read '\(path)': it is not a regular file")
        }
        guard status.size <= limit else { throw Self.tooLarge(path, limit) }
        let (content, failure) = readAll(file.raw, limit: limit)
        guard failure == 0 else { throw .file("read", path, failure) }
        guard content.count <= limit else { throw Self.tooLarge(path, limit) }
        return (content, mode)
    }

    private static func tooLarge(_ path: RepositoryPath, _ limit: Int) -> GitError {
        GitError(.file, "cannot read '\(path)': it is larger than \(limit) bytes")
    }
}
