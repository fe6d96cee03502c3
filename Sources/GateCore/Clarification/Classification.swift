/// How well a failure is understood: by itself, and by what the team knows of failures like it.
package struct Classification: Sendable {
    /// Below this, in hundredths, a failure is not understood by itself.
    package static let enough = 50

    package let confidence: FailureConfidence
    /// Every record that fits at all, best first.
    package let matches: [ScenarioMatch]
    /// When a person is asked, `auto` resolved.
    package let demand: ClarificationDemand
    private let hasRecords: Bool

    /// - Parameter preferred: ids of records that come first among equals.
    package init(
        _ evidence: FailureEvidence,
        confidence: FailureConfidence,
        registry: ScenarioRegistry,
        demand: ClarificationDemand,
        preferred: [String]
    ) {
        self.confidence = confidence
        matches = ScenarioMatch.rank(registry.entries, evidence: evidence, preferred: preferred)
        hasRecords = !registry.isEmpty
        // A team that keeps records wants to hear of failures that none of them describes.
        self.demand = demand == .auto ? (registry.isEmpty ? .unsure : .unknown) : demand
    }

    /// The record that fits, where one fits well enough to be shown.
    package var match: ScenarioMatch? { matches.first.flatMap { $0.band == .low ? nil : $0 } }

    /// The best of all records, however badly it fits.
    package var nearest: ScenarioMatch? { matches.first }

    /// Whether the failure is new or known in part, so that a record of it is worth drafting.
    package var isNew: Bool { match?.band != .high }

    /// Why a person has to be asked before any backend is; `nil` where the failure is understood well enough.
    package var doubt: String? {
        guard demand != .never, match?.band != .high else { return nil }
        if confidence.hundredths < Self.enough {
            return "the failure is understood with a confidence of \(confidence.text) only, and 0.50 is the least"
        }
        guard demand == .unknown, match == nil else { return nil }
        guard let nearest else {
            return hasRecords
                ? "no scenario record says anything about this failure" : "there is no scenario record of any failure"
        }
        return
            "no scenario record fits: the nearest, '\(nearest.knowledge.id)', scores \(nearest.score), and 0.5 is the "
            + "least"
    }
}
