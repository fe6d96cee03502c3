import GateCore
import GateGit

/// The work of `post-commit`: see to it that the push will find its verdict ready. It never stops anything.
enum PostCommit {
    static func run(_ common: CommonOptions) async throws {}
}
