#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension SafeFolder {
    /// Removes a file or link, and then every folder above it that this leaves empty.
    ///
    /// A path that does not exist is no error; a folder is refused.
    /// - Parameter pruning: whether emptied folders are removed.
    package func remove(_ path: RepositoryPath, pruning: Bool = true) throws(GitError) {
        try Self.check(path)
        _ = try withParent(of: path, creating: false) { parent, name throws(GitError) in
            let (result, number) = withName(name) { name in retrying { unlinkat(parent, name, 0) } }
            if result != 0, number != ENOENT { throw .file("remove", path, number) }
        }
        guard pruning else { return }
        for folder in path.ancestors.reversed() {
            guard try removeEmptyFolder(folder) else { return }
        }
    }

    /// Removes a folder if nothing is in it.
    ///
    /// - Returns: whether the folder is gone.
    @discardableResult
    package func removeEmptyFolder(_ path: RepositoryPath) throws(GitError) -> Bool {
        try Self.check(path)
        let removed = try withParent(of: path, creating: false) { parent, name throws(GitError) -> Bool in
            let (result, number) = withName(name) { name in retrying { unlinkat(parent, name, AT_REMOVEDIR) } }
            if result == 0 || number == ENOENT { return true }
            switch number {
            case ENOTEMPTY, EEXIST, ENOTDIR, EBUSY: return false
            default: throw .file("remove folder", path, number)
            }
        }
        return removed ?? true
    }

    /// Removes whatever has this path, with everything below it, without following links.
    package func removeTree(_ path: RepositoryPath) throws(GitError) {
        try Self.check(path)
        _ = try withParent(of: path, creating: false) { parent, name throws(GitError) in
            try TreeRemoval.remove(name, in: parent, for: path)
        }
    }

    /// Removes everything inside this folder; the folder itself stays.
    package func removeContents() throws(GitError) {
        for name in try TreeRemoval.names(in: descriptor, for: RepositoryPath(path)) {
            try TreeRemoval.remove(name, in: descriptor, for: RepositoryPath(bytes: name))
        }
    }
}

/// Recursive removal that neither follows links nor runs out of descriptors.
enum TreeRemoval {
    /// How many folders are held open at once; what lies deeper is moved up and removed from there.
    private static let maximumDepth = 64

    static func remove(_ name: [UInt8], in parent: Int32, for path: RepositoryPath) throws(GitError) {
        let (result, number) = withName(name) { name in retrying { unlinkat(parent, name, 0) } }
        if result == 0 || number == ENOENT { return }
        guard FileStatus.of(name, in: parent).status?.kind == .folder else { throw .file("remove", path, number) }
        let top = Descriptor(taking: try open(name, in: parent, for: path))
        var hoisted = 0
        // Each round removes all that is not too deep; what is too deep is in the top folder afterwards.
        repeat {
            hoisted = 0
            try empty(top.raw, top: top.raw, depth: 0, hoisted: &hoisted, for: path)
        } while hoisted > 0
        let (removed, reason) = withName(name) { name in retrying { unlinkat(parent, name, AT_REMOVEDIR) } }
        if removed != 0, reason != ENOENT { throw .file("remove folder", path, reason) }
    }

    private static func empty(
        _ folder: Int32,
        top: Int32,
        depth: Int,
        hoisted: inout Int,
        for path: RepositoryPath
    ) throws(GitError) {
        for name in try names(in: folder, for: path) {
            let (result, number) = withName(name) { name in retrying { unlinkat(folder, name, 0) } }
            if result == 0 || number == ENOENT { continue }
            guard FileStatus.of(name, in: folder).status?.kind == .folder else {
                throw .file("remove a part of", path, number)
            }
            if depth >= maximumDepth {
                let target = Array(".gatekeeper-deep-\(UInt64.random(in: 0 ... .max))".utf8)
                let (moved, reason) = withName(name) { name in
                    withName(target) { target in retrying { renameat(folder, name, top, target) } }
                }
                if moved != 0 { throw .file("remove a part of", path, reason) }
                hoisted += 1
                continue
            }
            let below = Descriptor(taking: try open(name, in: folder, for: path))
            try empty(below.raw, top: top, depth: depth + 1, hoisted: &hoisted, for: path)
            let (removed, reason) = withName(name) { name in retrying { unlinkat(folder, name, AT_REMOVEDIR) } }
            if removed != 0, reason != ENOENT { throw .file("remove a folder of", path, reason) }
        }
    }

    /// Opens a folder in order to empty it; one that its owner may not enter is made enterable first.
    private static func open(_ name: [UInt8], in parent: Int32, for path: RepositoryPath) throws(GitError) -> Int32 {
        // Entries can be removed only where the folder is writable, and that is not seen when it is opened.
        if let status = FileStatus.of(name, in: parent).status, status.kind == .folder,
            status.permissions & 0o700 != 0o700
        {
            _ = withName(name) { fchmodat(parent, $0, 0o700, AT_SYMLINK_NOFOLLOW) }
        }
        let (raw, number) = withName(name) { name in retrying { openat(parent, name, SafeFolder.folderFlags) } }
        guard raw >= 0 else { throw .file("open a folder of", path, number) }
        return raw
    }

    /// Names inside an open folder, without `.` and `..`.
    static func names(in folder: Int32, for path: RepositoryPath) throws(GitError) -> [[UInt8]] {
        // A second descriptor, since closedir takes the one it was given with it, and since reading moves it.
        let (raw, number) = retrying { openat(folder, ".", SafeFolder.folderFlags) }
        guard raw >= 0 else { throw .file("list", path, number) }
        guard let stream = fdopendir(raw) else {
            let number = errno
            close(raw)
            throw .file("list", path, number)
        }
        defer { closedir(stream) }
        var names: [[UInt8]] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else {
                if errno != 0 { throw .file("list", path, errno) }
                return names
            }
            let name = withUnsafePointer(to: &entry.pointee.d_name) { pointer in
                pointer.withMemoryRebound(to: CChar.self, capacity: 1) { text in
                    Array(UnsafeRawBufferPointer(start: text, count: strlen(text)))
                }
            }
            if name != Array(".".utf8), name != Array("..".utf8) { names.append(name) }
        }
    }
}
