import GateGit

/// The shape of everything that stops the gate from working.
///
/// An error means the gate could not do its work; it never stands for a verdict.
package protocol GateError: Error, Sendable {
    /// Stable, dotted, machine-readable: `policy.unknown-key`.
    var code: String { get }
    /// What was attempted and what stood in the way; lower case, no full stop.
    var message: String { get }
    /// What to do next, one sentence each.
    var hints: [String] { get }
}

/// The general form of `GateError`.
package struct GateFailure: GateError {
    package let code: String
    package let message: String
    package let hints: [String]

    package init(_ code: String, _ message: String, hints: [String] = []) {
        self.code = code
        self.message = message
        self.hints = hints
    }

    /// Puts errors of the lower floor into this one's shape; `nil` for errors that are neither.
    package static func wrapping(_ error: any Error) -> (any GateError)? {
        switch error {
        case let error as any GateError: return error
        case let error as GitError: return GateFailure(error.code.rawValue, error.message, hints: error.hints)
        case let error as ProcessError:
            let hints: [String] =
                switch error.code {
                case .notFound: ["install '\(error.executable)', or correct the command that names it"]
                case .workingDirectory: ["make sure '\(error.workingDirectory)' exists and can be entered"]
                case .cannotStart: []
                }
            return GateFailure(error.code.rawValue, "cannot start '\(error.executable)': \(error.detail)", hints: hints)
        default: return nil
        }
    }
}
