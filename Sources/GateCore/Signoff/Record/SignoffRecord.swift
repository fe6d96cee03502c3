#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// One sign-off as it is written down and printed with `--format json`: version 1 of the wire format.
package struct SignoffRecord: Codable, Sendable {
    package var version = 1
    package var id: String
    package var started: Date
    package var seconds: Double = 0
    /// Version of the gate.
    package var gate: String
    package var repository: String
    package var base: RunRecord.Side
    /// The tree of the last iteration.
    package var head: RunRecord.Side
    /// `light`, `standard` or `deep`.
    package var depth: String
    /// Packages that the work touches, as folders; more than one makes it wide.
    package var packages: [String]
    package var reviewers: [Reviewer]
    /// Who repairs what they find; absent where nobody does.
    package var fixer: Reviewer?
    /// The branch that the work is on; absent where it is on none.
    package var branch: String?
    /// Findings that an earlier sign-off of the same work left open; absent where it left none.
    package var carried: Carried?
    /// Findings that a person let go of.
    package var forgotten: Forgotten?
    /// Earlier sign-offs whose records were altered, so that nothing was carried over from them.
    package var passedOver: [String]?
    /// SHA-256 of what an agreement rests on beside the tree; absent in records of earlier versions.
    package var binding: String?
    package var preflight: [Check] = []
    /// The scope matrix as it was judged last; absent in older records.
    package var scope: ScopeRecord?
    package var iterations: [Iteration] = []
    /// The change held against the working tree and the CI jobs that are red, as it was last; absent before that.
    package var reconciliation: Reconciliation?
    /// Findings that nobody has said to be resolved.
    package var open: [SignoffFinding] = []
    package var result: Result?
    /// Where the report was posted. Only in what is printed, never in the ledger, which has the comment itself.
    package var comment: Comment?
    /// What was signed of it. Only in what is printed.
    package var attested: Attested?

    /// A comment below a pull or merge request.
    package struct Comment: Codable, Sendable {
        package var request: Int
        /// For people: number, program, and who said so.
        package var place: String
        package var posted: Bool
        /// Why it was not posted; absent where it was, or was not to be.
        package var problem: String?
    }

    package struct Reviewer: Codable, Sendable {
        /// What its folder is called.
        package var name: String
        package var backend: String
        package var model: String?
        package var family: String
        /// Who named it.
        package var source: String
        /// Where its answers come from.
        package var origin: String
    }

    /// One thing that has to be so before anything costs money.
    package struct Check: Codable, Sendable, Hashable {
        package var name: String
        package var holds: Bool
        package var detail: String
        /// What to do where it does not hold.
        package var next: [String] = []
    }

    /// A run of the deterministic gate.
    package struct Gate: Codable, Sendable, Hashable {
        package var run: String
        package var tree: String
        package var verdict: String
        /// The digest of its record; absent for one that is not sealed.
        package var seal: String?
        /// Whether an earlier run of this very tree answered.
        package var isRemembered: Bool
    }

    package struct Iteration: Codable, Sendable {
        /// From 1.
        package var number: Int
        package var tree: String
        package var gate: Gate
        package var reviews: [Review] = []
        /// The gate once more, after the verdicts.
        package var acceptance: Gate?
        /// SHA-256 of what reviewers were shown of the work itself, beside the evidence of the run.
        package var material: String?
        /// Ids of findings that were open after the verdicts.
        package var open: [String] = []
        /// What was done about them; absent where nothing was tried.
        package var fix: Fix?
    }

    /// A repair of what reviewers found, or of red tests before any review.
    package struct Fix: Codable, Sendable {
        package var fixer: String
        package var tries = 0
        package var candidate: String?
        /// The run of the gate that judged it last.
        package var run: String?
        package var verdict: String?
        /// The commit it waits as, where it was not written into the working tree.
        package var commit: String?
        /// What its maker says of each finding.
        package var report: [FixEntry] = []
        /// Tests that its maker adds, judged apart; absent where there are none.
        package var newTests: NewTests?
        /// Why there is none.
        package var failure: String?
        package var usage: RunRecord.UsageRecord?
        package var artifacts: [String] = []

        init(fixer: String) { self.fixer = fixer }

        mutating func add(_ more: Usage) { usage = SignoffRecord.sum(usage, more) }
    }

    /// What a fixer says of one finding.
    package struct FixEntry: Codable, Sendable, Hashable {
        package var finding: String
        package var done: String
        package var proof: String
    }

    private static func sum(_ known: RunRecord.UsageRecord?, _ more: Usage) -> RunRecord.UsageRecord {
        let before = Usage(
            inputTokens: known?.inputTokens,
            cachedTokens: known?.cachedTokens,
            outputTokens: known?.outputTokens,
            costUSD: known?.costUSD
        )
        return RunRecord.UsageRecord(before + more)
    }

    /// What came of asking one reviewer.
    package struct Review: Codable, Sendable {
        package var reviewer: String
        /// Answers that were read, invalid ones included.
        package var answers = 0
        package var verdict: SignoffVerdict?
        /// Who signed it, where the reviewer is a person.
        package var signer: String?
        /// SHA-256 of what a person is to read, which is the first artifact; absent where a program is asked.
        package var request: String?
        /// What was wrong with the last answer.
        package var fault: VerdictFault?
        /// Why there was no answer.
        package var failure: String?
        package var usage: RunRecord.UsageRecord?
        package var seconds: Double = 0
        package var artifacts: [String] = []

        init(reviewer: String) { self.reviewer = reviewer }

        mutating func add(_ more: Usage) { usage = SignoffRecord.sum(usage, more) }
    }

    package struct Result: Codable, Sendable {
        package var state: State
        package var reasons: [String]
        package var exitStatus: Int32
        package var next: [String]
    }

    package enum State: String, Codable, Sendable, CaseIterable {
        /// Everybody is satisfied with one tree, and that tree is green afterwards.
        case signedOff = "signed-off"
        case findings
        /// What nobody can repair in the repository is in the way.
        case blocked
        /// The deterministic gate is not green.
        case red
        /// What has to be there is not, or the work goes beyond its scope.
        case preflight
        /// A reviewer gave no verdict.
        case undecided
        /// The tree changed after a verdict, which voids every one.
        case moved

        package var exitStatus: Int32 {
            switch self {
            case .signedOff: 0
            case .findings, .red, .preflight: 1
            case .blocked, .undecided, .moved: 125
            }
        }
    }
}
