package import GateCore

/// The backends this build knows, by name.
package enum BackendRegistry {
    /// Names as in `--backend` and `gatekeeper.backend`.
    package static let names = ["command", "revert"]

    /// The backend that policy names.
    ///
    /// - Parameters:
    ///   - environment: the caller's environment, from which programs get only what they need.
    ///   - temporaryFolder: absolute path of a private folder, in which programs are started.
    ///   - callerFolder: absolute path of the folder the gate was started in; a program such as `./ask` lies there, since
    ///     it does not run there.
    /// - Throws: `GateFailure` where the name is unknown, or the backend lacks what it needs to be asked.
    package static func make(
        _ policy: ResolvedPolicy,
        environment: [String: String],
        temporaryFolder: String,
        callerFolder: String
    ) throws -> any Backend {
        let name = policy.backend.value
        switch name {
        case "revert": return RevertBackend()
        case "command":
            guard var command = policy.backendSettings[name]?.command?.value, let program = command.first else {
                throw GateFailure(
                    "backend.not-configured",
                    "the backend 'command' has no program",
                    hints: [
                        "name it once with --backend-command 'program arguments'",
                        "or for good: git config gatekeeper.backend.command.command 'program arguments'",
                    ]
                )
            }
            if program.contains("/"), !program.hasPrefix("/") { command[0] = "\(callerFolder)/\(program)" }
            return CommandBackend(
                command: command,
                environment: BackendEnvironment.make(
                    caller: environment,
                    settings: policy.backendSettings[name]?.environment ?? []
                ),
                workingDirectory: try SafeScratch.folder(named: "backend", in: temporaryFolder),
                replyBytes: policy.replyBytes.value
            )
        default:
            throw GateFailure(
                "backend.unknown",
                "there is no backend '\(name)' (\(policy.backend.source.description))",
                hints: ["there are: \(names.joined(separator: ", "))"]
            )
        }
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
        for setting in settings {
            if let equals = setting.firstIndex(of: "=") {
                environment[String(setting[..<equals])] = String(setting[setting.index(after: equals)...])
            } else if let value = caller[setting] {
                environment[setting] = value
            }
        }
        return environment
    }
}
