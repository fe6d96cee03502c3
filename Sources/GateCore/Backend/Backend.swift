package import GateGit

/// Proposes candidates. The one thing that may be clever, and the one thing that decides nothing.
package protocol Backend: Sendable {
    /// Name as in `--backend` and in reports.
    var name: String { get }
    /// Where its answers come from, for people: a command line, an endpoint, `embedded`.
    var origin: String { get }
    /// Whether it works by trying trees out, and so uses the run's own time budget instead of one for a reply.
    var isEmbedded: Bool { get }
    /// Asks for one candidate.
    ///
    /// - Parameters:
    ///   - request: what the backend is shown.
    ///   - bench: lets embedded backends try trees out; others ignore it.
    /// - Returns: its reply; a reply that cannot be understood is a reply too, and is judged by admission.
    /// - Throws: `BackendFailure` where the backend itself broke, did not answer in time, or answered with nothing.
    func propose(_ request: BackendRequest, bench: any TrialBench) async throws -> BackendReply
    /// Asks a question in words.
    ///
    /// - Throws: `BackendFailure` where the backend broke, did not answer in time, or has no words.
    func answer(_ request: TextRequest) async throws -> TextReply
}

extension Backend {
    package var isEmbedded: Bool { false }
}

/// What a backend is shown.
package struct BackendRequest: Sendable {
    /// Number of the attempt, from 1.
    package var attempt: Int
    /// What is wanted, in words.
    package var instructions: String
    /// The failure, the code and all else that is known, as one text.
    package var context: String
    /// Why earlier attempts were rejected, newest last.
    package var feedback: [String]
    /// Tests that must turn green.
    package var targets: [TestID]
    package var baseTree: ObjectID
    package var headTree: ObjectID
    /// Difference between base and head, in path order.
    package var delta: [TreeChange]
    /// What may not be touched, as globs, for telling the backend; admission decides by its own rules.
    package var contractGlobs: [String]
    /// What may be touched; empty for everything outside the contract.
    package var scope: [String]
    /// Repository-relative paths the failure points at, most suspicious first.
    package var suspects: [RepositoryPath]
    package var model: String?
    /// Session of an earlier attempt to continue.
    package var session: String?
    /// Longest time the backend may take.
    package var deadline: Duration
    /// Told what the backend does meanwhile, one short line each; must not block.
    package var progress: @Sendable (String) -> Void = { _ in }

    package init(
        attempt: Int,
        instructions: String,
        context: String,
        feedback: [String],
        targets: [TestID],
        baseTree: ObjectID,
        headTree: ObjectID,
        delta: [TreeChange],
        contractGlobs: [String],
        scope: [String],
        suspects: [RepositoryPath],
        model: String?,
        session: String?,
        deadline: Duration
    ) {
        self.attempt = attempt
        self.instructions = instructions
        self.context = context
        self.feedback = feedback
        self.targets = targets
        self.baseTree = baseTree
        self.headTree = headTree
        self.delta = delta
        self.contractGlobs = contractGlobs
        self.scope = scope
        self.suspects = suspects
        self.model = model
        self.session = session
        self.deadline = deadline
    }
}

/// A backend's reply with what is worth keeping of it.
package struct BackendReply: Sendable {
    package var answer: Answer
    /// Raw artifacts by file name, kept in the ledger as they are: `response.json`, `response.md`.
    package var artifacts: [String: [UInt8]]
    package var session: String?
    /// Findings worth telling even where no candidate is accepted, one sentence each.
    package var notes: [String]
    /// What it took; `nil` where the backend does not say.
    package var usage: Usage?

    package init(
        answer: Answer,
        artifacts: [String: [UInt8]] = [:],
        session: String? = nil,
        notes: [String] = [],
        usage: Usage? = nil
    ) {
        self.answer = answer
        self.artifacts = artifacts
        self.session = session
        self.notes = notes
        self.usage = usage
    }
}

/// A backend that broke, hung, or answered with something that is no reply.
package struct BackendFailure: GateError {
    package let code: String
    package let message: String
    package let hints: [String]
    /// Raw artifacts to keep all the same.
    package let artifacts: [String: [UInt8]]
    /// What made an answer unreadable; such a failure costs an attempt, and the backend is told and asked again.
    package let findings: [AdmissionFinding]
    /// Session in which the answer was given, to be continued where the backend is asked again.
    package let session: String?
    /// What it took all the same.
    package let usage: Usage?

    package init(
        _ code: String,
        _ message: String,
        hints: [String] = [],
        artifacts: [String: [UInt8]] = [:],
        findings: [AdmissionFinding] = [],
        session: String? = nil,
        usage: Usage? = nil
    ) {
        self.code = code
        self.message = message
        self.hints = hints
        self.artifacts = artifacts
        self.findings = findings
        self.session = session
        self.usage = usage
    }
}

/// Lets a backend try trees out, or edit one. A trial is a hint for its search, never a verdict.
package protocol TrialBench: Sendable {
    /// The repository, for reading trees and blobs and for writing candidate trees.
    var repository: GitRepository { get }
    /// Whether the gate would admit a tree: contract, paths, sizes.
    func admits(_ tree: ObjectID) async throws -> Bool
    /// Validates a tree in a warm worktree; the same tree is run once.
    func trial(_ tree: ObjectID) async throws -> Trial
    /// Lays a tree out for an agent to edit, at the same place for each attempt of one backend.
    func workspace(for name: String, tree: ObjectID) async throws -> Workspace
    /// Reads what became of a workspace, and throws its files away.
    func harvest(_ workspace: Workspace) async throws -> Harvest
    /// Throws the files of a workspace away unread.
    func discard(_ workspace: Workspace) async
}

/// What a trial showed.
package enum Trial: Sendable, Hashable {
    /// Every target passes, and nothing that passed at the head stopped passing.
    case green
    /// Some targets do not pass, or something else broke.
    case red
    /// The run says nothing: it broke, hung or could not be read.
    case unresolved
}
