import GateCore

/// The table of how tests moved, or of how they stand where nothing moved them.
struct TransitionsView {
    let title: String
    let about: String
    let kinds: [KindView]
    let rows: [Row]
    /// How many rows there is no room for.
    let leftOut: String?
    /// Whether there is a candidate to compare with.
    let hasCandidate: Bool
    /// Whether the base was run.
    let hasBase: Bool

    /// One kind of row, and how many there are.
    struct KindView {
        let mark: Mark
        let count: Int
    }

    struct Row {
        let mark: Mark
        let test: String
        let step: String
        let base: String
        let head: String
        let candidate: String
        let isTarget: Bool
    }

    /// Most rows of one table.
    private static let maximum = 2000

    /// What the attempt that counts came to; what passes and still passes is taken from its runs, because the record
    /// lists only what is worth a look.
    init?(_ record: RunRecord) {
        guard let attempt = record.attempts.last, attempt.candidate != nil else {
            self.init(standing: record)
            return
        }
        var rows = Self.rows(of: attempt)
        var listed = Set(attempt.transitions.map { "\($0.step)\u{0}\($0.test)" })
        let base = Self.outcomes(record, "base")
        let candidate = Self.outcomes(record, "attempt-\(attempt.number)")
        for (key, head) in Self.outcomes(record, "head") where head.outcome == Outcome.passed.rawValue {
            guard candidate[key]?.outcome == Outcome.passed.rawValue, listed.insert(key).inserted else { continue }
            rows.append(
                Row(
                    mark: Mark(transition: Transition.passToPass.rawValue, isTarget: false),
                    test: Words.name(head.test),
                    step: Words.name(head.step),
                    base: base[key]?.outcome ?? "",
                    head: head.outcome,
                    candidate: Outcome.passed.rawValue,
                    isTarget: false
                )
            )
        }
        self.init(
            title: "How the tests moved",
            about: "From the head to the candidate of attempt \(attempt.number).",
            rows: rows,
            hasCandidate: true,
            order: Transition.allCases.map(\.rawValue)
        )
    }

    /// The rows that the record of an attempt lists.
    static func rows(of attempt: RunRecord.AttemptRecord) -> [Row] {
        attempt.transitions.prefix(20_000).map { transition in
            Row(
                mark: Mark(transition: transition.transition, isTarget: transition.target),
                test: Words.name(transition.test),
                step: Words.name(transition.step),
                base: Words.name(transition.base ?? ""),
                head: Words.name(transition.head),
                candidate: Words.name(transition.candidate),
                isTarget: transition.target
            )
        }
    }

    /// How tests stand at the head, where there is no candidate.
    private init?(standing record: RunRecord) {
        let base = Self.outcomes(record, "base")
        let targets = Set(record.targets)
        let rows = Self.outcomes(record, "head").map { key, head in
            Row(
                mark: Mark(outcome: head.outcome),
                test: Words.name(head.test),
                step: Words.name(head.step),
                base: Words.name(base[key]?.outcome ?? ""),
                head: Words.name(head.outcome),
                candidate: "",
                isTarget: targets.contains(head.test)
            )
        }
        guard !rows.isEmpty else { return nil }
        self.init(
            title: "How the tests stand",
            about: "At the head. There was no candidate to compare it with.",
            rows: rows,
            hasCandidate: false,
            order: Outcome.allCases.map(\.rawValue)
        )
    }

    private init(title: String, about: String, rows: [Row], hasCandidate: Bool, order: [String]) {
        self.title = title
        self.about = about
        self.hasCandidate = hasCandidate
        let counts = Dictionary(grouping: rows, by: \.mark.word).mapValues(\.count)
        let known = order.filter { counts[$0] != nil } + counts.keys.filter { !order.contains($0) }.sorted()
        kinds = known.compactMap { word in
            rows.first { $0.mark.word == word }.map { KindView(mark: $0.mark, count: counts[word] ?? 0) }
        }
        let weight = ["bad": 0, "open": 1, "good": 2, "none": 3]
        // What needs a look comes first; of the rest, what changed.
        let isQuiet = { (row: Row) in !hasCandidate && row.mark.tone == "good" }
        let sorted = rows.sorted { left, right in
            let (first, second) = (
                (isQuiet(left) ? 4 : weight[left.mark.tone] ?? 3), (isQuiet(right) ? 4 : weight[right.mark.tone] ?? 3)
            )
            if first != second { return first < second }
            if left.isTarget != right.isTarget { return left.isTarget }
            return (left.test, left.step) < (right.test, right.step)
        }
        self.rows = Array(sorted.prefix(Self.maximum))
        hasBase = rows.contains { !$0.base.isEmpty }
        leftOut =
            rows.count > Self.maximum
            ? "\(rows.count - Self.maximum) more rows have no room here; the record has them all." : nil
    }

    private struct Standing {
        let step: String
        let test: String
        let outcome: String
    }

    /// Outcomes of one phase, by step and test; the last run of a step counts.
    private static func outcomes(_ record: RunRecord, _ phase: String) -> [String: Standing] {
        var found: [String: Standing] = [:]
        for step in record.steps where step.phase == phase {
            for (test, outcome) in step.outcomes {
                found["\(step.step)\u{0}\(test)"] = Standing(step: step.step, test: test, outcome: outcome)
            }
        }
        return found
    }
}
