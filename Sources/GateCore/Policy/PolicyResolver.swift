package import GateGit

/// Puts the sources of policy on top of each other: built-in, tracked file, git's configuration, environment, flags.
///
/// Every problem of every source is collected, so that one run of the gate shows them all; nothing runs while there
/// is one.
package struct PolicyResolver {
    private var policy = ResolvedPolicy()
    private var problems: [String] = []
    private var checks: [String: PartialCheck] = [:]
    private var checkOrder: [String] = []
    private var scenarioOrder: [String] = []
    private var scenarios: [String: Scenario] = [:]
    /// Where each value that may be set once was set, so that a later source replaces an earlier one knowingly.
    private var effective: [String: [EffectiveSetting]] = [:]
    private var effectiveOrder: [String] = []
    private let knownFormats: Set<String>

    private struct PartialCheck {
        var check: Check
        var hasCommand = false
        var source: PolicySource
    }

    /// - Parameter knownFormats: names of the report formats that `format` may take besides `auto`.
    package init(knownFormats: Set<String>) { self.knownFormats = knownFormats }

    /// Adds the tracked policy.
    package mutating func add(_ file: PolicyFile) {
        let multiples = Set(file.assignments.map(\.key))
        clearMultiples(multiples)
        for assignment in file.assignments {
            apply(assignment.key, assignment.value, assignment.source, isTracked: true)
        }
    }

    /// Adds git's own configuration.
    package mutating func add(_ settings: [GitSetting]) {
        clearMultiples(Set(settings.map(\.key)))
        for setting in settings {
            apply(
                setting.key,
                setting.value,
                .gitConfig(scope: setting.scope, origin: setting.origin),
                isTracked: false
            )
        }
    }

    /// Adds one value from the environment or a flag.
    package mutating func add(key: String, value: String, source: PolicySource) {
        apply(key, value, source, isTracked: false)
    }

    /// Puts a list in the place of what the sources below say; an empty one takes it away.
    package mutating func replace(key: String, values: [String], source: PolicySource) {
        clearMultiples([key])
        for value in values { apply(key, value, source, isTracked: false) }
    }

    /// Adds a check that was detected because no source names one.
    package mutating func addDetected(command: [String], format: String, because: String) {
        let source = PolicySource.detected(because)
        var check = Check(name: "test", command: Sourced(command, source))
        check.format = format
        checks["test"] = PartialCheck(check: check, hasCommand: true, source: source)
        checkOrder.append("test")
        note("gatekeeper.check.test.command", PolicyValue.quoted(command), source, multiple: false)
    }

    /// Whether any source names a check so far.
    package var namesChecks: Bool { !checks.isEmpty }

    /// The policy in force.
    ///
    /// - Throws: `GateFailure` with every problem of every source.
    package mutating func resolve() throws -> ResolvedPolicy {
        for name in checkOrder {
            guard let partial = checks[name] else { continue }
            guard partial.hasCommand else {
                problem(partial.source, "gatekeeper.check.\(name)", "has no command")
                continue
            }
            policy.checks.append(partial.check)
        }
        for id in scenarioOrder {
            guard let scenario = scenarios[id] else { continue }
            if let name = scenario.check, checks[name] == nil {
                problem(
                    scenario.source,
                    "gatekeeper.scenario.\(id).check",
                    "names the check '\(name)', which does not exist"
                )
            }
            if scenario.command == nil, scenario.tests.isEmpty, scenario.targets.isEmpty {
                problem(scenario.source, "gatekeeper.scenario.\(id)", "names neither tests nor a command nor targets")
            }
            policy.scenarios.append(scenario)
        }
        guard problems.isEmpty else {
            throw GateFailure(
                "policy.invalid",
                problems.count == 1
                    ? problems[0]
                    : "the policy has \(problems.count) problems:\n  " + problems.joined(separator: "\n  "),
                hints: ["'git gatekeeper config --list-keys' prints every key there is"]
            )
        }
        policy.effective = effectiveOrder.sorted().flatMap { effective[$0] ?? [] }
        return policy
    }

    private mutating func clearMultiples(_ keys: Set<String>) {
        // A source that sets a list replaces the list of the sources below it.
        for key in keys {
            guard let found = PolicyKey.find(key), found.key.isMultiple else { continue }
            effective[found.key.spelled(found.name)] = nil
            switch found.key.pattern {
            case "gatekeeper.contract.protect": policy.protected = []
            case "gatekeeper.contract.open": policy.opened = []
            case "gatekeeper.carry": policy.carried = []
            case "gatekeeper.readable": policy.readable = []
            case "gatekeeper.environment": policy.environment = []
            case "gatekeeper.council.member": policy.council = []
            case "gatekeeper.protectedBranch": policy.protectedBranches = []
            case "gatekeeper.check.<name>.report": if let name = found.name { checks[name]?.check.reports = [] }
            case "gatekeeper.scenario.<id>.tests": if let id = found.name { scenarios[id]?.tests = [] }
            case "gatekeeper.scenario.<id>.scope": if let id = found.name { scenarios[id]?.scope = [] }
            case "gatekeeper.scenario.<id>.target": if let id = found.name { scenarios[id]?.targets = [] }
            case "gatekeeper.backend.<name>.environment":
                if let name = found.name { policy.backendSettings[name]?.environment = [] }
            default: policy.signoff.clear(found.key.pattern)
            }
        }
    }

    private mutating func apply(_ key: String, _ value: String?, _ source: PolicySource, isTracked: Bool) {
        guard let (known, name) = PolicyKey.find(key) else {
            let hint = PolicyKey.nearest(to: key).map { "; did you mean '\($0)'?" } ?? ""
            problem(source, key, "is not a key of the policy\(hint)")
            return
        }
        if isTracked, known.reach == .userOnly {
            problem(
                source,
                key,
                "may only be set in git's own configuration, because it reaches outside the repository"
            )
            return
        }
        if isTracked, let complaint = Self.overreach(known.pattern, value) {
            problem(source, key, complaint)
            return
        }
        guard value != nil || known.kind == .boolean else {
            problem(source, key, "needs a value")
            return
        }
        let text = value ?? "true"
        if let complaint = complaint(about: text, standsAlone: value == nil, kind: known.kind) {
            problem(source, key, complaint)
            return
        }
        note(known.spelled(name), text, source, multiple: known.isMultiple)
        set(known.pattern, name: name, text: text, source: source, key: key)
    }

    /// What a tracked file may not ask for, although its owner may: it would reach beyond the sandbox.
    private static func overreach(_ pattern: String, _ value: String?) -> String? {
        switch pattern {
        case "gatekeeper.sandbox" where value == SandboxDemand.off.rawValue:
            "is 'off', which only git's own configuration or a flag may say"
        case "gatekeeper.tripwires" where value == TripwireDemand.off.rawValue:
            "is 'off', which only git's own configuration or a flag may say"
        case "gatekeeper.secondLook" where value != SecondLookLevel.escalate.rawValue:
            "is '\(value ?? "")', which only git's own configuration may say"
        case "gatekeeper.environment" where value?.contains("=") == false:
            "names '\(value ?? "")' without a value: only git's own configuration may hand down a variable of this machine"
        default: nil
        }
    }

    private func complaint(about text: String, standsAlone: Bool, kind: PolicyKey.Kind) -> String? {
        switch kind {
        case .text: text.isEmpty ? "is empty" : nil
        case .words: PolicyValue.complaint(aboutWords: text)
        case .boolean:
            PolicyValue.boolean(standsAlone ? nil : text) == nil ? "is '\(text)', which is neither true nor false" : nil
        case .integer: PolicyValue.integer(text) == nil ? "is '\(text)', which is no whole number" : nil
        case .duration:
            PolicyValue.duration(text) == nil ? "is '\(text)', which is no duration such as '90s', '10m' or '1h'" : nil
        case .size: PolicyValue.size(text) == nil ? "is '\(text)', which is no size such as '512k' or '64m'" : nil
        case .glob: Self.globComplaint(text)
        case .choice(let options):
            options.contains(text) ? nil : "is '\(text)'; it may be \(options.joined(separator: ", "))"
        }
    }

    private static func globComplaint(_ text: String) -> String? {
        do throws(GlobError) {
            _ = try Glob(text)
            return nil
        } catch {
            return "is not a glob: \(error.message)"
        }
    }

    private mutating func set(_ pattern: String, name: String?, text: String, source: PolicySource, key: String) {
        switch pattern {
        case "gatekeeper.contract.protect": policy.protected.append(Sourced(text, source))
        case "gatekeeper.contract.open": setOpening(text, source, key)
        case "gatekeeper.contract.from": update(&policy.contractFrom, ContractSide(rawValue: text), source)
        case "gatekeeper.contract.drift": update(&policy.contractDrift, DriftDemand(rawValue: text), source)
        case "gatekeeper.limits.wallTime": update(&policy.limits.wallTime, PolicyValue.duration(text), source)
        case "gatekeeper.limits.idleTime": update(&policy.limits.idleTime, PolicyValue.duration(text), source)
        case "gatekeeper.limits.output": update(&policy.limits.output, PolicyValue.size(text), source)
        case "gatekeeper.limits.processes":
            if text == "0" { problem(source, key, "is 0; a check is at least one process") }
            update(&policy.limits.processes, PolicyValue.integer(text), source)
        case "gatekeeper.limits.memory": policy.limits.memory = PolicyValue.size(text).map { Sourced($0, source) }
        case "gatekeeper.limits.fileSize": update(&policy.limits.fileSize, PolicyValue.size(text), source)
        case "gatekeeper.limits.disk": update(&policy.limits.disk, PolicyValue.size(text), source)
        case "gatekeeper.limits.replyBytes": update(&policy.replyBytes, PolicyValue.size(text), source)
        case "gatekeeper.limits.files": update(&policy.candidateFiles, PolicyValue.integer(text), source)
        case "gatekeeper.limits.lines": update(&policy.candidateLines, PolicyValue.integer(text), source)
        case "gatekeeper.sandbox": update(&policy.sandbox, SandboxDemand(rawValue: text), source)
        case "gatekeeper.trust.commands": update(&policy.trustedCommands, CommandTrustDemand(rawValue: text), source)
        case "gatekeeper.tripwires": update(&policy.tripwires, TripwireDemand(rawValue: text), source)
        case "gatekeeper.heldout":
            if !text.hasPrefix("/") { problem(source, key, "is '\(text)', which is no absolute path") }
            policy.heldOut = Sourced(text, source)
        case "gatekeeper.secondLook": update(&policy.secondLook, SecondLookLevel(rawValue: text), source)
        case "gatekeeper.carry": policy.carried.append(Sourced(text, source))
        case "gatekeeper.readable":
            guard text.hasPrefix("/") else { return problem(source, key, "is '\(text)', which is no absolute path") }
            policy.readable.append(Sourced(text, source))
        case "gatekeeper.environment": policy.environment.append(Sourced(text, source))
        case "gatekeeper.requireBaseGreen": update(&policy.requireBaseGreen, PolicyValue.boolean(text), source)
        case "gatekeeper.flakyRuns":
            if PolicyValue.integer(text).map({ $0 > 10 }) == true { problem(source, key, "is \(text); 10 is the most") }
            update(&policy.flakyRuns, PolicyValue.integer(text), source)
        case "gatekeeper.clarification.when":
            update(&policy.clarificationWhen, ClarificationDemand(rawValue: text), source)
        case "gatekeeper.clarification.policy":
            update(&policy.clarificationPolicy, ClarificationPolicy(rawValue: text), source)
        case "gatekeeper.clarification.optionSource":
            update(&policy.clarifierOptionSource, ClarifierOptionSource(rawValue: text), source)
        case "gatekeeper.context.tokens":
            if PolicyValue.integer(text).map({ $0 < ResolvedPolicy.leastContextTokens }) == true {
                problem(
                    source,
                    key,
                    "is \(text); with less than \(ResolvedPolicy.leastContextTokens) tokens no failure can be told"
                )
            }
            update(&policy.contextTokens, PolicyValue.integer(text), source)
        case "gatekeeper.hook.fastForward": update(&policy.hookFastForward, PolicyValue.boolean(text), source)
        case "gatekeeper.push.attempts":
            if text == "0" { problem(source, key, "is 0; at least one push has to be tried") }
            update(&policy.pushAttempts, PolicyValue.integer(text), source)
        case "gatekeeper.protectedBranch": setProtectedBranch(text, source, key)
        case "gatekeeper.maxRetries":
            if text == "0" { problem(source, key, "is 0; at least one attempt is needed") }
            update(&policy.maxRetries, PolicyValue.integer(text), source)
        case "gatekeeper.context.suspectTrials": update(&policy.suspectTrials, PolicyValue.integer(text), source)
        case "gatekeeper.enabled": update(&policy.isEnabled, PolicyValue.boolean(text), source)
        case "gatekeeper.escalation.repeats": update(&policy.escalationRepeats, PolicyValue.integer(text), source)
        case "gatekeeper.escalation.revert": update(&policy.escalationRevert, RevertMode(rawValue: text), source)
        case "gatekeeper.conversation": update(&policy.conversation, ConversationStyle(rawValue: text), source)
        case "gatekeeper.budget.tokens": update(&policy.tokenBudget, PolicyValue.integer(text), source)
        case "gatekeeper.budget.cost":
            guard let cost = Cost(text) else {
                return problem(source, key, "is '\(text)', which is no amount such as '2.50'")
            }
            policy.costBudget = Sourced(cost, source)
        case "gatekeeper.memory": update(&policy.remembers, PolicyValue.boolean(text), source)
        case "gatekeeper.memory.age": update(&policy.memoryAge, PolicyValue.duration(text), source)
        case "gatekeeper.timeBudget": update(&policy.timeBudget, PolicyValue.duration(text), source)
        case "gatekeeper.jobs":
            if text == "0" { problem(source, key, "is 0; at least one validation has to run") }
            update(&policy.jobs, PolicyValue.integer(text), source)
        case "gatekeeper.ui": update(&policy.display, DisplayStyle(rawValue: text), source)
        case "gatekeeper.backend": policy.backend = Sourced(text, source)
        case "gatekeeper.council.member": policy.council.append(Sourced(text, source))
        case "gatekeeper.council.reviewer": policy.reviewer = Sourced(text, source)
        case "gatekeeper.council.otherFamily": update(&policy.reviewerOtherFamily, PolicyValue.boolean(text), source)
        case "gatekeeper.council.choice": update(&policy.councilChoice, CouncilChoice(rawValue: text), source)
        case "gatekeeper.model": policy.model = Sourced(text, source)
        case "gatekeeper.attest": update(&policy.trust.attests, PolicyValue.boolean(text), source)
        case "gatekeeper.signingKey": policy.trust.signingKey = Sourced(text, source)
        case "gatekeeper.trust.allowedSigners", "gatekeeper.trust.revoked":
            guard text.hasPrefix("/") else { return problem(source, key, "is '\(text)', which is no absolute path") }
            policy.trust.set(pattern, Sourced(text, source))
        case "gatekeeper.trust.maxAge": update(&policy.trust.maxAge, PolicyValue.duration(text), source)
        default:
            guard let name else {
                let isNotice = pattern.hasPrefix("gatekeeper.notify.")
                let wrong =
                    isNotice ? policy.notify.set(pattern, text, source) : policy.signoff.set(pattern, text, source)
                if let wrong { problem(source, key, wrong) }
                return
            }
            if pattern.hasPrefix("gatekeeper.check.") {
                setCheck(pattern, name, text, source, key)
            } else if pattern.hasPrefix("gatekeeper.scenario.") {
                setScenario(pattern, name, text, source, key)
            } else if pattern.hasPrefix("gatekeeper.signoff.job.") {
                policy.signoff.jobCommands[name] = PolicyValue.words(text).map { Sourced($0, source) }
            } else if pattern.hasPrefix("gatekeeper.hook.") {
                setHook(pattern, name, text, source, key)
            } else {
                if pattern.hasSuffix(".maxTokens"), text == "0" { problem(source, key, "is 0; an answer has some") }
                setBackend(pattern, name, text, source)
            }
        }
    }

    private func update<Value>(_ slot: inout Sourced<Value>, _ value: Value?, _ source: PolicySource) {
        if let value { slot = Sourced(value, source) }
    }

    private mutating func setOpening(_ text: String, _ source: PolicySource, _ key: String) {
        guard let separator = text.firstRange(of: " -- ") else {
            problem(source, key, "is '\(text)'; write 'glob -- reason'")
            return
        }
        let glob = String(text[..<separator.lowerBound])
        if let complaint = Self.globComplaint(glob) {
            problem(source, key, complaint)
            return
        }
        policy.opened.append(Sourced(Opening(glob: glob, reason: String(text[separator.upperBound...])), source))
    }

    private mutating func setProtectedBranch(_ text: String, _ source: PolicySource, _ key: String) {
        guard let complaint = Self.globComplaint(BranchPattern.full(text)) else {
            policy.protectedBranches.append(Sourced(text, source))
            return
        }
        problem(source, key, complaint)
    }

    private mutating func setHook(
        _ pattern: String,
        _ name: String,
        _ text: String,
        _ source: PolicySource,
        _ key: String
    ) {
        guard let kind = HookKind(rawValue: name) else {
            return problem(
                source,
                key,
                "names the hook '\(name)'; there are \(HookKind.allCases.map(\.rawValue).joined(separator: ", "))"
            )
        }
        var settings = policy.hooks[kind] ?? HookSettings(kind)
        switch pattern {
        case "gatekeeper.hook.<name>.enabled": update(&settings.isEnabled, PolicyValue.boolean(text), source)
        default:
            if !kind.canRepair { problem(source, key, "is about a hook that judges only; it cannot be told to repair") }
            update(&settings.onRed, HookSettings.OnRed(rawValue: text), source)
        }
        policy.hooks[kind] = settings
    }

    private mutating func setCheck(
        _ pattern: String,
        _ name: String,
        _ text: String,
        _ source: PolicySource,
        _ key: String
    ) {
        if checks[name] == nil {
            checks[name] = PartialCheck(check: Check(name: name, command: Sourced([], source)), source: source)
            checkOrder.append(name)
        }
        switch pattern {
        case "gatekeeper.check.<name>.command":
            checks[name]?.check.command = Sourced(PolicyValue.words(text) ?? [], source)
            checks[name]?.hasCommand = true
        case "gatekeeper.check.<name>.kind": checks[name]?.check.kind = Check.Kind(rawValue: text) ?? .test
        case "gatekeeper.check.<name>.required": checks[name]?.check.isRequired = PolicyValue.boolean(text) ?? true
        case "gatekeeper.check.<name>.format":
            if validFormat(text, source, key) { checks[name]?.check.format = text }
        case "gatekeeper.check.<name>.report": checks[name]?.check.reports.append(text)
        default: checks[name]?.check.timeout = PolicyValue.duration(text)
        }
    }

    private mutating func setScenario(
        _ pattern: String,
        _ id: String,
        _ text: String,
        _ source: PolicySource,
        _ key: String
    ) {
        if scenarios[id] == nil {
            scenarios[id] = Scenario(id: id, source: source)
            scenarioOrder.append(id)
            if !Self.isSafeName(id) {
                problem(source, key, "names the scenario '\(id)'; use letters, digits, '.', '_' and '-' only")
            }
        }
        switch pattern {
        case "gatekeeper.scenario.<id>.title": scenarios[id]?.title = text
        case "gatekeeper.scenario.<id>.check": scenarios[id]?.check = text
        case "gatekeeper.scenario.<id>.tests": scenarios[id]?.tests.append(text)
        case "gatekeeper.scenario.<id>.command":
            scenarios[id]?.command = Sourced(PolicyValue.words(text) ?? [], source)
        case "gatekeeper.scenario.<id>.format":
            if validFormat(text, source, key) { scenarios[id]?.format = text }
        case "gatekeeper.scenario.<id>.gating": scenarios[id]?.isGating = PolicyValue.boolean(text) ?? true
        case "gatekeeper.scenario.<id>.scope": scenarios[id]?.scope.append(text)
        default: scenarios[id]?.targets.append(text)
        }
    }

    private mutating func setBackend(_ pattern: String, _ name: String, _ text: String, _ source: PolicySource) {
        var settings = policy.backendSettings[name] ?? BackendSettings()
        settings.set(pattern, text, source)
        policy.backendSettings[name] = settings
    }

    private mutating func validFormat(_ text: String, _ source: PolicySource, _ key: String) -> Bool {
        if text == "auto" || knownFormats.contains(text) { return true }
        problem(source, key, "is '\(text)'; it may be auto, \(knownFormats.sorted().joined(separator: ", "))")
        return false
    }

    /// Ids name folders of the ledger and references, so nothing else than plain words is taken.
    private static func isSafeName(_ name: String) -> Bool {
        name.utf8.count <= 80 && !name.hasPrefix(".") && !name.hasPrefix("-") && !name.contains("..")
            && name.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
    }

    private mutating func note(_ key: String, _ value: String, _ source: PolicySource, multiple: Bool) {
        let setting = EffectiveSetting(key: key, value: value, source: source)
        if effective[key] == nil, !effectiveOrder.contains(key) { effectiveOrder.append(key) }
        if multiple { effective[key, default: []].append(setting) } else { effective[key] = [setting] }
    }

    private mutating func problem(_ source: PolicySource, _ key: String, _ complaint: String) {
        problems.append("\(source.description): '\(key)' \(complaint)")
    }
}
