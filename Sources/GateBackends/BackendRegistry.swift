package import GateCore
package import GateGit

/// The backends this build knows, by name.
package enum BackendRegistry {
    /// Names as in `--backend` and `gatekeeper.backend`.
    package static let names = ["anthropic", "chat", "claude", "codex", "command", "openai_responses_api", "revert"]

    /// JSON schema of a reply, as text, for whoever asks a model in words.
    package static var replySchema: String? {
        (try? JSON.encode(ReplySchema.strict, pretty: false)).map { String(decoding: $0, as: UTF8.self) }
    }

    /// What backends get of the world.
    package struct World: Sendable {
        /// The caller's environment, from which programs get only what they need.
        package var environment: [String: String]
        /// Absolute path of a private folder, in which programs are started.
        package var temporaryFolder: String
        /// Absolute path of the folder the gate was started in; a program such as `./ask` lies there, since it does not
        /// run there.
        package var callerFolder: String
        /// Git, whose credential helpers may have a key; `nil` where they are not to be asked.
        package var git: GitCommand?

        package init(
            environment: [String: String],
            temporaryFolder: String,
            callerFolder: String,
            git: GitCommand? = nil
        ) {
            self.environment = environment
            self.temporaryFolder = temporaryFolder
            self.callerFolder = callerFolder
            self.git = git
        }
    }

    /// The backend that is asked: the one that policy names; where nobody names one, `codex` if it answers.
    ///
    /// - Throws: `GateFailure` where the name is unknown, or the backend lacks what it needs to be asked.
    package static func choose(_ policy: ResolvedPolicy, _ world: World) async throws -> BackendChoice {
        var named = policy.backend
        if named.source == .builtIn {
            let found = await CodexProbe.look(world, settings: policy.backendSettings["codex"])
            named = Sourced(found.answers ? "codex" : "revert", .detected(found.because))
        }
        return BackendChoice(
            try make(named.value, policy, world, source: named.source),
            source: named,
            model: policy.model(for: named.value)
        )
    }

    /// A backend by its name.
    ///
    /// - Parameter source: who named it, for the message.
    /// - Throws: `GateFailure` where the name is unknown, or the backend lacks what it needs to be asked.
    package static func make(
        _ name: String,
        _ policy: ResolvedPolicy,
        _ world: World,
        source: PolicySource = .builtIn
    ) throws -> any Backend {
        let settings = policy.backendSettings[name] ?? BackendSettings()
        if settings.mode.value == .workspace, !["codex", "claude"].contains(name) {
            throw GateFailure(
                "backend.mode",
                "the backend '\(name)' edits no files (\(settings.mode.source.description))",
                hints: ["git config --unset gatekeeper.backend.\(name).mode", "'codex' and 'claude' have workspaces"]
            )
        }
        switch name {
        case "revert": return RevertBackend()
        case "command": return try command(name, settings, policy, world)
        case "codex": return AgentBackend(CodexAgent(), try agent("codex", settings, policy, world))
        case "claude": return AgentBackend(ClaudeAgent(), try agent("claude", settings, policy, world))
        case "openai_responses_api": return try model(ResponsesAPI(), settings, policy, world)
        case "anthropic": return try model(MessagesAPI(), settings, policy, world)
        case "chat": return try model(ChatAPI(), settings, policy, world)
        // Any other name is a program of the user's, where the user has named one.
        case _ where settings.command != nil: return try command(name, settings, policy, world)
        default:
            throw GateFailure(
                "backend.unknown",
                "there is no backend '\(Excerpt.visible(name))' (\(source.description))",
                hints: [
                    "there are: \(names.joined(separator: ", "))",
                    "or make it one: git config gatekeeper.backend.\(Excerpt.visible(name)).command 'program arguments'",
                ]
            )
        }
    }

    private static func command(
        _ name: String,
        _ settings: BackendSettings,
        _ policy: ResolvedPolicy,
        _ world: World
    ) throws -> CommandBackend {
        guard let command = settings.command?.value, !command.isEmpty else {
            throw GateFailure(
                "backend.not-configured",
                "the backend 'command' has no program",
                hints: [
                    "name it once with --backend-command 'program arguments'",
                    "or for good: git config gatekeeper.backend.command.command 'program arguments'",
                ]
            )
        }
        return CommandBackend(
            name: name,
            command: BackendEnvironment.placed(command, in: world.callerFolder),
            environment: BackendEnvironment.make(caller: world.environment, settings: settings.environment),
            workingDirectory: try SafeScratch.folder(named: "backend", in: world.temporaryFolder),
            replyBytes: policy.replyBytes.value
        )
    }

    private static func model(
        _ api: some ModelAPI,
        _ settings: BackendSettings,
        _ policy: ResolvedPolicy,
        _ world: World
    ) throws -> ModelBackend {
        let environment = world.environment.merging(BackendEnvironment.assigned(settings.environment)) { $1 }
        let customary = api.endpointVariables.lazy.compactMap { environment[$0] }.first { !$0.isEmpty }
        guard let url = settings.endpoint?.value ?? customary ?? api.standardEndpoint else {
            throw GateFailure(
                "backend.not-configured",
                "the backend '\(api.name)' has no endpoint",
                hints: ["git config gatekeeper.backend.\(api.name).endpoint http://127.0.0.1:11434/v1"]
            )
        }
        let endpoint = try HTTPEndpoint(url, of: api.name)
        let folder = try SafeScratch.folder(named: api.name, in: world.temporaryFolder)
        return ModelBackend(
            api,
            ModelBackend.Setting(
                endpoint: endpoint,
                keys: KeySource(
                    KeySource.Places(
                        backend: api.name,
                        variables: api.keyVariables,
                        settings: settings,
                        environment: environment,
                        endpoint: endpoint,
                        git: world.git,
                        callerFolder: world.callerFolder
                    )
                ),
                // A model may think for minutes without a word, and no longer than this.
                exchange: HTTPExchange(
                    call: CurlCall(environment: environment, folder: folder),
                    idle: .seconds(300)
                ),
                model: policy.model(for: api.name)?.value,
                maximumTokens: settings.maximumTokens?.value,
                keepsSession: settings.keepsSession.value,
                replyBytes: policy.replyBytes.value
            )
        )
    }

    private static func agent(
        _ name: String,
        _ settings: BackendSettings,
        _ policy: ResolvedPolicy,
        _ world: World
    ) throws -> AgentBackend.Setting {
        let environment = world.environment.merging(BackendEnvironment.assigned(settings.environment)) { $1 }
        return AgentBackend.Setting(
            command: BackendEnvironment.placed(settings.command?.value ?? [name], in: world.callerFolder),
            callerEnvironment: environment,
            environment: BackendEnvironment.make(caller: world.environment, settings: settings.environment),
            temporaryFolder: world.temporaryFolder,
            endpoint: try settings.endpoint.map { try HTTPEndpoint($0.value, of: name) },
            settings: settings,
            callerFolder: world.callerFolder,
            model: policy.model(for: name)?.value,
            replyBytes: policy.replyBytes.value
        )
    }
}

