import GateCore

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// One run as its page shows it.
struct RunView {
    let id: String
    let repository: String
    let started: String
    let mark: Mark
    let headline: String
    /// What is wrong with the files of the run; absent where they are as they were written.
    let alarm: Alarm?
    let evidence: String?
    let why: [ReasonView]
    let next: [String]
    let facts: [Fact]
    let road: RoadView
    let transitions: TransitionsView?
    let times: TimesView
    let attempts: [AttemptView]
    let failure: FailureView?
    let context: ContextView?
    let attemptsLeftOut: String?
    let baseline: [StepView]
    let baselineLeftOut: String?
    let settings: [SettingView]
    let digests: [Fact]
    let statements: StatementsView
    let signoffs: [SignoffView]
    let files: [FileView]
    let filesLeftOut: String?
    let notes: [String]

    struct Alarm {
        let text: String
        let files: [String]
    }

    struct Fact {
        let name: String
        let value: String
        var isCode = false
    }

    struct SettingView {
        let key: String
        let value: String
        let source: String
    }

    struct FailureView {
        let summary: String
        let pattern: String?
        let guidance: String?
        let fingerprint: String?
        let places: [String]
        let confidence: [String]
    }

    struct ContextView {
        let tokens: Int
        let files: [ContextFile]
        let leftOut: [String]
        let text: ArtifactView
    }

    struct ContextFile {
        let path: String
        let lines: String
        let reasons: String
        let isContract: Bool
    }

    struct FileView {
        let name: String
        let mark: Mark
        let digest: String
    }

    /// Most rows of one list.
    private static let maximum = 400

    init(_ material: RunMaterial) {
        let record = material.record
        var room = Room()
        id = Words.name(record.id)
        repository = Words.name(record.repository.split(separator: "/").last.map(String.init) ?? record.repository)
        started = Words.date(record.started)
        mark = Mark(record)
        headline = Self.headline(record)
        (alarm, evidence) = Self.evidence(material.shelf)
        why = Self.why(record)
        next = (record.result?.next ?? []).prefix(20).map(Words.sentence)
        facts = Self.facts(record)
        road = RoadView(record)
        transitions = TransitionsView(record)
        times = TimesView(record)
        failure = record.failure.map(Self.failure)
        // The attempt that counts is written last, and has the first claim on the room there is.
        let counting = record.attempts.indices.last
        var views: [(Int, AttemptView)] = []
        for index in record.attempts.indices.reversed().prefix(50) {
            views.append(
                (index, AttemptView(record.attempts[index], isOpen: index == counting, of: material, &room))
            )
        }
        attempts = views.map(\.1).sorted { $0.number < $1.number }
        attemptsLeftOut = Words.leftOut(record.attempts.count - attempts.count, run: record.id)
        let ownSteps = record.steps.filter { !$0.phase.hasPrefix("attempt-") }
        baseline = ownSteps.prefix(StepView.maximum).map { StepView($0, run: record.id, material.shelf, &room) }
        baselineLeftOut = Words.leftOut(ownSteps.count - baseline.count, run: record.id)
        context = record.context.map { Self.context($0, material, &room) }
        settings = record.policy.prefix(Self.maximum).map {
            SettingView(key: Words.name($0.key), value: Words.sentence($0.value), source: Words.name($0.source))
        }
        digests = Self.digests(record.digests)
        statements = StatementsView(material.statements)
        signoffs = material.signoffs.prefix(10).map(SignoffView.init)
        (files, filesLeftOut) = Self.files(material)
        notes = record.notes.prefix(100).map(Words.sentence)
    }

    /// What became of the run, without the word that the badge above it says already.
    private static func headline(_ record: RunRecord) -> String {
        guard let result = record.result else { return "The run was never finished" }
        var sentence = TextReport.sentence(record, result)
        // The program's own name says enough; where it lies stands with the attempt.
        if let origin = record.attempts.last?.origin, origin.hasPrefix("/"),
            let name = origin.split(separator: "/").last
        {
            sentence = sentence.replacing(origin, with: name)
        }
        if let colon = sentence.firstRange(of: ": "),
            ["green", "accepted", "rejected", "undecided", "skipped"].contains(
                String(sentence[..<colon.lowerBound])
            )
        {
            sentence = String(sentence[colon.upperBound...])
        }
        if sentence == "red", let reason = result.reasons.first { sentence = reason.message }
        sentence = Words.sentence(sentence)
        return sentence.prefix(1).uppercased() + sentence.dropFirst()
    }

