import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Brings a proven candidate to the user, as far as the user wants it.
struct Deliverer: Sendable {
    /// What became of the candidate.
    struct Ending: Sendable {
        var applied = false
        var commit: String?
        var keptAt: String?
        var undo: String?
        var exitStatus: Int32 = 0
        var reasons: [Reason] = []
        /// Why a person has to look at it first; then nothing was written.
        var heldBack: Reason?
        var next: [String] = []
    }

    let session: Session
    let runID: String

    /// Fast-forwards the working tree to the candidate, or keeps it aside.
    func deliver(_ candidate: Candidate, _ delivery: Engine.Delivery, command: String) async throws -> Ending {
        if session.options.subject != .workingTree { return try await keepFix(candidate, command) }
        var ending = Ending()
        let acceptance = try await Acceptance(repository: session.repository)
        let request = request(
            candidate,
            commit: delivery.commits && !delivery.isDryRun ? try await commitPlan(candidate) : nil
        )
        if delivery.isDryRun {
            let reference = try await Acceptance.keep(request, in: session.repository)
            ending.keptAt = reference
            ending.next = [
                "the working tree is as it was; look at the fix with 'git gatekeeper show --diff \(runID)', take it with "
                    + "'git gatekeeper apply \(runID)'"
            ]
            // Nothing was repaired by a dry run: whoever goes on with this tree goes on with a broken one.
            ending.exitStatus = Self.exitStatusAside(command)
            return ending
        }
        // The evidence is about the tree as it was; if anything moved since, it is about nothing.
        let now = try await session.repository.snapshotWorkingTree(temporaryFolder: session.temporaryFolder)
        guard now.tree == session.proposal.headTree, now.headCommit == session.proposal.headCommit else {
            let reference = try await Acceptance.keep(request, in: session.repository)
            let moved = try await session.repository.changes(from: session.proposal.headTree, to: now.tree).map(\.path)
            return Self.moved(moved, headMoved: now.headCommit != session.proposal.headCommit, reference, runID)
        }
        switch try await acceptance.accept(request) {
        case .applied(let undo, let paths, let commit, let aside):
            ending.applied = true
            ending.commit = commit?.hex
            ending.undo = undo
            ending.next = [
                "\(paths.count) file\(paths.count == 1 ? "" : "s") written; see what changed with 'git gatekeeper show "
                    + "--diff', take it back with 'git gatekeeper undo'"
            ]
            if !aside.isEmpty {
                ending.next.append(
                    "another program still wrote to a file that was replaced; what it wrote is in "
                        + Listing.some(aside.map(\.description))
                )
            }
        case .moved(let movement, let reference):
            return Self.moved(movement.paths, headMoved: movement.head, reference, runID)
        }
        return ending
    }

    /// Keeps a proven candidate beside the commit or the index it repairs; neither is changed.
    private func keepFix(_ candidate: Candidate, _ command: String) async throws -> Ending {
        let head = session.proposal.headTree
        let (reference, commit) = try await Acceptance.keepFix(
            request(candidate, commit: try await commitPlan(candidate)),
            of: session.options.subject.isCommit ? session.proposal.headCommit ?? head : head,
            in: session.repository
        )
        var ending = Ending()
        ending.keptAt = reference
        ending.commit = commit.hex
        // What goes on is still broken: the fix is not part of it yet.
        ending.exitStatus = Self.exitStatusAside(command)
        ending.next =
            session.options.subject.isCommit
            ? [
                "the fix waits as a commit on top of \(session.proposal.headOrigin): look at it with 'git show "
                    + "\(commit.abbreviated)'",
                "take it, on the branch that ends there, with 'git merge --ff-only \(commit.abbreviated)'",
            ]
            : [
                "look at the fix with 'git diff \(head.abbreviated) \(commit.abbreviated)'",
                "take it into index and working tree with 'git diff \(head.abbreviated) \(commit.abbreviated) | git apply "
                    + "--index', then commit again",
            ]
        return ending
    }

