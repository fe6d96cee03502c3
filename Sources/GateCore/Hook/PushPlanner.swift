package import GateGit

/// Turns the lines of a push into commits to be judged, each with the base it is to be held to.
package struct PushPlanner: Sendable {
    private let repository: GitRepository
    private let remote: PushRemote

    package init(repository: GitRepository, remote: PushRemote) {
        self.repository = repository
        self.remote = remote
    }

    /// The plan of a push.
    ///
    /// - Throws: `GateFailure` with `hook.missing-object` where what is pushed is not in this repository.
    package func plan(_ updates: [RefUpdate]) async throws -> PushPlan {
        var plan = PushPlan()
        var commits: [(update: RefUpdate, commit: ObjectID)] = []
        for update in updates {
            if update.isDeletion {
                plan.pass(update, because: "it is removed")
            } else if let why = Self.bookkeeping(update.reference) {
                plan.pass(update, because: why)
            } else {
                switch try await repository.peel(update.new) {
                case .commit(let commit): commits.append((update, commit))
                case .other(let kind): plan.pass(update, because: "it names a \(kind), and a \(kind) has no tests")
                case .missing:
                    throw GateFailure(
                        "hook.missing-object",
                        "'\(update.reference)' is to name \(update.new.abbreviated), which is not in this repository",
                        hints: ["check the repository with 'git fsck'"]
                    )
                }
            }
        }
        let published = try await remote.published(in: repository)
        let tips = commits.filter { !$0.update.isTag }.map(\.commit)
        for (update, commit) in commits {
            if update.isCreation, let why = try await isThereAlready(commit, update, published, tips) {
                plan.pass(update, because: why)
            } else {
                plan.judge(commit, against: try await base(of: commit, update, published), for: update)
            }
        }
        return plan
    }

    /// References that hold records about commits, and no code that anybody builds.
    static func bookkeeping(_ reference: String) -> String? {
        if reference.hasPrefix("refs/notes/") { return "notes hold no code" }
        if reference.hasPrefix("refs/gatekeeper/") { return "it is the gate's own" }
        return nil
    }

    /// Whether a new reference brings nothing new: a name for what the remote has, or for the past of what is judged.
    private func isThereAlready(
        _ commit: ObjectID,
        _ update: RefUpdate,
        _ published: PushRemote.Published,
        _ tips: [ObjectID]
    ) async throws -> String? {
        if published.isOfTheRemote, try await repository.mergeBase(commit, ofAny: published.tips) == commit {
            return "\(remote.description) has that commit already"
        }
        let others = tips.filter { $0 != commit }
        if update.isTag, try await repository.mergeBase(commit, ofAny: others) == commit {
            return "it lies in the history of what is judged"
        }
        return nil
    }

    private func base(
        of commit: ObjectID,
        _ update: RefUpdate,
        _ published: PushRemote.Published
    ) async throws -> Proposal.GivenBase {
        if !update.old.isZero, case .commit(let old) = try await repository.peel(update.old),
            let base = try await repository.mergeBase(old, commit)
        {
            let place = "'\(update.name)' of \(remote.description)"
            return .commit(base, base == old ? "what \(place) is now" : "merge base with \(place)")
        }
        if let base = try await repository.mergeBase(commit, ofAny: published.tips) {
            let place = published.isOfTheRemote ? remote.description : "the remotes"
            return .commit(base, "merge base with the branches of \(place)")
        }
        return .nothing
    }
}
