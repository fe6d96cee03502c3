import GateGit

/// Says what of a repository changed since it was looked at: what an agent that nothing holds may have reached.
struct RepositoryWatch: Sendable {
    private let seen: [String: FileStatus]
    private static let maximum = 2_000_000

    init(_ repository: GitRepository) throws { seen = try Self.look(repository) }

    /// Names of what was added, changed or removed, in order.
    func changes(_ repository: GitRepository) throws -> [String] {
        let now = try Self.look(repository)
        return Set(seen.keys).union(now.keys).filter { seen[$0] != now[$0] }.sorted()
    }

    private static func look(_ repository: GitRepository) throws -> [String: FileStatus] {
        var found: [String: FileStatus] = [:]
        for folder in Set([repository.commonDirectory, repository.gitDirectory]) {
            let place = try SafeFolder(path: folder)
            for name in ["config", "config.worktree", "HEAD", "index", "packed-refs"] {
                found["git directory: \(name)"] = try place.status(RepositoryPath(name))
            }
            for name in ["hooks", "info", "refs"] {
                guard let below = try place.folder(RepositoryPath(name)) else { continue }
                for file in try below.walk(maximum: maximum, descend: { $0 != RepositoryPath("gatekeeper") }) {
                    found["git directory: \(name)/\(file.path)"] = file.status
                }
            }
        }
        guard let root = repository.workingTree else { return found }
        let tree = try SafeFolder(path: root).walk(maximum: maximum, descend: { $0 != RepositoryPath(".git") })
        for file in tree { found[file.path.description] = file.status }
        return found
    }
}
