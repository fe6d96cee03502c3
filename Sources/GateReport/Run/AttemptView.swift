import GateCore

/// One attempt: what was asked, what came back, and what became of it.
struct AttemptView {
    let number: Int
    let mark: Mark
    let backend: String
    let origin: String
    let time: String
    let usage: String?
    /// Whether it is unfolded when the page opens.
    let isOpen: Bool
    let paths: String?
    let reasons: [ReasonView]
    let remarks: [ReasonView]
    let cannotFix: ReasonView?
    let review: ReasonView?
    let reviewFindings: [String]
    let tripwires: [ReasonView]
    let look: [LookView]
    let notes: [String]
    let diff: DiffView?
    let diffNote: String?
    let transitions: [TransitionsView.Row]
    let artifacts: [ArtifactView]
    let steps: [StepView]
    /// What this page has no room for.
    let leftOut: String?

    /// A line of the candidate's that a person should look at.
    struct LookView {
        let place: String
        let text: String
        let why: String
    }

    init(_ attempt: RunRecord.AttemptRecord, isOpen: Bool, of material: RunMaterial, _ room: inout Room) {
        let record = material.record
        number = attempt.number
        mark = Mark(verdict: attempt.verdict)
        backend = Words.name(attempt.backend)
        origin = Words.name(attempt.origin)
        time = Words.time(attempt.seconds)
        usage = attempt.usage.flatMap(Self.usage)
        self.isOpen = isOpen
        let changed = attempt.paths.prefix(20).map(Words.name).joined(separator: ", ")
        paths =
            attempt.paths.isEmpty
            ? nil : changed + (attempt.paths.count > 20 ? " and \(attempt.paths.count - 20) more" : "")
        let tone: Mark = attempt.verdict == "rejected" ? .bad("reason") : .open("reason")
        reasons = attempt.reasons.prefix(100).map { ReasonView($0, mark: tone) }
        remarks = attempt.remarks.prefix(100).map { ReasonView($0, mark: .none("remark")) }
        cannotFix = attempt.cannotFix.map {
            ReasonView(mark: .open(Words.name($0.kind)), code: Words.name($0.kind), message: Words.sentence($0.reason))
        }
        review = attempt.review.map {
            let mark: Mark = $0.verdict == "approve" ? .good("approves") : .open(Words.name($0.verdict))
            return ReasonView(mark: mark, code: "review", message: Words.sentence($0.reason))
        }
        reviewFindings = (attempt.review?.findings ?? []).prefix(50).map(Words.sentence)
        tripwires = attempt.tripwires.prefix(100).map {
            let mark: Mark =
                switch $0.state {
                case "held": .good("held")
                case "tripped": .bad("tripped")
                default: .open(Words.name($0.state))
                }
            return ReasonView(
                mark: mark,
                code: Words.name($0.kind),
                message: Words.sentence("\($0.subject): \($0.message)")
            )
        }
        look = (attempt.look ?? []).prefix(100).map {
            LookView(
                place: Words.name("\($0.path):\($0.line)"),
                text: Words.sentence($0.text),
                why: Words.sentence($0.why)
            )
        }
        notes = attempt.notes.prefix(50).map(Words.sentence)
        // What the table above shows in full is not listed twice.
        transitions = isOpen ? [] : Array(TransitionsView.rows(of: attempt).prefix(100))
        (diff, diffNote) = Self.diff(attempt, material, &room)
        artifacts = attempt.artifacts.filter { !Self.isPatch($0) }.map {
            ArtifactView($0, label: Self.label($0), run: record.id, material.shelf, &room)
        }
        let own = "attempt-\(attempt.number)"
        let ownSteps = record.steps.filter { $0.phase == own || $0.phase.hasPrefix(own + "/") }
        steps = ownSteps.prefix(StepView.maximum).map { StepView($0, run: record.id, material.shelf, &room) }
        let all = [
            attempt.reasons.count, attempt.remarks.count, attempt.tripwires.count, attempt.look?.count ?? 0,
            attempt.review?.findings.count ?? 0, attempt.notes.count, isOpen ? 0 : attempt.transitions.count,
            ownSteps.count,
        ]
        let shown = [
            reasons.count, remarks.count, tripwires.count, look.count, reviewFindings.count, notes.count,
            transitions.count, steps.count,
        ]
        leftOut = Words.leftOut(all.reduce(0, +) - shown.reduce(0, +), run: record.id)
    }

    private static func isPatch(_ name: String) -> Bool { name.hasSuffix(".diff") }

    private static func diff(
        _ attempt: RunRecord.AttemptRecord,
        _ material: RunMaterial,
        _ room: inout Room
    ) -> (DiffView?, String?) {
        guard let name = attempt.artifacts.last(where: isPatch) else { return (nil, nil) }
        let show = "'git gatekeeper show \(material.record.id) \(Words.name(name))' prints all of it."
        switch material.shelf.state(of: name) {
        case .intact(let piece):
            let text = material.redactor.redact(String(decoding: piece.head, as: UTF8.self))
            return (DiffView(text, isWhole: piece.leftOut == 0, show: show, &room), nil)
        case .altered:
            return (nil, "\(Words.name(name)) is not as the run wrote it, so it is no evidence and is not shown.")
        case .missing: return (nil, "\(Words.name(name)) is gone.")
        case .unknown: return (nil, "The record holds no digest of \(Words.name(name)), so it is not shown; \(show)")
        }
    }

    /// What an artifact of an attempt is.
    private static func label(_ name: String) -> String {
        let file = name.split(separator: "/").last.map(String.init) ?? name
        if file.hasPrefix("request") { return "what was asked" }
        if file.hasPrefix("response") { return "the reply" }
        return "kept"
    }

    /// What a backend says it took: `1200 tokens in, 300 out, $0.0125`.
    static func usage(_ usage: RunRecord.UsageRecord) -> String? {
        var parts: [String] = []
        if let input = usage.inputTokens { parts.append("\(input) tokens in") }
        if let cached = usage.cachedTokens, cached > 0 { parts.append("\(cached) of them cached") }
        if let output = usage.outputTokens { parts.append("\(output) out") }
        if let cost = usage.costUSD { parts.append(Words.cost(cost)) }
        return parts.isEmpty ? nil : parts.joined(separator: ", ")
    }
}

/// A reason of a verdict, or what speaks for it.
struct ReasonView {
    let mark: Mark
    let code: String
    let message: String

    init(mark: Mark, code: String, message: String) {
        self.mark = mark
        self.code = code
        self.message = message
    }

    init(_ reason: RunRecord.ReasonRecord, mark: Mark) {
        self.init(mark: mark, code: Words.name(reason.code), message: Words.sentence(reason.message))
    }
}
