#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// One run as it is written down and printed with `--format json`: version 1 of the wire format.
///
/// Readers ignore what they do not know. A field keeps its meaning for as long as `version` stays the same.
package struct RunRecord: Codable, Sendable {
    package var version = 1
    package var id: String
    /// `run`, `run-all`, `test` or `judge`.
    package var command: String
    package var started: Date
    package var seconds: Double = 0
    package var gate: Gate
    package var repository: String
    package var base: Side
    package var head: Side
    package var sandbox: SandboxRecord
    package var policy: [Setting]
    /// What the run rests on; absent in records of version 0.1.0.
    package var digests: Digests?
    package var notes: [String] = []
    package var scenarios: [String] = []
    /// Which parts of the plan were run; absent where the run was not about the whole of a change.
    package var parts: PartsRecord?
    package var steps: [StepRecord] = []
    package var targets: [String] = []
    package var attributedToBase: [String] = []
    /// Tests that do not give the same twice at the head; they count for nothing.
    package var flaky: [String]?
    /// Where the head changes tests and code together.
    package var contractDrift: DriftRecord?
    package var failure: FailureSummary?
    /// The scenario record that fits best, where one fits at all.
    package var scenario: MatchRecord?
    /// Whether a person had to be asked before a backend was, and what came of it.
    package var clarification: ClarificationRecord?
    /// Who was asked, and why; absent where nobody was.
    package var backend: BackendRecord?
    /// Everybody who was asked at the same time; absent where one backend was asked alone.
    package var council: [BackendRecord]?
    /// What a backend was, or would have been, shown; absent where there was nothing to show.
    package var context: ContextContents?
    package var attempts: [AttemptRecord] = []
    /// Whether a person said that they looked at the candidate, who by git's word, and when; absent where nobody did.
    package var reviewed: Bool?
    package var reviewedBy: String?
    package var reviewedAt: Date?
    /// The earlier run that proved the head; nothing was run again. Only in what is printed, never in the ledger.
    package var remembered: RememberedRecord?
    /// What became of the sign-off that policy asks for; absent where it asks for none. Of a head that was green only in
    /// what is printed.
    package var signoff: SignoffReference?
    /// The hook that was passed over; absent in every run that judged something.
    package var hook: HookRecord?
    package var result: ResultRecord?
    /// What keeps the gate from deciding, and what would let it; absent where it decided.
    package var blocking: BlockingRecord?

    package struct Gate: Codable, Sendable {
        package var version: String
        package var libgit2: String
    }

    package struct Side: Codable, Sendable {
        package var commit: String?
        package var tree: String
        package var origin: String
    }

    package struct RememberedRecord: Codable, Sendable {
        package var run: String
        /// The command that run was.
        package var command: String
        package var provenAt: Date
        /// How long that run took.
        package var seconds: Double
    }

    /// A sign-off, as the run that it was asked for names it.
    package struct SignoffReference: Codable, Sendable, Hashable {
        /// Id of the sign-off; absent where there is none.
        package var id: String?
        /// As `signoff.json` has it; `missing` where there is none, `not-asked` where the command does not ask.
        package var state: String
        /// Who was asked.
        package var reviewers: [String] = []
        /// Whether an earlier sign-off of this very tree counted, and nobody was asked again.
        package var isRecorded = false
        /// The trusted signer whose word it is, where it was made elsewhere.
        package var signer: String?

        package init(state: String, id: String? = nil, reviewers: [String] = []) {
            self.state = state
            self.id = id
            self.reviewers = reviewers
        }

        static let notAsked = SignoffReference(state: "not-asked")
    }

    package struct SandboxRecord: Codable, Sendable {
        package var level: String
        package var shortfall: String
    }

    package struct Setting: Codable, Sendable {
        package var key: String
        package var value: String
        package var source: String

        package init(key: String, value: String, source: String) {
            self.key = key
            self.value = value
            self.source = source
        }
    }

    /// Paths of the contract that the delta changes, and how many others it changes with them.
    package struct DriftRecord: Codable, Sendable {
        package var added: [String]
        package var changed: [String]
        package var removed: [String]
        package var others: Int
    }

    /// Why a run is stuck: also the artifact `blocking.json`.
    package struct BlockingRecord: Codable, Sendable {
        package var version = 1
        /// The stop reason: `clarification`, `escalated`, `environment`, `backend-failed`, `sandbox` …
        package var state: String
        /// Codes of the reasons.
        package var codes: [String]
        /// The reasons in words.
        package var why: [String]
        /// What would let the gate go on, one sentence each.
        package var unblocks: [String]

        init(_ result: ResultRecord) {
            state = result.stopReason
            codes = result.reasons.map(\.code)
            why = result.reasons.map(\.message)
            unblocks = result.next
        }
    }

    package struct MatchRecord: Codable, Sendable {
        package var id: String
        package var title: String
        /// Exact tenths: `0.8`.
        package var score: String
        /// `high`, `medium` or `low`.
        package var band: String
        package var reasons: [String]
        /// Where the record was read.
        package var source: String
    }

    package struct ClarificationRecord: Codable, Sendable {
        package var required: Bool
        package var reason: String
        /// `not-needed`, `not-asked`, `resolved`, or how the dialog ended.
        package var outcome: String
        package var answers: [String: String]?
    }

    /// One run of one step on one tree.
    package struct StepRecord: Codable, Sendable {
        package var step: String
        /// `head`, `base`, `attempt-1`, `attempt-1/confirm-1` …
        package var phase: String
        /// Whether it has to be green; absent in older records.
        package var required: Bool?
        package var tree: String
        package var command: [String]
        package var runner: String
        package var strength: String
        package var sandbox: String
        package var pristine: Bool
        package var exitCode: Int32?
        package var signal: Int32?
        package var ending: String
        /// What was done otherwise than in a first run.
        package var variation: [String]?
        package var seconds: Double
        /// Time it took to bring the worktree to the tree.
        package var stagingSeconds: Double
        package var outputTruncated: Bool
        package var outcomes: [String: String]
        package var problems: [ProblemRecord]
        /// Names of the artifacts that hold the output.
        package var standardOutput: String?
        package var standardError: String?
        /// SHA-256 of the output as it was kept.
        package var standardOutputDigest: String?
        package var standardErrorDigest: String?
        /// Files of the report as they were read.
        package var reports: [ReportFile]?
        /// Limits that were hit: `wallTime`, `idleTime`, `outputLimit`, `keptOutput`.
        package var limitsHit: [String]?
        /// Names of the variables the command was started with.
        package var environment: [String]?
    }

    /// Parts of a plan that one machine of a fleet ran.
    package struct PartsRecord: Codable, Sendable, Hashable {
        /// Which machine, from 1, and of how many.
        package var index: Int
        package var count: Int
        /// Ids of the parts that were run here.
        package var own: [String]
        /// Ids of all parts there are.
        package var all: [String]
        /// SHA-256 of every step of the whole plan, the same on every machine.
        package var plan: String
        /// SHA-256 of how the plan was divided.
        package var matrix: String

        /// Whether everything there is was run.
        package var isWhole: Bool { count == 1 }
    }

    package struct ProblemRecord: Codable, Sendable {
        package var code: String
        package var message: String
        package var scope: String?
    }

    package struct AttemptRecord: Codable, Sendable {
        package var number: Int
        package var backend: String
        package var origin: String
        package var candidate: String?
        package var paths: [String] = []
        package var verdict: String
        package var reasons: [ReasonRecord] = []
        package var remarks: [ReasonRecord] = []
        package var transitions: [TransitionRecord] = []
        /// What canaries, twins and held-out tests showed.
        package var tripwires: [TripwireRecord] = []
        /// What a person should look at in the candidate's own text; absent where nothing was found.
        package var look: [LookRecord]?
        /// What a reviewer said of it; absent where none was asked.
        package var review: OpinionRecord?
        /// What the backend said where it had no fix.
        package var cannotFix: CannotFixRecord?
        package var notes: [String] = []
        package var artifacts: [String] = []
        /// What the backend says it took; absent where it does not say.
        package var usage: UsageRecord?
        package var seconds: Double = 0
    }

    /// What a reviewer said of a proven candidate.
    package struct OpinionRecord: Codable, Sendable {
        /// `approve`, `findings` or `none`.
        package var verdict: String
        package var reason: String
        /// Each as `path: problem`.
        package var findings: [String]

        init(_ opinion: CandidateReview.Opinion) {
            switch opinion {
            case .approves(let why): (verdict, reason, findings) = ("approve", why, [])
            case .none(let why): (verdict, reason, findings) = ("none", why, [])
            case .findings(let why, let problems):
                (verdict, reason) = ("findings", why)
                findings = problems.map { "\($0.path): \($0.problem)" }
            }
        }
    }

    /// Backend and model, and who named them.
    package struct BackendRecord: Codable, Sendable {
        package var name: String
        package var source: String
        package var model: String?
        package var modelSource: String?
    }

    package struct UsageRecord: Codable, Sendable {
        package var inputTokens: Int?
        package var cachedTokens: Int?
        package var outputTokens: Int?
        package var costUSD: Double?

        init(_ usage: Usage) {
            inputTokens = usage.inputTokens
            cachedTokens = usage.cachedTokens
            outputTokens = usage.outputTokens
            costUSD = usage.costUSD
        }
    }

    package struct TripwireRecord: Codable, Sendable {
        package var step: String
        /// `canary`, `twin` or `held-out`.
        package var kind: String
        package var subject: String
        /// `held`, `tripped`, `unclear` or `unavailable`.
        package var state: String
        package var message: String

        static func make(_ observations: [TripwireObservation]) -> [TripwireRecord] {
            observations.map {
                TripwireRecord(
                    step: $0.step,
                    kind: $0.kind.rawValue,
                    subject: $0.subject,
                    state: $0.state.rawValue,
                    message: $0.message
                )
            }
        }
    }

    package struct ReasonRecord: Codable, Sendable {
        package var code: String
        package var subject: String?
        package var message: String
    }

    package struct CannotFixRecord: Codable, Sendable {
        package var kind: String
        package var reason: String
        package var tests: [String]
    }

    package struct LookRecord: Codable, Sendable {
        package var code: String
        package var path: String
        package var line: Int
        package var text: String
        package var why: String
    }

    package struct TransitionRecord: Codable, Sendable {
        package var step: String
        package var test: String
        package var transition: String
        package var head: String
        package var candidate: String
        package var base: String?
        package var target: Bool
    }

    package struct ResultRecord: Codable, Sendable {
        /// `green`, `accepted`, `rejected`, `undecided`, or `skipped` where policy has switched the gate off.
        package var verdict: String
        package var reasons: [ReasonRecord]
        package var stopReason: String
        package var exitStatus: Int32
        package var candidate: String?
        package var applied: Bool
        package var commit: String?
        package var keptAt: String?
        package var undo: String?
        /// Backend and why it was taken.
        package var backend: String?
        package var next: [String]
    }
}
