package import GateGit

/// The work of `pre-receive` on a server: a protected branch moves forward only, and only to trees that are proven.
package struct ReceiveGate: Sendable {
    private let repository: GitRepository
    private let patterns: [BranchPattern]

    /// - Parameter policy: what the server's own configuration says about hooks and protected branches.
    package init(repository: GitRepository, policy: ResolvedPolicy) async throws {
        self.repository = repository
        let named = policy.protectedBranches.map(\.value)
        if named.isEmpty {
            // Where nobody says, it is the branch that everybody gets who clones.
            patterns = try await repository.currentBranch().map { [try BranchPattern($0)] } ?? []
        } else {
            patterns = try named.map { try BranchPattern($0) }
        }
    }

    /// Judges every protected branch of a push, and answers for all of them.
    ///
    /// - Parameters:
    ///   - attested: says whose word proves what the options name; `nil` where nobody's does.
    ///   - judge: runs the tests with the given options, and repairs nothing.
    package func judge(
        _ updates: [RefUpdate],
        attested: @Sendable (_ options: SessionOptions) async throws -> String?,
        _ judge: @Sendable (_ options: SessionOptions) async throws -> RunRecord
    ) async throws -> HookAnswer {
        var answer = HookAnswer(.preReceive)
        var plan = PushPlan()
        for update in updates {
            guard patterns.contains(where: { $0.matches(update.reference) }) else {
                answer.passed.append(PushPlan.Passed(update: update, why: "it is not protected"))
                continue
            }
            switch try await decide(update) {
            case .refused(let why):
                answer.items.append(HookAnswer.Item(commit: nil, updates: [update], ending: .refused(why)))
            case .judged(let commit, let base): plan.judge(commit, against: base, for: update)
            }
        }
        for target in plan.targets {
            try Task.checkCancellation()
            var options = SessionOptions()
            options.subject = .commit(target.commit)
            options.givenBase = target.base
            // A signature is a note, a note is a reference, and none is written while the push may still be refused.
            options.attests = false
            let chosen = options
            let ending: HookAnswer.Ending
            if let word = try await attested(chosen) {
                ending = .attested(word)
            } else {
                ending = try await PushGate.ending { try await judge(chosen) }
            }
            answer.items.append(HookAnswer.Item(commit: target.commit, updates: target.updates, ending: ending))
        }
        return answer
    }

    private enum Decision {
        case refused(String)
        case judged(ObjectID, Proposal.GivenBase)
    }

    private func decide(_ update: RefUpdate) async throws -> Decision {
        if update.isDeletion { return .refused("a protected branch is not removed") }
        guard case .commit(let commit) = try await repository.peel(update.new) else {
            return .refused("\(update.new.abbreviated) is no commit")
        }
        if update.isCreation { return .judged(commit, try await baseOfNewBranch(commit)) }
        guard case .commit(let old) = try await repository.peel(update.old) else {
            return .refused("what it is now, \(update.old.abbreviated), cannot be read")
        }
        guard try await repository.mergeBase(old, commit) == old else {
            return .refused("it would lose commits: \(commit.abbreviated) does not contain \(old.abbreviated)")
        }
        return .judged(commit, .commit(old, "what '\(update.name)' is now"))
    }

    /// A new protected branch is held to the policy of a branch that is there; its own counts only where none is.
    private func baseOfNewBranch(_ commit: ObjectID) async throws -> Proposal.GivenBase {
        let branches = try await repository.references(under: "refs/heads/")
        if let base = try await repository.mergeBase(commit, ofAny: branches.map(\.target)) {
            return .commit(base, "merge base with the branches that are there")
        }
        if let head = try await repository.target(ofReference: "HEAD") {
            return .commit(head, "HEAD, because the new branch has no commit in common with any")
        }
        return .nothing
    }
}
