package import GateCore
import GateGit
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A backend that is a coding agent's command line.
package struct AgentBackend: Backend {
    /// Everything it needs beside the agent itself.
    struct Setting: Sendable {
        /// Program, and arguments of the user's own before those of the gate.
        let command: [String]
        let callerEnvironment: [String: String]
        /// What the program may see of it.
        let environment: [String: String]
        let temporaryFolder: String
        let endpoint: HTTPEndpoint?
        let settings: BackendSettings
        let callerFolder: String
        var model: String?
        var replyBytes = CandidateLimits().replyBytes
    }

    package var name: String { agent.name }
    package var origin: String {
        setting.command.joined(separator: " ") + (setting.settings.mode.value == .workspace ? ", in a workspace" : "")
    }

    private let agent: any Agent
    private let setting: Setting
    private let keys: KeySource
    private let memory = Memory()

    /// What has to be known of earlier turns.
    private final class Memory: Sendable {
        private let usage = Mutex<[String: Usage]>([:])
        private let folder = Mutex<String?>(nil)

        /// Notes what a session took so far, and gives what it had taken before.
        func count(_ session: String, _ now: Usage) -> Usage {
            usage.withLock { usage in
                defer { usage[session] = now }
                return usage[session] ?? Usage()
            }
        }

        func folder(_ make: () throws -> String) throws -> String {
            try folder.withLock { folder in
                if let folder { return folder }
                let made = try make()
                folder = made
                return made
            }
        }
    }

    init(_ agent: any Agent, _ setting: Setting) {
        self.agent = agent
        self.setting = setting
        keys = KeySource(
            KeySource.Places(
                backend: agent.name,
                variables: agent.keyVariables,
                settings: setting.settings,
                environment: setting.callerEnvironment,
                endpoint: setting.endpoint,
                git: nil,
                callerFolder: setting.callerFolder
            )
        )
    }

    package func propose(_ request: BackendRequest, bench: any TrialBench) async throws -> BackendReply {
        if setting.settings.mode.value == .workspace { return try await work(request, bench: bench) }
        let run = try await run(
            prompt: request.prompt,
            continuation: request.continuation,
            schema: ReplySchema.strict,
            model: request.model,
            session: request.session,
            deadline: request.deadline,
            mode: .answer,
            workspace: nil,
            progress: request.progress
        )
        return try ReplyDesk.reply(
            to: run.answer,
            origin: "'\(name)'",
            limit: setting.replyBytes,
            artifacts: run.artifacts,
            session: run.answer.session
        )
    }

    package func answer(_ request: TextRequest) async throws -> TextReply {
        let schema = request.schema.flatMap { JSONValue.read(Array($0.utf8)) }
        let run = try await run(
            prompt: request.prompt,
            continuation: request.prompt,
            schema: schema.flatMap { StrictSchema.holds($0) ? $0 : nil },
            model: request.model,
            session: request.session,
            deadline: request.deadline,
            mode: .answer,
            workspace: nil,
            progress: { _ in }
        )
        return try ReplyDesk.text(
            run.answer,
            origin: "'\(name)'",
            limit: setting.replyBytes,
            artifacts: run.artifacts,
            session: run.answer.session
        )
    }

    /// Lets the agent edit a throw-away worktree, and reads what became of it.
    private func work(_ request: BackendRequest, bench: any TrialBench) async throws -> BackendReply {
        let workspace = try await bench.workspace(for: name, tree: request.headTree)
        do {
            let run = try await run(
                prompt: request.prompt + WorkspaceWords.task,
                continuation: request.session == nil
                    ? request.prompt + WorkspaceWords.task : request.continuation + WorkspaceWords.again,
                schema: nil,
                model: request.model,
                session: request.session,
                deadline: request.deadline,
                mode: .workspace,
                workspace: workspace,
                progress: request.progress
            )
            let harvest = try await bench.harvest(workspace)
            return try WorkspaceWords.reply(run.answer, harvest, name: name, artifacts: run.artifacts)
        } catch {
            await bench.discard(workspace)
            throw error
        }
    }

    private func run(
        prompt: String,
        continuation: String,
        schema: JSONValue?,
        model: String?,
        session: String?,
        deadline: Duration,
        mode: BackendMode,
        workspace: Workspace?,
        progress: @escaping @Sendable (String) -> Void
    ) async throws -> (answer: ModelAnswer, artifacts: [String: [UInt8]]) {
        let key = try await keys.key()
        if key != nil { try setting.endpoint?.admitKey(of: name) }
        let place = try makePlace(workspace)
        if let schema { try write(schema, to: place.schemaFile) }
        let keepsSession = setting.settings.keepsSession.value
        let known = keepsSession ? session.flatMap { UUID(uuidString: $0) != nil ? $0 : nil } : nil
        var turn = AgentTurn(
            prompt: known == nil ? prompt : continuation,
            schema: schema,
            session: known,
            freshSession: UUID().uuidString.lowercased(),
            keepsSession: keepsSession,
            model: model ?? setting.model,
            mode: mode,
            endpoint: setting.endpoint,
            key: key?.value
        )
        let end = ContinuousClock.now + deadline
        progress("asking '\(name)'")
        var (result, artifacts) = try await start(turn, place, workspace, deadline: deadline)
        if turn.session != nil, agent.lostSession(result) {
            turn.session = nil
            turn.prompt = prompt
            let left = max(end - ContinuousClock.now, .milliseconds(1))
            (result, artifacts) = try await start(turn, place, workspace, deadline: left)
        }
        let scrub = Self.scrub(turn.key)
        do {
            var answer = try agent.read(result, turn)
            answer.text = scrub.redact(answer.text)
            if let usage = answer.usage, let session = answer.session {
                answer.usage = agent.own(usage, before: memory.count(session, usage))
            }
            if !answer.text.isEmpty {
                let isJSON = JSONValue.read(Array(answer.text.utf8))?.isObject == true
                artifacts[isJSON ? "response.json" : "response.md"] = Array(answer.text.utf8)
            }
            return (answer, artifacts)
        } catch let failure as BackendFailure {
            throw BackendFailure(
                failure.code,
                scrub.redact(failure.message),
                hints: failure.hints,
                artifacts: artifacts
            )
        }
    }

    private static func scrub(_ key: String?) -> Redactor {
        Redactor(secrets: key.map { [.init(kind: "key", value: Array($0.utf8))] } ?? [])
    }

    /// Starts the program once.
    private func start(
        _ turn: AgentTurn,
        _ place: AgentPlace,
        _ workspace: Workspace?,
        deadline: Duration
    ) async throws -> (ProcessResult, [String: [UInt8]]) {
        guard turn.prompt.count <= 1 << 20 else {
            throw BackendFailure(
                "backend.request",
                "the request has more characters than '\(name)' takes",
                hints: ["change less at a time"]
            )
        }
        let asked = agent.invocation(turn, place)
        var environment = setting.environment
        for name in agent.passed { environment[name] = setting.callerEnvironment[name] }
        environment["XDG_CONFIG_HOME"] = nil
        environment["XDG_CACHE_HOME"] = nil
        environment["HOME"] = place.home
        environment["TMPDIR"] = place.temporary
        // Nothing it does may find the repository around its folder, or leave compiled files among the sources.
        environment["GIT_CEILING_DIRECTORIES"] = place.folder
        environment["PYTHONDONTWRITEBYTECODE"] = "1"
        let mark = "GATEKEEPER_AGENT=\(SafeScratch.nonce())"
        environment["GATEKEEPER_AGENT"] = String(mark.dropFirst("GATEKEEPER_AGENT=".count))
        environment.merge(asked.environment) { $1 }
        let command = setting.command + asked.arguments
        let scrub = Self.scrub(turn.key)
        let shown: JSONValue = [
            "command": .list(command.map { .text($0) }), "prompt": .text(turn.prompt),
            "session": turn.session.map { .text($0) } ?? .null, "model": turn.model.map { .text($0) } ?? .null,
            "mode": .text(turn.mode.rawValue),
        ]
        var artifacts = ["request.json": scrub.redact(try JSON.encode(shown))]
        let login = agent.login(setting.callerEnvironment).map(\.place)
        let started = workspace?.enclosed(command, writable: turn.key == nil ? login : []) ?? command
        var request = ProcessRequest(
            executable: started[0],
            arguments: Array(started.dropFirst()),
            environment: environment,
            workingDirectory: place.work,
            input: Array(turn.prompt.utf8),
            limits: ProcessLimits(
                wallTime: deadline,
                headBytes: 8 << 20,
                tailBytes: 8 << 20,
                maximumBytes: 128 << 20
            )
        )
        request.mark = mark
        let result = try await AgentProcess.run(request, of: agent, command: setting.command[0], artifacts)
        for (file, stream) in [("events.jsonl", result.standardOutput), ("stderr.txt", result.standardError)]
        where stream.total > 0 {
            artifacts[file] = scrub.redact(stream.bytes)
        }
        return (result, artifacts)
    }

    /// The agent's own folders: below the workspace's where there is one, since they end with it.
    private func makePlace(_ workspace: Workspace?) throws -> AgentPlace {
        let folder = try memory.folder {
            try workspace?.folder ?? SafeScratch.folder(named: name, in: setting.temporaryFolder)
        }
        let place = AgentPlace(folder: folder, work: workspace?.files ?? "\(folder)/work")
        for path in [place.home, place.config, place.temporary, place.work] { try SafeScratch.makeFolders(path) }
        let config = try SafeFolder(path: place.config)
        for (path, name) in agent.login(setting.callerEnvironment)
        where try config.status(RepositoryPath(name)) == nil {
            // A link, so that a renewed login is the user's as well.
            guard Programs.exists(path) else { continue }
            try config.write(RepositoryPath(name), content: Array(path.utf8), mode: .symlink)
        }
        return place
    }

    private func write(_ schema: JSONValue, to path: String) throws {
        guard let slash = path.lastIndex(of: "/") else { return }
        try SafeFolder(path: String(path[..<slash])).write(
            RepositoryPath(String(path[path.index(after: slash)...])),
            content: try JSON.encode(schema),
            mode: .file
        )
    }
}
