package import GateGit

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// The memory of trees that were proven green, and on what each proof rests.
///
/// A file below `gatekeeper/proven/<tree>` for each proof. It names the run whose evidence it is and holds the digest of
/// that run's record, so that a proof counts only for as long as its evidence is there and unchanged.
package struct ProvenTrees: Sendable {
    /// One proof, as it is written down.
    package struct Entry: Sendable, Codable {
        package var version = 1
        package var key: ProofKey
        /// Id of the run that proved the tree.
        package var run: String
        /// The command that run was.
        package var command: String
        /// `green`, or `accepted` for a candidate.
        package var verdict: String
        package var provenAt: Date
        /// How long the run took, in seconds.
        package var seconds: Double
        /// Level of isolation its tests had.
        package var sandbox: String
        /// The line in which the run's folder holds the digest of its record.
        package var seal: String
    }

    /// What the memory says of a tree.
    package enum Recollection: Sendable {
        case proven(Entry)
        /// Nothing that counts here; in words what there is, where there is something.
        case unproven(String?)
    }

    /// Absolute path of the folder of all proofs.
    package let folder: String
    private let ledger: RunLedger

    package init(repository: GitRepository) {
        folder = "\(repository.commonDirectory)/gatekeeper/proven"
        ledger = RunLedger(repository: repository)
    }

    /// Looks a key up.
    ///
    /// - Parameters:
    ///   - age: the longest a proof counts.
    ///   - isolated: whether only a proof from isolated tests counts.
    ///   - now: the time.
    package func recall(_ key: ProofKey, age: Duration, isolated: Bool, now: Date) throws -> Recollection {
        guard let place = try? SafeFolder(path: "\(folder)/\(key.tree)") else { return .unproven(nil) }
        guard let entry = read("\(key.name).json", in: place) else {
            guard let last = try newest(in: place) else { return .unproven(nil) }
            let differences = key.differences(from: last.key)
            return .unproven("run \(last.run) proved this tree under \(differences.joined(separator: ", "))")
        }
        let old = now.timeIntervalSince(entry.provenAt)
        guard old >= -1, old <= age.seconds else {
            return .unproven("the proof of run \(entry.run) is older than \(Int(age.seconds)) s")
        }
        guard !isolated || SandboxLevel(rawValue: entry.sandbox)?.isIsolated == true else {
            return .unproven("run \(entry.run) proved this tree without isolation")
        }
        guard entry.key == key, ledger.seal(of: entry.run) == entry.seal else {
            return .unproven("the evidence of run \(entry.run), which proved this tree, is gone or was altered")
        }
        return .proven(entry)
    }

    /// Writes a proof down; an older one of the same key is replaced.
    package func remember(_ entry: Entry) throws {
        let place = "\(folder)/\(entry.key.tree)"
        try SafeScratch.makeFolders(place)
        // The name beside which the new content is staged is one for all processes.
        guard case .acquired(let lock) = try FileLock.tryAcquire(path: "\(place)/.write") else { return }
        defer { withExtendedLifetime(lock) {} }
        try SafeFolder(path: place).replace(RepositoryPath("\(entry.key.name).json"), content: try JSON.encode(entry))
    }

    /// Waits until nobody else tests the same tree under the same conditions, and keeps others from it.
    ///
    /// - Parameters:
    ///   - wait: longest time to wait.
    ///   - waiting: called once, with the process that is waited for where it is known.
    /// - Returns: the lock; `nil` where somebody else still had it after that time.
    package func claim(
        _ key: ProofKey,
        wait: Duration,
        waiting: @Sendable (Int32?) -> Void
    ) async throws -> FileLock? {
        let place = "\(folder)/\(key.tree)"
        try SafeScratch.makeFolders(place)
        let deadline = ContinuousClock.now + wait
        var hasTold = false
        while true {
            switch try FileLock.tryAcquire(path: "\(place)/\(key.name).lock") {
            case .acquired(let lock): return lock
            case .held(let holder):
                guard ContinuousClock.now < deadline else { return nil }
                if !hasTold { waiting(holder) }
                hasTold = true
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    /// The newest proof of a tree, under whatever conditions; `nil` where there is none.
    package func newest(of tree: ObjectID) throws -> Entry? {
        guard let place = try? SafeFolder(path: "\(folder)/\(tree.hex)") else { return nil }
        return try newest(in: place)
    }

    private func newest(in place: SafeFolder) throws -> Entry? {
        try place.walk(maximum: 1000, descend: { _ in false }).compactMap { $0.path.text }
            .filter { $0.hasSuffix(".json") }.compactMap { read($0, in: place) }
            .max { $0.provenAt < $1.provenAt }
    }

    /// Number of trees of which a proof is remembered.
    package func count() throws -> Int {
        try trees().count { tree in
            // A tree that was found red has a lock here and no proof.
            try SafeFolder(path: "\(folder)/\(tree)").walk(maximum: 10_000, descend: { _ in false })
                .contains { $0.path.text?.hasSuffix(".json") == true }
        }
    }

    /// Forgets proofs whose run is gone.
    ///
    /// - Returns: how many trees were forgotten altogether.
    package func forget(unless exists: (String) -> Bool) throws -> Int {
        guard let place = try? SafeFolder(path: folder) else { return 0 }
        var forgotten = 0
        for tree in try trees() {
            guard let below = try place.folder(RepositoryPath(tree)) else { continue }
            var kept = 0
            for file in try below.walk(maximum: 10_000, descend: { _ in false }) {
                guard let name = file.path.text, name.hasSuffix(".json") else { continue }
                if let entry = read(name, in: below), exists(entry.run) {
                    kept += 1
                } else {
                    try below.removeTree(file.path)
                }
            }
            if kept == 0, try !isClaimed(tree) {
                try place.removeTree(RepositoryPath(tree))
                forgotten += 1
            }
        }
        return forgotten
    }

    /// Whether somebody tests a tree just now.
    private func isClaimed(_ tree: String) throws -> Bool {
        let place = try SafeFolder(path: "\(folder)/\(tree)")
        return try place.walk(maximum: 10_000, descend: { _ in false }).compactMap { $0.path.text }
            .filter { $0.hasSuffix(".lock") }
            .contains {
                if case .held = try FileLock.tryAcquire(path: "\(folder)/\(tree)/\($0)") { return true }
                return false
            }
    }

    private func trees() throws -> [String] {
        guard let place = try? SafeFolder(path: folder) else { return [] }
        return try place.walk(maximum: 1_000_000, includingFolders: true, descend: { _ in false })
            .filter { $0.status.kind == .folder }.compactMap(\.path.text).sorted()
    }

    /// What cannot be read proves nothing.
    private func read(_ name: String, in place: SafeFolder) -> Entry? {
        guard let content = try? place.read(RepositoryPath(name), limit: 1 << 16)?.content,
            let entry = try? JSON.decode(Entry.self, from: content), entry.version == 1
        else { return nil }
        return entry
    }
}
