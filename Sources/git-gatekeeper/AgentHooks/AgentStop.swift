import GateCore
import GateGit

/// Answers the hook of an agent that wants to stop: not while the tests are red, and not for ever.
struct AgentStop {
    private let context: GateContext
    private let input: JSONValue
    private let atMost: Int

    init(_ context: GateContext, _ input: JSONValue, _ atMost: Int) {
        self.context = context
        self.input = input
        self.atMost = atMost
    }

    private var session: String { input["session_id"].string ?? "" }

    /// What the gate would be asked about.
    private struct Look: Sendable {
        var tree: String
        var isChanged: Bool
        var isGated: Bool
    }

    /// A conversation begins: what is there now is not the agent's doing.
    func begin() async throws -> JSONValue? {
        guard let repository = await repository(), let look = try? await look(repository), look.isGated else {
            return nil
        }
        try await AgentLedger(repository: repository).update(session) { $0.letGo = look.tree }
        return nil
    }

    func answer() async throws -> JSONValue? {
        guard let repository = await repository() else { return nil }
        do {
            let look = try await look(repository)
            guard look.isGated, look.isChanged else { return nil }
            let ledger = AgentLedger(repository: repository)
            if try await ledger.update(session, { $0.letGo }) == look.tree { return nil }
            let record = try await Work.take(
                "test",
                SessionOptions(),
                common: try CommonOptions.silent(),
                source: .none,
                delivery: Engine.Delivery(isDryRun: true, commits: false),
                in: repository,
                person: nil
            )
            let told = try ToolBox.answer(record, try RunLedger(repository: repository).find(record.id))
            let (isSentBack, most) = (input["stop_hook_active"].bool ?? false, atMost)
            let decided = try await ledger.update(session) { entry in
                let decision = StopDecision(
                    told.verdict,
                    tree: record.head.tree,
                    isSentBack: isSentBack,
                    entry,
                    most: most
                )
                entry = decision.entry
                return decision.answer
            }
            switch decided {
            case .letGo: return nil
            case .sendBack: return ["decision": "block", "reason": .text("git gatekeeper: \(told.text)")]
            case .warn:
                return Self.warning("the agent stopped, and its work is not proven: \(told.summary) (run \(told.run))")
            }
        } catch {
            guard let failure = GateFailure.wrapping(error) else { throw error }
            // No work of the agent's can help here; and where nobody set the gate up, nobody wants to hear of it.
            guard let root = repository.workingTree,
                (try? SafeFolder(path: root).status(RepositoryPath(PolicyFile.path))) != nil
            else { return nil }
            return Self.warning(
                "nothing was tested: \(AgentAnswer.line(ToolBox.redactor(context).redact(failure.message))) [\(failure.code)]"
            )
        }
    }

    private static func warning(_ text: String) -> JSONValue { ["systemMessage": .text("git gatekeeper: \(text)")] }

    private func repository() async -> GitRepository? {
        let repository = try? await GitRepository(
            containing: context.workingDirectory,
            environment: context.environment
        )
        return repository?.workingTree == nil ? nil : repository
    }

    private func look(_ repository: GitRepository) async throws -> Look {
        try await Session.open(context, SessionOptions(), in: repository) { session in
            Look(
                tree: session.proposal.headTree.hex,
                isChanged: session.proposal.headTree != session.proposal.baseTree,
                isGated: session.isGated
            )
        }
    }
}
