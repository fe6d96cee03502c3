import GateGit

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// Turns what happens in a run into lines of JSON, one for each event: what `--events` writes, version 1.
///
/// It knows which run goes on and what blocks it, so that each line says all that its reader needs.
package struct EventScript: Sendable {
    /// Lists of names are cut after so many; a count beside them says how many there are.
    private static let mostNames = 500
    private static let mostBytes = 4096

    private var number = 0
    private var run: String?
    /// What blocks now: the state of the last `blocked` that nothing has cleared.
    private var block: String?

    package init() {}

    /// Lines for one event, each with its newline.
    ///
    /// - Parameters:
    ///   - time: when it happened.
    ///   - redactor: takes secrets out of every text.
    package mutating func lines(for event: RunEvent, at time: Date, _ redactor: Redactor) throws -> [UInt8] {
        var lines: [UInt8] = []
        for (name, members) in told(event) {
            var line = Self.redacted(.object(members), redactor)
            number += 1
            line["schema"] = .text(MachineDocument.event.id)
            line["v"] = 1
            line["seq"] = .number(number)
            line["time"] = .text(time.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
            if let run { line["run"] = .text(run) }
            line["event"] = .text(name)
            lines += try JSON.encode(line, pretty: false)
        }
        return lines
    }

    private typealias Line = (name: String, members: [String: JSONValue])

    /// What one event comes to: itself, and before it what it changes about resuming and blocking.
    private mutating func told(_ event: RunEvent) -> [Line] {
        var lines: [Line] = []
        if case .opened(_, _, _, _, let id) = event { run = id }
        if case .ended(let record) = event { run = record.id }
        if let change = blocking(event) {
            if let block, block != change { lines.append(("unblocked", ["state": .text(block)])) }
            block = change
        } else if let was = block, clears(event) {
            lines.append(("unblocked", ["state": .text(was)]))
            block = nil
        }
        lines += own(event)
        // The next run of this process begins afresh.
        if case .ended = event { block = nil }
        return lines
    }

    /// What an event says to stand in the way.
    private func blocking(_ event: RunEvent) -> String? {
        switch event {
        case .waiting: "other-run"
        case .backendFailed: "backend"
        case .ended(let record): record.blocking?.state
        default: nil
        }
    }

    /// Whether an event shows that the run goes on.
    private func clears(_ event: RunEvent) -> Bool {
        switch event {
        case .note, .backendProgress, .recovered: false
        default: true
        }
    }

    private func own(_ event: RunEvent) -> [Line] {
        switch event {
        case .recovered(let message): [("resume", ["decision": "recovered", "message": .text(message)])]
        case .waiting(let holder): waiting(holder)
        case .opened(let proposal, let policy, let level, let shortfall, _):
            [
                (
                    "opened",
                    [
                        "base": Self.side(
                            proposal.baseCommit?.hex,
                            proposal.baseTree.hex,
                            proposal.baseOrigin.description
                        ),
                        "head": Self.side(proposal.headCommit?.hex, proposal.headTree.hex, proposal.headOrigin),
                        "paths": .number(proposal.delta.count),
                        "sandbox": ["level": .text(level.rawValue), "shortfall": .text(shortfall)],
                        "notes": .list(policy.notes.map { .text($0) }),
                    ]
                )
            ]
        case .stepStarted(let step, let phase): [("step-started", ["step": .text(step), "phase": .text(phase)])]
        case .stepEnded(let run, let phase): [("step-ended", Self.step(run, phase))]
        case .stepDone(let step, let phase): [("step-done", ["step": .text(step), "phase": .text(phase)])]
        case .green: [("green", [:])]
        case .flaky(let tests): [("flaky", Self.names(tests.all.map(\.name), "tests", "count"))]
        case .known(let match):
            [
                (
                    "known",
                    [
                        "record": .text(match.knowledge.id), "score": .text(match.score),
                        "band": .text(match.band.rawValue),
                    ]
                )
            ]
        case .failing(let record, let targets): [("failing", Self.failing(record, targets))]
        case .backendChosen(let choice): [("backend", Self.backend(choice))]
        case .backendProgress(let number, let what):
            [("progress", ["attempt": .number(number), "message": Self.said(what)])]
        case .attemptStarted(let number, let total, let author):
            [
                (
                    "attempt-started",
                    Self.present(["attempt": .number(number), "of": .number(total), "by": author.map { .text($0) }])
                )
            ]
        case .trial(let number, let result):
            [("trial", ["trial": .number(number), "result": .text("\(result)")])]
        case .refused(let number, let findings, let isLast):
            [
                (
                    "refused",
                    [
                        "attempt": .number(number), "last": .truth(isLast),
                        "findings": .list(
                            findings.prefix(Self.mostNames).map {
                                ["code": .text($0.code), "message": Self.said($0.message)]
                            }
                        ),
                    ]
                )
            ]
        case .backendFailed(let number, let message, let hints):
            [
                ("backend-failed", ["attempt": .number(number), "message": Self.said(message)]),
                Self.blocked("backend", ["backend.failed"], [message], hints),
            ]
        case .candidate(let number, let tree, let paths):
            [
                (
                    "candidate",
                    Self.names(paths.map(\.description), "paths", "count")
                        .merging(["attempt": .number(number), "tree": .text(tree.hex)]) { $1 }
                )
            ]
        case .confirming(let number): [("confirming", ["attempt": .number(number)])]
        case .judged(let number, let verdict, let isLast):
            [
                (
                    "judged",
                    [
                        "attempt": .number(number), "verdict": .text(verdict.kind.rawValue), "last": .truth(isLast),
                        "reasons": Self.reasons(verdict.reasons.map(RunRecord.ReasonRecord.init)),
                    ]
                )
            ]
        case .spent(let usage):
            [
                (
                    "spent",
                    Self.present([
                        "inputTokens": usage.inputTokens.map { .number($0) },
                        "cachedTokens": usage.cachedTokens.map { .number($0) },
                        "outputTokens": usage.outputTokens.map { .number($0) },
                        "costUSD": usage.costUSD.map { .decimal($0) },
                    ])
                )
            ]
        case .note(let text): [("note", ["message": Self.said(text)])]
        case .ended(let record): Self.ended(record)
        }
    }

    private func waiting(_ holder: Int32?) -> [Line] {
        let who = holder.map { "process \($0)" } ?? "another run"
        let why = "\(who) tests the same tree"
        return [
            (
                "resume",
                Self.present([
                    "decision": "waits", "message": .text("\(why); its proof counts here too"),
                    "process": holder.map { .number(Int($0)) },
                ])
            ),
            Self.blocked("other-run", ["memory.claimed"], [why], ["wait for it, or use --fresh"]),
        ]
    }

    /// The end of a run: what it resumed, what blocks it for good, and what it came to.
    private static func ended(_ record: RunRecord) -> [Line] {
        var lines: [Line] = []
        if let known = record.remembered {
            lines.append(
                ("resume", ["decision": "remembered", "message": .text("run \(known.run) proved this very tree")])
            )
        }
        if let blocking = record.blocking {
            lines.append(blocked(blocking.state, blocking.codes, blocking.why, blocking.unblocks))
        }
        lines.append(("ended", ending(record)))
        return lines
    }

    /// What a run came to, in names and numbers.
    ///
    /// - Parameter isBrief: whether everything is left out that repeats words of code, tests or people.
    package static func ending(_ record: RunRecord, isBrief: Bool = false) -> [String: JSONValue] {
        let result = record.result
        let reasons = result?.reasons ?? []
        var members: [String: JSONValue?] = [
            "command": .text(record.command),
            "verdict": .text(result?.verdict ?? "undecided"),
            "stopReason": .text(result?.stopReason ?? "unfinished"),
            "exitStatus": .number(Int(result?.exitStatus ?? 125)),
            "seconds": .decimal(record.seconds),
            "base": side(record.base.commit, record.base.tree, isBrief ? nil : record.base.origin),
            "head": side(record.head.commit, record.head.tree, isBrief ? nil : record.head.origin),
            "attempts": .number(record.attempts.count),
            "applied": .truth(result?.applied ?? false),
            "candidate": result?.candidate.map { .text($0) },
            "commit": result?.commit.map { .text($0) },
            "remembered": record.remembered.map { .text($0.run) },
        ]
        if isBrief {
            var codes: [String] = []
            for reason in reasons where !codes.contains(reason.code) { codes.append(reason.code) }
            members["reasons"] = .list(codes.map { .text($0) })
        } else {
            members["reasons"] = Self.reasons(reasons)
            members["scenarios"] = .list(record.scenarios.map { .text($0) })
            members["keptAt"] = result?.keptAt.map { .text($0) }
            members["next"] = .list((result?.next ?? []).map { said($0) })
        }
        return present(members)
    }

    private static func step(_ run: StepRun, _ phase: String) -> [String: JSONValue] {
        var counts: [String: JSONValue] = [:]
        for result in run.report.results {
            counts[result.outcome.rawValue] = .number((counts[result.outcome.rawValue]?.integer ?? 0) + 1)
        }
        let signal: Int32? = if case .signalled(let number) = run.process.termination { number } else { nil }
        return present([
            "step": .text(run.step.id), "phase": .text(phase), "outcomes": .object(counts),
            "strength": .text(run.report.strength.rawValue), "sandbox": .text(run.sandbox.rawValue),
            "exitCode": run.process.exitCode.map { .number(Int($0)) }, "signal": signal.map { .number(Int($0)) },
            "ending": .text(run.process.ending.rawValue), "seconds": .decimal(run.process.duration.seconds),
            "problems": .list(run.report.problems.prefix(mostNames).map { .text($0.kind.rawValue) }),
        ])
    }

    private static func failing(_ record: FailureRecord, _ targets: Targets) -> [String: JSONValue] {
        let tests =
            targets.allTests.map(\.name)
            + targets.uncollected.values.flatMap { $0 }.map { $0.isEmpty ? FailureRecord.wholeBuild : $0 }.sorted()
        return names(tests, "targets", "count").merging(
            present([
                "summary": said(record.summary), "fingerprint": .text(record.fingerprint),
                "pattern": record.pattern.map { .text($0.key.rawValue) },
                "confidence": .number(record.confidence.hundredths),
            ])
        ) { $1 }
    }

    private static func backend(_ choice: BackendChoice) -> [String: JSONValue] {
        present([
            "name": .text(choice.backend.name), "origin": .text(choice.backend.origin),
            "source": .text(choice.source.source.description), "model": choice.model.map { .text($0.value) },
            "modelSource": choice.model.map { .text($0.source.description) },
        ])
    }

    private static func blocked(_ state: String, _ codes: [String], _ why: [String], _ unblocks: [String]) -> Line {
        (
            "blocked",
            [
                "state": .text(state), "codes": .list(codes.prefix(mostNames).map { .text($0) }),
                "why": .list(why.prefix(mostNames).map { said($0) }),
                "unblocks": .list(unblocks.prefix(mostNames).map { said($0) }),
            ]
        )
    }

    private static func side(_ commit: String?, _ tree: String, _ origin: String?) -> JSONValue {
        .object(
            present(["commit": commit.map { .text($0) }, "tree": .text(tree), "origin": origin.map { .text($0) }])
        )
    }

    private static func reasons(_ reasons: [RunRecord.ReasonRecord]) -> JSONValue {
        .list(
            reasons.prefix(mostNames).map { reason in
                .object(
                    present([
                        "code": .text(reason.code), "subject": reason.subject.map { .text($0) },
                        "message": said(reason.message),
                    ])
                )
            }
        )
    }

    private static func names(_ names: [String], _ key: String, _ count: String) -> [String: JSONValue] {
        [key: .list(names.prefix(mostNames).map { said($0) }), count: .number(names.count)]
    }

    /// Words of others, cut where they are long.
    private static func said(_ text: String) -> JSONValue {
        guard text.utf8.count > mostBytes else { return .text(text) }
        return .text(String(decoding: text.utf8.prefix(mostBytes), as: UTF8.self) + "…")
    }

    private static func present(_ members: [String: JSONValue?]) -> [String: JSONValue] {
        members.compactMapValues { $0 }
    }

    /// The same with secrets taken out of every text; names of members are ours.
    private static func redacted(_ value: JSONValue, _ redactor: Redactor) -> JSONValue {
        switch value {
        case .text(let text): .text(redactor.redact(text))
        case .list(let values): .list(values.map { redacted($0, redactor) })
        case .object(let members): .object(members.mapValues { redacted($0, redactor) })
        default: value
        }
    }
}
