/// Whether a tree holds under the base's contract.
package enum BaseContractRules {
    /// What one step says: every test that passes at the base has to pass with the base's contract over the tree.
    ///
    /// - Parameters:
    ///   - base: the step on the base itself.
    ///   - runs: the step on the tree with the base's contract over it, once or twice.
    ///   - flaky: tests that count for nothing.
    package static func reasons(
        base: StepObservation,
        runs: [StepObservation],
        flaky: FlakyTests
    ) -> [Reason] {
        let base = flaky.without(base)
        guard base.isReadable else {
            return [
                Reason(
                    .baseContractUnclear,
                    base.step,
                    "which tests of '\(base.step)' pass at the base cannot be read"
                )
            ]
        }
        guard let first = runs.first, runs.allSatisfy(\.isReadable) else {
            let problem = runs.lazy.compactMap(\.blockingProblems.first).first?.message ?? "it was not run to its end"
            return [
                Reason(
                    .baseContractUnclear,
                    base.step,
                    "'\(base.step)' cannot be read with the base's contract over the tree: \(problem)"
                )
            ]
        }
        return base.outcomes.filter(\.value.holds).keys.sorted().compactMap { test in
            let outcomes = runs.map { $0.outcomes[test] ?? .notRun }
            guard let bad = outcomes.first(where: { !$0.holds }) else { return nil }
            let name = test == ExitCodeRunner.id ? base.step : test.name
            if outcomes.contains(where: \.holds) {
                return Reason(
                    .unstable,
                    name,
                    "'\(name)' passes at the base, and only sometimes with the base's contract over the tree"
                )
            }
            let isLost = first.uncollected.contains { Targets.covers($0, test) }
            let what = isLost ? "cannot be loaded" : bad == .notRun ? "is not reported" : bad.verb
            return Reason(
                .baseContractFails,
                name,
                "'\(name)' passes at the base, and \(what) with the base's contract over the tree"
            )
        }
    }
}
