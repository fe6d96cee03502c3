import GateGit

/// Runs what a CI job runs, under the same bounds and in the same sandbox as a check.
struct JobReplay: Sendable {
    let session: Session
    let validator: Validator

    /// One run, and what it shows.
    struct Outcome: Sendable {
        var state: Reconciliation.State
        var evidence: String
        var run: StepRun?
        /// Files that the output blames, most suspicious first.
        var suspects: [RepositoryPath] = []
    }

    /// - Parameter id: tells the job from others; part of the step's id.
    func take(_ plan: JobPlan, id: String, on tree: ObjectID) async throws -> Outcome {
        if !plan.obstacles.isEmpty {
            return Outcome(state: .notReplayable, evidence: plan.obstacles.joined(separator: "; "), run: nil)
        }
        for tool in plan.tools {
            let asked = try await validator.run(
                [step(tool.question, id: "ci-tool:\(id)")],
                on: tree,
                for: .confirmation
            )
            let answer = asked.first?.process.standardOutput.text ?? ""
            if !tool.isMet(by: answer) {
                let here = Excerpt.visible(Excerpt.line(answer, maximum: 80))
                let why =
                    "the job has \(tool.programs[0]) \(tool.version), and here is \(here.isEmpty ? "none" : "'\(here)'"): "
                    + "what its command gives here is no proof"
                return Outcome(state: .notReplayable, evidence: why, run: nil)
            }
        }
        guard
            let run = try await validator.run([step(plan.command, id: "ci:\(id)")], on: tree, for: .confirmation).first
        else { return Outcome(state: .notReplayable, evidence: "it was not run", run: nil) }
        return try await judge(run, plan, on: tree)
    }

    private func step(_ command: [String], id: String) -> Step {
        let limits = session.policy.limits
        return Step(
            id: id,
            kind: .test,
            isRequired: true,
            command: command,
            commandSource: .detected("job file"),
            format: ExitCodeRunner.name,
            reports: [],
            wallTime: limits.wallTime.value,
            idleTime: limits.idleTime.value,
            outputLimit: limits.output.value,
            bounds: RunBounds(
                processes: limits.processes.value,
                memory: limits.memory?.value,
                fileSize: limits.fileSize.value,
                disk: limits.disk.value
            )
        )
    }

    private func judge(_ run: StepRun, _ plan: JobPlan, on tree: ObjectID) async throws -> Outcome {
        func stuck(_ why: String) -> Outcome { Outcome(state: .notReplayable, evidence: why, run: run) }
        if let limit = run.process.ending.phrase { return stuck("the replay \(limit)") }
        if let problem = run.report.problems.first {
            return stuck("the replay is no proof: \(Excerpt.visible(Excerpt.line(problem.message)))")
        }
        if run.process.isSuccess {
            if let doubt = plan.doubt { return stuck(doubt) }
            return Outcome(state: .replayedGreen, evidence: "exit 0 on tree \(tree.abbreviated)", run: run)
        }
        let end = run.process.exitCode.map { "exit \($0)" } ?? "ended by a signal"
        let words = Self.lastWords(run)
        let said = words.isEmpty ? "" : ": \(words)"
        if plan.runsTheRedStep, run.process.exitCode == JobPlan.earlier {
            return stuck("a step before the one that failed is red here, and was green there (\(end)\(said))")
        }
        if let code = run.process.exitCode, [126, 127].contains(code) {
            return stuck("this machine lacks what it starts (\(end)\(said))")
        }
        let reading = FailureReading(
            runs: [run],
            failedTests: [],
            flaky: FlakyTests(),
            resolver: PathResolver(
                files: Set(try await session.repository.files(in: tree).keys),
                roots: [run.root]
            )
        )
        if let key = reading.stricken.values.first {
            return stuck("it ends of this machine, not of the code: \(key.title.lowercased()) (\(end)\(said))")
        }
        let lacking = reading.patterns(isEnvironment: false).first { pattern in
            pattern.key == .missingModule && pattern.cause == .configuration
                && pattern.places.contains(where: \.isOwnError)
        }
        if let lacking {
            return stuck("this machine lacks a module: \(lacking.fields[.module] ?? "") (\(end)\(said))")
        }
        return Outcome(
            state: .reproducedRed,
            evidence: "\(end) on tree \(tree.abbreviated)\(said)",
            run: run,
            suspects: reading.suspects { session.contract.isProtected($0) }
        )
    }

    private static func lastWords(_ run: StepRun) -> String {
        for stream in [run.process.standardError, run.process.standardOutput] {
            let lines = stream.text.split(separator: "\n").map { String($0).trimmedBlanks }
            if let last = lines.last(where: { !$0.isEmpty }) { return Excerpt.visible(Excerpt.line(last)) }
        }
        return ""
    }

    /// What a replay printed, for the ledger and for whoever repairs it; secrets were taken out before.
    static func output(_ run: StepRun, _ plan: JobPlan, lines: Int) -> String {
        let streams = [("standard output", run.process.standardOutput), ("standard error", run.process.standardError)]
        return "command: \(plan.typed)\nexit: \(run.process.exitCode.map(String.init) ?? "none")\n"
            + streams.map { name, stream in
                "--- \(name)\n" + Excerpt.headAndTail(of: stream.text, head: lines, tail: lines)
            }.joined(separator: "\n") + "\n"
    }
}
