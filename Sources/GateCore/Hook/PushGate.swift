package import GateGit

/// The work of `pre-push`: judges the commits that are pushed, whatever the working tree holds.
package struct PushGate: Sendable {
    private let context: GateContext
    private let repository: GitRepository
    private let policy: ResolvedPolicy

    /// - Parameter policy: what the user's own configuration says about hooks.
    package init(context: GateContext, repository: GitRepository, policy: ResolvedPolicy) {
        self.context = context
        self.repository = repository
        self.policy = policy
    }

    /// Judges every commit of a push, one after the other, and answers for all of them.
    ///
    /// - Parameter judge: takes the road with the given options, and looks for a fix where `repairs` is true.
    package func judge(
        _ updates: [RefUpdate],
        to remote: PushRemote,
        _ judge: @Sendable (_ options: SessionOptions, _ repairs: Bool) async throws -> RunRecord
    ) async throws -> HookAnswer {
        let plan = try await PushPlanner(repository: repository, remote: remote).plan(updates)
        let settings = policy.hooks[.prePush] ?? HookSettings(.prePush)
        var answer = HookAnswer(.prePush)
        answer.passed = plan.passed
        for target in plan.targets {
            try Task.checkCancellation()
            var options = SessionOptions()
            options.subject = .commit(target.commit)
            options.givenBase = target.base
            var item = HookAnswer.Item(
                commit: target.commit,
                updates: target.updates,
                ending: try await Self.ending { try await judge(options, settings.onRed.value == .repair) }
            )
            if case .judged(let record) = item.ending, let fix = PushedFix(record, target) {
                item.next = try await take(fix, remote)
            }
            answer.items.append(item)
        }
        return answer
    }

    /// Puts an error beside the verdicts, so that the other commits are judged as well; an interruption ends them all.
    static func ending(_ judge: () async throws -> RunRecord) async throws -> HookAnswer.Ending {
        do {
            return .judged(try await judge())
        } catch is CancellationError {
            throw CancellationError()
        } catch {
            guard let failure = GateFailure.wrapping(error) else { throw error }
            try Task.checkCancellation()
            return .failed(failure)
        }
    }

    /// Brings a fix to the user as far as the user wants it, and says what is left to type.
    private func take(_ fix: PushedFix, _ remote: PushRemote) async throws -> [String] {
        guard let update = fix.target.updates.first(where: \.isBranch) ?? fix.target.updates.first else { return [] }
        let branch = try await localBranch(of: update, at: fix.target.commit)
        let current = try await repository.currentBranch()
        let isCheckedOut = branch != nil && branch == current
        let show = "git diff \(fix.target.commit.abbreviated) \(fix.commit.abbreviated)"
        let push = "git push \(PolicyValue.quoted([remote.name]))"
        guard let branch else {
            let other = "\(push) \(fix.reference):\(update.reference)"
            return ["look at the fix: \(show)", "push it instead: \(other)"]
        }
        let again = "\(push) \(PolicyValue.quoted(["\(branch):\(update.reference)"]))"
        if isCheckedOut, policy.hookFastForward.value, !fix.waits {
            switch try await FastForward(context: context, repository: repository).bring(fix) {
            case .done: return ["'\(branch)' is at the fix now; look at it: \(show)", "push again: \(again)"]
            case .not(let why):
                return ["'gatekeeper.hook.fastForward' could not take the fix: \(why)"]
                    + ["look at it: \(show)", "take it: git merge --ff-only \(fix.reference)", "push again: \(again)"]
            }
        }
        let take =
            isCheckedOut
            ? "git merge --ff-only \(fix.reference)"
            : "git fetch . \(PolicyValue.quoted(["\(fix.reference):\(branch)"]))"
        return ["look at the fix: \(show)", "take it: \(take)", "push again: \(again)"]
    }

    /// The local branch that was pushed; `nil` where a tag or an expression was, or the branch has moved since.
    private func localBranch(of update: RefUpdate, at commit: ObjectID) async throws -> String? {
        guard let source = update.source else { return nil }
        let name: String
        if source == "HEAD" {
            guard let current = try await repository.currentBranch() else { return nil }
            name = current
        } else {
            name = source
        }
        guard name.hasPrefix("refs/heads/"), try await repository.target(ofReference: name) == commit else {
            return nil
        }
        return name
    }
}

/// A proven fix of a pushed commit: a commit on top of it, under a reference of the gate's.
struct PushedFix: Sendable {
    let target: PushPlan.Target
    let reference: String
    let commit: ObjectID
    let runID: String
    /// Whether policy wants it signed off, so that it is brought nowhere by itself.
    let waits: Bool

    /// - Returns: `nil` where the run kept no fix.
    init?(_ record: RunRecord, _ target: PushPlan.Target) {
        guard let result = record.result, result.verdict == "accepted", let reference = result.keptAt,
            let commit = result.commit.flatMap({ ObjectID(hex: $0) })
        else { return nil }
        self.target = target
        self.reference = reference
        self.commit = commit
        runID = record.id
        waits = record.signoff != nil
    }
}
