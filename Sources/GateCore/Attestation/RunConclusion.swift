/// What a finished run says that can be attested: of which tree, and whether it passed.
struct RunConclusion {
    let tree: String
    /// Commits that may have the tree, and a reference to one.
    let commits: [String?]
    let reference: String?
    let isPassed: Bool
    /// Runs of steps to be attested each for itself: those in worktrees that decide.
    let steps: [RunRecord.StepRecord]
    /// The attempt whose candidate was accepted.
    let attempt: RunRecord.AttemptRecord?
    private let record: RunRecord

    /// - Throws: `GateFailure` where the run concluded nothing that anybody could rely on.
    init(_ record: RunRecord) throws {
        self.record = record
        let result = record.result
        reference = result?.keptAt
        let base = record.steps.filter { ["head", "base"].contains(Self.root($0.phase)) }
        switch result?.verdict {
        case "green":
            (tree, commits, isPassed, attempt) = (record.head.tree, [record.head.commit], true, nil)
            steps = base
        case "accepted":
            guard let candidate = result?.candidate,
                let accepted = record.attempts.last(where: { $0.candidate == candidate && $0.verdict == "accepted" })
            else { throw Self.nothing(record, "names no accepted candidate") }
            (tree, commits, isPassed, attempt) = (candidate, [result?.commit], true, accepted)
            let prefix = "attempt-\(accepted.number)/"
            // Warm runs search, and other trees than the candidate's hold the gate's own tests.
            steps = base + record.steps.filter { $0.phase.hasPrefix(prefix) && $0.pristine && $0.tree == candidate }
        case "rejected":
            let isRed = base.contains {
                $0.tree == record.head.tree && $0.required != false && !TestResultPredicate.passed($0)
            }
            guard isRed || result?.stopReason == "base-contract" else {
                throw Self.nothing(record, "rejected a candidate, and says nothing of the head")
            }
            (tree, commits, isPassed, attempt) = (record.head.tree, [record.head.commit], false, nil)
            steps = base
        case let verdict: throw Self.nothing(record, "is \(verdict ?? "unfinished")")
        }
        guard !steps.isEmpty else { throw Self.nothing(record, "ran no test of its own") }
    }

    /// What a summary may claim beyond passed or failed.
    func levels(part: AttestedPart?) -> Set<VerificationSummary.Level> {
        var levels: Set<VerificationSummary.Level> = []
        if SandboxLevel(rawValue: record.sandbox.level)?.isIsolated == true { levels.insert(.isolated) }
        if part != nil { levels.insert(.part) }
        guard isPassed else { return levels }
        if attempt != nil { levels.formUnion([.accepted, .contractIntact]) }
        // Where scenarios are named, only they decide; a suite that ran says so by a check.
        let isWhole = record.scenarios.isEmpty && steps.contains { $0.tree == tree && $0.step.hasPrefix("check:") }
        if !isWhole {
            levels.insert(.scenario)
        } else if part == nil, isGreen {
            levels.insert(.green)
        }
        return levels
    }

    /// Whether nothing is left red: an accepted candidate may leave what was the base's, or what nobody asked for.
    private var isGreen: Bool {
        guard attempt != nil else { return true }
        return record.attributedToBase.isEmpty && record.flaky == nil
            && steps.allSatisfy { $0.tree != tree || $0.required == false || TestResultPredicate.passed($0) }
    }

    private static func root(_ phase: String) -> String { phase.split(separator: "/").first.map(String.init) ?? phase }

    private static func nothing(_ record: RunRecord, _ why: String) -> GateFailure {
        GateFailure(
            "attestation.nothing",
            "run \(record.id) \(why); only a conclusion is attested",
            hints: ["'git gatekeeper log' lists runs that are green, accepted or red"]
        )
    }
}
