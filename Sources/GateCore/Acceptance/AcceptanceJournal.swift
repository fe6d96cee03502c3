import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A path in journal and ledger: text, or `base64:…` where the bytes are not UTF-8.
struct JournalPath: Codable, Sendable, Hashable {
    let path: RepositoryPath
    private static let prefix = "base64:"

    init(_ path: RepositoryPath) { self.path = path }

    init(from decoder: any Decoder) throws {
        let text = try decoder.singleValueContainer().decode(String.self)
        guard text.hasPrefix(Self.prefix) else {
            path = RepositoryPath(text)
            return
        }
        guard let data = Data(base64Encoded: String(text.dropFirst(Self.prefix.count))) else {
            throw GateFailure("acceptance.journal", "cannot read the path '\(text)' in the acceptance journal")
        }
        path = RepositoryPath(bytes: data)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.singleValueContainer()
        if let text = path.text, !text.hasPrefix(Self.prefix) {
            try container.encode(text)
        } else {
            try container.encode(Self.prefix + Data(path.bytes).base64EncodedString())
        }
    }
}

/// Everything that must be known to finish, or take back, an acceptance whose process has died.
struct AcceptanceJournal: Codable, Sendable {
    enum Stage: String, Codable, Sendable {
        /// New content is being written beside its targets; no target is touched.
        case prepared
        /// Targets are being exchanged, one by one.
        case swapping
        /// All targets are new; index and branch follow.
        case swapped
        /// All is new; only what was displaced remains to be cleared away.
        case done
        /// Targets are being exchanged back.
        case goingBack
    }

    /// One path's way from old to new.
    struct Step: Codable, Sendable {
        let path: JournalPath
        /// Holds the new content before, and what was displaced after.
        let temporary: JournalPath
        /// Holds what was displaced where the file system cannot exchange.
        let displaced: JournalPath
        /// What stands there before; `nil` for nothing.
        let old: FileFingerprint?
        /// What is to stand there; `nil` for nothing.
        let new: FileFingerprint?
    }

    /// The way of index and branch.
    struct Branch: Codable, Sendable {
        /// Full name of the branch; `nil` where HEAD is detached.
        let reference: String?
        /// Commits before and after, in hexadecimal; `nil` for a branch without commits.
        let oldCommit: String?
        let newCommit: String?
        let oldIndexTree: String
        let newIndexTree: String
        let message: String
        let committerName: String
        let committerEmail: String
    }

    var version = 1
    var stage: Stage
    let wasUndo: Bool
    let steps: [Step]
    /// Folders that do not exist before, outermost first.
    let createdFolders: [JournalPath]
    let trustsExecutableBit: Bool
    let branch: Branch?
    /// Goes into the ledger at the end.
    let record: AcceptanceRecord

    var runID: String { record.run }
}

/// One line of the ledger.
struct AcceptanceRecord: Codable, Sendable, Hashable {
    enum Event: String, Codable, Sendable {
        case accepted, undone
    }

    var event: Event
    let run: String
    /// Seconds since 1970.
    let time: Int64
    let headTree: String
    let candidateTree: String
    let paths: [JournalPath]
    let candidateReference: String
    let undoReference: String
    /// Commit whose tree holds, by path, exact bytes that git's filters would not give back.
    let rawCommit: String?
    let commit: String?
    let parent: String?
    let branch: String?
    let indexTree: String?
    let committerName: String
    let committerEmail: String
}

/// Reads and writes what the gate remembers of acceptances in one worktree's git directory.
struct AcceptanceStore: Sendable {
    static let folderName = RepositoryPath("gatekeeper")
    private static let journal = RepositoryPath("gatekeeper/acceptance.json")
    private static let ledger = RepositoryPath("gatekeeper/acceptances.jsonl")

    /// The worktree's git directory.
    let folder: SafeFolder

    /// Opens the store of a worktree.
    ///
    /// - Parameter gitDirectory: the worktree's own git directory, absolute.
    init(gitDirectory: String) throws(GitError) { folder = try SafeFolder(path: gitDirectory) }

    var lockPath: String { "\(folder.path)/gatekeeper/acceptance.lock" }

    func makeFolder() throws(GitError) { try folder.makeFolder(Self.folderName) }

    /// Whether an acceptance or undo is under way, or was interrupted.
    func hasJournal() throws(GitError) -> Bool { try folder.status(Self.journal) != nil }

    func readJournal() throws -> AcceptanceJournal? {
        guard let (content, _) = try folder.read(Self.journal, limit: 256 << 20) else { return nil }
        do {
            let journal = try JSONDecoder().decode(AcceptanceJournal.self, from: Data(content))
            if journal.version == 1 { return journal }
        } catch {}
        throw GateFailure(
            "acceptance.journal",
            "cannot read the journal of an interrupted acceptance, '\(folder.path)/\(Self.journal)'",
            hints: ["finish with the version of git gatekeeper that wrote it"]
        )
    }

    func write(_ journal: AcceptanceJournal) throws {
        try folder.replace(Self.journal, content: try Self.encode(journal)) {
            try FaultPoint.reach("acceptance.journal-staged")
        }
    }

    func removeJournal() throws(GitError) {
        try folder.remove(Self.journal, pruning: false)
        try folder.synchroniseFolder(of: Self.journal)
    }

    /// Adds a line to the ledger, unless it is there already from before an interruption.
    func append(_ record: AcceptanceRecord) throws {
        let (lines, endsWhole) = try readLedger()
        if lines.last(where: { $0.run == record.run })?.event == record.event { return }
        var content = try Self.encode(record)
        content.append(UInt8(ascii: "\n"))
        // A line that a kill cut short must not swallow this one.
        if !endsWhole { content.insert(UInt8(ascii: "\n"), at: 0) }
        try folder.append(Self.ledger, content: content)
    }

    /// The last acceptance that was not undone.
    func lastAcceptance() throws -> AcceptanceRecord? {
        var standing: [AcceptanceRecord] = []
        for record in try readLedger().lines {
            standing.removeAll { $0.run == record.run }
            if record.event == .accepted { standing.append(record) }
        }
        return standing.last
    }

    private func readLedger() throws -> (lines: [AcceptanceRecord], endsWhole: Bool) {
        guard let (content, _) = try folder.read(Self.ledger, limit: 256 << 20) else { return ([], true) }
        let lines = content.split(separator: UInt8(ascii: "\n")).compactMap { line in
            // A line cut short by a kill was not followed by the end of the acceptance: it is written again.
            try? JSONDecoder().decode(AcceptanceRecord.self, from: Data(line))
        }
        return (lines, content.last.map { $0 == UInt8(ascii: "\n") } ?? true)
    }

    private static func encode(_ value: some Encodable) throws -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return Array(try encoder.encode(value))
    }
}
