/// What the user's own configuration says of one backend.
package struct BackendSettings: Sendable, Hashable {
    package var command: Sourced<[String]>?
    package var timeout = Sourced(Duration.seconds(600), .builtIn)
    package var environment: [String] = []
    package var mode = Sourced(BackendMode.answer, .builtIn)
    /// Base address of an interface over HTTP.
    package var endpoint: Sourced<String>?
    package var model: Sourced<String>?
    /// Name of the variable that holds its key; the key itself stands in no configuration.
    package var keyVariable: Sourced<String>?
    /// Program that prints its key.
    package var keyCommand: Sourced<[String]>?
    /// File of assignments with its key: an absolute path, or one below the folder the gate was started in.
    package var dotenv: Sourced<String>?
    /// Who made its models, where its name does not tell.
    package var family: String?
    /// Longest answer in tokens.
    package var maximumTokens: Sourced<Int>?
    /// Whether a retry continues the conversation of the attempt before it.
    package var keepsSession = Sourced(true, .builtIn)

    package init() {}

    /// Takes a value over; what it is has been checked.
    mutating func set(_ pattern: String, _ text: String, _ source: PolicySource) {
        func sourced<Value>(_ value: Value?) -> Sourced<Value>? { value.map { Sourced($0, source) } }
        switch pattern {
        case "gatekeeper.backend.<name>.command": command = sourced(PolicyValue.words(text) ?? [])
        case "gatekeeper.backend.<name>.timeout": timeout = sourced(PolicyValue.duration(text)) ?? timeout
        case "gatekeeper.backend.<name>.mode": mode = sourced(BackendMode(rawValue: text)) ?? mode
        case "gatekeeper.backend.<name>.endpoint": endpoint = sourced(text)
        case "gatekeeper.backend.<name>.model": model = sourced(text)
        case "gatekeeper.backend.<name>.keyVariable": keyVariable = sourced(text)
        case "gatekeeper.backend.<name>.keyCommand": keyCommand = sourced(PolicyValue.words(text) ?? [])
        case "gatekeeper.backend.<name>.family": family = text
        case "gatekeeper.backend.<name>.dotenv": dotenv = sourced(text)
        case "gatekeeper.backend.<name>.maxTokens": maximumTokens = sourced(PolicyValue.integer(text))
        case "gatekeeper.backend.<name>.sessions": keepsSession = sourced(PolicyValue.boolean(text)) ?? keepsSession
        default: environment.append(text)
        }
    }
}

/// How a coding agent works.
package enum BackendMode: String, Sendable, Hashable, CaseIterable {
    /// Text in, text out.
    case answer
    /// It edits a throw-away worktree, and the gate reads what became of it.
    case workspace
}

extension ResolvedPolicy {
    /// The model a backend is to use, and who said so; `nil` leaves the choice to the backend.
    ///
    /// What is said for this run comes first, then what is configured for this backend, then for any.
    package func model(for backend: String) -> Sourced<String>? {
        if let model, model.source.isOfThisRun { return model }
        return backendSettings[backend]?.model ?? model
    }
}

extension PolicySource {
    /// Whether it was said for this run, by a flag or in the environment.
    var isOfThisRun: Bool {
        switch self {
        case .flag, .environment: true
        case .builtIn, .tracked, .gitConfig, .detected: false
        }
    }
}
