/// The mode of a tree entry, as git stores it.
package struct FileMode: RawRepresentable, Sendable, Hashable, CustomStringConvertible {
    package let rawValue: UInt32

    package init(rawValue: UInt32) { self.rawValue = rawValue }

    package static let tree = FileMode(rawValue: 0o040000)
    package static let file = FileMode(rawValue: 0o100644)
    package static let executable = FileMode(rawValue: 0o100755)
    package static let symlink = FileMode(rawValue: 0o120000)
    package static let gitlink = FileMode(rawValue: 0o160000)

    package var isRegularFile: Bool { self == .file || self == .executable }

    /// Six octal digits, as git prints it.
    package var description: String {
        let octal = String(rawValue, radix: 8)
        return String(repeating: "0", count: max(0, 6 - octal.count)) + octal
    }
}

/// What a tree says of one path.
package struct TreeEntry: Sendable, Hashable {
    package let mode: FileMode
    package let id: ObjectID

    package init(mode: FileMode, id: ObjectID) {
        self.mode = mode
        self.id = id
    }
}

/// One path in which two trees differ; renames are a removal and an addition.
package struct TreeChange: Sendable, Hashable {
    package let path: RepositoryPath
    package let old: TreeEntry?
    package let new: TreeEntry?

    package init(path: RepositoryPath, old: TreeEntry?, new: TreeEntry?) {
        self.path = path
        self.old = old
        self.new = new
    }
}

/// Name, address and time of an author or committer.
package struct Signature: Sendable, Hashable {
    package let name: String
    package let email: String
    /// Seconds since 1970.
    package let time: Int64
    /// Minutes east of UTC.
    package let offset: Int32

    package init(name: String, email: String, time: Int64, offset: Int32 = 0) {
        self.name = name
        self.email = email
        self.time = time
        self.offset = offset
    }
}
