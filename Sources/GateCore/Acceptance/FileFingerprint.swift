import GateGit

/// What stands at a path, byte for byte: enough to know whether it is still the same.
struct FileFingerprint: Codable, Sendable, Hashable {
    enum Kind: String, Codable, Sendable {
        case file, link, folder, other
    }

    let kind: Kind
    let isExecutable: Bool
    /// Blob id of the raw bytes; `empty` or `occupied` for folders.
    let digest: String

    /// The largest file the gate replaces, in bytes.
    static let maximumSize = 1 << 30

    /// A folder with nothing but folders in it.
    static let emptyFolder = FileFingerprint(kind: .folder, isExecutable: false, digest: "empty")

    init(kind: Kind, isExecutable: Bool, digest: String) {
        self.kind = kind
        self.isExecutable = isExecutable
        self.digest = digest
    }

    /// The fingerprint that content will have once it is written.
    init(content: [UInt8], mode: FileMode, trustsExecutableBit: Bool) throws(GitError) {
        self.init(
            kind: mode == .symlink ? .link : .file,
            isExecutable: trustsExecutableBit && mode == .executable,
            digest: try ObjectID.ofBlob(content).hex
        )
    }

    /// Looks at a path.
    ///
    /// - Returns: `nil` where nothing is there.
    static func of(
        _ path: RepositoryPath,
        in folder: SafeFolder,
        trustsExecutableBit: Bool
    ) throws(GitError) -> FileFingerprint? {
        guard let status = try folder.status(path) else { return nil }
        switch status.kind {
        case .other: return FileFingerprint(kind: .other, isExecutable: false, digest: "")
        case .folder:
            guard let below = try folder.folder(path) else { return nil }
            let isEmpty = try below.walk(maximum: 1_000_000).isEmpty
            return isEmpty ? emptyFolder : FileFingerprint(kind: .folder, isExecutable: false, digest: "occupied")
        case .file, .symlink:
            guard let (content, mode) = try folder.read(path, limit: maximumSize) else { return nil }
            return try FileFingerprint(content: content, mode: mode, trustsExecutableBit: trustsExecutableBit)
        }
    }
}
