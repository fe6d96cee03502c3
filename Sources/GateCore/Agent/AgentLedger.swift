package import GateGit

/// What is remembered of the conversations of agents in one worktree; of the newest only.
package struct AgentLedger: Sendable {
    private let folder: String
    private static let file = RepositoryPath("conversations.json")
    private static let most = 32

    package init(repository: GitRepository) { folder = "\(repository.gitDirectory)/gatekeeper/agents" }

    /// Reads what is remembered of a conversation, and lets `body` change it; nobody else does meanwhile.
    ///
    /// - Parameter session: id of the conversation, as the agent gives it.
    package func update<R: Sendable>(
        _ session: String,
        _ body: @Sendable (inout StopDecision.Entry) async throws -> R
    ) async throws -> R {
        try SafeScratch.makeFolders(folder)
        let lock = try await FileLock.acquire(path: "\(folder)/lock", wait: .seconds(10))
        defer { withExtendedLifetime(lock) {} }
        let place = try SafeFolder(path: folder)
        let name = SHA256.hex(session)
        // What cannot be read is forgotten: it only says how patient to be.
        let known = try place.read(Self.file, limit: 1 << 20)
            .flatMap { try? JSON.decode([StopDecision.Entry].self, from: $0.content) }
        var entries = known ?? []
        var entry = entries.first { $0.session == name } ?? StopDecision.Entry(session: name)
        let result = try await body(&entry)
        entries.removeAll { $0.session == name }
        entries.append(entry)
        try place.write(Self.file, content: try JSON.encode(Array(entries.suffix(Self.most))), mode: .file)
        return result
    }
}
