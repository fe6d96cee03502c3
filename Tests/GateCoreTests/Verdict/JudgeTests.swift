import GateCore
import GateGit
import Testing

@Suite("Verdict: rules beyond single tests")
struct JudgeTests {
    private let red = observation(["a": .failed, "b": .passed])
    private let green = observation(["a": .passed, "b": .passed])

    // MARK: what an acceptance needs

    @Test("a target that passes with everything else intact is accepted, without a reason and without a remark")
    func accepted() {
        let verdict = judged(head: [red], candidate: [[green]])
        #expect(verdict.kind == .accepted)
        #expect(verdict.reasons.isEmpty && verdict.remarks.isEmpty)
    }

    @Test("a step that was not run on the candidate leaves the verdict open")
    func stepMissing() {
        let verdict = judged(head: [red, observation(["x": .passed], step: "check:lint")], candidate: [[green]])
        #expect(verdict.codes == [.reportMissing])
        #expect(verdict.kind == .undecided)
        #expect(verdict.reasons.first?.subject == "check:lint")
    }

    @Test("nothing of the candidate at all is undecided")
    func nothing() {
        #expect(judged(head: [red], candidate: []).codes == [.reportMissing])
    }

    @Test("a rejection outweighs an indecision")
    func weight() {
        let candidate = observation(["a": .passed, "b": .failed], ending: .wallTime)
        let verdict = judged(head: [red], candidate: [[candidate]])
        #expect(verdict.codes == [.limitHit, .regression])
        #expect(verdict.kind == .rejected)
    }

    // MARK: problems of a report

    struct Unreadable: Sendable, CustomTestStringConvertible {
        let kind: TestReport.Problem.Kind
        let code: ReasonCode
        let verdict: Verdict.Kind
        var testDescription: String { kind.rawValue }
    }

    static let unreadable = [
        Unreadable(kind: .missing, code: .reportMissing, verdict: .undecided),
        Unreadable(kind: .tooLarge, code: .reportMissing, verdict: .undecided),
        Unreadable(kind: .malformed, code: .reportMalformed, verdict: .undecided),
        Unreadable(kind: .namelessCase, code: .reportMalformed, verdict: .undecided),
        Unreadable(kind: .noTests, code: .noTests, verdict: .undecided),
        Unreadable(kind: .exitCode, code: .reportContradiction, verdict: .rejected),
        Unreadable(kind: .console, code: .reportContradiction, verdict: .rejected),
    ]

    @Test("a report with a problem and no outcome gives that reason alone", arguments: unreadable)
    func problem(_ row: Unreadable) {
        let candidate = observation([:], problems: [TestReport.Problem(row.kind, "said so")])
        let verdict = judged(head: [red], candidate: [[candidate]])
        #expect(verdict.codes == [row.code])
        #expect(verdict.kind == row.verdict)
    }

    @Test("a report with a problem is never accepted, whatever its outcomes say", arguments: unreadable)
    func problemBesidePasses(_ row: Unreadable) {
        let candidate = observation(["a": .passed, "b": .passed], problems: [TestReport.Problem(row.kind, "said so")])
        let verdict = judged(head: [red], candidate: [[candidate]])
        #expect(verdict.codes == [row.code])
        #expect(verdict.kind == row.verdict)
    }

    @Test(
        "a run that a limit ended is undecided, and what it did not come to is not called missing",
        arguments: [ProcessResult.Ending.wallTime, .idleTime, .outputLimit]
    )
    func limit(_ ending: ProcessResult.Ending) {
        #expect(judged(head: [red], candidate: [[observation([:], ending: ending)]]).codes == [.limitHit])
        let partly = judged(head: [red], candidate: [[observation(["a": .passed], ending: ending)]])
        #expect(partly.codes == [.limitHit])
        #expect(partly.kind == .undecided)
    }

