/// Where a value of the policy was read from; shown by `config --show-origin` and kept in the evidence.
package enum PolicySource: Sendable, Hashable {
    case builtIn
    /// The tracked policy: `place` is a commit's abbreviated id, or `working tree`.
    case tracked(place: String, line: Int?)
    /// Git's own configuration: scope and origin as git names them.
    case gitConfig(scope: String, origin: String)
    case environment(String)
    case flag(String)
    case detected(String)

    /// One phrase, as printed.
    package var description: String {
        switch self {
        case .builtIn: "built-in"
        case .tracked(let place, let line):
            "\(PolicyFile.path) (\(place))" + (line.map { ", line \($0)" } ?? "")
        case .gitConfig(let scope, let origin): "git config, \(scope): \(origin)"
        case .environment(let name): "environment: \(name)"
        case .flag(let name): "flag: \(name)"
        case .detected(let because): "detected: \(because)"
        }
    }
}

/// A value with its source.
package struct Sourced<Value: Sendable & Hashable>: Sendable, Hashable {
    package var value: Value
    package var source: PolicySource

    package init(_ value: Value, _ source: PolicySource) {
        self.value = value
        self.source = source
    }
}
