package import GateGit

/// Pushes the current branch, and nothing that is not proven.
///
/// Where the remote has moved meanwhile, the branch's own commits are put onto what is there now, the new tree is judged
/// as any other, and the push is tried again, so many times and no more. The remote's history is never rewritten.
package struct Publisher: Sendable {
    /// How it ended.
    package enum Ending: Sendable {
        case pushed(ObjectID, attempts: Int, local: Local)
        /// The tree that would be pushed is not green.
        case notProven(RunRecord, onto: ObjectID?)
        /// Both sides changed the same.
        case conflict(commit: ObjectID, paths: [RepositoryPath])
        /// The branch has a merge that the remote lacks, and the remote has moved.
        case merge(ObjectID)
        /// Somebody else was faster, every time.
        case contended(attempts: Int)
    }

    /// What became of the branch here.
    package enum Local: Sendable, Hashable {
        /// It is what was pushed.
        case same
        /// It was brought to what was pushed, with index and working tree.
        case moved
        /// It was left as it was, and why.
        case left(String)
    }

    private let context: GateContext
    private let repository: GitRepository
    package let destination: Destination
    private let attempts: Int

    /// - Parameter attempts: most pushes of one command.
    package init(context: GateContext, repository: GitRepository, attempts: Int) async throws {
        self.context = context
        self.repository = repository
        self.attempts = attempts
        destination = try await Destination.find(in: repository)
    }

    /// Pushes HEAD.
    ///
    /// - Parameter judge: runs the tests of what the options name, and repairs nothing.
    /// - Throws: `GateFailure` with `publish.refused` where the remote does not take it for any other reason than that it
    ///   has moved.
    package func push(
        _ judge: @Sendable (_ options: SessionOptions) async throws -> RunRecord
    ) async throws -> Ending {
        guard let head = try await repository.resolveCommit("HEAD") else {
            throw GateFailure("publish.no-branch", "the branch has no commit, so there is nothing to push")
        }
        var options = SessionOptions()
        options.subject = .commit(head)
        let first = try await judge(options)
        guard first.result?.exitStatus == 0 else { return .notProven(first, onto: nil) }
        var commit = head
        for attempt in 1...attempts {
            try Task.checkCancellation()
            if try await send(commit) {
                return .pushed(commit, attempts: attempt, local: try await bringLocal(from: head, to: commit))
            }
            guard attempt < attempts else { break }
            let tip = try await fetch()
            switch try await repository.replay(
                try await repository.commits(of: head, missingFrom: tip),
                onto: tip,
                committer: try await repository.identity()
            ) {
            case .done(let replayed): commit = replayed
            case .conflict(let commit, let paths): return .conflict(commit: commit, paths: paths)
            case .merge(let merge): return .merge(merge)
            }
            var options = SessionOptions()
            options.subject = .commit(commit)
            options.givenBase = .commit(tip, "what '\(destination.reference)' of '\(destination.remote)' is now")
            let record = try await judge(options)
            guard record.result?.exitStatus == 0 else { return .notProven(record, onto: tip) }
            // Who tries at the same moment as others tries next at another one.
            try await Task.sleep(for: .milliseconds(Int.random(in: 0...(40 * attempt))))
        }
        return .contended(attempts: attempts)
    }

    /// Pushes as git does for the user, hooks and all.
    ///
    /// - Returns: `false` where the remote has moved.
    private func send(_ commit: ObjectID) async throws -> Bool {
        let result = try await talk(
            ["push", "--porcelain", "--end-of-options"],
            [
                destination.remote, "\(commit.hex):\(destination.reference)",
            ]
        )
        if result.isSuccess { return true }
        let line = result.standardOutput.text.split(separator: "\n").first { $0.hasPrefix("!\t") } ?? ""
        let said = result.standardError.text
        let moved = ["(fetch first)", "(non-fast-forward)", "(stale info)", "cannot lock ref", "failed to update ref"]
        if moved.contains(where: { line.contains($0) }) || moved.suffix(2).contains(where: { said.contains($0) }) {
            return false
        }
        let complaint = line.isEmpty ? GitCommand.complaint(of: result) : String(line.split(separator: "\t").last ?? "")
        throw GateFailure(
            "publish.refused",
            "'\(destination.remote)' does not take '\(destination.reference)': \(Excerpt.line(complaint))",
            hints: said.split(separator: "\n").suffix(6).map { "git said: \($0)" }
        )
    }

    /// What the branch of the remote is now.
    private func fetch() async throws -> ObjectID {
        // A name of its own: several may push from one repository at one time.
        let place = "refs/gatekeeper/publish/\(SafeScratch.nonce())"
        let result = try await talk(
            ["fetch", "--quiet", "--no-tags", "--no-auto-maintenance", "--end-of-options"],
            [
                destination.remote, "+\(destination.reference):\(place)",
            ]
        )
        guard result.isSuccess, let tip = try await repository.target(ofReference: place) else {
            throw GateFailure(
                "publish.fetch",
                "cannot fetch '\(destination.reference)' of '\(destination.remote)': \(GitCommand.complaint(of: result))"
            )
        }
        try await repository.removeReference(place)
        return tip
    }

    private func talk(_ command: [String], _ operands: [String]) async throws -> ProcessResult {
        try await repository.command.run(
            ["-c", "protocol.allow=user", "-c", "protocol.ext.allow=never"] + command + operands,
            seesHooks: true,
            asTyped: true,
            // A hook of the user's may run every test there is.
            limits: ProcessLimits(wallTime: .seconds(3600), headBytes: 1 << 20)
        )
    }

    /// Brings branch, index and working tree to what was pushed, as acceptance does: all of it, or nothing.
    private func bringLocal(from head: ObjectID, to commit: ObjectID) async throws -> Local {
        guard commit != head else { return .same }
        do {
            switch try await Acceptance(repository: repository).accept(
                AcceptanceRequest(
                    runID: "push-\(context.stamp())-\(SafeScratch.nonce().prefix(6))",
                    headTree: try await repository.tree(ofCommit: head),
                    candidateTree: try await repository.tree(ofCommit: commit),
                    headCommit: head,
                    recorder: try await repository.identity(),
                    made: commit
                )
            ) {
            case .applied: return .moved
            case .moved(let movement, _):
                return .left("it changed meanwhile: \(Listing.some(movement.paths.map(\.description)))")
            }
        } catch let failure as GateFailure {
            return .left(failure.message)
        }
    }
}