    private static func evidence(_ shelf: EvidenceShelf) -> (Alarm?, String?) {
        guard let check = shelf.check else {
            return (
                Alarm(
                    text: "Nothing here can be held against digests: \(Words.sentence(shelf.problem ?? "")).",
                    files: []
                ),
                nil
            )
        }
        if check.isIntact {
            return (nil, "\(Words.count(check.intact, "file is", "files are")) as the run wrote them.")
        }
        let isRecord =
            check.altered.contains(EvidenceCheck.record) || check.missing.contains { $0.hasPrefix("record.") }
        let names =
            check.altered.map { "altered: \($0)" } + check.missing.map { "missing: \($0)" }
            + check.added.map { "added: \($0)" }
        return (
            Alarm(
                text: isRecord
                    ? "The record itself is not as the run wrote it. Nothing on this page is evidence."
                    : "This run is not as it was written. What was altered is marked, and not shown as evidence.",
                files: names.prefix(50).map(Words.name)
            ),
            nil
        )
    }

    /// Why the verdict is what it is: the reasons, or what speaks for it where there are none against it.
    private static func why(_ record: RunRecord) -> [ReasonView] {
        var lines: [ReasonView] = []
        if let summary = record.failure?.summary {
            lines.append(
                ReasonView(
                    mark: .none("failing"),
                    code: record.result?.verdict == "accepted" ? "was failing" : "failing",
                    message: Words.sentence(summary)
                )
            )
        }
        let tone: Mark = record.result?.verdict == "rejected" ? .bad("reason") : .open("reason")
        lines += (record.result?.reasons ?? []).prefix(30).map { ReasonView($0, mark: tone) }
        guard let attempt = record.attempts.last, attempt.verdict == "accepted" else {
            if record.result?.verdict == "green" {
                for step in record.steps where step.phase == "head" {
                    lines.append(
                        ReasonView(
                            mark: .good("green"),
                            code: Words.name(step.step),
                            message: StepView.counts(step)
                        )
                    )
                }
            }
            return lines
        }
        let turned = attempt.transitions.filter { $0.transition == Transition.failToPass.rawValue }
        if !turned.isEmpty {
            lines.append(
                ReasonView(
                    mark: .good("fixed"),
                    code: Transition.failToPass.rawValue,
                    message: Words.sentence(Listing.some(Set(turned.map(\.test)).sorted()))
                )
            )
        }
        let confirms = Set(record.steps.map(\.phase).filter { $0.hasPrefix("attempt-\(attempt.number)/confirm") }).count
        if confirms > 0 {
            lines.append(
                ReasonView(
                    mark: .good("confirmed"),
                    code: "confirmed",
                    message: "\(confirms == 1 ? "once" : "\(confirms) times") in a pristine worktree"
                )
            )
        }
        let held = attempt.tripwires.count { $0.state == "held" }
        if !attempt.tripwires.isEmpty {
            lines.append(
                ReasonView(
                    mark: held == attempt.tripwires.count ? .good("held") : .open("open"),
                    code: "tripwires",
                    message: "\(held) of \(attempt.tripwires.count) held"
                )
            )
        }
        return lines
    }

