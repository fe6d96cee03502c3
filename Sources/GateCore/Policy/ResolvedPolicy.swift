package import GateGit

/// What must hold in one run, every value with its source.
package struct ResolvedPolicy: Sendable, Hashable {
    package var checks: [Check] = []
    package var scenarios: [Scenario] = []
    /// Globs protected beyond the built-in contract.
    package var protected: [Sourced<String>] = []
    /// Globs opened to candidates, with the reason given.
    package var opened: [Sourced<Opening>] = []
    package var contractFrom = Sourced(ContractSide.head, .builtIn)
    package var contractDrift = Sourced(DriftDemand.report, .builtIn)
    package var limits: ValidationLimits = ValidationLimits()
    package var replyBytes = Sourced(512 << 10, .builtIn)
    package var candidateFiles = Sourced(64, .builtIn)
    package var candidateLines = Sourced(4000, .builtIn)
    package var sandbox = Sourced(SandboxDemand.preferred, .builtIn)
    /// Whether commands that files of the repository name are trusted unseen where nothing isolates them.
    package var trustedCommands = Sourced(CommandTrustDemand.ask, .builtIn)
    package var tripwires = Sourced(TripwireDemand.preferred, .builtIn)
    /// Absolute path of a folder with tests that no backend is shown.
    package var heldOut: Sourced<String>?
    package var secondLook = Sourced(SecondLookLevel.escalate, .builtIn)
    package var carried: [Sourced<String>] = []
    package var environment: [Sourced<String>] = []
    /// Absolute paths that checks may read beyond what tools need.
    package var readable: [Sourced<String>] = []
    package var requireBaseGreen = Sourced(false, .builtIn)
    /// Further runs of red steps of the head.
    package var flakyRuns = Sourced(1, .builtIn)
    package var clarificationWhen = Sourced(ClarificationDemand.auto, .builtIn)
    package var clarificationPolicy = Sourced(ClarificationPolicy.fail, .builtIn)
    package var clarifierOptionSource = Sourced(ClarifierOptionSource.backend, .builtIn)
    /// Largest context, in tokens of about four bytes.
    package var contextTokens = Sourced(32_000, .builtIn)
    package var maxRetries = Sourced(3, .builtIn)
    /// Trees the embedded search may try to name the suspected part of the delta; 0 searches not.
    package var suspectTrials = Sourced(0, .builtIn)
    package var isEnabled = Sourced(true, .builtIn)
    /// How often in a row the same failure may come back; 0 for as often as it likes.
    package var escalationRepeats = Sourced(3, .builtIn)
    package var escalationRevert = Sourced(RevertMode.ask, .builtIn)
    package var conversation = Sourced(ConversationStyle.continued, .builtIn)
    /// Tokens of one run in all; 0 for no bound.
    package var tokenBudget = Sourced(0, .builtIn)
    /// US dollars of one run in all.
    package var costBudget: Sourced<Cost>?
    /// Whether a tree that was proven green is taken for green again.
    package var remembers = Sourced(true, .builtIn)
    /// The longest such a proof counts.
    package var memoryAge = Sourced(Duration.seconds(7 * 86400), .builtIn)
    package var timeBudget = Sourced(Duration.seconds(3600), .builtIn)
    package var jobs = Sourced(1, .builtIn)
    package var display = Sourced(DisplayStyle.auto, .builtIn)
    package var backend = Sourced("revert", .builtIn)
    /// Backends that are asked at the same time; empty where one alone is asked.
    package var council: [Sourced<String>] = []
    /// Backend that reads proven candidates before they are accepted.
    package var reviewer: Sourced<String>?
    /// Whether the reviewer's models must be of another maker than the author's.
    package var reviewerOtherFamily = Sourced(false, .builtIn)
    package var councilChoice = Sourced(CouncilChoice.first, .builtIn)
    package var model: Sourced<String>?
    package var signoff = SignoffSettings()
    package var trust = TrustSettings()
    package var notify = NotifySettings()
    package var backendSettings: [String: BackendSettings] = [:]
    /// Whose tracked files count: the base's, or the working tree's where nobody else is there to hold it to.
    package var authority = PolicyLoader.Authority.head
    package var hooks: [HookKind: HookSettings] = [:]
    package var hookFastForward = Sourced(false, .builtIn)
    package var pushAttempts = Sourced(8, .builtIn)
    /// Branches, or patterns of branches, as typed.
    package var protectedBranches: [Sourced<String>] = []
    /// Blob of the tracked policy that is in force; `nil` where there is none.
    package var trackedFile: ObjectID?
    /// Things a person should know about where the policy came from.
    package var notes: [String] = []
    /// Every assignment that took effect, as `config --show-origin` prints them.
    package var effective: [EffectiveSetting] = []

    /// With less than this not even a failure can be told.
    package static let leastContextTokens = 1000

    package init() {}

    /// Checks that run tests, in policy order.
    package var testChecks: [Check] { checks.filter { $0.kind == .test } }
}

