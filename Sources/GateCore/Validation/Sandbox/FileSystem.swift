#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Questions about the machine's own files, for arranging what a check sees. Nothing here writes.
enum FileSystem {
    enum Kind { case file, folder, link, other }

    /// What has that name, links not followed; `nil` for nothing.
    static func kind(_ path: String) -> Kind? {
        var status = stat()
        guard lstat(path, &status) == 0 else { return nil }
        return kind(status)
    }

    private static func kind(_ status: stat) -> Kind {
        switch status.st_mode & S_IFMT {
        case S_IFREG: .file
        case S_IFDIR: .folder
        case S_IFLNK: .link
        default: .other
        }
    }

    /// Whether everybody on the machine may read a file, or list and enter a folder.
    static func isPublic(_ path: String) -> Bool {
        var status = stat()
        guard lstat(path, &status) == 0 else { return false }
        let wanted: mode_t = kind(status) == .folder ? S_IROTH | S_IXOTH : S_IROTH
        return status.st_mode & wanted == wanted
    }

    /// The path with every link resolved; `nil` where it leads nowhere.
    static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Where a link points, as it is written.
    static func target(of path: String) -> String? {
        let capacity = 4096
        let bytes = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            guard let start = buffer.baseAddress else { return }
            count = start.withMemoryRebound(to: CChar.self, capacity: capacity) {
                max(0, readlink(path, $0, capacity))
            }
        }
        return bytes.isEmpty || bytes.count == capacity ? nil : String(validating: bytes, as: UTF8.self)
    }

    /// Names in a folder, in order; empty where it cannot be listed.
    static func names(in folder: String) -> [String] {
        guard let stream = opendir(folder) else { return [] }
        defer { closedir(stream) }
        var names: [String] = []
        while let entry = readdir(stream) {
            let name = withUnsafePointer(to: &entry.pointee.d_name) {
                $0.withMemoryRebound(to: CChar.self, capacity: 256) { String(cString: $0) }
            }
            if name != ".", name != ".." { names.append(name) }
        }
        return names.sorted()
    }

    /// Text of a regular file.
    ///
    /// - Parameter whole: whether a file longer than `limit` bytes counts as none; otherwise its start is given.
    static func text(_ path: String, limit: Int, whole: Bool = true) -> String? {
        // Opening must not wait, should the name be a pipe's.
        let file = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var status = stat()
        guard fstat(file, &status) == 0, kind(status) == .file else { return nil }
        let bytes = [UInt8](unsafeUninitializedCapacity: limit + 1) { buffer, count in
            count = max(0, read(file, buffer.baseAddress, limit + 1))
        }
        if bytes.count > limit, whole { return nil }
        return String(decoding: bytes.prefix(limit), as: UTF8.self)
    }

    /// Whether a path is a folder or lies below it; both absolute.
    static func isPath(_ path: String, within folder: String) -> Bool {
        path == folder || folder == "/" || path.hasPrefix(folder + "/")
    }

    static func parent(_ path: String) -> String {
        guard let slash = path.lastIndex(of: "/") else { return "" }
        return String(path[..<slash])
    }

    static func name(_ path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? ""
    }
}