    private static func facts(_ record: RunRecord) -> [Fact] {
        func side(_ side: RunRecord.Side) -> String {
            let commit = side.commit.map { "commit \(Words.id($0)), " } ?? ""
            return "\(commit)tree \(Words.id(side.tree)) (\(Words.name(side.origin)))"
        }
        var facts = [
            Fact(
                name: "command",
                value: "git gatekeeper \(Words.name(([record.command] + record.scenarios).joined(separator: " ")))",
                isCode: true
            ),
            Fact(name: "took", value: Words.time(record.seconds)),
            Fact(name: "head", value: side(record.head)),
            Fact(name: "base", value: side(record.base)),
        ]
        if let candidate = record.result?.candidate {
            facts.append(Fact(name: "candidate", value: Words.id(candidate), isCode: true))
        }
        if let backend = record.backend {
            let all = (record.council ?? [backend]).map { $0.name + ($0.model.map { " (\($0))" } ?? "") }
            facts.append(Fact(name: "backend", value: Words.name(all.joined(separator: ", "))))
        }
        let usage = record.attempts.compactMap(\.usage)
        if !usage.isEmpty {
            let cost = usage.compactMap(\.costUSD)
            let tokens = usage.compactMap(\.inputTokens).reduce(0, &+) &+ usage.compactMap(\.outputTokens).reduce(0, &+)
            facts.append(
                Fact(
                    name: "cost",
                    value: "\(tokens) tokens" + (cost.isEmpty ? "" : ", \(Words.cost(cost.reduce(0, +)))")
                )
            )
        }
        facts.append(
            Fact(
                name: "isolation",
                value: Words.sentence(
                    record.sandbox.level + (record.sandbox.shortfall.isEmpty ? "" : ": \(record.sandbox.shortfall)")
                )
            )
        )
        if let result = record.result { facts.append(Fact(name: "exit status", value: "\(result.exitStatus)")) }
        if let kept = record.result?.keptAt {
            facts.append(Fact(name: "kept at", value: Words.name(kept), isCode: true))
        }
        if let undo = record.result?.undo {
            facts.append(Fact(name: "undo point", value: Words.name(undo), isCode: true))
        }
        if let flaky = record.flaky, !flaky.isEmpty {
            facts.append(Fact(name: "flaky", value: Words.sentence(Listing.some(flaky))))
        }
        if !record.attributedToBase.isEmpty {
            facts.append(Fact(name: "red at the base", value: Words.sentence(Listing.some(record.attributedToBase))))
        }
        if let drift = record.contractDrift {
            let paths = drift.added + drift.changed + drift.removed
            facts.append(Fact(name: "contract drift", value: Words.sentence(Listing.some(paths))))
        }
        if record.reviewed == true {
            facts.append(Fact(name: "reviewed by", value: Words.name(record.reviewedBy ?? "somebody")))
        }
        return facts
    }

    private static func failure(_ failure: RunRecord.FailureSummary) -> FailureView {
        FailureView(
            summary: Words.sentence(failure.summary),
            pattern: failure.patterns?.first.map { Words.name($0.title) },
            guidance: failure.guidance.map(Words.sentence),
            fingerprint: failure.fingerprint.map { String($0.prefix(16)) },
            places: (failure.frames ?? []).prefix(20).map {
                Words.name($0.path + ($0.line.map { ":\($0)" } ?? "") + ($0.function.map { " in \($0)" } ?? ""))
            },
            confidence: (failure.confidence?.reasons ?? []).prefix(20).map(Words.sentence)
        )
    }

    private static func context(
        _ context: RunRecord.ContextContents,
        _ material: RunMaterial,
        _ room: inout Room
    ) -> ContextView {
        ContextView(
            tokens: context.tokens,
            files: context.files.prefix(maximum).map { file in
                ContextFile(
                    path: Words.name(file.path),
                    lines: file.lines.map {
                        $0.map { $0.map(String.init).joined(separator: "–") }.joined(separator: ", ")
                    }
                        ?? "all \(file.lineCount)",
                    reasons: Words.sentence(file.reasons.joined(separator: "; ")),
                    isContract: file.contract
                )
            },
            leftOut: context.leftOut.map { Words.name($0.title) },
            text: ArtifactView(
                "context.txt",
                label: "what the backend was shown",
                run: material.record.id,
                material.shelf,
                &room
            )
        )
    }

    private static func digests(_ digests: RunRecord.Digests?) -> [Fact] {
        guard let digests else { return [] }
        let named: [(String, String?)] = [
            ("policy file", digests.policyFile), ("policy", digests.policy), ("contract", digests.contract),
            ("plan", digests.plan), ("rules", digests.rules), ("tools", digests.tool), ("sandbox", digests.sandbox),
        ]
        return named.compactMap { name, value in value.map { Fact(name: name, value: Words.name($0), isCode: true) } }
    }

    private static func files(_ material: RunMaterial) -> ([FileView], String?) {
        guard let digests = material.record.digests?.artifacts else { return ([], nil) }
        let views = digests.sorted { $0.key < $1.key }.map { name, digest in
            let mark: Mark =
                switch material.shelf.state(of: name) {
                case .intact: .good("as written")
                case .altered: .bad("altered")
                case .missing: .bad("missing")
                case .unknown: .open("not looked at")
                }
            return FileView(name: Words.name(name), mark: mark, digest: String(digest.prefix(16)))
        }
        // What is wrong comes first, so that a long list cannot hide it.
        let sorted = views.filter { $0.mark.tone != "good" } + views.filter { $0.mark.tone == "good" }
        let more = sorted.count - maximum
        return (Array(sorted.prefix(maximum)), more > 0 ? "and \(more) more" : nil)
    }
}
