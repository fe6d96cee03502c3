package import GateGit

/// One thing in a candidate's own text that a person should look at before it is accepted.
package struct LookFinding: Sendable, Hashable {
    /// Stable, dotted: `look.frame-inspection`.
    package let code: String
    package let path: RepositoryPath
    /// Line of the candidate's file, from 1.
    package let line: Int
    /// That line without the blanks around it, cut where it is long.
    package let text: String
    /// Why it matters; one sentence, lower case, no full stop.
    package let why: String

    package init(code: String, path: RepositoryPath, line: Int, text: String, why: String) {
        self.code = code
        self.path = path
        self.line = line
        self.text = text
        self.why = why
    }

    /// The finding in one line.
    package var message: String { "\(code) at \(path):\(line): \(why): \(text)" }
}

/// What becomes of findings of the second look.
package enum SecondLookLevel: String, Sendable, Hashable, CaseIterable {
    /// An otherwise accepted candidate waits for a person.
    case escalate
    /// Findings are remarks.
    case report
    case off
}
