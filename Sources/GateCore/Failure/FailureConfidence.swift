/// How sure the gate is that it understands a failure, exactly, with its reasons.
package struct FailureConfidence: Sendable, Hashable, Codable {
    /// From 0 to 90 hundredths: nobody is ever quite sure.
    package let hundredths: Int
    /// One short sentence for each term, in the order in which they were added.
    package let reasons: [String]

    /// As it is printed: `0.65`.
    package var text: String { "0.\(hundredths < 10 ? "0" : "")\(hundredths)" }

    /// The highest it gets.
    package static let cap = 90

    package init(hundredths: Int, reasons: [String]) {
        self.hundredths = min(max(hundredths, 0), Self.cap)
        self.reasons = reasons
    }

    /// Adds up what is known of a red head.
    ///
    /// - Parameters:
    ///   - pattern: the primary pattern.
    ///   - hasSuspects: whether a file outside the contract is named by the failure.
    ///   - cameWithDelta: whether a target held at the base, and the delta changes more than the contract.
    init(pattern: DetectedPattern?, hasSuspects: Bool, cameWithDelta: Bool) {
        var sum = 30
        var reasons = ["30: tests fail"]
        if let pattern, pattern.cause != .environment, pattern.key != .flaky, !pattern.places.isEmpty {
            sum += 35
            reasons.append("35: the failure is of a known kind (\(pattern.key.rawValue))")
        }
        if hasSuspects {
            sum += 20
            reasons.append("20: it names source files of the repository")
        }
        if cameWithDelta {
            sum += 20
            reasons.append("20: it came with the delta")
        }
        if sum > Self.cap { reasons.append("capped at \(Self.cap)") }
        self.init(hundredths: sum, reasons: reasons)
    }
}