    @Test(
        "a report cut short is undecided, and what it does not name is not called missing",
        arguments: [TestReport.Problem.Kind.missing, .malformed, .tooLarge]
    )
    func cutShort(_ kind: TestReport.Problem.Kind) {
        let candidate = observation(["b": .passed], problems: [TestReport.Problem(kind, "cut short")])
        let verdict = judged(head: [red], candidate: [[candidate]])
        #expect(verdict.kind == .undecided)
        #expect(verdict.codes == [kind == .malformed ? .reportMalformed : .reportMissing])
    }

    @Test("a report with a nameless case still has to name every test")
    func nameless() {
        let candidate = observation(
            ["b": .passed],
            problems: [TestReport.Problem(.namelessCase, "a case without a name")]
        )
        let verdict = judged(head: [red], candidate: [[candidate]])
        #expect(verdict.codes == [.reportMalformed, .targetMissing])
        #expect(verdict.kind == .rejected)
    }

    @Test("a red test in a run that a limit ended is still red")
    func redBeforeTheLimit() {
        let candidate = observation(["a": .passed, "b": .failed], ending: .wallTime)
        #expect(judged(head: [red], candidate: [[candidate]]).kind == .rejected)
    }

    // MARK: collection

    private let headBroken = observation(["b": .passed], problems: [uncollected("tests/a.py")])

    @Test("a file that could be collected again counts as repaired when its tests pass")
    func collected() {
        let candidate = observation(["tests/a.py::one": .passed, "tests/a.py::two": .passed, "b": .passed])
        let (verdict, transitions) = Judge.judge(
            Judge.Facts(
                targets: chosen(head: [headBroken]),
                head: [headBroken],
                base: nil,
                candidate: [[candidate]],
                sandboxDemand: .preferred
            )
        )
        #expect(verdict.kind == .accepted)
        #expect(transitions.filter(\.isTarget).map(\.test.name) == ["tests/a.py::one", "tests/a.py::two"])
    }

    @Test("the stand-in of a file that could not be collected may go")
    func standIn() {
        let head = observation(["tests/a.py": .errored, "b": .passed], problems: [uncollected("tests/a.py")])
        let candidate = observation(["tests/a.py::one": .passed, "b": .passed])
        #expect(judged(head: [head], candidate: [[candidate]]).kind == .accepted)
    }

    @Test("a file that can be collected and in which nothing passes is not repaired")
    func collectedEmpty() {
        let verdict = judged(head: [headBroken], candidate: [[observation(["b": .passed])]])
        #expect(verdict.codes == [.targetMissing])
    }

    @Test("a red test of a file that could not be collected before is a target not fixed")
    func collectedRed() {
        let candidate = observation(["tests/a.py::one": .passed, "tests/a.py::two": .failed, "b": .passed])
        #expect(judged(head: [headBroken], candidate: [[candidate]]).codes == [.targetNotFixed])
    }

    @Test("a skip where nobody knows what was before leaves the verdict open")
    func skipUnknown() {
        let candidate = observation(["tests/a.py::one": .passed, "tests/a.py::two": .skipped, "b": .passed])
        let verdict = judged(head: [headBroken], candidate: [[candidate]])
        #expect(verdict.codes == [.skipUnknown])
        #expect(verdict.kind == .undecided)
    }

    @Test("a skip that the base had already is no reason")
    func skipKnown() {
        let base = observation(["tests/a.py::one": .passed, "tests/a.py::two": .skipped, "b": .passed])
        #expect(judged(head: [headBroken], base: [base], candidate: [[base]]).kind == .accepted)
    }

    @Test("a test that passed at the base has to come back with its file")
    func baseIDMissing() {
        let base = observation(["tests/a.py::one": .passed, "tests/a.py::two": .passed, "b": .passed])
        let candidate = observation(["tests/a.py::one": .passed, "b": .passed])
        let verdict = judged(head: [headBroken], base: [base], candidate: [[candidate]])
        #expect(verdict.codes == [.regressionMissing])
    }

    @Test("a file that still cannot be collected leaves the verdict open, and is never accepted")
    func stillBroken() {
        let verdict = judged(head: [headBroken], candidate: [[headBroken]])
        #expect(verdict.codes == [.collectionFailed])
        #expect(verdict.kind == .undecided)
    }

