package import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One command's work on one proposal: everything that is settled before anything runs.
package struct Session: Sendable {
    package let context: GateContext
    package let repository: GitRepository
    package let options: SessionOptions
    package let proposal: Proposal
    package let policy: ResolvedPolicy
    package let plan: Plan
    package internal(set) var contract: Contract
    /// Absolute path of a private folder, removed when the session ends.
    package let temporaryFolder: String
    /// What was finished or undone of an acceptance that an earlier command could not end.
    package let recovery: String?
    /// Takes secrets out of everything that is shown, kept or sent.
    package let redactor: Redactor

    /// Opens a session, hands it to `body`, and cleans up after it, however it ends.
    ///
    /// - Parameter known: the repository, where it is open already.
    package static func open<R: Sendable>(
        _ context: GateContext,
        _ options: SessionOptions,
        in known: GitRepository? = nil,
        _ body: @Sendable (Session) async throws -> R
    ) async throws -> R {
        let repository: GitRepository
        if let known {
            repository = known
        } else {
            repository = try await GitRepository(
                containing: context.workingDirectory,
                environment: context.environment
            )
        }
        let recovery = try await Acceptance.recover(repository)
        return try await withTemporaryFolder(of: repository) { folder in
            let proposal = try await ProposalBuilder.make(
                options.subject,
                of: repository,
                base: options.base,
                givenBase: options.givenBase,
                temporaryFolder: folder
            )
            let policy = try await PolicyLoader.load(
                proposal: proposal,
                repository: repository,
                options: options,
                environment: context.environment,
                temporaryFolder: folder
            )
            let plan = try makePlan(options, policy)
            let session = Session(
                context: context,
                repository: repository,
                options: options,
                proposal: proposal,
                policy: policy,
                plan: plan,
                contract: try await makeContract(policy, plan, repository, proposal),
                temporaryFolder: folder,
                recovery: recovery?.sentence,
                redactor: makeRedactor(context, policy)
            )
            defer { if let place = try? session.agentFolder() { Cleanup.remove(place) } }
            return try await body(session)
        }
    }

    /// The settings in force and what there is to know about them, without anything that could run.
    package static func policy(
        _ context: GateContext,
        _ options: SessionOptions
    ) async throws -> (settings: [EffectiveSetting], notes: [String]) {
        let policy = try await load(context, options)
        return (policy.effective, policy.notes)
    }

    /// The scenarios of the policy in force.
    package static func scenarios(_ context: GateContext, _ options: SessionOptions) async throws -> [Scenario] {
        try await load(context, options).scenarios
    }

    private static func load(_ context: GateContext, _ options: SessionOptions) async throws -> ResolvedPolicy {
        let repository = try await GitRepository(
            containing: context.workingDirectory,
            environment: context.environment
        )
        return try await withTemporaryFolder(of: repository) { folder in
            try await PolicyLoader.load(
                proposal: try await ProposalBuilder.make(
                    options.subject,
                    of: repository,
                    base: options.base,
                    givenBase: options.givenBase,
                    temporaryFolder: folder
                ),
                repository: repository,
                options: options,
                environment: context.environment,
                temporaryFolder: folder
            )
        }
    }

    /// Runs `body` with a private folder inside the git directory.
    package static func withTemporaryFolder<R: Sendable>(
        of repository: GitRepository,
        _ body: @Sendable (String) async throws -> R
    ) async throws -> R {
        let folder = try SafeScratch.folder(named: "session", in: "\(repository.gitDirectory)/gatekeeper/tmp")
        defer { Cleanup.remove(folder) }
        return try await body(folder)
    }

    /// The validator of this session, with the sandbox this machine allows.
    ///
    /// - Throws: `GateFailure` with `sandbox.required` where policy requires isolation and there is none.
    package func makeValidator() async throws -> Validator {
        let shared = "\(repository.commonDirectory)/gatekeeper"
        try SafeScratch.makeFolders(shared)
        let sandbox = try await Sandbox.probe(
            demand: policy.sandbox.value,
            surroundings: Sandbox.Surroundings(
                environment: context.environment,
                kept: [repository.workingTree, repository.commonDirectory].compactMap { $0 },
                readable: policy.readable.map(\.value)
            ),
            folder: shared
        )
        let pool = WorktreePool(
            folder: sandbox.level.standsAtOwnPath ? "\(shared)/worktrees" : try Self.outsidePool(context, repository),
            repository: repository
        )
        return Validator(
            Validator.Setting(
                repository: repository,
                pool: pool,
                sandbox: sandbox,
                environment: CheckEnvironment.make(
                    caller: context.environment,
                    settings: policy.environment.map(\.value)
                ),
                carried: try await Carried.folders(
                    named: policy.carried.map(\.value),
                    in: repository,
                    tree: proposal.headTree
                ),
                redactor: redactor,
                contract: contract
            )
        )
    }

    /// Knows the secrets of the caller's environment, and those that the user's configuration hands to a program.
    private static func makeRedactor(_ context: GateContext, _ policy: ResolvedPolicy) -> Redactor {
        guard Defence.redaction.isOn else { return .none }
        let given = policy.environment.map(\.value) + policy.backendSettings.values.flatMap(\.environment)
        let assigned = given.compactMap { setting -> (String, String)? in
            guard let equals = setting.firstIndex(of: "=") else { return nil }
            let name = String(setting[..<equals])
            return SecretEnvironment.isTelling(name) ? (name, String(setting[setting.index(after: equals)...])) : nil
        }
        return Redactor(
            secrets: SecretEnvironment.secrets(
                in: context.environment,
                shared: Set(CheckEnvironment.make(caller: context.environment, settings: []).keys)
            ) + SecretEnvironment.secrets(in: Dictionary(assigned) { first, _ in first }, shared: [])
                // Whoever knows the address can write to it.
                + (policy.notify.webhook.map { [.init(kind: "webhook", value: Array($0.value.utf8))] } ?? [])
        )
    }

    private static func makeContract(
        _ policy: ResolvedPolicy,
        _ plan: Plan,
        _ repository: GitRepository,
        _ proposal: Proposal
    ) async throws -> Contract {
        // A file that a check's own command names decides what the check means.
        var named: [RepositoryPath] = []
        for path in Set(plan.steps.flatMap { Contract.filesNamed(by: $0.command) }) {
            for tree in [proposal.headTree, proposal.baseTree] where tree != .emptyTree {
                if let entry = try await repository.entry(path, in: tree), entry.mode != .tree { named.append(path) }
            }
        }
        return try Contract(
            protecting: policy.protected.map(\.value),
            opening: policy.opened.map(\.value.glob),
            commandFiles: named
        )
    }

    private static func makePlan(_ options: SessionOptions, _ policy: ResolvedPolicy) throws -> Plan {
        if let parts = options.parts { return try Plan(policy: policy, parts: parts) }
        return try Plan(
            policy: policy,
            scenarios: try choose(options, from: policy),
            exempting: policy.scenarios.filter { options.exempting.contains($0.id) }
        )
    }

    private static func choose(_ options: SessionOptions, from policy: ResolvedPolicy) throws -> [Scenario] {
        return try options.scenarios.map { id in
            guard let scenario = policy.scenarios.first(where: { $0.id == id }) else {
                let known = policy.scenarios.map(\.id)
                throw GateFailure(
                    "scenario.unknown",
                    "no scenario is called '\(id)'",
                    hints: known.isEmpty
                        ? ["'\(PolicyFile.path)' configures none"] : ["there are: \(known.joined(separator: ", "))"]
                )
            }
            return scenario
        }
    }
}
