import GateGit

/// What a proof rests on of the policy, in a form that means the same on every machine.
///
/// The digest of all settings would not do: it holds what a person sets for one machine. Equal bindings mean that the
/// same commands judged by the same rules, whoever ran them.
package struct PolicyBinding: Sendable, Hashable {
    /// Git's id of the tracked policy in force; `nil` where there is none.
    package var tracked: String?
    /// Of the steps with their commands and limits, wherever they were set.
    package var plan: String
    /// Of what is protected and what is opened.
    package var contract: String
    /// Of the settings beyond these that can turn a verdict.
    package var rules: String

    package init(tracked: String?, plan: String, contract: String, rules: String) {
        self.tracked = tracked
        self.plan = plan
        self.contract = contract
        self.rules = rules
    }

    /// The binding that a session's runs would have.
    package init(_ session: Session) {
        tracked = session.policy.trackedFile?.hex
        plan = SHA256.hex(session.plan.steps.map(RunDigests.line).joined(separator: "\n"))
        contract = SHA256.hex(session.contract.listing)
        rules = SHA256.hex(Self.rules(session).joined(separator: "\n"))
    }

    /// The binding of a finished run; `nil` where its record is older than bindings.
    package init?(_ digests: RunRecord.Digests) {
        guard let rules = digests.rules else { return nil }
        self.init(tracked: digests.policyFile, plan: digests.plan, contract: digests.contract, rules: rules)
    }

    /// One digest of all of it.
    package var digest: String {
        SHA256.hex("tracked \(tracked ?? "none")\nplan \(plan)\ncontract \(contract)\nrules \(rules)\n")
    }

    /// Names of the parts in which two differ, for a sentence.
    package func differences(from other: PolicyBinding) -> [String] {
        [
            tracked == other.tracked ? nil : "the tracked policy",
            plan == other.plan ? nil : "the plan",
            contract == other.contract ? nil : "the contract",
            rules == other.rules ? nil : "the rules",
        ].compactMap { $0 }
    }

    private static func rules(_ session: Session) -> [String] {
        let policy = session.policy
        var lines = [
            "contract.from \(policy.contractFrom.value.rawValue)",
            "contract.drift \(policy.contractDrift.value.rawValue)",
            "requireBaseGreen \(policy.requireBaseGreen.value)",
            "tripwires \(policy.tripwires.value.rawValue)",
            "secondLook \(policy.secondLook.value.rawValue)",
        ]
        lines += policy.protected.map { "protect \($0.value)" }
        lines += policy.opened.map { "open \($0.value.glob)" }
        // What tests find around them can make them pass; the value of a secret is left out.
        lines += policy.effective.filter { ["gatekeeper.environment", "gatekeeper.carry"].contains($0.key) }
            .map(RunDigests.line)
        lines += session.plan.exempting.sorted().map { "exempt \($0)" }
        // Only these rules look at the base when the head is green; without them a proof holds for any base.
        if policy.contractFrom.value == .base || policy.contractDrift.value == .block {
            lines.append("base \(session.proposal.baseTree)")
        }
        return lines
    }
}