    @Test("a candidate that breaks the collection of a file is rejected for the tests that are gone")
    func introduces() {
        let head = observation(["a": .failed, "tests/b.py::x": .passed])
        let candidate = observation(["a": .passed], problems: [uncollected("tests/b.py")])
        let verdict = judged(head: [head], candidate: [[candidate]])
        #expect(verdict.codes == [.collectionFailed, .regressionMissing])
        #expect(verdict.kind == .rejected)
    }

    @Test("a file that the base could not collect either is nobody's fault")
    func attributed() {
        let base = observation(["a": .passed], problems: [uncollected("tests/old.py")])
        let head = observation(["a": .failed], problems: [uncollected("tests/old.py")])
        let verdict = judged(head: [head], base: [base], candidate: [[base]])
        #expect(verdict.kind == .accepted)
        #expect(verdict.remarkCodes == [.baseFailure])
    }

    @Test("a whole step that could not be built is repaired by any test that passes and none that fails")
    func wholeStep() {
        let head = observation([:], problems: [uncollected(nil)])
        #expect(judged(head: [head], candidate: [[observation(["a": .passed])]]).kind == .accepted)
        #expect(
            judged(head: [head], candidate: [[observation(["a": .passed, "b": .failed])]]).codes == [.targetNotFixed]
        )
        #expect(judged(head: [head], candidate: [[observation([:])]]).codes == [.targetMissing])
    }

    // MARK: base, advice, isolation, strength

    @Test("what failed at the base already is named and not required")
    func oldFailure() {
        let base = observation(["a": .passed, "old": .failed])
        let head = observation(["a": .failed, "old": .failed])
        let verdict = judged(head: [head], base: [base], candidate: [[base]])
        #expect(verdict.kind == .accepted)
        #expect(verdict.remarks.map(\.subject) == ["old"])
    }

    @Test("a red advisory check is shown and does not decide")
    func advisory() {
        let lint = observation(["style": .passed], step: "check:lint", required: false)
        let worse = observation(["style": .failed], step: "check:lint", required: false)
        let verdict = judged(head: [red, lint], candidate: [[green, worse]])
        #expect(verdict.kind == .accepted)
        #expect(verdict.remarkCodes == [.advisoryFailed])
    }

    @Test("a target that somebody named decides, also in an advisory check")
    func namedAdvisory() {
        let lint = observation(["style": .failed, "other": .passed], step: "check:lint", required: false)
        let still = judged(head: [lint], candidate: [[lint]], named: ["style"])
        #expect(still.codes == [.targetNotFixed])
        #expect(still.kind == .rejected)
        let fixed = observation(["style": .passed, "other": .failed], step: "check:lint", required: false)
        let verdict = judged(head: [lint], candidate: [[fixed]], named: ["style"])
        #expect(verdict.kind == .accepted)
        #expect(verdict.remarkCodes == [.advisoryFailed])
    }

    @Test("demanded isolation that was not reached leaves the verdict open")
    func isolation() {
        let bare = observation(["a": .passed, "b": .passed], sandbox: .process)
        let verdict = judged(head: [red], candidate: [[bare]], demand: .required)
        #expect(verdict.codes == [.isolation])
        #expect(verdict.kind == .undecided)
        #expect(judged(head: [red], candidate: [[bare]], demand: .preferred).kind == .accepted)
        #expect(judged(head: [red], candidate: [[bare]], demand: .off).kind == .accepted)
        let named = observation(["a": .passed, "b": .passed], sandbox: .namespaces)
        #expect(judged(head: [red], candidate: [[named]], demand: .required).kind == .accepted)
    }

    @Test("an exit code is accepted as evidence, and called weak")
    func weak() {
        let head = observation(["command": .failed], strength: .weak)
        let verdict = judged(head: [head], candidate: [[observation(["command": .passed], strength: .weak)]])
        #expect(verdict.kind == .accepted)
        #expect(verdict.remarkCodes == [.weakEvidence])
    }

    // MARK: repetition

    @Test("a target that passes once and not again is unstable")
    func unstableTarget() {
        let verdict = judged(head: [red], candidate: [[green], [observation(["a": .failed, "b": .passed])]])
        #expect(verdict.codes == [.targetUnstable])
        #expect(verdict.kind == .undecided)
    }

    @Test("another test that passes once and not again is unstable", arguments: [Outcome.failed, .skipped, .timedOut])
    func unstableOther(_ outcome: Outcome) {
        let verdict = judged(head: [red], candidate: [[green], [observation(["a": .passed, "b": outcome])]])
        #expect(verdict.codes == [.unstable])
    }

    @Test("a test that the repetition does not report is unstable")
    func unstableMissing() {
        #expect(judged(head: [red], candidate: [[green], [observation(["a": .passed])]]).codes == [.unstable])
    }

    @Test("a repetition that cannot be read is unstable")
    func unstableReport() {
        let broken = observation([:], problems: [TestReport.Problem(.missing, "no report")])
        #expect(judged(head: [red], candidate: [[green], [broken]]).codes == [.unstable])
    }

    @Test("a repetition that agrees changes nothing")
    func stable() {
        #expect(judged(head: [red], candidate: [[green], [green], [green]]).kind == .accepted)
    }

    // MARK: targets nobody knows

    @Test("a named target that no step reports leaves the verdict open")
    func unknownTarget() {
        let verdict = judged(head: [red], candidate: [[green]], named: ["nobody"])
        #expect(verdict.codes == [.noTargets])
        #expect(verdict.reasons.first?.subject == "nobody")
    }

    // MARK: purity

    @Test("the order of what was observed changes nothing")
    func purity() {
        var generator = SystemRandomNumberGenerator()
        let outcomes = Outcome.allCases
        for _ in 0..<200 {
            let steps = (0..<3).map { "check:\($0)" }
            let names = (0..<6).map { "t\($0)" }
            func observe(_ step: String) -> StepObservation {
                let named = names.compactMap { name -> (String, Outcome)? in
                    let outcome = outcomes[Int.random(in: 0..<outcomes.count, using: &generator)]
                    return outcome == .notRun ? nil : (name, outcome)
                }
                let problems = ["t0", "t1", nil].filter { _ in Int.random(in: 0..<6, using: &generator) == 0 }.map(
                    uncollected
                )
                return observation(
                    Dictionary(uniqueKeysWithValues: named),
                    step: step,
                    required: step != "check:2",
                    problems: problems,
                    sandbox: step == "check:1" ? .process : .overlay
                )
            }
            let head = steps.map(observe)
            let base = steps.map(observe)
            let first = steps.map(observe)
            let again = steps.map(observe)
            let targets = chosen(head: head, base: base)
            let shuffledTargets = chosen(head: head.shuffled(using: &generator), base: base.shuffled(using: &generator))
            #expect(targets == shuffledTargets)
            let one = Judge.judge(
                Judge.Facts(
                    targets: targets,
                    head: head,
                    base: base,
                    candidate: [first, again],
                    sandboxDemand: .required
                )
            )
            let two = Judge.judge(
                Judge.Facts(
                    targets: shuffledTargets,
                    head: head.shuffled(using: &generator),
                    base: base.shuffled(using: &generator),
                    candidate: [first.shuffled(using: &generator), again.shuffled(using: &generator)],
                    sandboxDemand: .required
                )
            )
            #expect(one.verdict == two.verdict)
            #expect(one.transitions == two.transitions)
        }
    }

    @Test("accepted means no reason at all, and every code is either a rejection or an indecision")
    func kinds() {
        #expect(Verdict(reasons: []).kind == .accepted)
        for code in ReasonCode.allCases {
            let verdict = Verdict(reasons: [Reason(code, nil, "because")])
            #expect(verdict.kind == (code.weight == .rejects ? .rejected : .undecided))
        }
        #expect(Set(ReasonCode.allCases.map(\.rawValue)).count == ReasonCode.allCases.count)
    }
}
