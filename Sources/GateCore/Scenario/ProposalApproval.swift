package import GateGit

/// Brings a drafted record into the working tree, when a person says so.
package struct ProposalApproval: Sendable {
    private let repository: GitRepository

    /// What was written.
    package struct Approval: Sendable {
        package let knowledge: ScenarioKnowledge
        /// Path of the record, relative to the repository.
        package let path: RepositoryPath
        /// What changed, as a unified diff.
        package let diff: [UInt8]
        /// What a person may want to fill in, one sentence each.
        package let remarks: [String]
    }

    package init(repository: GitRepository) { self.repository = repository }

    /// Validates a draft, writes it as `.gatekeeper/scenarios/<id>.json`, and remembers that it was approved here.
    ///
    /// - Parameters:
    ///   - name: the draft as messages name it.
    ///   - isForced: whether an existing record of that id is replaced.
    /// - Throws: `GateFailure` with every problem of the draft; nothing is written then.
    package func approve(_ draft: [UInt8], name: String, isForced: Bool) async throws -> Approval {
        let knowledge = try KnowledgeReader.read(draft, name: name, id: nil, as: .proposal)
        guard let root = repository.workingTree else {
            throw GateFailure(
                "scenario.bare",
                "'\(repository.gitDirectory)' has no working tree to write a record into"
            )
        }
        let path = ScenarioKnowledge.path(of: knowledge.id)
        let content = try JSON.encode(knowledge)
        // What is written has to be what is read again.
        _ = try KnowledgeReader.read(content, name: path.description, id: knowledge.id)
        let folder = try SafeFolder(path: root, obstacles: .refuse)
        let before = try folder.read(path, limit: KnowledgeReader.mostBytes)?.content
        if let before, before != content, !isForced {
            throw GateFailure(
                "scenario.exists",
                "'\(path)' exists already and says something else, and is left as it is",
                hints: [
                    "replace it with --force",
                    "or give the draft another 'id' in a file of your own, and approve that with --proposal-file",
                ]
            )
        }
        if before != content { try folder.replace(path, content: content) }
        try ApprovedKnowledge(repository: repository).add(content)
        return Approval(
            knowledge: knowledge,
            path: path,
            diff: try await diff(from: before, to: content, at: path),
            remarks: remarks(knowledge)
        )
    }

    private func remarks(_ knowledge: ScenarioKnowledge) -> [String] {
        var remarks: [String] = []
        if knowledge.invariants.isEmpty {
            remarks.append("it names no invariant: what has to hold after any repair of this failure?")
        }
        if knowledge.likelyCodeAreas.isEmpty {
            remarks.append("it names no code area: where has the cause been?")
        }
        if knowledge.reviewRequired {
            remarks.append(
                "repairs of this failure will wait for a person until its 'review_required' is false"
            )
        }
        return remarks
    }

    private func diff(from before: [UInt8]?, to after: [UInt8], at path: RepositoryPath) async throws -> [UInt8] {
        var old = ObjectID.emptyTree
        if let before { old = try await tree(before, at: path) }
        return try await repository.unifiedDiff(from: old, to: try await tree(after, at: path))
    }

    private func tree(_ content: [UInt8], at path: RepositoryPath) async throws -> ObjectID {
        let blob = try await repository.writeBlob(content)
        return try await repository.graft([path: TreeEntry(mode: .file, id: blob)], onto: .emptyTree)
    }
}
