import GateGit

/// One line of progress for an event; `nil` where the final summary says it. What the summary says is not said twice.
package enum ProgressLine {
    /// - Returns: text without colour, safe for a terminal.
    package static func text(for event: RunEvent) -> String? {
        switch event {
        case .recovered(let message): message
        case .waiting(let holder):
            "note: \(holder.map { "process \($0)" } ?? "another run") tests the same tree; waiting for it"
        case .opened(let proposal, let policy, let level, let shortfall, let id):
            opened(proposal, policy, level, shortfall, id)
        case .stepStarted, .stepDone, .spent: nil
        case .stepEnded(let run, let phase): "\(phase): \(run.step.id) — \(StepSummary.text(run))"
        case .green: nil
        case .flaky(let tests):
            "flaky at the head, and counts for nothing: \(Listing.some(tests.all.map(\.name)))"
        case .failing(_, let targets): failing(targets)
        case .known(let match):
            "scenario record '\(match.knowledge.id)' \(match.band == .high ? "fits" : "may fit") with \(match.score): "
                + Excerpt.visible(match.knowledge.title)
        case .backendChosen(let choice): chosen(choice)
        case .backendProgress: nil
        case .attemptStarted(let number, let total, let author):
            "attempt \(number) of at most \(total)" + (author.map { ", by \($0)" } ?? "")
        case .trial(let number, let result): "  trial \(number): \(result)"
        case .refused(let number, let findings, let isLast):
            "attempt \(number): refused before anything ran"
                + (isLast ? [] : findings).map { "\n  \($0.code): \(Excerpt.visible($0.message))" }.joined()
        case .backendFailed(let number, _, let hints):
            "attempt \(number): the backend failed"
                + hints.map { "\n  hint: \($0)" }.joined()
        case .candidate(let number, let tree, let paths):
            "attempt \(number): candidate \(tree.abbreviated) changes \(Listing.some(paths.map(\.description)))"
        case .confirming(let number): "attempt \(number): confirming in a pristine worktree"
        case .judged(let number, let verdict, let isLast): judged(number, verdict, isLast: isLast)
        case .note(let text): "note: \(Excerpt.visible(text))"
        case .ended: nil
        }
    }

    private static func opened(
        _ proposal: Proposal,
        _ policy: ResolvedPolicy,
        _ level: SandboxLevel,
        _ shortfall: String,
        _ id: String
    ) -> String {
        var lines = ["run \(id)"]
        lines.append("base: \(proposal.baseCommit?.abbreviated ?? "none") (\(proposal.baseOrigin.description))")
        let count = proposal.delta.count
        lines.append(
            "head: \(proposal.headOrigin), tree \(proposal.headTree.abbreviated), \(count) path\(count == 1 ? "" : "s") from the base"
        )
        lines.append("sandbox: \(level.summary)" + (shortfall.isEmpty ? "" : " (\(Excerpt.visible(shortfall)))"))
        lines += policy.notes.map { "note: \(Excerpt.visible($0))" }
        return lines.joined(separator: "\n")
    }

    private static func chosen(_ choice: BackendChoice) -> String {
        let backend = choice.backend
        let why = Excerpt.visible(choice.source.source.description)
        let model = choice.model.map {
            "\nmodel: \(Excerpt.visible($0.value)), from \(Excerpt.visible($0.source.description))"
        }
        return "backend: \(backend.name) (\(Excerpt.visible(backend.origin))), from \(why)\(model ?? "")"
    }

    private static func failing(_ targets: Targets) -> String {
        let tests =
            targets.allTests.map(\.name) + targets.uncollected.values.flatMap { $0 }.map { $0.isEmpty ? "(build)" : $0 }
        return "targets: \(tests.count): \(Listing.some(tests))"
    }

    private static func judged(_ number: Int, _ verdict: Verdict, isLast: Bool) -> String {
        let headline = "attempt \(number): \(verdict.kind.rawValue)"
        // Why a candidate was refused has been said where it was refused.
        let reasons = verdict.reasons.filter { $0.code != .admission }
        if isLast { return headline }
        return headline
            + reasons.prefix(8).map { "\n  \($0.code.rawValue): \(Excerpt.visible($0.message))" }.joined()
            + (reasons.count > 8 ? "\n  and \(reasons.count - 8) more reasons" : "")
    }
}

/// One phrase about a step's run.
package enum StepSummary {
    /// Counts by outcome, or what kept the run from being read.
    package static func text(_ run: StepRun) -> String {
        let report = run.report
        var parts: [String] = []
        for outcome in Outcome.allCases {
            let count = report.results.count { $0.outcome == outcome }
            if count > 0 { parts.append("\(count) \(outcome.rawValue)") }
        }
        if report.strength == .weak { parts.append("exit code only: weak evidence") }
        parts += report.problems.prefix(3).map { "\($0.kind.rawValue): \(Excerpt.visible(Excerpt.line($0.message)))" }
        if let phrase = run.process.ending.phrase { parts.append("ended: it \(phrase)") }
        return parts.isEmpty ? "no outcome" : parts.joined(separator: ", ")
    }
}