/// A file a candidate may touch although the contract covers it.
package struct Opening: Sendable, Hashable {
    package let glob: String
    package let reason: String
}

/// Whose contract has to hold.
package enum ContractSide: String, Sendable, Hashable, CaseIterable {
    case head, base
}

/// What a change of tests and code in one delta leads to.
package enum DriftDemand: String, Sendable, Hashable, CaseIterable {
    case report, block
}

/// One command of the validation plan.
package struct Check: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, Codable {
        case test, lint, `static`, security
    }

    package var name: String
    package var kind: Kind = .test
    package var command: Sourced<[String]>
    package var isRequired = true
    package var format = "auto"
    /// Globs of JUnit files the command writes, relative to the repository.
    package var reports: [String] = []
    package var timeout: Duration?

    package init(name: String, command: Sourced<[String]>) {
        self.name = name
        self.command = command
    }
}

/// A named behaviour: the tests that say whether it holds, and what a repair of it may touch.
package struct Scenario: Sendable, Hashable {
    package var id: String
    package var title = ""
    package var check: String?
    package var tests: [String] = []
    package var command: Sourced<[String]>?
    package var format: String?
    package var isGating = true
    package var scope: [String] = []
    package var targets: [String] = []
    package var source: PolicySource

    package init(id: String, source: PolicySource) {
        self.id = id
        self.source = source
    }
}

/// Bounds of one run of a check.
package struct ValidationLimits: Sendable, Hashable {
    package var wallTime = Sourced(Duration.seconds(600), .builtIn)
    package var idleTime = Sourced(Duration.seconds(300), .builtIn)
    /// Bytes of one output stream.
    package var output = Sourced(64 << 20, .builtIn)
    /// Processes at one time.
    package var processes = Sourced(1024, .builtIn)
    /// Bytes of memory of all processes of a run together.
    package var memory: Sourced<Int>?
    /// Bytes of one file that a run writes.
    package var fileSize = Sourced(4 << 30, .builtIn)
    /// Bytes of everything that a run writes below the repository.
    package var disk = Sourced(8 << 30, .builtIn)

    package init() {}
}

/// Whether tests must, should or need not run isolated.
package enum SandboxDemand: String, Sendable, Hashable, CaseIterable {
    case required, preferred, off
}

/// Whether somebody has to trust a tracked command before it runs without isolation.
package enum CommandTrustDemand: String, Sendable, Hashable, CaseIterable {
    case ask, always
}

/// Whether an accepted candidate must, should or need not have gone past tripwires.
package enum TripwireDemand: String, Sendable, Hashable, CaseIterable {
    case required, preferred, off
}

/// One line of `config --show-origin`.
package struct EffectiveSetting: Sendable, Hashable {
    package let key: String
    package let value: String
    package let source: PolicySource

    package init(key: String, value: String, source: PolicySource) {
        self.key = key
        self.value = value
        self.source = source
    }
}
