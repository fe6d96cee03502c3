package import GateGit

/// The record of runs: one folder each, in which files are created and never changed.
package struct RunLedger: Sendable {
    /// Absolute path of the folder of all runs.
    package let folder: String

    package init(repository: GitRepository) { folder = "\(repository.commonDirectory)/gatekeeper/runs" }

    private init(folder: String) { self.folder = folder }

    /// The record of sign-offs, kept in the same way beside that of runs.
    package static func signoffs(of repository: GitRepository) -> RunLedger {
        RunLedger(folder: "\(repository.commonDirectory)/gatekeeper/signoffs")
    }

    /// Opens a new run.
    ///
    /// - Parameter stamp: time of the start, as `20261121T093000.123Z`.
    package func open(stamp: String) throws -> Run {
        let id = "\(stamp)-\(SafeScratch.nonce().prefix(6))"
        let path = "\(folder)/\(id)"
        try SafeScratch.makeFolders(path)
        guard case .acquired(let lock) = try FileLock.tryAcquire(path: "\(path)/\(Self.lockName)") else {
            throw GateFailure("ledger.lock", "another process took the new run '\(id)'")
        }
        return Run(id: id, folder: path, lock: lock)
    }

    /// The lock of a run that is going on; no artifact.
    private static let lockName = ".lock"

    /// Ids of all runs, oldest first.
    package func ids() throws -> [String] {
        guard let place = try? SafeFolder(path: folder) else { return [] }
        return try place.walk(maximum: 1_000_000, includingFolders: true, descend: { _ in false })
            .filter { $0.status.kind == .folder }.compactMap(\.path.text).sorted()
    }

    /// Finds a run by its id or by an unambiguous beginning or end of it; `nil` names the newest.
    package func find(_ name: String?) throws -> Run {
        let all = try ids()
        guard let name else {
            guard let last = all.last else {
                throw GateFailure(
                    "ledger.empty",
                    "no run has been recorded here",
                    hints: ["start one with 'git gatekeeper run'"]
                )
            }
            return Run(id: last, folder: "\(folder)/\(last)")
        }
        let matches = all.filter { $0 == name || $0.hasPrefix(name) || $0.hasSuffix(name) }
        switch matches.count {
        case 1: return Run(id: matches[0], folder: "\(folder)/\(matches[0])")
        case 0:
            throw GateFailure(
                "ledger.unknown-run",
                "no run is called '\(name)'",
                hints: ["'git gatekeeper log' lists all runs"]
            )
        default:
            throw GateFailure(
                "ledger.ambiguous-run",
                "'\(name)' names \(matches.count) runs: \(matches.prefix(5).joined(separator: ", "))"
            )
        }
    }

    /// The line that holds the digest of a finished run's record; `nil` where there is no such run, or it is unfinished.
    package func seal(of id: String) -> String? {
        let content = try? SafeFolder(path: "\(folder)/\(id)").read(RepositoryPath(EvidenceCheck.seal), limit: 4096)
        return content.map { String(decoding: $0.content, as: UTF8.self) }
    }

    /// Ids of runs that are going on, oldest first, among the newest so many.
    package func active(ofNewest count: Int = 200) throws -> [String] {
        try ids().suffix(count).filter { id in
            guard seal(of: id) == nil, case .held = try FileLock.tryAcquire(path: "\(folder)/\(id)/\(Self.lockName)")
            else { return false }
            return true
        }
    }

    /// Removes runs, except those that are going on.
    ///
    /// - Returns: ids of the removed ones.
    package func remove(_ ids: [String]) throws -> [String] {
        guard !ids.isEmpty else { return [] }
        let place = try SafeFolder(path: folder)
        var removed: [String] = []
        for id in ids {
            guard case .acquired(let lock) = try FileLock.tryAcquire(path: "\(folder)/\(id)/\(Self.lockName)") else {
                continue
            }
            try place.removeTree(RepositoryPath(id))
            withExtendedLifetime(lock) {}
            removed.append(id)
        }
        return removed
    }

    /// One run's folder.
    package struct Run: Sendable {
        package let id: String
        package let folder: String
        /// Held while the run is going on; `nil` where a run is only read.
        private let lock: FileLock?

        init(id: String, folder: String, lock: FileLock? = nil) {
            self.id = id
            self.folder = folder
            self.lock = lock
        }

        /// Records an artifact; a name that exists already gets a number, because nothing is ever overwritten.
        ///
        /// - Returns: the name it was recorded under.
        @discardableResult
        package func record(_ name: String, _ content: [UInt8]) throws -> String {
            let place = try SafeFolder(path: folder)
            var free = name
            var number = 2
            while try place.status(RepositoryPath(free)) != nil {
                let dot = name.lastIndex(of: ".").flatMap { name[$0...].contains("/") ? nil : $0 } ?? name.endIndex
                free = "\(name[..<dot])-\(number)\(name[dot...])"
                number += 1
            }
            try place.write(RepositoryPath(free), content: content, mode: .file)
            return free
        }

        /// Names of all artifacts, in order.
        package func artifacts() throws -> [String] {
            try SafeFolder(path: folder).walk(maximum: 1_000_000).compactMap(\.path.text)
                .filter { $0 != RunLedger.lockName }.sorted()
        }

        /// The content of an artifact; `nil` where there is none of that name.
        package func read(_ name: String) throws -> [UInt8]? {
            try SafeFolder(path: folder).read(RepositoryPath(name), limit: 1 << 30)?.content
        }
    }
}
