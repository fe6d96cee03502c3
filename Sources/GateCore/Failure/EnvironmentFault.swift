/// Whether the machine, and not the code, is why nothing that counts holds.
///
/// A single test that fails of something else is enough for the answer to be no, and so is a single one that held at the
/// base: the base ran on this machine too. In doubt the head stays red.
struct EnvironmentFault: Sendable {
    /// Whether every target ended of the environment.
    let accountsForAll: Bool
    /// Steps whose whole run ended of the environment.
    let steps: Set<String>

    init(targets: Targets, stricken: [PatternReader.Stricken: PatternKey], base: [StepRun]?) {
        steps = Set(stricken.keys.filter { $0.test == nil }.map(\.step))
        let before = Dictionary((base ?? []).map { ($0.step.id, $0) }) { first, _ in first }
        func isStricken(_ step: String, _ test: TestID) -> Bool {
            stricken[.init(step: step, test: test)] != nil || stricken[.init(step: step, test: nil)] != nil
        }
        var all = !targets.isEmpty
        for (step, tests) in targets.tests {
            for test in tests where all {
                all = isStricken(step, test) && before[step]?.report.outcomes[test]?.holds != true
            }
        }
        for (step, prefixes) in targets.uncollected {
            for prefix in prefixes where all {
                let id = TestID(prefix.isEmpty ? FailureRecord.wholeBuild : prefix)
                let loaded = before[step].map {
                    !$0.observation.uncollected.contains(prefix) && $0.report.results.contains { $0.outcome.holds }
                }
                all = isStricken(step, id) && loaded != true
            }
        }
        accountsForAll = all
    }
}
