import GateCore

/// One run of one step: what was started, what came of it, what it printed.
struct StepView {
    let phase: String
    let step: String
    let mark: Mark
    let counts: String
    let command: String
    let isolation: String
    let ending: String
    let time: String
    let limits: String?
    let variation: String?
    let problems: [ProblemView]
    let outputs: [ArtifactView]

    /// Most runs of steps in one list.
    static let maximum = 60

    struct ProblemView {
        let code: String
        let message: String
    }

    init(_ step: RunRecord.StepRecord, run: String, _ shelf: EvidenceShelf, _ room: inout Room) {
        phase = Words.name(step.phase)
        self.step = Words.name(step.step)
        let red = step.outcomes.values.count { Outcome(rawValue: $0)?.isRed == true }
        let isClean = step.exitCode == 0 && step.problems.isEmpty && step.ending == "itself"
        if step.phase.hasSuffix("/tripwire") {
            // Red is what it is for.
            mark = .none("tripwire")
        } else if red > 0 {
            mark = .bad("red")
        } else if isClean {
            mark = .good("green")
        } else {
            mark = step.problems.isEmpty ? .bad("red") : .open("unclear")
        }
        counts = Self.counts(step)
        command = Words.sentence(PolicyValue.quoted(step.command))
        isolation =
            (step.sandbox == "off" ? "no sandbox" : "sandbox: \(step.sandbox)")
            + (step.pristine ? ", pristine" : ", warm")
        ending = Self.ending(step)
        time =
            Words.time(step.seconds)
            + (step.stagingSeconds > 0.0005 ? " and \(Words.time(step.stagingSeconds)) to stage" : "")
        limits = step.limitsHit.map { $0.map(Words.name).joined(separator: ", ") }
        variation = step.variation.map { $0.map(Words.name).joined(separator: ", ") }
        problems = step.problems.prefix(50).map {
            ProblemView(code: Words.name($0.code), message: Words.sentence($0.message))
        }
        var outputs: [ArtifactView] = []
        for (name, label) in [(step.standardOutput, "standard output"), (step.standardError, "standard error")] {
            guard let name else { continue }
            outputs.append(ArtifactView(name, label: label, run: run, shelf, &room))
        }
        self.outputs = outputs
    }

    /// How many tests gave what: `2 passed, 1 failed`.
    static func counts(_ step: RunRecord.StepRecord) -> String {
        let counts = Dictionary(grouping: step.outcomes.values, by: { $0 }).mapValues(\.count)
        let known = Outcome.allCases.compactMap { outcome in
            counts[outcome.rawValue].map { "\($0) \(outcome.rawValue)" }
        }
        if !known.isEmpty { return known.joined(separator: ", ") }
        return step.strength == TestReport.Strength.weak.rawValue ? "an exit code only" : "no test reported"
    }

    private static func ending(_ step: RunRecord.StepRecord) -> String {
        if step.ending != "itself" { return "ended by the gate: \(Words.name(step.ending))" }
        if let signal = step.signal { return "ended by signal \(signal)" }
        return step.exitCode.map { "exit \($0)" } ?? "no exit status"
    }
}
