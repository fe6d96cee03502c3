package import GateGit

/// Makes proposals from what a command was given.
package enum ProposalBuilder {
    /// Takes the head and finds the base it is to be held to.
    ///
    /// - Parameters:
    ///   - base: a revision that names the base; wins over `givenBase`.
    ///   - givenBase: the base as a hook or an engine says; without either it is HEAD for the index, otherwise the merge
    ///     base with the upstream branch, otherwise HEAD.
    ///   - temporaryFolder: absolute path of a private folder.
    /// - Throws: `GateFailure` where the base names no commit that is here.
    package static func make(
        _ subject: Proposal.Subject,
        of repository: GitRepository,
        base: String? = nil,
        givenBase: Proposal.GivenBase? = nil,
        temporaryFolder: String
    ) async throws -> Proposal {
        let head = try await head(of: subject, in: repository, temporaryFolder: temporaryFolder)
        let (commit, origin) = try await resolveBase(base, givenBase, subject, head: head.commit, in: repository)
        let baseTree: ObjectID
        if let commit { baseTree = try await repository.tree(ofCommit: commit) } else { baseTree = .emptyTree }
        return Proposal(
            baseCommit: commit,
            baseTree: baseTree,
            baseOrigin: origin,
            headTree: head.tree,
            headCommit: head.commit,
            headOrigin: head.origin,
            delta: try await repository.changes(from: baseTree, to: head.tree),
            snapshot: head.snapshot
        )
    }

    private struct Head {
        let tree: ObjectID
        let commit: ObjectID?
        let origin: String
        var snapshot: WorkingTreeSnapshot?
    }

    private static func head(
        of subject: Proposal.Subject,
        in repository: GitRepository,
        temporaryFolder: String
    ) async throws -> Head {
        switch subject {
        case .workingTree:
            let snapshot = try await repository.snapshotWorkingTree(temporaryFolder: temporaryFolder)
            return Head(
                tree: snapshot.tree,
                commit: snapshot.headCommit,
                origin: "working tree",
                snapshot: snapshot
            )
        case .index(let file):
            return Head(
                tree: try await repository.indexTree(file: file, temporaryFolder: temporaryFolder),
                commit: try await repository.resolveCommit("HEAD"),
                origin: "index"
            )
        case .commit(let id): return try await head(at: id, in: repository)
        case .revision(let name):
            guard let id = try await repository.resolveCommit(name) else {
                throw GateFailure(
                    "proposal.unknown-head",
                    "the head '\(name)' names no commit in this repository",
                    hints: ["'git log --all' shows what there is; fetch it first where it is another's"]
                )
            }
            return try await head(at: id, in: repository)
        }
    }

    private static func head(at commit: ObjectID, in repository: GitRepository) async throws -> Head {
        Head(
            tree: try await repository.tree(ofCommit: commit),
            commit: commit,
            origin: "commit \(commit.abbreviated)"
        )
    }

    private static func resolveBase(
        _ name: String?,
        _ given: Proposal.GivenBase?,
        _ subject: Proposal.Subject,
        head: ObjectID?,
        in repository: GitRepository
    ) async throws -> (ObjectID?, Proposal.BaseOrigin) {
        if let name {
            // Git's own name for having nothing to hold the head to.
            if name == ObjectID.emptyTree.hex { return (nil, .nothing) }
            guard let commit = try await repository.resolveCommit(name) else {
                throw GateFailure(
                    "proposal.unknown-base",
                    "the base '\(name)' names no commit in this repository",
                    hints: ["fetch it first, or give another revision with --base"]
                )
            }
            return (commit, .named(name))
        }
        switch given {
        case .commit(let commit, let why): return (commit, .given(why))
        case .own(let commit): return (commit, .headCommit)
        case .nothing: return (nil, .nothing)
        case nil: break
        }
        guard let head else { return (nil, .nothing) }
        if case .index = subject { return (head, .parent) }
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
