import GateGit

/// Why nothing can be said although the head is red: the machine is at fault, and asking anybody for a fix is pointless.
struct EnvironmentBlame {
    let reasons: [Reason]
    /// What a person can do about it.
    let next: [String]

    /// - Returns: `nil` where anything else keeps the head red.
    init?(_ failure: FailureRecord, _ baseline: Baseline) {
        if let fault = failure.environmentFault {
            reasons = baseline.targets.steps.sorted().map { step in
                Reason(
                    .baselineEnvironment,
                    step,
                    "every target of '\(step)' ends of its surroundings at the head, not of the code: "
                        + fault.title.lowercased()
                )
            }
            next = Self.advice(fault)
            return
        }
        // A run that came to no end of its own, and whose last words are about the machine.
        let obstacles = baseline.obstacles
        guard !obstacles.isEmpty,
            obstacles.allSatisfy({ failure.strickenSteps.contains($0.subject ?? "") }),
            let pattern = failure.patterns.first(where: { pattern in
                pattern.cause == .environment
                    && pattern.places.contains { $0.isOwnError && failure.strickenSteps.contains($0.step) }
            })
        else { return nil }
        reasons =
            obstacles + [Reason(.baselineEnvironment, nil, "its last words are about \(pattern.title.lowercased())")]
        next = Self.advice(pattern)
    }

    private static func advice(_ pattern: DetectedPattern) -> [String] {
        [pattern.guidance, "no backend was asked, because no change to the code would help; then run the gate again"]
    }
}
