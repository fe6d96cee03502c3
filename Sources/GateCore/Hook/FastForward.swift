import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Brings a fix that waits as a commit into the working tree and onto its branch, where nothing is in its way.
struct FastForward: Sendable {
    enum Ending: Sendable, Hashable {
        case done
        /// Nothing was changed, and why.
        case not(String)
    }

    let context: GateContext
    let repository: GitRepository

    /// Takes the fix only onto the very commit it repairs, in a working tree that has nothing else.
    func bring(_ fix: PushedFix) async throws -> Ending {
        guard repository.workingTree != nil else { return .not("the repository is bare") }
        let snapshot = try await Session.withTemporaryFolder(of: repository) { folder in
            try await repository.snapshotWorkingTree(temporaryFolder: folder)
        }
        let tree = try await repository.tree(ofCommit: fix.target.commit)
        guard snapshot.headCommit == fix.target.commit else { return .not("HEAD is another commit") }
        guard snapshot.tree == tree, !snapshot.hasStagedChanges else { return .not("the working tree is not clean") }
        do {
            switch try await Acceptance(repository: repository).accept(
                AcceptanceRequest(
                    runID: fix.runID,
                    headTree: tree,
                    candidateTree: try await repository.tree(ofCommit: fix.commit),
                    headCommit: fix.target.commit,
                    recorder: Signature(
                        name: "git gatekeeper",
                        email: "gatekeeper@localhost",
                        time: Int64(context.now().timeIntervalSince1970)
                    ),
                    made: fix.commit
                )
            ) {
            case .applied: return .done
            case .moved(let movement, _):
                return .not("it changed meanwhile: \(Listing.some(movement.paths.map(\.description)))")
            }
        } catch let failure as GateFailure {
            return .not(failure.message)
        }
    }
}