/// The environment of a backend's program: what it needs to be found and to find its own settings.
enum BackendEnvironment {
    /// A backend is the user's own program and may need the user's home; it sees no other variable unasked.
    private static let passed: Set<String> = [
        "PATH", "HOME", "LANG", "LC_ALL", "LC_CTYPE", "TZ", "USER", "LOGNAME", "TMPDIR", "XDG_CONFIG_HOME",
        "XDG_CACHE_HOME",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "HTTPS_PROXY", "HTTP_PROXY", "NO_PROXY", "https_proxy", "http_proxy",
        "no_proxy",
    ]

    static func make(caller: [String: String], settings: [String]) -> [String: String] {
        var environment = caller.filter { passed.contains($0.key) }
        environment.merge(assigned(settings)) { $1 }
        for setting in settings where !setting.contains("=") {
            if let value = caller[setting] { environment[setting] = value }
        }
        return environment
    }

    /// What settings say outright: those of the form `NAME=value`.
    static func assigned(_ settings: [String]) -> [String: String] {
        var assigned: [String: String] = [:]
        for setting in settings {
            guard let equals = setting.firstIndex(of: "=") else { continue }
            assigned[String(setting[..<equals])] = String(setting[setting.index(after: equals)...])
        }
        return assigned
    }

    /// A command whose program, where it is named by a path, is found from the folder the gate was started in.
    static func placed(_ command: [String], in folder: String) -> [String] {
        guard let program = command.first, program.contains("/"), !program.hasPrefix("/") else { return command }
        return ["\(folder)/\(program)"] + command.dropFirst()
    }
}
