import GateCore
import GateGit
import Testing

@Suite("Checks without test ids")
struct CommandCheckTests {
    private func judge(_ kind: Check.Kind, head: Outcome, candidate: Outcome) -> Verdict {
        func observe(_ outcome: Outcome) -> StepObservation {
            StepObservation(step: "check:x", kind: kind, strength: .weak, outcomes: [ExitCodeRunner.id: outcome])
        }
        let before = [observe(head)]
        let targets = Targets.choose(named: [], head: before, base: nil, steps: ["check:x"], requireBaseGreen: false)
        return Judge.judge(
            Judge.Facts(
                targets: targets,
                head: before,
                base: nil,
                candidate: [[observe(candidate)]],
                sandboxDemand: .preferred
            )
        ).verdict
    }

    @Test("a red check is named as its user named it", arguments: [Check.Kind.test, .lint, .static, .security])
    func named(_ kind: Check.Kind) {
        let broken = judge(kind, head: .passed, candidate: .failed)
        #expect(broken.kind == .rejected)
        #expect(broken.reasons.map(\.subject) == ["check:x"])
        #expect(broken.reasons.map(\.code) == [kind == .test ? .regression : .checkFailed])
        let unrepaired = judge(kind, head: .failed, candidate: .failed)
        #expect(unrepaired.kind == .rejected)
        #expect(unrepaired.reasons.map(\.code) == [kind == .test ? .targetNotFixed : .checkFailed])
        #expect(judge(kind, head: .failed, candidate: .passed).kind == .accepted)
    }
}
