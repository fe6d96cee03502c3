import GateCore
import GateGit
import Testing

@Suite("BaseContractRules")
struct BaseContractRulesTests {
    private let base = observation(["a": .passed, "b": .passed, "old": .failed])

    private func codes(_ runs: [StepObservation], flaky: [String] = []) -> [String: ReasonCode] {
        let flaky = FlakyTests(["check:test": Set(flaky.map { TestID($0) })])
        let reasons = BaseContractRules.reasons(base: base, runs: runs, flaky: flaky)
        return Dictionary(uniqueKeysWithValues: reasons.map { ($0.subject ?? "", $0.code) })
    }

    @Test("what passes at the base has to pass; what is old, new or flaky says nothing")
    func rules() {
        #expect(codes([observation(["a": .passed, "b": .passed, "new": .failed])]).isEmpty)
        #expect(
            codes([observation(["a": .failed, "b": .skipped])]) == ["a": .baseContractFails, "b": .baseContractFails]
        )
        #expect(codes([observation(["a": .passed])]) == ["b": .baseContractFails])
        #expect(codes([observation(["a": .passed])], flaky: ["b"]).isEmpty)
        let unloaded = observation(["a": .passed], problems: [uncollected("b")])
        #expect(codes([unloaded]) == ["b": .baseContractFails])
    }

    @Test("what fails once and passes once, or cannot be read, is no rejection")
    func doubts() {
        let red = observation(["a": .failed, "b": .passed])
        let green = observation(["a": .passed, "b": .passed])
        #expect(codes([red, green]) == ["a": .unstable])
        #expect(codes([red, red]) == ["a": .baseContractFails])
        let cut = observation([:], ending: .wallTime)
        #expect(codes([cut]) == ["check:test": .baseContractUnclear])
        #expect(codes([]) == ["check:test": .baseContractUnclear])
        #expect(Verdict(reasons: [Reason(.baseContractUnclear, "", "")]).kind == .undecided)
        #expect(Verdict(reasons: [Reason(.contractDrift, "", "")]).kind == .undecided)
        #expect(Verdict(reasons: [Reason(.baseContractFails, "", "")]).kind == .rejected)
    }
}
