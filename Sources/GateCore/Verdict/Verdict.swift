/// The gate's answer, with machine-readable reasons.
package struct Verdict: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, Codable {
        case accepted, rejected, undecided
    }

    package let kind: Kind
    /// Why it is not accepted; empty exactly where it is.
    package let reasons: [Reason]
    /// Things that do not decide but that a reader should know.
    package let remarks: [Reason]

    /// Draws the verdict from its reasons: a rejection outweighs an indecision, and no reason at all accepts.
    package init(reasons: [Reason], remarks: [Reason] = []) {
        self.reasons = reasons.sorted()
        self.remarks = remarks.sorted()
        if reasons.contains(where: { $0.code.weight == .rejects }) {
            kind = .rejected
        } else {
            kind = reasons.isEmpty ? .accepted : .undecided
        }
    }
}

/// One cause of a verdict.
package struct Reason: Sendable, Hashable, Comparable {
    package let code: ReasonCode
    /// Step, test or path it is about, where there is one.
    package let subject: String?
    /// One line for people: what happened to which thing.
    package let message: String

    package init(_ code: ReasonCode, _ subject: String? = nil, _ message: String) {
        self.code = code
        self.subject = subject
        self.message = message
    }

    package static func < (left: Reason, right: Reason) -> Bool {
        (left.code.rawValue, left.subject ?? "", left.message) < (
            right.code.rawValue, right.subject ?? "", right.message
        )
    }
}

/// Stable codes of reasons; new ones may come, none changes its meaning.
package enum ReasonCode: String, Sendable, Hashable, CaseIterable, Codable {
    case targetNotFixed = "f2p.not-fixed"
    case targetSkipped = "f2p.skipped"
    case targetMissing = "f2p.missing"
    case targetUnstable = "f2p.unstable"
    case regression = "p2p.regressed"
    case regressionSkipped = "p2p.skipped"
    case regressionMissing = "p2p.missing"
    case idMissing = "ids.missing"
    case newFailure = "ids.new-failure"
    case checkFailed = "check.failed"
    case admission = "admission.refused"
    case repeated = "candidate.repeated"
    case cannotFix = "backend.cannot-fix"
    case needsPerson = "backend.needs-person"
    case reportMissing = "evidence.report-missing"
    case reportMalformed = "evidence.report-malformed"
    case reportContradiction = "evidence.contradiction"
    case collectionFailed = "evidence.collection-failed"
    case noTests = "evidence.no-tests"
    case limitHit = "evidence.limit-hit"
    case skipUnknown = "evidence.skip-unknown"
    case unstable = "evidence.unstable"
    case canaryTripped = "tripwire.canary"
    case twinPassed = "tripwire.twin"
    case tripwireUnclear = "tripwire.unclear"
    case tripwireUnavailable = "tripwire.unavailable"
    case heldOutFailed = "heldout.failed"
    case heldOutUnclear = "heldout.unclear"
    case contractTouched = "evidence.contract-changed"
    case isolation = "sandbox.insufficient"
    case loadedElsewhere = "sandbox.loaded-elsewhere"
    case noTargets = "baseline.no-targets"
    case baselineInconclusive = "baseline.inconclusive"
    case baselineRed = "baseline.red"
    case baselineFlaky = "baseline.flaky"
    case baselineEnvironment = "baseline.environment"
    case baseContractFails = "contract.base-fails"
    case baseContractUnclear = "contract.base-unclear"
    case contractDrift = "contract.drift"
    case baseFailure = "base.failing"
    case weakEvidence = "evidence.weak"
    case advisoryFailed = "check.advisory-failed"
    case backendBroke = "backend.failed"
    case moved = "acceptance.moved"
    case reviewRequired = "review.required"
    case clarificationNeeded = "clarification.needed"
    case escalated = "loop.escalated"
    case reviewFindings = "review.findings"
    case disabled = "gate.disabled"
    case bypassed = "gate.bypassed"
    case signoffRefused = "signoff.refused"
    case signoffMissing = "signoff.missing"

    package enum Weight: Sendable { case rejects, leavesOpen }

    /// Whether a reason rejects, or only keeps the gate from deciding.
    package var weight: Weight {
        switch self {
        case .targetNotFixed, .targetSkipped, .targetMissing, .regression, .regressionSkipped, .regressionMissing,
            .idMissing, .newFailure, .checkFailed, .admission, .repeated, .cannotFix, .reportContradiction,
            .baselineRed, .reviewFindings, .baseContractFails, .canaryTripped, .twinPassed, .heldOutFailed,
            .signoffRefused:
            .rejects
        case .targetUnstable, .reportMissing, .reportMalformed, .collectionFailed, .noTests, .limitHit,
            .skipUnknown, .unstable, .contractTouched, .isolation, .loadedElsewhere, .noTargets, .baselineInconclusive,
            .baselineFlaky, .baselineEnvironment, .baseContractUnclear, .contractDrift, .baseFailure,
            .weakEvidence, .advisoryFailed, .backendBroke, .moved, .tripwireUnclear, .tripwireUnavailable,
            .heldOutUnclear, .reviewRequired, .needsPerson, .clarificationNeeded, .escalated, .disabled,
            .bypassed, .signoffMissing:
            .leavesOpen
        }
    }
}
