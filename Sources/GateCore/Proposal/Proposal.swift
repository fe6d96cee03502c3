package import GateGit

/// What is being judged: a base and a head, and the difference between them.
package struct Proposal: Sendable, Hashable {
    /// Where the base came from; shown in every report.
    package enum BaseOrigin: Sendable, Hashable {
        case named(String)
        case upstream(String)
        /// Your own last commit, where nobody else is there to hold the working tree to.
        case headCommit
        /// HEAD, which what is about to be committed is held to.
        case parent
        /// What a hook or a CI engine says, in its words.
        case given(String)
        /// A branch without commits: the base is the empty tree.
        case nothing

        /// For people and reports.
        package var description: String {
            switch self {
            case .named(let name): "named as '\(name)'"
            case .upstream(let name): "merge base with '\(name)'"
            case .headCommit, .parent: "HEAD"
            case .given(let what): what
            case .nothing: "nothing: the branch has no commit"
            }
        }
    }

    /// What a command is to judge.
    package enum Subject: Sendable, Hashable {
        /// The working tree as it stands: tracked, and untracked that git does not ignore.
        case workingTree
        /// What would be committed now. Git gives a hook another file than its usual index where only some paths are
        /// committed; `nil` is the usual one.
        case index(file: String?)
        /// A commit's tree, whatever the working tree holds.
        case commit(ObjectID)
        /// The same, as somebody names it.
        case revision(String)

        package var isCommit: Bool {
            switch self {
            case .commit, .revision: true
            case .workingTree, .index: false
            }
        }
    }

    /// A base that is known beforehand: what a push or a pull request is to be put on.
    package enum GivenBase: Sendable, Hashable {
        /// A commit, and in words why it is the base.
        case commit(ObjectID, String)
        /// The user's own last commit, where nobody else is there to hold the head to.
        case own(ObjectID)
        /// Nothing of it is there yet: the empty tree.
        case nothing
    }

    package let baseCommit: ObjectID?
    package let baseTree: ObjectID
    package let baseOrigin: BaseOrigin
    package let headTree: ObjectID
    /// The commit HEAD named when the head was taken, or the commit that is judged.
    package let headCommit: ObjectID?
    /// What the head is, for people and reports: `working tree`, `index`, `commit 1a2b3c4`.
    package let headOrigin: String
    /// Difference between base and head, in path order, without rename detection.
    package let delta: [TreeChange]
    /// The snapshot the head comes from; `nil` where it is the index or a commit's tree.
    package let snapshot: WorkingTreeSnapshot?

    package init(
        baseCommit: ObjectID?,
        baseTree: ObjectID,
        baseOrigin: BaseOrigin,
        headTree: ObjectID,
        headCommit: ObjectID?,
        headOrigin: String = "working tree",
        delta: [TreeChange],
        snapshot: WorkingTreeSnapshot?
    ) {
        self.baseCommit = baseCommit
        self.baseTree = baseTree
        self.baseOrigin = baseOrigin
        self.headTree = headTree
        self.headCommit = headCommit
        self.headOrigin = headOrigin
        self.delta = delta
        self.snapshot = snapshot
    }
}
