/// What one reviewer said of one tree, in the words of the contract.
package struct SignoffVerdict: Codable, Sendable, Hashable {
    package enum Kind: String, Codable, Sendable, Hashable, CaseIterable {
        case satisfied = "COMPREHENSIVELY_SATISFIED"
        case findings = "FINDINGS"
        case blocked = "BLOCKED"
    }

    package var verdict: Kind
    /// Object id of the tree it is about.
    package var tree: String
    /// The sign-off it was given in.
    package var run: String
    /// Ids of findings of earlier iterations that hold no longer.
    package var resolved: [String] = []
    /// There exactly where the verdict is `COMPREHENSIVELY_SATISFIED`.
    package var rationale: Rationale?
    /// Empty unless the verdict is `FINDINGS`.
    package var findings: [SignoffFinding] = []
    /// There exactly where the verdict is `BLOCKED`.
    package var blocker: Blocker?

    /// Why a reviewer is satisfied.
    package struct Rationale: Codable, Sendable, Hashable {
        package var whyPassed: String
        package var wiring: String
        package var evidence: String
        /// Where the work spans packages.
        package var scopeMatrix: String?
        package var risks: String
    }

    /// What keeps a reviewer from judging, which nobody can repair in the repository.
    package struct Blocker: Codable, Sendable, Hashable {
        package var evidence: String
        /// Missing credentials or services.
        package var missing: String
        package var failedCommands: String
        package var safestRetry: String
    }
}

/// One gap that a reviewer found.
package struct SignoffFinding: Codable, Sendable, Hashable {
    package enum Severity: String, Codable, Sendable, Hashable, CaseIterable {
        case blocker, high, medium, low
    }

    /// Stable: the same gap has the same id in every iteration.
    package var id: String
    package var severity: Severity
    /// Relative to the repository.
    package var file: String
    package var issue: String
    package var fixRequired: String
    package var testRequired: String
    package var evidence: String
}

/// What a verdict has to be about to count.
package struct VerdictSubject: Sendable, Hashable {
    /// Object id of the tree under review.
    package var tree: String
    /// Id of the sign-off.
    package var run: String
    /// Ids of findings that are open.
    package var open: [String]
    /// Whether the work spans packages, so that the scope has to be spoken of.
    package var isWide: Bool

    package init(tree: String, run: String, open: [String] = [], isWide: Bool = false) {
        self.tree = tree
        self.run = run
        self.open = open
        self.isWide = isWide
    }
}

/// What a reviewer's answer is taken for.
package enum VerdictReading: Sendable, Hashable {
    case verdict(SignoffVerdict)
    case invalid(VerdictFault)
}

/// Why an answer is no verdict.
package struct VerdictFault: Error, Codable, Sendable, Hashable {
    package enum Code: String, Codable, Sendable, Hashable, CaseIterable {
        case empty, hidden, fenced, echo
        case tooLong = "too-long"
        case none = "no-verdict"
        case several = "several-verdicts"
        case unknownVerdict = "unknown-verdict"
        case stray = "stray-words"
        case json = "malformed-json"
        case missingField = "missing-field"
        case emptyField = "empty-field"
        case doubleField = "double-field"
        case unknownField = "unknown-field"
        case foreignField = "field-of-another-verdict"
        case noReason = "no-reason"
        case severity = "unknown-severity"
        case findingID = "finding-id"
        case doubleFinding = "double-finding"
        case path = "finding-path"
        case otherTree = "other-tree"
        case otherRun = "other-run"
        case vanished = "finding-vanished"
        case neverOpen = "finding-never-open"
    }

    package let code: Code
    /// What is wrong, as the reviewer is told when asked again.
    package let message: String

    init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }
}
