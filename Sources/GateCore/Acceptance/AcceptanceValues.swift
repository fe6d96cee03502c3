package import GateGit

/// What is to be brought into the working tree, and what it was judged against.
package struct AcceptanceRequest: Sendable {
    /// Names the references and the ledger line; letters, digits, `.`, `-` and `_`.
    package let runID: String
    /// Snapshot of the working tree that the evidence is about.
    package let headTree: ObjectID
    package let candidateTree: ObjectID
    /// HEAD when the snapshot was made; `nil` on a branch without commits.
    package let headCommit: ObjectID?
    /// Who the gate's own bookkeeping commits are by, and when.
    package let recorder: Signature
    /// How to commit; `nil` leaves index, branch and HEAD alone.
    package let commit: CommitPlan?
    /// The commit, where there is one already: the branch is then moved to it, and none is made.
    package let made: ObjectID?

    package init(
        runID: String,
        headTree: ObjectID,
        candidateTree: ObjectID,
        headCommit: ObjectID?,
        recorder: Signature,
        commit: CommitPlan? = nil,
        made: ObjectID? = nil
    ) {
        self.runID = runID
        self.headTree = headTree
        self.candidateTree = candidateTree
        self.headCommit = headCommit
        self.recorder = recorder
        self.commit = commit
        self.made = made
    }
}

/// A commit that acceptance makes of the candidate's tree.
package struct CommitPlan: Sendable, Hashable {
    /// One `Key: value` line at the end of the message.
    package struct Trailer: Sendable, Hashable {
        package let key: String
        package let value: String
        package init(_ key: String, _ value: String) {
            self.key = key
            self.value = value
        }
    }

    package let message: String
    package let trailers: [Trailer]
    package let author: Signature
    package let committer: Signature

    package init(message: String, trailers: [Trailer] = [], author: Signature, committer: Signature? = nil) {
        self.message = message
        self.trailers = trailers
        self.author = author
        self.committer = committer ?? author
    }

    /// The message with its trailers as the last paragraph.
    package var fullMessage: String {
        var lines = message.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
        while lines.last?.isEmpty == true { lines.removeLast() }
        if !trailers.isEmpty {
            lines.append("")
            lines += trailers.map { trailer in
                "\(trailer.key): " + trailer.value.split(whereSeparator: \.isNewline).joined(separator: " ")
            }
        }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// What had changed under the gate's hands, so that nothing was accepted.
package struct Movement: Sendable, Hashable {
    /// Paths that are not what the snapshot has, or that something new stands in the way of.
    package var paths: [RepositoryPath] = []
    /// HEAD, or the branch it is on, is another than at the snapshot.
    package var head = false
    /// The index was changed while the acceptance ran.
    package var index = false
    /// Copies of displaced files that nobody else has, for the user to look at.
    package var keptAside: [RepositoryPath] = []

    package init(paths: [RepositoryPath] = [], head: Bool = false, index: Bool = false) {
        self.paths = paths
        self.head = head
        self.index = index
    }

    package var isNone: Bool { paths.isEmpty && !head && !index }
}

/// How an acceptance ended.
package enum AcceptanceOutcome: Sendable, Hashable {
    /// The working tree, and the branch where a commit was asked for, are at the candidate. What is kept aside are
    /// displaced files that someone went on writing to after they had been displaced.
    case applied(undoReference: String, paths: [RepositoryPath], commit: ObjectID?, keptAside: [RepositoryPath])
    /// Something moved since the snapshot; everything is as it was.
    case moved(Movement, candidateReference: String)

    /// What the user may do next, one sentence each.
    package var hints: [String] {
        switch self {
        case .applied: ["'git gatekeeper undo' takes it back"]
        case .moved(_, let reference):
            [
                "the candidate is kept: 'git diff HEAD \(reference)' shows it",
                "take single files with 'git restore --source=\(reference) -- <path>', or run the gate again",
            ]
        }
    }
}

/// How an undo ended.
package enum UndoOutcome: Sendable, Hashable {
    case undone(runID: String, paths: [RepositoryPath], removedCommit: ObjectID?, keptAside: [RepositoryPath])
    case nothingToUndo
    /// Something changed since the acceptance; nothing was written.
    case refused(runID: String, Movement, commit: ObjectID?, undoReference: String)

    /// What the user may do next, one sentence each.
    package var hints: [String] {
        switch self {
        case .undone, .nothingToUndo: return []
        case .refused(_, let movement, let commit, let reference):
            var hints: [String] = []
            if movement.head, let commit {
                hints.append("take the commit back with 'git revert \(commit.abbreviated)'")
            }
            if movement.index { hints.append("unstage with 'git reset', then undo again") }
            if !movement.paths.isEmpty {
                hints.append("'git diff \(reference)' shows what differs from the state before the acceptance")
                hints.append("take single files back with 'git restore --source=\(reference) -- <path>'")
            }
            return hints
        }
    }
}

/// What was done about an acceptance or undo that had been interrupted.
package struct RecoveryReport: Sendable, Hashable {
    package let runID: String
    /// Whether it was an undo that had been interrupted, not an acceptance.
    package let wasUndo: Bool
    /// Whether it was brought to its end; else it was taken back.
    package let finished: Bool
    /// Paths that were changed after the interruption, and stay as they are.
    package let leftAlone: [RepositoryPath]
    /// Copies of displaced files that nobody else has, for the user to look at.
    package let keptAside: [RepositoryPath]

    /// One line for the user.
    package var sentence: String {
        let what = "an unfinished \(wasUndo ? "undo" : "acceptance") of run \(runID)"
        var text = finished ? "finished \(what)" : "undid \(what)"
        if !finished, leftAlone.isEmpty { text += "; the working tree is as before" }
        func list(_ paths: [RepositoryPath]) -> String { paths.map { "'\($0)'" }.joined(separator: ", ") }
        if !leftAlone.isEmpty { text += "; changed meanwhile and left alone: \(list(leftAlone))" }
        if !keptAside.isEmpty { text += "; kept aside: \(list(keptAside))" }
        return text
    }
}
