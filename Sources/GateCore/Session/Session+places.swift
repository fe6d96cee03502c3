import GateGit

extension Session {
    /// Absolute path of the folder for what agents edit in this session: outside the repository, because agents and git
    /// itself look for one above the folder they are started in.
    package func agentFolder() throws -> String {
        let name = temporaryFolder.split(separator: "/").last.map(String.init) ?? "session"
        return "\(try Self.outside(context, repository))/agents/\(name)"
    }

    /// Absolute paths of every folder in which worktrees of a repository may lie, in a sandbox or without one.
    static func poolFolders(_ context: GateContext, _ repository: GitRepository) -> [String] {
        let outside = try? outsidePool(context, repository)
        return ["\(repository.commonDirectory)/gatekeeper/worktrees"] + (outside.map { [$0] } ?? [])
    }

    /// Without a sandbox the staged tree must not lie below the user's own: tools would find files above it.
    static func outsidePool(_ context: GateContext, _ repository: GitRepository) throws -> String {
        "\(try outside(context, repository))/worktrees"
    }

    /// Where the gate keeps what belongs to a repository and must not lie in it.
    private static func outside(_ context: GateContext, _ repository: GitRepository) throws -> String {
        let cache: String
        if let named = context.environment["XDG_CACHE_HOME"], named.hasPrefix("/") {
            cache = named
        } else if let home = context.environment["HOME"], home.hasPrefix("/") {
            cache = "\(home)/.cache"
        } else {
            throw GateFailure("staging.no-cache", "neither HOME nor XDG_CACHE_HOME says where worktrees may lie")
        }
        let name = repository.commonDirectory.utf8.map { byte in
            let character = Character(UnicodeScalar(byte))
            return character.isLetter || character.isNumber || character == "."
                ? String(character) : "_\(String(byte, radix: 16))_"
        }.joined()
        return "\(cache)/git-gatekeeper/\(name)"
    }
}
