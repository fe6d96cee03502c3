/// One command of a validation, ready to run: a check of the suite, or a scenario.
///
/// Outcomes are only ever compared within one step, because test ids depend on how a runner was called.
package struct Step: Sendable, Hashable {
    /// `scenario:<id>` or `check:<name>`.
    package let id: String
    package let kind: Check.Kind
    package let isRequired: Bool
    package let command: [String]
    package let commandSource: PolicySource
    package let format: String
    /// Globs of JUnit files the command writes, relative to the repository.
    package let reports: [String]
    package let wallTime: Duration
    package let idleTime: Duration
    package let outputLimit: Int
    package let bounds: RunBounds

    package init(
        id: String,
        kind: Check.Kind,
        isRequired: Bool,
        command: [String],
        commandSource: PolicySource,
        format: String,
        reports: [String],
        wallTime: Duration,
        idleTime: Duration,
        outputLimit: Int,
        bounds: RunBounds = RunBounds()
    ) {
        self.id = id
        self.kind = kind
        self.isRequired = isRequired
        self.command = command
        self.commandSource = commandSource
        self.format = format
        self.reports = reports
        self.wallTime = wallTime
        self.idleTime = idleTime
        self.outputLimit = outputLimit
        self.bounds = bounds
    }
}

/// What one run may take of the machine.
package struct RunBounds: Sendable, Hashable {
    /// Processes at one time.
    package var processes = 1024
    /// Bytes of memory of all processes together; `nil` for any.
    package var memory: Int?
    /// Bytes of one file.
    package var fileSize = 4 << 30
    /// Bytes of everything written below the repository.
    package var disk = 8 << 30

    package init(processes: Int = 1024, memory: Int? = nil, fileSize: Int = 4 << 30, disk: Int = 8 << 30) {
        self.processes = processes
        self.memory = memory
        self.fileSize = fileSize
        self.disk = disk
    }
}

extension Step {
    /// The same step with time limits that fit a run that is known to have taken so long.
    ///
    /// A candidate that hangs is found out in proportion to its tests. Ten times as long, and at least a minute, is
    /// never taken for a hang.
    package func bounded(byRunOf duration: Duration) -> Step {
        let bound = max(.seconds(60), duration * 10)
        return Step(
            id: id,
            kind: kind,
            isRequired: isRequired,
            command: command,
            commandSource: commandSource,
            format: format,
            reports: reports,
            wallTime: min(wallTime, bound),
            idleTime: min(idleTime, bound),
            outputLimit: outputLimit,
            bounds: bounds
        )
    }
}

/// What is run, in order: scenarios first, because they are short and say most; then the suite.
package struct Plan: Sendable, Hashable {
    package let steps: [Step]
    /// Scenarios whose own targets decide; empty for a run over the whole suite.
    package let scenarios: [Scenario]
    /// Ids of steps that only say which tests do not count.
    package let exempting: Set<String>
    /// Where parts decide for themselves: which of them are run here, of which all.
    package let parts: PartsOfPlan?

    /// Makes the plan for some scenarios, or for the suite alone.
    ///
    /// - Parameter exempting: scenarios whose tests are run, shown, and do not count.
    /// - Throws: `GateFailure` where nothing runs tests, or a scenario cannot be run as it is written.
    package init(policy: ResolvedPolicy, scenarios: [Scenario], exempting: [Scenario] = []) throws {
        guard !policy.testChecks.isEmpty else {
            throw GateFailure(
                "plan.no-test-check",
                "no check of kind 'test' is configured, and none was detected",
                hints: [
                    "git config -f \(PolicyFile.path) gatekeeper.check.test.command 'python3 -m pytest'",
                    "or let 'git gatekeeper init' write a policy to start from",
                ]
            )
        }
        parts = nil
        var steps: [Step] = []
        for scenario in scenarios {
            if let step = try Self.step(for: scenario, policy: policy) { steps.append(step) }
        }
        var exempt: Set<String> = []
        for scenario in exempting {
            if let step = try Self.step(for: scenario, policy: policy) {
                steps.append(step)
                exempt.insert(step.id)
            }
        }
        self.exempting = exempt
        steps += policy.checks.map { check in
            Self.step("check:\(check.name)", check, command: check.command, format: check.format, policy: policy)
        }
        self.steps = steps
        self.scenarios = scenarios
    }

    /// Makes the plan of a change as a fleet runs it: each gating scenario and each check is a part that decides for
    /// itself, and a shard takes every so many-th of them.
    ///
    /// - Throws: `GateFailure` where nothing runs tests.
    package init(policy: ResolvedPolicy, parts shard: PlanParts) throws {
        let gating = policy.scenarios.filter(\.isGating)
        let whole = try Plan(policy: policy, scenarios: gating, exempting: policy.scenarios.filter { !$0.isGating })
        let all = whole.steps.filter { !whole.exempting.contains($0.id) }
        let own = shard.choose(from: all)
        // What says which tests do not count goes with every check that runs tests.
        let needsExempting = own.contains { $0.id.hasPrefix("check:") && $0.kind == .test }
        steps = whole.steps.filter { own.contains($0) || needsExempting && whole.exempting.contains($0.id) }
        scenarios = []
        exempting = whole.exempting
        parts = PartsOfPlan(shard: shard, own: own.map(\.id), all: all.map(\.id), steps: whole.steps)
    }

    private static func step(for scenario: Scenario, policy: ResolvedPolicy) throws -> Step? {
        guard scenario.command != nil || !scenario.tests.isEmpty else { return nil }
        let check =
            scenario.check.flatMap { name in policy.checks.first { $0.name == name } } ?? policy.testChecks.first
        guard let check else { return nil }
        let command: Sourced<[String]>
        if let own = scenario.command {
            command = own
        } else {
            command = Sourced(check.command.value + scenario.tests, scenario.source)
        }
        return step(
            "scenario:\(scenario.id)",
            check,
            command: command,
            format: scenario.format ?? (scenario.command == nil ? check.format : "auto"),
            policy: policy
        )
    }

    private static func step(
        _ id: String,
        _ check: Check,
        command: Sourced<[String]>,
        format: String,
        policy: ResolvedPolicy
    ) -> Step {
        Step(
            id: id,
            kind: check.kind,
            isRequired: check.isRequired,
            command: command.value,
            commandSource: command.source,
            format: format,
            reports: check.reports,
            wallTime: check.timeout ?? policy.limits.wallTime.value,
            idleTime: policy.limits.idleTime.value,
            outputLimit: policy.limits.output.value,
            bounds: RunBounds(
                processes: policy.limits.processes.value,
                memory: policy.limits.memory?.value,
                fileSize: policy.limits.fileSize.value,
                disk: policy.limits.disk.value
            )
        )
    }
}