    /// Keeps a proven candidate that a person has to look at first, and says how.
    func keepForReview(_ candidate: Candidate, command: String) async throws -> Ending {
        let reference = try await Acceptance.keep(request(candidate, commit: nil), in: session.repository)
        var ending = Ending()
        ending.keptAt = reference
        ending.exitStatus = 125
        ending.next = [
            "every test holds; what a person has to look at first is listed above",
            "look at it with 'git gatekeeper show --diff \(runID)'",
            "if it is right, take it with 'git gatekeeper apply \(runID) --reviewed', which is recorded with your name",
        ]
        return ending
    }

    /// Keeps a proven candidate that somebody has to agree on first, as a commit that can be named.
    func keepForSignoff(_ candidate: Candidate) async throws -> (reference: String, commit: ObjectID) {
        let reference = try await Acceptance.keep(request(candidate, commit: nil), in: session.repository)
        guard let commit = try await session.repository.target(ofReference: reference) else {
            throw GateFailure("acceptance.reference", "'\(reference)' was removed while the candidate was looked at")
        }
        return (reference, commit)
    }

    /// Keeps the last candidate of a run that escalated, where it is to be kept.
    func escalated(_ candidate: Candidate?) async throws -> Ending {
        var ending = Ending()
        ending.exitStatus = 125
        if let candidate {
            let reference = try await Acceptance.keep(request(candidate, commit: nil), in: session.repository)
            ending.keptAt = reference
            ending.next.append("the last candidate is kept: 'git gatekeeper show --diff \(runID)'")
        }
        ending.next += [
            "'git gatekeeper show \(runID)' lists every attempt with what the backend was told",
            "run it again at a terminal, and say there what the backend should know",
        ]
        return ending
    }

    private func request(_ candidate: Candidate, commit: CommitPlan?) -> AcceptanceRequest {
        AcceptanceRequest(
            runID: runID,
            headTree: session.proposal.headTree,
            candidateTree: candidate.tree,
            headCommit: session.proposal.headCommit,
            recorder: recorder,
            commit: commit
        )
    }

    private static func moved(_ paths: [RepositoryPath], headMoved: Bool, _ reference: String, _ runID: String)
        -> Ending
    {
        var ending = Ending()
        ending.keptAt = reference
        ending.exitStatus = 125
        var what = paths.isEmpty ? "" : "changed while the tests ran: \(Listing.some(paths.map(\.description)))"
        if headMoved { what += (what.isEmpty ? "" : "; ") + "HEAD moved while the tests ran" }
        if what.isEmpty { what = "the working tree changed while the tests ran" }
        ending.reasons = [Reason(.moved, reference, what + "; nothing was written")]
        ending.next = [
            "look at the fix with 'git gatekeeper show --diff \(runID)'",
            "take it onto what you have now with 'git gatekeeper apply \(runID)', which judges it again",
        ]
        return ending
    }

    private func commitPlan(_ candidate: Candidate) async throws -> CommitPlan {
        let identity = try await identity()
        let paths = candidate.changes.map(\.path.description)
        let subject =
            paths.count == 1
            ? "Repair \(Excerpt.line(paths[0], maximum: 60))" : "Repair \(paths.count) files that tests found broken"
        var trailers = [
            CommitPlan.Trailer("Gatekeeper-Run", runID),
            CommitPlan.Trailer("Gatekeeper-Head", session.proposal.headTree.hex),
            CommitPlan.Trailer("Gatekeeper-Tree", candidate.tree.hex),
        ]
        if let base = session.proposal.baseCommit { trailers.append(CommitPlan.Trailer("Gatekeeper-Base", base.hex)) }
        return CommitPlan(message: subject, trailers: trailers, author: identity, committer: identity)
    }

    /// The status of a command whose proven candidate was not taken: 0 only where taking it was never asked for.
    private static func exitStatusAside(_ command: String) -> Int32 {
        ["judge", "generate-patch"].contains(command) ? 0 : 1
    }

    /// Who is to stand in a commit of the gate's: the user, or the gate itself where git knows no name, as on a server.
    private func identity() async throws -> Signature {
        do {
            return try await session.repository.identity()
        } catch is GitError where session.options.subject != .workingTree {
            return recorder
        }
    }

    private var recorder: Signature {
        Signature(
            name: "git gatekeeper",
            email: "gatekeeper@localhost",
            time: Int64(session.context.now().timeIntervalSince1970)
        )
    }
}
