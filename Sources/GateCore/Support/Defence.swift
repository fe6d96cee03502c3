#if DEBUG
    #if canImport(Glibc)
        @preconcurrency import Glibc
    #elseif canImport(Darwin)
        import Darwin
    #endif
#endif

/// The defences that tests can switch off, one at a time, to show that each of them is what stops an attack.
///
/// In release builds every one of them is always on, and nothing is there that could change it. In debug builds
/// `GIT_GATEKEEPER_WITHOUT=<name>[,<name>]` leaves the named ones out.
package enum Defence: String, Sendable, CaseIterable {
    /// No change to a path of the contract.
    case contract = "contract"
    /// No new name that wins over the real thing.
    case shadowNames = "shadow-names"
    /// Paths that stay inside the repository and mean one file.
    case paths = "paths"
    /// No links, submodules, changed modes or new executables.
    case modes = "modes"
    /// No binary content, no hidden characters.
    case content = "content"
    /// Bounds on a reply and on a candidate, and strictness in reading one.
    case replyRules = "reply-rules"
    /// What changes is what the reply said it changes.
    case declaredPaths = "declared-paths"
    /// A report must be there, whole, and name every case.
    case wholeReport = "whole-report"
    /// Exit status and report agree.
    case exitAgreement = "exit-agreement"
    /// Console and report agree.
    case consoleAgreement = "console-agreement"
    /// Every test that was known is still reported.
    case idAccounting = "id-accounting"
    /// A skip is not a pass.
    case skips = "skips"
    /// A candidate without effect on its targets, or that holds only sometimes, is not accepted.
    case repetition = "repetition"
    /// Tests that must pass, fail, break and be skipped do so.
    case canaries = "canaries"
    /// The target with a wrong expectation fails.
    case twins = "twins"
    /// Tests that no backend has seen pass.
    case heldOut = "held-out"
    /// The static second look at a candidate's own text.
    case secondLook = "second-look"
    /// The base's tests hold for the head's sources, where policy asks.
    case baseContract = "base-contract"
    /// Policy comes from the base.
    case basePolicy = "base-policy"
    /// Signers come from the base.
    case baseSigners = "base-signers"
    /// Signatures of attestations are checked.
    case signatures = "signatures"
    /// An attestation counts for the tree it names.
    case attestedSubject = "attested-subject"
    /// An attestation counts under the policy it was made under, and while it is fresh.
    case attestedPolicy = "attested-policy"
    /// Compiled files of the tree are not taken for their sources.
    case bytecode = "bytecode"
    /// The sandbox: what is left without it is a process group and limits.
    case sandbox = "sandbox"
    /// Without isolation nothing of the repository's own choosing runs unless somebody trusted it.
    case commandTrust = "command-trust"
    /// The code that ran is the staged code.
    case loadedFrom = "loaded-from"
    /// Bounds on time, silence, output, memory and processes.
    case limits = "limits"
    /// The environment of checks is built from nothing.
    case environment = "environment"
    /// Known secrets and shapes of secrets leave no trace in what is shown or kept.
    case redaction = "redaction"
    /// What others wrote is told from what the gate says, in what a backend is shown.
    case fences = "fences"
    /// Nothing that tests print is a command to the engine whose log it stands in.
    case logFences = "log-fences"
    /// The policy and the signers of a job are those at the tip of the branch it goes into, however old its base.
    case tipPolicy = "tip-policy"
    /// Verdicts of reviewers count for the very tree they are about, and for no other.
    case signoffTree = "signoff-tree"
    /// A required sign-off stands between what is proven and its acceptance.
    case signoffStation = "signoff-station"
    /// A recorded sign-off counts while it is as it was written, for its tree, base, reviewers and policy.
    case signoffRecord = "signoff-record"
    /// A person's verdict counts by the signature of somebody trusted, and for what that person was shown.
    case personVerdict = "person-verdict"

    #if DEBUG
        /// Left out for one task of a test.
        @TaskLocal package static var switchedOff: Set<Defence> = []

        /// The levels of isolation that may be tried for one task of a test, in place of the variable.
        @TaskLocal package static var levelOfTask: String?

        private static let named: Set<Defence> = {
            guard let text = getenv("GIT_GATEKEEPER_WITHOUT").map({ String(cString: $0) }) else { return [] }
            return Set(text.split(separator: ",").compactMap { Defence(rawValue: String($0)) })
        }()
    #endif

    /// Whether a level of isolation may be tried; always in release builds.
    ///
    /// Debug builds honour `GIT_GATEKEEPER_SANDBOX_LEVEL=<name>[,<name>]`, so that tests can show what a machine that
    /// has no stronger level would see. Levels that are not named are passed over.
    package static func allows(level: String) -> Bool {
        #if DEBUG
            let named = levelOfTask ?? getenv("GIT_GATEKEEPER_SANDBOX_LEVEL").map { String(cString: $0) }
            guard let text = named else { return true }
            return text.split(separator: ",").contains { $0 == level }
        #else
            true
        #endif
    }

    /// Whether the defence works; always in release builds.
    package var isOn: Bool {
        #if DEBUG
            !Self.switchedOff.contains(self) && !Self.named.contains(self)
        #else
            true
        #endif
    }
}
