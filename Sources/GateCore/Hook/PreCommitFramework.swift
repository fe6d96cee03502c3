package import GateGit

/// A push as the pre-commit framework tells it, which reads git's lines itself and hands on one of them in variables.
package enum PreCommitFramework {
    /// - Throws: `GateFailure` with `hook.no-input` where the variables are not there, or name no commit.
    package static func push(
        _ environment: [String: String],
        in repository: GitRepository
    ) async throws -> (update: RefUpdate, remote: PushRemote) {
        guard let remote = environment["PRE_COMMIT_REMOTE_NAME"],
            let reference = environment["PRE_COMMIT_REMOTE_BRANCH"]
        else {
            throw GateFailure(
                "hook.no-input",
                "the variables of the pre-commit framework for a push are not set",
                hints: ["let it run in the stage 'pre-push', or leave out --from-pre-commit"]
            )
        }
        // Where everything is new it names neither end; the local branch then says what is pushed.
        guard let new = environment["PRE_COMMIT_TO_REF"] ?? environment["PRE_COMMIT_LOCAL_BRANCH"],
            let commit = try await repository.resolveCommit(new)
        else {
            throw GateFailure(
                "hook.no-input",
                "the pre-commit framework names no commit of this repository that is pushed",
                hints: ["install the gate's own hook beside it with 'git gatekeeper install'"]
            )
        }
        var old = ObjectID.zero
        if let named = environment["PRE_COMMIT_FROM_REF"], let found = try await repository.resolveCommit(named) {
            old = found
        }
        return (
            RefUpdate(reference: reference, old: old, new: commit, source: environment["PRE_COMMIT_LOCAL_BRANCH"]),
            PushRemote(name: remote, address: environment["PRE_COMMIT_REMOTE_URL"] ?? remote)
        )
    }
}
