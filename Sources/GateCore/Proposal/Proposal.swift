package import GateGit

/// What is being judged: a base and a head, and the difference between them.
package struct Proposal: Sendable, Hashable {
    /// Where the base came from; shown in every report.
    package enum BaseOrigin: Sendable, Hashable {
        case named(String)
        case upstream(String)
        case headCommit
        /// A branch without commits: the base is the empty tree.
        case nothing

        /// For people and reports.
        package var description: String {
            switch self {
            case .named(let name): "named as '\(name)'"
            case .upstream(let name): "merge base with '\(name)'"
            case .headCommit: "HEAD"
            case .nothing: "nothing: the branch has no commit"
            }
        }
    }

    package let baseCommit: ObjectID?
    package let baseTree: ObjectID
    package let baseOrigin: BaseOrigin
    package let headTree: ObjectID
    /// The commit HEAD named when the head was taken.
    package let headCommit: ObjectID?
    /// Difference between base and head, in path order, without rename detection.
    package let delta: [TreeChange]
    /// The snapshot the head comes from; `nil` where it is a commit's tree.
    package let snapshot: WorkingTreeSnapshot?

    package init(
        baseCommit: ObjectID?,
        baseTree: ObjectID,
        baseOrigin: BaseOrigin,
        headTree: ObjectID,
        headCommit: ObjectID?,
        delta: [TreeChange],
        snapshot: WorkingTreeSnapshot?
    ) {
        self.baseCommit = baseCommit
        self.baseTree = baseTree
        self.baseOrigin = baseOrigin
        self.headTree = headTree
        self.headCommit = headCommit
        self.delta = delta
        self.snapshot = snapshot
    }
}

/// Makes proposals from what a command was given.
package enum ProposalBuilder {
    /// Judges the working tree as it stands.
    ///
    /// - Parameters:
    ///   - base: a revision that names the base; otherwise the merge base with the upstream branch, otherwise HEAD.
    ///   - temporaryFolder: absolute path of a private folder.
    package static func workingTree(
        of repository: GitRepository,
        base: String?,
        temporaryFolder: String
    ) async throws -> Proposal {
        let snapshot = try await repository.snapshotWorkingTree(temporaryFolder: temporaryFolder)
        let (commit, origin) = try await resolveBase(base, head: snapshot.headCommit, in: repository)
        let baseTree: ObjectID
        if let commit { baseTree = try await repository.tree(ofCommit: commit) } else { baseTree = .emptyTree }
        return Proposal(
            baseCommit: commit,
            baseTree: baseTree,
            baseOrigin: origin,
            headTree: snapshot.tree,
            headCommit: snapshot.headCommit,
            delta: try await repository.changes(from: baseTree, to: snapshot.tree),
            snapshot: snapshot
        )
    }

    private static func resolveBase(
        _ name: String?,
        head: ObjectID?,
        in repository: GitRepository
    ) async throws -> (ObjectID?, Proposal.BaseOrigin) {
        if let name {
            guard let commit = try await repository.resolveCommit(name) else {
                throw GateFailure(
                    "proposal.unknown-base",
                    "the base '\(name)' names no commit in this repository",
                    hints: ["fetch it first, or give another revision with --base"]
                )
            }
            return (commit, .named(name))
        }
        guard let head else { return (nil, .nothing) }
        if let upstream = try await repository.upstream() {
            if let base = try await repository.mergeBase(head, upstream.commit) {
                return (base, .upstream(upstream.name))
            }
            throw GateFailure(
                "proposal.no-merge-base",
                "HEAD and its upstream '\(upstream.name)' have no common commit here",
                hints: ["fetch more history with 'git fetch --unshallow', or name the base with --base"]
            )
        }
        return (head, .headCommit)
    }
}
