import GateGit

/// Tells a backend why its last candidate was not accepted.
package enum Feedback {
    /// What others wrote, between fences: a candidate's output goes to the backend that wrote it, and is data to it.
    package static func fenced(_ title: String, _ text: String) -> String {
        let plain = DataFence.plain(text)
        let fence = DataFence(around: [plain])
        return [title, fence.sentence, fence.enclose(plain)].filter { !$0.isEmpty }.joined(separator: "\n")
    }

    /// What admission refused.
    package static func refused(_ findings: [AdmissionFinding], attempt: Int) -> String {
        "Attempt \(attempt) was refused before anything ran:\n"
            + findings.prefix(20).map { "- \($0.code): \(Excerpt.visible($0.message))" }.joined(separator: "\n")
    }

    /// What the validation showed, without what flaky tests did: why, which tests moved which way, of what kind the
    /// failure is, how the commands ended, and the first and last lines of what they said.
    ///
    /// - Parameter failure: what the runs of the candidate are read as.
    package static func judged(
        _ verdict: Verdict,
        transitions: [TestTransition],
        runs: [StepRun],
        failure: FailureRecord?,
        flaky: FlakyTests,
        attempt: Int
    ) -> String {
        var lines = ["Attempt \(attempt) was \(verdict.kind.rawValue):"]
        lines += verdict.reasons.prefix(20).map { "- \($0.code.rawValue): \(Excerpt.visible($0.message))" }
        for kind in Transition.allCases {
            let tests = transitions.filter { $0.transition == kind && (kind != .passToPass) }
            if !tests.isEmpty {
                lines.append(
                    "\(kind.rawValue): "
                        + tests.prefix(20).map { Excerpt.visible($0.test.name) }.joined(separator: ", ")
                )
            }
        }
        if let pattern = failure?.pattern {
            lines.append("Detected: \(Excerpt.visible(FailureSentence.words(pattern))) [\(pattern.key.rawValue)]")
            lines.append("What to do: \(Excerpt.visible(pattern.guidance))")
        }
        for frame in failure?.frames.prefix(3) ?? [] { lines.append("At: \(frame)") }
        for run in runs where !flaky.without(run.observation).isGreen {
            lines.append("'\(run.step.id)' \(ending(run.process))")
            let red = run.report.redResults.filter { flaky.tests[run.step.id]?.contains($0.id) != true }
            if red.count > 5 { lines.append("\(red.count) tests are red in it; the first 5:") }
            for result in red.prefix(5) {
                lines.append("\(Excerpt.visible(result.id.name)): \(Excerpt.visible(result.message ?? ""))")
                if let detail = result.detail { lines.append(Excerpt.visible(Excerpt.headAndTail(of: detail))) }
            }
            if run.report.redResults.isEmpty {
                lines.append(Excerpt.visible(Excerpt.headAndTail(of: run.process.standardOutput.text)))
                lines.append(Excerpt.visible(Excerpt.headAndTail(of: run.process.standardError.text)))
            }
        }
        return lines.joined(separator: "\n")
    }

    /// How a command ended, for a sentence.
    private static func ending(_ process: ProcessResult) -> String {
        if let phrase = process.ending.phrase { return phrase }
        return switch process.termination {
        case .exited(let code): "exited with \(code)"
        case .signalled(let signal): "was ended by signal \(signal)"
        }
    }
}
