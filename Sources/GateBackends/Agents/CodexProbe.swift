import GateCore
import GateGit

/// Whether `codex` answers here: asked only where nobody names a backend, and something is red.
enum CodexProbe {
    /// - Returns: whether it does, and in a few words why or why not.
    static func look(
        _ world: BackendRegistry.World,
        settings: BackendSettings?
    ) async -> (answers: Bool, because: String) {
        let command = BackendEnvironment.placed(settings?.command?.value ?? ["codex"], in: world.callerFolder)
        let environment = BackendEnvironment.make(caller: world.environment, settings: settings?.environment ?? [])
        guard command[0].contains("/") || Programs.find(command[0], in: environment) != nil else {
            return (false, "nobody named a backend, and there is no 'codex'")
        }
        guard let version = await ask(command + ["--version"], environment, world) else {
            return (false, "nobody named a backend, and 'codex' does not answer")
        }
        let hasKey =
            settings?.keyCommand != nil || settings?.keyVariable != nil
            || world.environment["CODEX_API_KEY"]?.isEmpty == false
        if !hasKey, await ask(command + ["login", "status"], environment, world) == nil {
            return (false, "nobody named a backend, and 'codex' is not logged in")
        }
        return (true, "nobody named a backend, and '\(Excerpt.visible(Excerpt.line(version, maximum: 60)))' answers")
    }

    /// What it says within a moment; `nil` where it says nothing or fails.
    private static func ask(
        _ command: [String],
        _ environment: [String: String],
        _ world: BackendRegistry.World
    ) async -> String? {
        var environment = environment
        environment["CODEX_HOME"] = world.environment["CODEX_HOME"]
        let result = try? await ProcessRunner.run(
            ProcessRequest(
                executable: command[0],
                arguments: Array(command.dropFirst()),
                environment: environment,
                workingDirectory: world.temporaryFolder,
                limits: ProcessLimits(wallTime: .seconds(3), maximumBytes: 1 << 16, grace: .milliseconds(200))
            )
        )
        guard let result, result.isSuccess else { return nil }
        let text = result.standardOutput.text + result.standardError.text
        return text.allSatisfy(\.isWhitespace) ? nil : text
    }
}
