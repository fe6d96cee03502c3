import GateGit

/// What a delta that changes tests and code together means for a run.
struct DriftAdvice: Sendable {
    let drift: ContractDrift
    let session: Session
    let command: String

    /// Why nothing is decided, where policy wants a person to look first; `nil` where it is only reported.
    var reason: Reason? {
        guard drift.isDrift, session.policy.contractDrift.value == .block else { return nil }
        return Reason(
            .contractDrift,
            nil,
            "the head changes what the tests mean and the code they test at once: \(drift.summary)"
        )
    }

    /// What the person who reviews has to type.
    ///
    /// - Parameter kept: the run whose candidate was kept aside.
    func next(kept run: String? = nil) -> [String] {
        let base = session.proposal.baseCommit?.hex ?? session.proposal.baseTree.hex
        let paths = drift.paths.prefix(20).map(\.description)
        let rest = drift.paths.count > 20 ? " (and \(drift.paths.count - 20) more)" : ""
        let again = run.map { "apply \($0)" } ?? command
        return [
            "review the contract: \(PolicyValue.quoted(["git", "diff", base, "--"] + paths))\(rest)",
            "then say that you did: git -c gatekeeper.contract.drift=report gatekeeper \(again)",
            "or commit the change of the tests first, and let the code follow",
        ]
    }
}
