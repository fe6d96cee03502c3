import GateCore
import GateGit

/// Anthropic's `claude -p`.
///
/// It runs with settings of its own: a plain one would obey the hooks of a judged tree, and note every run in the user's
/// files.
struct ClaudeAgent: Agent {
    let name = "claude"
    let keyVariables = ["ANTHROPIC_API_KEY"]
    let hopeless: String? = nil
    let passed = ["CLAUDE_CODE_OAUTH_TOKEN", "ANTHROPIC_AUTH_TOKEN"]

    func login(_ caller: [String: String]) -> [(place: String, name: String)] {
        let folder: String
        if let named = caller["CLAUDE_CONFIG_DIR"], named.hasPrefix("/") {
            folder = named
        } else if let home = caller["HOME"], home.hasPrefix("/") {
            folder = "\(home)/.claude"
        } else {
            return []
        }
        return [("\(folder)/.credentials.json", ".credentials.json")]
    }

    func invocation(_ turn: AgentTurn, _ place: AgentPlace) -> (arguments: [String], environment: [String: String]) {
        var arguments = ["-p", "--output-format", "json", "--strict-mcp-config", "--setting-sources", ""]
        switch turn.mode {
        case .answer:
            // Bare knows no login but a key.
            if turn.key != nil { arguments.append("--bare") }
            arguments += ["--tools", "", "--max-turns", "8", "--permission-mode", "dontAsk"]
        case .workspace:
            // It runs no commands, so nothing it runs can see its key, and its file tools end at the workspace.
            arguments += [
                "--restricted", "--tools", "Read,Edit,Write,Glob,Grep", "--permission-mode", "acceptEdits",
            ]
        }
        if let schema = turn.schema, let text = try? JSON.encode(schema, pretty: false) {
            arguments += ["--json-schema", String(decoding: text.dropLast(), as: UTF8.self)]
        }
        if let model = turn.model { arguments += ["--model", model] }
        if let session = turn.session {
            arguments += ["--resume", session]
        } else if turn.keepsSession {
            arguments += ["--session-id", turn.freshSession]
        } else {
            arguments.append("--no-session-persistence")
        }
        var environment = [
            "CLAUDE_CONFIG_DIR": place.config, "CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC": "1",
            "DISABLE_AUTOUPDATER": "1", "DISABLE_TELEMETRY": "1", "DISABLE_ERROR_REPORTING": "1",
            "CLAUDE_CODE_MAX_RETRIES": "2",
        ]
        if let key = turn.key { environment["ANTHROPIC_API_KEY"] = key }
        if let endpoint = turn.endpoint { environment["ANTHROPIC_BASE_URL"] = endpoint.url }
        return (arguments, environment)
    }

    func read(_ result: ProcessResult, _ turn: AgentTurn) throws -> ModelAnswer {
        if let ending = ending(result) { throw ending }
        let bytes = result.standardOutput.bytes
        // A warning may stand before the object, on a line of its own.
        let document =
            JSONValue.read(bytes)
            ?? bytes.split(separator: 0x0A).reversed().lazy.compactMap { JSONValue.read(Array($0)) }.first
        guard let document, document["type"].string == "result" else {
            // Where it is interrupted it ends well and prints nothing.
            throw failure(complaint(result))
        }
        let words = document["result"].string ?? document["errors"].elements.first?.string ?? ""
        let usage = document["usage"]
        let cached = usage["cache_read_input_tokens"].integer
        var answer = ModelAnswer(text: words)
        answer.session = turn.keepsSession ? document["session_id"].string : nil
        answer.usage = Usage(
            inputTokens: usage["input_tokens"].integer.map {
                $0 + (cached ?? 0) + (usage["cache_creation_input_tokens"].integer ?? 0)
            },
            cachedTokens: cached,
            outputTokens: usage["output_tokens"].integer,
            costUSD: document["total_cost_usd"].double
        )
        if document["stop_reason"].string == "refusal" {
            answer.ending = .refused(words)
            return answer
        }
        // 'subtype' says success for most failures, too.
        if document["is_error"].bool != false || result.exitCode != 0 {
            let status = document["api_error_status"].integer.map { " (\($0))" } ?? ""
            let why = document["terminal_reason"].string ?? document["subtype"].string ?? "no reason given"
            throw failure("\(words.isEmpty ? why : words)\(status)")
        }
        let denied = document["permission_denials"].elements.compactMap { $0["tool_name"].string }
        if !denied.isEmpty {
            answer.notes.append("'claude' was refused: \(Excerpt.visible(denied.prefix(5).joined(separator: ", ")))")
        }
        if turn.schema != nil {
            let structured = document["structured_output"]
            if structured.isObject {
                answer.text = String(decoding: try JSON.encode(structured), as: UTF8.self)
            } else {
                answer.notes.append("'claude' ended without the structured answer it was asked for")
            }
        }
        return answer
    }

    func own(_ usage: Usage, before: Usage) -> Usage {
        var own = usage
        // Tokens are those of one run, and the cost is that of the whole session.
        if let cost = usage.costUSD, let earlier = before.costUSD { own.costUSD = max(0, cost - earlier) }
        return own
    }

    func lostSession(_ result: ProcessResult) -> Bool {
        result.exitCode == 1 && result.standardError.text.contains("No conversation found")
    }
}
