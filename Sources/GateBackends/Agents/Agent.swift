import GateCore
import GateGit

/// One coding agent's command line: how it is asked, and how what it prints is read.
///
/// It starts nothing and decides nothing; `AgentBackend` does the rest for all of them.
protocol Agent: Sendable {
    /// Name as in `--backend`, and of its program.
    var name: String { get }
    /// Variables that hold its key by custom.
    var keyVariables: [String] { get }
    /// Variables beyond the usual that it may see, where the caller has them.
    var passed: [String] { get }
    /// Files with the state of a login: where the user has them, and their names in the folder of its own settings.
    func login(_ caller: [String: String]) -> [(place: String, name: String)]
    /// Arguments behind the program's name, and the variables that go with them.
    func invocation(_ turn: AgentTurn, _ place: AgentPlace) -> (arguments: [String], environment: [String: String])
    /// Reads what it printed.
    ///
    /// - Throws: `BackendFailure` without artifacts where it did not come to an answer.
    func read(_ result: ProcessResult, _ turn: AgentTurn) throws -> ModelAnswer
    /// What one exchange took, where the agent counts for a whole session.
    func own(_ usage: Usage, before: Usage) -> Usage
    /// Words it prints again and again where it waits for what never comes; `nil` where it does not wait for ever.
    var hopeless: String? { get }
    /// Whether a failure says that there is no such session.
    func lostSession(_ result: ProcessResult) -> Bool
}

/// One question to an agent.
struct AgentTurn: Sendable {
    var prompt: String
    /// JSON schema of the answer; `nil` where words will do.
    var schema: JSONValue?
    /// The session to continue.
    var session: String?
    /// Name for a session that begins here, for agents that are given one.
    var freshSession: String
    var keepsSession: Bool
    var model: String?
    var mode: BackendMode
    var endpoint: HTTPEndpoint?
    var key: String?
}

/// The folders of an agent, which are its own and end with the run.
struct AgentPlace: Sendable {
    /// Absolute path of the folder around all of them.
    let folder: String
    /// Where it is started: empty, or the workspace.
    let work: String
    /// Stands for the user's home.
    var home: String { "\(folder)/home" }
    /// Its settings, sessions and login.
    var config: String { "\(folder)/config" }
    /// Not above `config`: codex takes helpers below its temporary folder for somebody else's.
    var temporary: String { "\(folder)/tmp" }
    var schemaFile: String { "\(folder)/schema.json" }
}

extension Agent {
    /// What every agent's end may mean, before anything it printed is read.
    func ending(_ result: ProcessResult) -> BackendFailure? {
        switch result.ending {
        case .wallTime, .idleTime:
            BackendFailure(
                "backend.timeout",
                "'\(name)' was not done in its time, and was ended",
                hints: ["allow it more: git config gatekeeper.backend.\(name).timeout 20m"]
            )
        case .outputLimit, .processLimit, .memoryLimit, .diskLimit:
            BackendFailure(
                "backend.too-large",
                "'\(name)' \(result.ending.phrase ?? "took too much"), and was ended",
                hints: ["give it a smaller task"]
            )
        case .itself, .survivors: nil
        }
    }

    /// A failure in the agent's own words, sorted by what they say.
    func failure(_ words: String) -> BackendFailure {
        let said = Excerpt.visible(Excerpt.line(words, maximum: 300))
        let lower = words.lowercased()
        func has(_ parts: String...) -> Bool { parts.contains { lower.contains($0) } }
        let (code, hint): (String, String) =
            if has("quota", "usage limit", "credit balance", "billing") {
                ("backend.quota", "refill the account, or name another --backend")
            } else if has(
                "401",
                "unauthorized",
                "not logged in",
                "invalid api key",
                "missing environment variable",
                "authentication",
                "please run /login"
            ) {
                ("backend.unauthorized", "log in with '\(name)', or see where its key comes from")
            } else if has("429", "rate limit", "too many requests") {
                ("backend.rate-limit", "try again later")
            } else if has("unexpected argument", "unknown option", "unrecognized") {
                ("backend.version", "this version of '\(name)' lacks what the gate asks for: update it")
            } else if has("disconnected", "connection", "stream", "network", "econn", "reconnecting") {
                ("backend.connect", "see whether the network and the server are there")
            } else {
                ("backend.exit", "its output is kept: 'git gatekeeper show' prints it")
            }
        return BackendFailure(code, "'\(name)' failed: \(said.isEmpty ? "it said nothing" : said)", hints: [hint])
    }

    /// The last line of complaint, which tells most.
    func complaint(_ result: ProcessResult) -> String {
        let lines = result.standardError.text.split(whereSeparator: \.isNewline)
        let last = lines.last { !$0.allSatisfy(\.isWhitespace) }.map(String.init)
        let how: String =
            switch result.termination {
            case .exited(let code): "it ended with status \(code)"
            case .signalled(let number): "it was ended by signal \(number)"
            }
        return last ?? how
    }
}
