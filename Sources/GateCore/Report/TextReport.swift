/// Renders records for people. Pure: the same record gives the same text.
package enum TextReport {
    /// The final summary of a run: verdict, reasons, what to do next.
    ///
    /// - Parameter isBrief: whether lists are kept short and remarks only counted, as every push would show them.
    package static func render(_ record: RunRecord, isBrief: Bool = false) -> String {
        guard let result = record.result else { return "run \(record.id): unfinished" }
        var lines = [headline(record, result)]
        if let failure = record.failure { lines.append("  failing: \(Excerpt.visible(failure.summary))") }
        lines += pattern(record)
        if let match = record.scenario, match.band != ScenarioMatch.Band.low.rawValue {
            lines.append(
                "  scenario record: \(match.id), \(match.score) (\(match.band)): \(Excerpt.visible(match.title))"
            )
        }
        lines += red(record, isBrief ? 5 : 20)
        if result.verdict == "accepted" { lines += stillRed(record) }
        if !record.attributedToBase.isEmpty {
            lines.append(
                "  red at the base already, not required: \(Listing.some(record.attributedToBase))"
            )
        }
        if let drift = record.contractDrift { lines.append("  contract drift: \(Self.drift(drift))") }
        if let flaky = record.flaky {
            lines.append("  flaky, counts for nothing: \(Listing.some(flaky))")
        }
        if let attempt = record.attempts.last, attempt.candidate != nil {
            lines.append(
                "  candidate: \(attempt.candidate?.prefix(10) ?? "") changes \(Listing.some(attempt.paths))"
            )
            if !isBrief { lines += transitions(attempt) }
            lines += tripwires(attempt)
        }
        if let usage = usage(record) { lines.append("  \(usage)") }
        for reason in result.reasons.prefix(12) {
            lines.append("  \(reason.code): \(Excerpt.visible(reason.message))")
        }
        if result.reasons.count > 12 { lines.append("  and \(result.reasons.count - 12) more reasons") }
        let remarks = (record.attempts.last?.remarks ?? []).filter { $0.code != ReasonCode.baseFailure.rawValue }
        if isBrief, !remarks.isEmpty {
            let count = "\(remarks.count) remark\(remarks.count == 1 ? "" : "s")"
            lines.append("  \(count): 'git gatekeeper show \(record.id)' lists them")
        } else {
            lines += remarks.prefix(6).map { "  remark \($0.code): \(Excerpt.visible($0.message))" }
        }
        let weak = Set(record.steps.filter { $0.strength == TestReport.Strength.weak.rawValue }.map(\.step)).sorted()
        if !weak.isEmpty { lines.append("  evidence is weak for \(weak.joined(separator: ", ")): an exit code only") }
        if let sandbox = SandboxLevel(rawValue: record.sandbox.level), !sandbox.isIsolated {
            lines.append("  tests ran without isolation: \(Excerpt.visible(record.sandbox.shortfall))")
        }
        if let signoff = record.signoff { lines.append("  \(Self.signoff(signoff))") }
        if let kept = result.keptAt { lines.append("  kept at \(kept)") }
        if let commit = result.commit { lines.append("  committed as \(commit.prefix(10))") }
        for next in result.next { lines.append("  next: \(next)") }
        return lines.joined(separator: "\n")
    }

    /// One line of `log`.
    package static func logLine(_ record: RunRecord) -> String {
        let result = record.result
        let isRed = result?.verdict == "rejected" && record.attempts.isEmpty && result?.stopReason != "base-contract"
        let verdict = isRed ? "red" : result?.verdict ?? "unfinished"
        let detail = record.failure.map { Excerpt.line(Excerpt.visible($0.summary), maximum: 60) } ?? ""
        let name = ([record.command] + record.scenarios).joined(separator: " ")
        let line = "\(record.id)  \(pad(verdict, 9))  \(record.head.tree.prefix(10))  \(pad(name, 16))  \(detail)"
        return String(line.reversed().drop { $0 == " " }.reversed())
    }

    /// One scenario of the policy.
    package static func scenario(_ scenario: Scenario, verbose: Bool) -> String {
        var lines = [
            scenario.id + (scenario.isGating ? "" : " (not gating)")
                + (scenario.title.isEmpty ? "" : ": \(scenario.title)")
        ]
        guard verbose else { return lines[0] }
        if !scenario.tests.isEmpty { lines.append("  tests: \(scenario.tests.joined(separator: " "))") }
        if let command = scenario.command { lines.append("  command: \(PolicyValue.quoted(command.value))") }
        if !scenario.scope.isEmpty { lines.append("  scope: \(scenario.scope.joined(separator: " "))") }
        if !scenario.targets.isEmpty { lines.append("  targets: \(scenario.targets.joined(separator: " "))") }
        lines.append("  from: \(scenario.source.description)")
        return lines.joined(separator: "\n")
    }

    /// Every key of the policy, as `config --list-keys` prints it.
    package static func keys() -> String {
        PolicyKey.all.map { key in
            let takes: String =
                switch key.kind {
                case .choice(let options): options.joined(separator: "|")
                case .text: "text"
                case .words: "command"
                case .boolean: "true|false"
                case .integer: "number"
                case .duration: "duration"
                case .size: "size"
                case .glob: "glob"
                }
            let standard = key.standard.map { " [\($0)]" } ?? ""
            let reach = key.reach == .userOnly ? " (git's own configuration only)" : ""
            return
                "\(key.pattern) = \(takes)\(key.isMultiple ? ", may be repeated" : "")\(standard)\n    \(key.summary)\(reach)"
        }.joined(separator: "\n")
    }

    private static func headline(_ record: RunRecord, _ result: RunRecord.ResultRecord) -> String {
        if let known = record.remembered, result.verdict == "green" {
            let age = Excerpt.age(from: known.provenAt, to: record.started)
            return "green: run \(known.run) proved this very tree \(age) ago; nothing was run again"
        }
        let time = "\(Double(Int(record.seconds * 10)) / 10) s"
        return "\(sentence(record, result)) — run \(record.id), \(time)"
    }

    /// What became of a run, in one sentence without a full stop.
    package static func sentence(_ record: RunRecord, _ result: RunRecord.ResultRecord) -> String {
        let what: String
        switch result.verdict {
        case "rejected" where result.stopReason == "signoff", "undecided" where result.stopReason == "signoff":
            what = "\(result.verdict): every required test holds, and it is not signed off"
        case "green" where !record.scenarios.isEmpty && !record.steps.contains { $0.step.hasPrefix("check:") }:
            what = "green: \(record.scenarios.joined(separator: ", ")) holds; the suite was not run"
        case "skipped" where result.stopReason == "bypassed": what = "skipped: the hook was passed over"
        case "skipped": what = "skipped: the gate is switched off"
        case "undecided" where result.stopReason == RepairLoop.StopReason.escalated.rawValue:
            what = "undecided: the same failure keeps coming back, after \(record.attempts.count) attempts"
        case "green": what = "green: every required test holds"
        case "accepted" where result.applied:
            what = "accepted: the fix of \(record.attempts.last?.origin ?? "the backend") is in your working tree"
        case "accepted" where HookKind(rawValue: record.command) != nil: what = "red; a fix is proven, and kept aside"
        case "accepted" where result.exitStatus == 125: what = "accepted, and not written"
        case "accepted": what = "accepted: the candidate is proven, and kept aside"
        case "rejected" where result.stopReason == "base-contract": what = "rejected: the tests of the base do not hold"
        case "rejected" where record.attempts.isEmpty: what = "red"
        case "rejected" where result.stopReason == RepairLoop.StopReason.cannotFix.rawValue:
            what = "red, and no fix was found"
        case "undecided" where result.stopReason == RepairLoop.StopReason.cannotFix.rawValue:
            what = "undecided: a person has to look first"
        case "rejected" where record.command == "judge" || record.command == "apply": what = "rejected"
        case "rejected":
            what =
                "rejected after \(record.attempts.count) attempt\(record.attempts.count == 1 ? "" : "s") (\(result.stopReason))"
        default: what = "undecided (\(result.stopReason))"
        }
        return what
    }

    private static func signoff(_ signoff: RunRecord.SignoffReference) -> String {
        switch (signoff.state, signoff.id) {
        case ("not-asked", _): return "sign-off: policy requires one; this answer is about the tests alone"
        case (_, nil): return "sign-off: policy requires one, and there is none"
        case (let state, let id?):
            let who = signoff.reviewers.isEmpty ? "" : " by \(Listing.some(signoff.reviewers))"
            let earlier = signoff.isRecorded ? ", recorded earlier; nobody was asked again" : ""
            let signer = signoff.signer.map { ", attested by \(Excerpt.visible($0))" } ?? ""
            return "sign-off: \(id), \(state)\(Excerpt.visible(who))\(signer)\(earlier)"
        }
    }

    private static func drift(_ drift: RunRecord.DriftRecord) -> String {
        let parts = [("added", drift.added), ("changed", drift.changed), ("removed", drift.removed)]
            .filter { !$0.1.isEmpty }.map { "\($0.0) \(Listing.some($0.1))" }
        return
            "\(parts.joined(separator: "; ")); together with \(drift.others) other file\(drift.others == 1 ? "" : "s")"
    }

    /// What kind of failure it is, and what to do about it, where the advice does not stand among the next steps.
    private static func pattern(_ record: RunRecord) -> [String] {
        guard let failure = record.failure, let pattern = failure.patterns?.first, record.result?.verdict != "accepted"
        else { return [] }
        let others = (failure.patterns ?? []).dropFirst().map { $0.title.lowercased() }
        let also = others.isEmpty ? "" : " (also \(Listing.some(others)))"
        let place = (failure.frames?.first).map { ", at \($0.path)" + ($0.line.map { ":\($0)" } ?? "") } ?? ""
        let isAdvised = record.result?.next.contains(pattern.guidance) == true
        let advice = isAdvised ? "" : ": \(Excerpt.visible(pattern.guidance))"
        return ["  pattern: \(pattern.title.lowercased())\(place)\(also)\(advice)"]
    }

    /// What is red at the head; in a run of scenarios their tests by name, and of the others the number.
    private static func red(_ record: RunRecord, _ most: Int) -> [String] {
        let flaky = Set(record.flaky ?? [])
        let all = redTests(record.steps.filter { $0.phase == "head" }).subtracting(flaky)
        guard !all.isEmpty else { return [] }
        let own = redTests(record.steps.filter { $0.phase == "head" && isOwn($0, record) }).subtracting(flaky)
        let others = all.subtracting(own).count
        let listed = own.isEmpty ? all.sorted() : own.sorted()
        let whose = record.scenarios.count == 1 ? "this scenario" : "these scenarios"
        var lines = ["  red: \(listed.count)" + (own.isEmpty ? "" : " of \(whose), \(others) elsewhere")]
        lines += listed.prefix(most).map { "    \(Excerpt.visible($0))" }
        if listed.count > most { lines.append("    and \(listed.count - most) more") }
        return lines
    }

    /// What an accepted candidate of a scenario leaves red, because the run was not about it.
    private static func stillRed(_ record: RunRecord) -> [String] {
        guard !record.scenarios.isEmpty, let attempt = record.attempts.last else { return [] }
        let phase = "attempt-\(attempt.number)/confirm-1"
        let count = redTests(record.steps.filter { $0.phase == phase }).subtracting(record.flaky ?? []).count
        guard count > 0 else { return [] }
        return ["  still red: \(count) other test\(count == 1 ? "" : "s"), which this run was not about"]
    }

    /// Whether a step belongs to a scenario that the run was asked for.
    private static func isOwn(_ step: RunRecord.StepRecord, _ record: RunRecord) -> Bool {
        record.scenarios.contains { step.step == "scenario:\($0)" }
    }

    private static func redTests(_ steps: [RunRecord.StepRecord]) -> Set<String> {
        var seen: Set<String> = []
        let red: Set<String> = Set(Outcome.allCases.filter(\.isRed).map(\.rawValue))
        for step in steps {
            for (test, outcome) in step.outcomes where red.contains(outcome) { seen.insert(test) }
            for problem in step.problems where problem.code == TestReport.Problem.Kind.collection.rawValue {
                seen.insert("\(problem.scope ?? FailureRecord.wholeBuild) cannot be loaded")
            }
        }
        return seen
    }

    private static func transitions(_ attempt: RunRecord.AttemptRecord) -> [String] {
        Transition.allCases.compactMap { kind in
            let tests = Set(attempt.transitions.filter { $0.transition == kind.rawValue }.map(\.test)).sorted()
            return tests.isEmpty ? nil : "  \(kind.rawValue): \(tests.count): \(Listing.some(tests))"
        }
    }

    /// What tripwires showed, in one line; what tripped one stands among the reasons.
    private static func tripwires(_ attempt: RunRecord.AttemptRecord) -> [String] {
        func count(_ kind: TripwireObservation.Kind, _ state: TripwireObservation.State? = nil) -> Int {
            attempt.tripwires.count { $0.kind == kind.rawValue && (state == nil || $0.state == state?.rawValue) }
        }
        var parts: [String] = []
        if count(.canary, .held) > 0 { parts.append("canaries ended as they must") }
        if count(.twin) > 0 {
            parts.append("\(count(.twin, .held)) of \(count(.twin)) targets fail where something wrong is expected")
        }
        if count(.heldOut) > 0 {
            parts.append("\(count(.heldOut, .held)) of \(count(.heldOut)) held-out tests pass")
        }
        return parts.isEmpty ? [] : ["  tripwires: \(parts.joined(separator: ", "))"]
    }

    /// What the backend says it took, over all attempts.
    private static func usage(_ record: RunRecord) -> String? {
        let all = record.attempts.compactMap(\.usage)
        guard !all.isEmpty else { return nil }
        func sum(_ path: KeyPath<RunRecord.UsageRecord, Int?>) -> Int {
            all.compactMap { $0[keyPath: path] }.reduce(0, +)
        }
        let cached = sum(\.cachedTokens)
        let cost = all.compactMap(\.costUSD).reduce(0, +)
        return "usage: \(sum(\.inputTokens)) tokens in"
            + (cached > 0 ? " (\(cached) of them cached)" : "") + ", \(sum(\.outputTokens)) out"
            + (cost > 0 ? ", $\(Double(Int((cost * 10_000).rounded())) / 10_000)" : "")
    }

    private static func pad(_ text: String, _ width: Int) -> String {
        text + String(repeating: " ", count: max(0, width - text.count))
    }
}

/// A scenario as `list-scenarios --format json` prints it.
package struct ScenarioRecord: Codable, Sendable {
    package var id: String
    package var title: String
    package var gating: Bool
    package var tests: [String]
    package var scope: [String]
    package var targets: [String]
    package var source: String

    package init(_ scenario: Scenario) {
        id = scenario.id
        title = scenario.title
        gating = scenario.isGating
        tests = scenario.tests
        scope = scenario.scope
        targets = scenario.targets
        source = scenario.source.description
    }
}
