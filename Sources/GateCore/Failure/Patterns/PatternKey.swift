/// The known ways to fail, in order of precedence: what keeps everything else from being said comes first.
///
/// A key keeps its meaning; new ones may come.
package enum PatternKey: String, Sendable, Hashable, CaseIterable, Codable {
    case tomlParse = "toml-parse-error"
    case unknownVariant = "unknown-variant"
    case ruffSettings = "ruff-settings"
    case diskFull = "disk-full"
    case outOfMemory = "out-of-memory"
    case lockContention = "lock-contention"
    case portInUse = "port-in-use"
    case networkNeeded = "network-needed"
    case missingCommand = "missing-command"
    case missingVariable = "missing-variable"
    case permission = "permission-denied"
    case importCycle = "import-cycle"
    case missingModule = "missing-module"
    case syntaxError = "syntax-error"
    case compileError = "compile-error"
    case typeError = "type-error"
    case formatCheck = "format-check"
    case lintCheck = "lint-check"
    case timeout = "timeout"
    case assertionDifference = "assertion-difference"
    case flaky = "flaky"

    /// Who can do something about it.
    package enum Cause: String, Sendable, Hashable, Codable {
        case code, configuration
        /// The machine or its surroundings; no change to the repository would help.
        case environment
    }

    package var cause: Cause {
        switch self {
        case .tomlParse, .unknownVariant, .ruffSettings: .configuration
        case .diskFull, .outOfMemory, .lockContention, .portInUse, .networkNeeded, .missingCommand,
            .missingVariable, .permission:
            .environment
        case .importCycle, .missingModule, .syntaxError, .compileError, .typeError, .formatCheck, .lintCheck,
            .timeout, .assertionDifference, .flaky:
            .code
        }
    }

    /// Its name for people.
    package var title: String {
        switch self {
        case .tomlParse: "TOML parse error"
        case .unknownVariant: "Unknown variant"
        case .ruffSettings: "Ruff cannot read its settings"
        case .diskFull: "Disk full"
        case .outOfMemory: "Out of memory"
        case .lockContention: "Lock contention"
        case .portInUse: "Port in use"
        case .networkNeeded: "Network needed"
        case .missingCommand: "Missing command"
        case .missingVariable: "Missing environment variable"
        case .permission: "Permission denied"
        case .importCycle: "Import cycle"
        case .missingModule: "Missing module"
        case .syntaxError: "Syntax error"
        case .compileError: "Compile error"
        case .typeError: "Type error"
        case .formatCheck: "Format check"
        case .lintCheck: "Lint check"
        case .timeout: "Timeout"
        case .assertionDifference: "Assertion difference"
        case .flaky: "Flaky test"
        }
    }
}
