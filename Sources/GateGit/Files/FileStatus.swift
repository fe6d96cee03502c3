#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What the file system says of one name, without following it where it is a link.
package struct FileStatus: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case file, folder, symlink
        /// A pipe, socket or device: nothing git stores.
        case other
    }

    package let kind: Kind
    /// Size in bytes.
    package let size: Int
    /// Permission bits, with set-user-id, set-group-id and sticky.
    package let permissions: UInt32
    package let device: UInt64
    package let inode: UInt64
    /// How many names the file has.
    package let links: Int
    /// Time of the last change of content, in nanoseconds since 1970.
    package let modified: Int64
    /// Time of the last change of content or attributes, in nanoseconds since 1970.
    package let changed: Int64

    /// The mode git would store; `nil` for what git does not store as a blob.
    package var mode: FileMode? {
        switch kind {
        case .file: permissions & 0o100 != 0 ? .executable : .file
        case .symlink: .symlink
        case .folder, .other: nil
        }
    }

    init(_ value: stat) {
        kind =
            switch value.st_mode & S_IFMT {
            case S_IFREG: .file
            case S_IFDIR: .folder
            case S_IFLNK: .symlink
            default: .other
            }
        size = Int(value.st_size)
        permissions = UInt32(value.st_mode & 0o7777)
        device = UInt64(truncatingIfNeeded: value.st_dev)
        inode = UInt64(value.st_ino)
        links = Int(value.st_nlink)
        #if canImport(Darwin)
            modified = Self.nanoseconds(value.st_mtimespec)
            changed = Self.nanoseconds(value.st_ctimespec)
        #else
            modified = Self.nanoseconds(value.st_mtim)
            changed = Self.nanoseconds(value.st_ctim)
        #endif
    }

    private static func nanoseconds(_ time: timespec) -> Int64 {
        Int64(time.tv_sec) * 1_000_000_000 + Int64(time.tv_nsec)
    }

    /// Status of a name in an open folder; `nil` with `ENOENT` where there is none.
    static func of(_ name: [UInt8], in folder: Int32) -> (status: FileStatus?, number: Int32) {
        var value = stat()
        let (result, number) = withName(name) { name in
            retrying { fstatat(folder, name, &value, AT_SYMLINK_NOFOLLOW) }
        }
        return result == 0 ? (FileStatus(value), 0) : (nil, number)
    }
}
