import GateGit

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

extension RunRecord {
    init(_ session: Session, id: String, command: String, started: Date, sandbox: SandboxRecord) {
        let proposal = session.proposal
        self.init(
            id: id,
            command: command,
            started: started,
            gate: Gate(version: session.context.version, libgit2: libgit2Version),
            repository: session.repository.workingTree ?? session.repository.gitDirectory,
            base: Side(
                commit: proposal.baseCommit?.hex,
                tree: proposal.baseTree.hex,
                origin: proposal.baseOrigin.description
            ),
            head: Side(commit: proposal.headCommit?.hex, tree: proposal.headTree.hex, origin: proposal.headOrigin),
            sandbox: sandbox,
            policy: session.policy.effective.map {
                Setting(key: $0.key, value: $0.value, source: $0.source.description)
            },
            notes: session.policy.notes,
            scenarios: session.plan.scenarios.map(\.id),
            parts: session.plan.parts.map(PartsRecord.init)
        )
    }
}

extension RunRecord.PartsRecord {
    package init(_ parts: PartsOfPlan) {
        let plan = RunDigests.plan(parts.steps)
        self.init(
            index: parts.shard.index,
            count: parts.shard.count,
            own: parts.own,
            all: parts.all,
            plan: plan,
            matrix: RunDigests.matrix(plan: plan, parts: parts.all, count: parts.shard.count)
        )
    }
}

extension RunRecord.LookRecord {
    init(_ finding: LookFinding) {
        self.init(
            code: finding.code,
            path: finding.path.description,
            line: finding.line,
            text: finding.text,
            why: finding.why
        )
    }
}

extension RunRecord.ReasonRecord {
    init(_ reason: Reason) {
        self.init(code: reason.code.rawValue, subject: reason.subject, message: reason.message)
    }
}

extension RunRecord.TransitionRecord {
    init(_ transition: TestTransition) {
        self.init(
            step: transition.step,
            test: transition.test.name,
            transition: transition.transition.rawValue,
            head: transition.head.rawValue,
            candidate: transition.candidate.rawValue,
            base: transition.base?.rawValue,
            target: transition.isTarget
        )
    }
}

extension RunRecord.StepRecord {
    init(_ run: StepRun, phase: String, tree: String) {
        let signal: Int32? =
            if case .signalled(let number) = run.process.termination { number } else { nil }
        self.init(
            step: run.step.id,
            phase: phase,
            required: run.step.isRequired,
            tree: tree,
            command: run.step.command,
            runner: run.report.runner,
            strength: run.report.strength.rawValue,
            sandbox: run.sandbox.rawValue,
            pristine: run.isPristine,
            exitCode: run.process.exitCode,
            signal: signal,
            ending: run.process.ending.rawValue,
            variation: run.variation.isEmpty ? nil : run.variation,
            seconds: run.process.duration.seconds,
            stagingSeconds: run.staging.seconds,
            outputTruncated: run.process.standardOutput.isTruncated || run.process.standardError.isTruncated,
            outcomes: Dictionary(uniqueKeysWithValues: run.report.results.map { ($0.id.name, $0.outcome.rawValue) }),
            problems: run.report.problems.map {
                RunRecord.ProblemRecord(code: $0.kind.rawValue, message: $0.message, scope: $0.scope)
            },
            reports: run.reports.isEmpty ? nil : run.reports,
            limitsHit: Self.limits(run),
            environment: run.environment
        )
    }

    /// Limits that a run came to; `nil` where there is none.
    private static func limits(_ run: StepRun) -> [String]? {
        var limits = run.process.ending == .itself ? [] : [run.process.ending.rawValue]
        if run.process.standardOutput.isTruncated || run.process.standardError.isTruncated {
            limits.append("keptOutput")
        }
        return limits.isEmpty ? nil : limits
    }
}
