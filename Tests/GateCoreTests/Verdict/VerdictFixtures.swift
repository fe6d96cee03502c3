import GateCore
import GateGit

/// One step's observation in few words.
func observation(
    _ outcomes: [String: Outcome],
    step: String = "check:test",
    required: Bool = true,
    strength: TestReport.Strength = .structured,
    problems: [TestReport.Problem] = [],
    ending: ProcessResult.Ending = .itself,
    sandbox: SandboxLevel = .overlay
) -> StepObservation {
    StepObservation(
        step: step,
        isRequired: required,
        strength: strength,
        outcomes: Dictionary(uniqueKeysWithValues: outcomes.map { (TestID($0.key), $0.value) }),
        problems: problems,
        ending: ending,
        sandbox: sandbox
    )
}

/// The problem of a file that could not be collected; without a scope nothing could.
func uncollected(_ scope: String?) -> TestReport.Problem {
    TestReport.Problem(.collection, "cannot be collected", scope: scope)
}

/// A verdict on one head and one candidate with targets chosen as a run chooses them.
func judged(
    head: [StepObservation],
    base: [StepObservation]? = nil,
    candidate: [[StepObservation]],
    named: [String] = [],
    demand: SandboxDemand = .preferred
) -> Verdict {
    Judge.judge(
        Judge.Facts(
            targets: chosen(head: head, base: base, named: named),
            head: head,
            base: base,
            candidate: candidate,
            sandboxDemand: demand
        )
    ).verdict
}

/// The targets of a run over every step.
func chosen(
    head: [StepObservation],
    base: [StepObservation]? = nil,
    named: [String] = [],
    requireBaseGreen: Bool = false
) -> Targets {
    Targets.choose(
        named: named.map { TestID($0) },
        head: head,
        base: base,
        steps: Set(head.map(\.step)),
        requireBaseGreen: requireBaseGreen
    )
}

extension Verdict {
    /// Codes of the reasons, in order.
    var codes: [ReasonCode] { reasons.map(\.code) }
    var remarkCodes: [ReasonCode] { remarks.map(\.code) }
}
