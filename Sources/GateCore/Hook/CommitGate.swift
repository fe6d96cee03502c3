package import GateGit

/// The work of `pre-commit`: judges what the commit would hold, which is the index and not the working tree.
package struct CommitGate: Sendable {
    private let context: GateContext
    private let repository: GitRepository
    private let policy: ResolvedPolicy

    /// - Parameter policy: what the user's own configuration says about hooks.
    package init(context: GateContext, repository: GitRepository, policy: ResolvedPolicy) {
        self.context = context
        self.repository = repository
        self.policy = policy
    }

    /// Judges the index against HEAD.
    ///
    /// - Parameters:
    ///   - change: what the command itself was asked for on top.
    ///   - judge: takes the road with the given options, and looks for a fix where `repairs` is true.
    package func judge(
        _ change: @Sendable (inout SessionOptions) -> Void,
        _ judge: @Sendable (_ options: SessionOptions, _ repairs: Bool) async throws -> RunRecord
    ) async throws -> HookAnswer {
        let settings = policy.hooks[.preCommit] ?? HookSettings(.preCommit)
        var options = SessionOptions()
        options.subject = .index(file: indexFile())
        change(&options)
        let chosen = options
        var answer = HookAnswer(.preCommit)
        answer.items.append(
            HookAnswer.Item(
                commit: nil,
                updates: [],
                ending: try await PushGate.ending { try await judge(chosen, settings.onRed.value == .repair) }
            )
        )
        return answer
    }

    /// Absolute path of the index that git is about to commit; `nil` for the repository's own.
    ///
    /// Where only some paths are committed, git makes another index for that commit, and names it.
    private func indexFile() -> String? {
        guard let named = context.environment["GIT_INDEX_FILE"], !named.isEmpty else { return nil }
        let path = named.hasPrefix("/") ? named : "\(repository.workingTree ?? repository.gitDirectory)/\(named)"
        return path == "\(repository.gitDirectory)/index" ? nil : path
    }
}
