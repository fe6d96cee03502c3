import GateGit

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What the gate knows of a repository at this moment, without running anything.
package struct RepositoryStatus: Sendable, Codable {
    package var version = 1
    package var taken: Date
    /// Full name of the branch; absent where HEAD is detached.
    package var branch: String?
    /// The commit HEAD names; absent before the first one.
    package var commit: String?
    package var tree: String?
    /// The proof of that commit's tree which counts now.
    package var proof: Proof?
    /// Why there is none that counts, where there is something to say.
    package var unproven: String?
    /// Whether policy wants that tree signed off, beyond what tests prove of it.
    package var requiresSignoff = false
    /// Why the gate could not work here.
    package var problem: String?
    /// Paths in which the working tree differs from HEAD.
    package var changedPaths = 0
    /// The commit that is validated in the background now, or was last.
    package var background: BackgroundValidation.State?
    package var backgroundIsWorking = false
    /// Ids of runs that are going on.
    package var activeRuns: [String] = []
    /// Fixes that wait to be taken.
    package var fixes: [Fix] = []
    /// Number of trees of which the memory holds a proof.
    package var provenTrees = 0

    package struct Proof: Sendable, Codable {
        package var run: String
        package var verdict: String
        package var provenAt: Date
        package var sandbox: String
    }

    /// A commit that repairs another one.
    package struct Fix: Sendable, Codable {
        package var reference: String
        package var commit: String
    }

    /// Looks at a repository.
    ///
    /// - Parameter options: what a push or a run would be asked with; the head is the commit of HEAD.
    package static func take(_ context: GateContext, _ options: SessionOptions) async throws -> RepositoryStatus {
        let repository = try await GitRepository(
            containing: context.workingDirectory,
            environment: context.environment
        )
        var status = RepositoryStatus(taken: context.now())
        status.branch = try await repository.currentBranch()
        if let commit = try await repository.resolveCommit("HEAD") {
            status.commit = commit.hex
            status.tree = try await repository.tree(ofCommit: commit).hex
            try await status.addProof(of: commit, in: repository, context, options)
        }
        if repository.workingTree != nil {
            status.changedPaths = try await Session.withTemporaryFolder(of: repository) { folder in
                try await repository.snapshotWorkingTree(temporaryFolder: folder).changedPaths.count
            }
        }
        switch try BackgroundValidation(repository: repository).activity() {
        case .idle(let last): status.background = last
        case .working(let state, _):
            status.background = state
            status.backgroundIsWorking = true
        }
        status.activeRuns = try RunLedger(repository: repository).active()
        status.fixes = try await repository.references(under: "refs/gatekeeper/fixes/")
            .map { Fix(reference: $0.name, commit: $0.target.hex) }
        status.provenTrees = try ProvenTrees(repository: repository).count()
        return status
    }

    private static func recall(_ session: Session) async throws -> ProvenTrees.Recollection {
        guard session.policy.isEnabled.value else { return .unproven("the gate is switched off") }
        guard session.policy.remembers.value else { return .unproven("nothing is remembered here") }
        guard let key = try await ProofKey.make(session) else { return .unproven(nil) }
        return try ProvenTrees(repository: session.repository).recall(
            key,
            age: session.policy.memoryAge.value,
            isolated: session.policy.sandbox.value == .required,
            now: session.context.now()
        )
    }

    private mutating func addProof(
        of commit: ObjectID,
        in repository: GitRepository,
        _ context: GateContext,
        _ options: SessionOptions
    ) async throws {
        var options = options
        options.subject = .commit(commit)
        do {
            let (answer, asks) = try await Session.open(context, options, in: repository) { session in
                (try await Self.recall(session), session.policy.signoff.required.value)
            }
            requiresSignoff = asks
            switch answer {
            case .proven(let entry):
                proof = Proof(
                    run: entry.run,
                    verdict: entry.verdict,
                    provenAt: entry.provenAt,
                    sandbox: entry.sandbox
                )
            case .unproven(let why): unproven = why
            }
        } catch let error as any GateError {
            problem = error.message
        } catch let error as GitError {
            problem = error.message
        }
    }
}
