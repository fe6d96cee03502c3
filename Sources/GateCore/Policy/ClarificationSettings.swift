/// When a person is asked before a backend is.
package enum ClarificationDemand: String, Sendable, Hashable, CaseIterable {
    /// `unknown` where the repository keeps scenario records, else `unsure`.
    case auto
    /// Where no record fits, or the failure itself is not understood.
    case unknown
    /// Where the failure itself is not understood.
    case unsure
    case never
}

/// What is done where a person has to be asked.
package enum ClarificationPolicy: String, Sendable, Hashable, CaseIterable {
    /// The run stops, and says what to ask.
    case fail
    /// The person at this terminal, or whoever feeds standard input, is asked.
    case interactive
}

/// Who thinks up the options of a question.
package enum ClarifierOptionSource: String, Sendable, Hashable, CaseIterable {
    case backend, heuristic
}
