import GateGit

/// Lets a backend try trees out, through admission and a warm run, or edit one in a workspace.
struct WarmBench: TrialBench {
    let repository: GitRepository
    let session: Session
    /// The record that is about this failure.
    let known: ScenarioMatch?
    let trial: CandidateTrial
    let number: Int
    let tell: @Sendable (RunEvent) -> Void
    private let desk: WorkspaceDesk

    init(
        session: Session,
        known: ScenarioMatch?,
        trial: CandidateTrial,
        number: Int,
        tell: @escaping @Sendable (RunEvent) -> Void
    ) {
        repository = session.repository
        self.session = session
        self.known = known
        self.trial = trial
        self.number = number
        self.tell = tell
        desk = WorkspaceDesk(session: session, sandbox: trial.sandbox)
    }

    func workspace(for name: String, tree: ObjectID) async throws -> Workspace {
        let workspace = try await desk.open(for: name, tree: tree)
        if !workspace.isEnclosed {
            tell(.note("'\(name)' works without isolation of the gate's own: \(trial.sandbox.shortfall)"))
        }
        return workspace
    }

    func harvest(_ workspace: Workspace) async throws -> Harvest { try await desk.harvest(workspace) }

    func discard(_ workspace: Workspace) async { await desk.discard(workspace) }

    func admits(_ tree: ObjectID) async throws -> Bool {
        switch try await CandidateDesk(session, known: known).prepare(.tree(tree)) {
        case .admitted: true
        case .refused: false
        }
    }

    func trial(_ tree: ObjectID) async throws -> Trial {
        let outcome = try await trial.search(tree, phase: "attempt-\(number)/trial", isQuiet: true)
        let result: Trial =
            switch outcome.verdict.kind {
            case .accepted: .green
            case .rejected: .red
            case .undecided: .unresolved
            }
        tell(.trial(number: await trial.nextTrial(), result: result))
        return result
    }
}
