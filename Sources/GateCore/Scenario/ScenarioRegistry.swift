import GateGit

/// The scenario knowledge in force: the base's records, and those the person at this machine has approved.
package struct ScenarioRegistry: Sendable {
    /// A record and where it was read.
    package struct Entry: Sendable, Hashable {
        package let knowledge: ScenarioKnowledge
        /// For people: `base 1a2b3c4` or `approved here`.
        package let place: String

        package init(knowledge: ScenarioKnowledge, place: String) {
            self.knowledge = knowledge
            self.place = place
        }
    }

    /// In the order of their ids.
    package let entries: [Entry]
    /// Records of the head that do not count yet, one sentence each.
    package let notes: [String]

    package init(entries: [Entry], notes: [String]) {
        self.entries = entries
        self.notes = notes
    }

    package static let none = ScenarioRegistry(entries: [], notes: [])
    private static let mostRecords = 2000

    package var isEmpty: Bool { entries.isEmpty }

    /// Reads the records of a proposal.
    ///
    /// Like the rest of the policy they are the base's, so that a head cannot bring knowledge about itself; a file that
    /// the person here approved, byte for byte, counts as well.
    ///
    /// - Throws: `GateFailure` with `scenario.invalid-record` where a record in force cannot be read.
    package static func load(_ session: Session) async throws -> ScenarioRegistry {
        let repository = session.repository
        let proposal = session.proposal
        let readsHead = session.policy.authority == .head
        let base = readsHead ? [:] : try await files(in: proposal.baseTree, of: repository)
        let head = try await files(in: proposal.headTree, of: repository)
        let approved = try ApprovedKnowledge(repository: repository).digests()
        var entries: [String: Entry] = [:]
        var notes: [String] = []
        let place = "base \(proposal.baseCommit?.abbreviated ?? "")"
        for (id, blob) in base.sorted(by: { $0.key < $1.key }) {
            entries[id] = Entry(knowledge: try await read(id, blob, repository), place: place)
        }
        for (id, blob) in head.sorted(by: { $0.key < $1.key }) where base[id] != blob {
            let bytes = try await repository.blob(blob)
            if readsHead {
                entries[id] = Entry(knowledge: try await read(id, blob, repository), place: "working tree")
            } else if approved.contains(SHA256.hex(bytes)) {
                entries[id] = Entry(knowledge: try await read(id, blob, repository), place: "approved here")
            } else {
                notes.append(
                    "the head \(base[id] == nil ? "adds" : "changes") '\(ScenarioKnowledge.path(of: id))': that counts "
                        + "once it is in the base"
                )
            }
        }
        return ScenarioRegistry(entries: entries.sorted { $0.key < $1.key }.map(\.value), notes: notes)
    }

    private static func read(_ id: String, _ blob: ObjectID, _ repository: GitRepository) async throws
        -> ScenarioKnowledge
    {
        let name = ScenarioKnowledge.path(of: id).description
        guard try await repository.blobSize(blob) <= KnowledgeReader.mostBytes else {
            throw GateFailure(
                "scenario.invalid-record",
                "'\(name)': is larger than \(KnowledgeReader.mostBytes) bytes"
            )
        }
        return try KnowledgeReader.read(try await repository.blob(blob), name: name, id: id)
    }

    /// Blobs of the records of a tree by id; what is no `.json` file is nobody's record.
    private static func files(in tree: ObjectID, of repository: GitRepository) async throws -> [String: ObjectID] {
        guard tree != .emptyTree,
            let folder = try await repository.entry(RepositoryPath(ScenarioKnowledge.folder), in: tree),
            folder.mode == .tree
        else { return [:] }
        var found: [String: ObjectID] = [:]
        for (name, entry) in try await repository.children(of: folder.id) {
            guard let text = String(validating: name, as: UTF8.self), text.hasSuffix(".json"),
                entry.mode.isRegularFile
            else { continue }
            found[String(text.dropLast(5))] = entry.id
        }
        guard found.count <= mostRecords else {
            throw GateFailure(
                "scenario.too-many",
                "'\(ScenarioKnowledge.folder)' has \(found.count) records; \(mostRecords) is the most"
            )
        }
        return found
    }
}
