import GateCore
import GateGit

/// OpenAI's `codex exec`.
///
/// It runs with settings of its own, so that nothing of the user's changes what it does, and nothing it does changes the
/// user's: one run with a writable sandbox would otherwise note the repository as trusted for ever.
struct CodexAgent: Agent {
    let name = "codex"
    let keyVariables = ["CODEX_API_KEY"]
    let passed: [String] = []
    /// Without a connection it waits for ever, whatever it is told of retries.
    let hopeless: String? = "waiting for network"

    func login(_ caller: [String: String]) -> [(place: String, name: String)] {
        guard let folder = Self.userFolder(caller) else { return [] }
        return [("\(folder)/auth.json", "auth.json")]
    }

    /// Where the user's own settings lie.
    static func userFolder(_ caller: [String: String]) -> String? {
        if let named = caller["CODEX_HOME"], named.hasPrefix("/") { return named }
        return caller["HOME"].flatMap { $0.hasPrefix("/") ? "\($0)/.codex" : nil }
    }

    func invocation(_ turn: AgentTurn, _ place: AgentPlace) -> (arguments: [String], environment: [String: String]) {
        var arguments = ["exec"]
        if let session = turn.session { arguments += ["resume", session] }
        arguments += ["--json", "--skip-git-repo-check"]
        if !turn.keepsSession { arguments.append("--ephemeral") }
        if turn.schema != nil { arguments += ["--output-schema", place.schemaFile] }
        if let model = turn.model { arguments += ["--model", model] }
        for setting in settings(turn) { arguments += ["-c", setting] }
        arguments.append("-")
        var environment = ["CODEX_HOME": place.config]
        if let key = turn.key { environment["CODEX_API_KEY"] = key }
        return (arguments, environment)
    }

    private func settings(_ turn: AgentTurn) -> [String] {
        // Without all of these it looks up plugins, asks for updates and waits for a server of measurements.
        var settings = [
            "otel.metrics_exporter=\"none\"", "analytics.enabled=false", "check_for_update_on_startup=false",
            "features.plugins=false", "features.apps=false", "features.hooks=false", "features.goals=false",
            "features.multi_agent=false", "skills.bundled.enabled=false", "web_search=\"disabled\"",
            // Nothing in a judged tree instructs or configures it.
            "project_doc_max_bytes=0", "project_root_markers=[]",
            "approval_policy=\"never\"",
            // What it runs does not see its key.
            "shell_environment_policy.ignore_default_excludes=false",
        ]
        switch turn.mode {
        case .answer:
            settings += ["sandbox_mode=\"read-only\"", "features.shell_tool=false", "features.unified_exec=false"]
        case .workspace:
            settings += [
                "sandbox_mode=\"workspace-write\"", "sandbox_workspace_write.network_access=false",
                "sandbox_workspace_write.exclude_slash_tmp=true",
                "sandbox_workspace_write.exclude_tmpdir_env_var=true",
            ]
        }
        if let endpoint = turn.endpoint {
            let login = turn.key == nil ? "requires_openai_auth=true" : "env_key=\"CODEX_API_KEY\""
            settings += [
                "model_providers.gatekeeper={name=\"gatekeeper\",base_url=\"\(endpoint.url)\",wire_api=\"responses\","
                    + "\(login),request_max_retries=2,stream_max_retries=2}",
                "model_provider=\"gatekeeper\"",
            ]
        }
        return settings
    }

    func read(_ result: ProcessResult, _ turn: AgentTurn) throws -> ModelAnswer {
        if let ending = ending(result) { throw ending }
        var answer = ModelAnswer(text: "")
        var failed: String?
        var said: String?
        var isWhole = false
        var refused = 0
        for line in result.standardOutput.bytes.split(separator: 0x0A) {
            guard let event = JSONValue.read(Array(line)) else { continue }
            switch event["type"].string {
            case "thread.started": answer.session = event["thread_id"].string
            case "item.completed":
                let item = event["item"]
                switch item["type"].string {
                case "agent_message": answer.text = item["text"].string ?? ""
                case "command_execution" where item["status"].string == "declined": refused += 1
                case "file_change" where item["status"].string == "failed": refused += 1
                // An error among the items is a warning.
                default: continue
                }
            case "turn.completed":
                isWhole = true
                let usage = event["usage"]
                answer.usage = Usage(
                    inputTokens: usage["input_tokens"].integer,
                    cachedTokens: usage["cached_input_tokens"].integer,
                    outputTokens: usage["output_tokens"].integer
                )
            case "turn.failed": failed = event["error"]["message"].string ?? "the turn failed"
            // Told for every new try as well: only the end of the turn says how it went.
            case "error": said = event["message"].string ?? said
            default: continue
            }
        }
        if refused > 0 { answer.notes.append("'codex' was refused \(refused) of the things it wanted to do") }
        if let failed { throw failure(failed) }
        guard isWhole else { throw failure(said ?? complaint(result)) }
        return answer
    }

    func own(_ usage: Usage, before: Usage) -> Usage {
        func less(_ now: Int?, _ then: Int?) -> Int? { now.map { max(0, $0 - (then ?? 0)) } }
        return Usage(
            inputTokens: less(usage.inputTokens, before.inputTokens),
            cachedTokens: less(usage.cachedTokens, before.cachedTokens),
            outputTokens: less(usage.outputTokens, before.outputTokens)
        )
    }

    func lostSession(_ result: ProcessResult) -> Bool {
        guard result.exitCode == 1 else { return false }
        let text = result.standardError.text + result.standardOutput.text
        return text.contains("no rollout found") || text.lowercased().contains("session not found")
            || text.lowercased().contains("no saved session")
    }
}
