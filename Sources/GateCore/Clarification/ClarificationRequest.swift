/// What a person has to be asked before any backend is: `clarification_request.json`, version 1.
package struct ClarificationRequest: Encodable, Sendable {
    /// Name of the artifact.
    package static let artifact = "clarification_request.json"

    package let version = 1
    package let required: Bool
    /// Why, one sentence; why not, where nothing has to be asked.
    package let reason: String
    /// `high`, `medium` or `low`: how well the best record fits.
    package let confidenceBand: String
    /// `0.00` to `0.90`, with what it consists of.
    package let failureConfidence: String
    package let failureReasons: [String]
    package let failureSummary: String
    package let failedTests: [String]
    /// The best record, however badly it fits, with its score and why.
    package let candidate: String?
    package let candidateConfidence: String?
    package let candidateReasons: [String]
    package let questions: [ClarificationQuestion]
    /// How to go on, one sentence each.
    package let next: [String]

    private static let mostTests = 50

    enum CodingKeys: String, CodingKey {
        case version, required, reason, questions, next
        case confidenceBand = "confidence_band"
        case failureConfidence = "failure_confidence"
        case failureReasons = "failure_reasons"
        case failureSummary = "failure_summary"
        case failedTests = "failed_tests"
        case candidate = "candidate_scenario_id"
        case candidateConfidence = "candidate_confidence"
        case candidateReasons = "candidate_reasons"
    }

    package init(
        _ evidence: FailureEvidence,
        summary: String,
        _ classification: Classification,
        command: String
    ) {
        let nearest = classification.nearest
        required = classification.doubt != nil
        reason =
            classification.doubt
            ?? classification.match.map { "the scenario record '\($0.knowledge.id)' fits with \($0.score)" }
            ?? "the failure is understood with a confidence of \(classification.confidence.text)"
        confidenceBand = (nearest?.band ?? .low).rawValue
        failureConfidence = classification.confidence.text
        failureReasons = classification.confidence.reasons
        failureSummary = summary
        failedTests = evidence.tests.prefix(Self.mostTests).map(\.id)
        candidate = nearest?.knowledge.id
        candidateConfidence = nearest?.score
        candidateReasons = nearest?.reasons ?? []
        questions = required ? ClarificationQuestions.make(evidence, match: nearest) : []
        next = required ? Self.next(command) : []
    }

    /// What a person can do where the run stopped.
    package static func next(_ command: String) -> [String] {
        [
            "answer the questions: 'git gatekeeper \(command) --clarification-policy interactive'",
            "or say what is known of this failure once and for all: 'git gatekeeper approve-scenario-proposal'",
        ]
    }
}
