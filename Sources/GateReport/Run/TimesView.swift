import GateCore

/// Where the time of a run went.
struct TimesView {
    let total: String
    let rows: [Row]
    /// What else there is to know of the numbers.
    let note: String?

    struct Row {
        let title: String
        let time: String
        let segments: [Segment]
    }

    /// A part of a bar, in thousandths of its whole width.
    struct Segment {
        let start: Int
        let width: Int
        /// `stage`, `test`, `ask` or `other`.
        let kind: String
    }

    private struct Part {
        let title: String
        var stage = 0.0
        var test = 0.0
        var ask = 0.0
        var other = 0.0
        var sum: Double { stage + test + ask + other }
    }

    init(_ record: RunRecord) {
        var parts = [
            Self.tests("Baseline: head", record) { $0 == "head" || $0.hasPrefix("head/") },
            Self.tests("Baseline: base", record) { $0 == "base" || $0.hasPrefix("base/") },
        ]
        for attempt in record.attempts.sorted(by: { $0.number < $1.number }).prefix(40) {
            let own = "attempt-\(attempt.number)"
            let trial = Self.tests("Attempt \(attempt.number): tests", record) { $0 == own }
            let confirm = Self.tests("Attempt \(attempt.number): confirmation", record) {
                $0.hasPrefix(own + "/confirm")
            }
            let wires = Self.tests("Attempt \(attempt.number): tripwires", record) {
                $0.hasPrefix(own + "/") && !$0.hasPrefix(own + "/confirm")
            }
            var backend = Part(title: "Attempt \(attempt.number): backend and admission")
            backend.ask = max(0, attempt.seconds - trial.sum - confirm.sum - wires.sum)
            parts += [backend, trial, confirm, wires]
        }
        parts.removeAll { !$0.sum.isFinite || $0.sum <= 0 }
        let sum = parts.reduce(0) { $0 + $1.sum }
        var rest = Part(title: "Everything else")
        rest.other = max(0, record.seconds - sum)
        if rest.other.isFinite, rest.other > 0 { parts.append(rest) }
        let longest = parts.map(\.sum).max() ?? 0
        total = Words.time(record.seconds)
        note =
            sum > record.seconds * 1.02
            ? "Some of it ran at the same time, so the parts come to more than the whole." : nil
        rows = parts.map { part in
            var start = 0
            var segments: [Segment] = []
            for (seconds, kind) in [
                (part.ask, "ask"), (part.stage, "stage"), (part.test, "test"), (part.other, "other"),
            ] where seconds > 0 {
                let width = max(2, Words.share(seconds, of: longest, in: 1000))
                segments.append(Segment(start: start, width: width, kind: kind))
                start += width
            }
            return Row(title: part.title, time: Words.time(part.sum), segments: segments)
        }
    }

    private static func tests(_ title: String, _ record: RunRecord, where belongs: (String) -> Bool) -> Part {
        var part = Part(title: title)
        for step in record.steps where belongs(step.phase) {
            part.stage += max(0, step.stagingSeconds)
            part.test += max(0, step.seconds)
        }
        return part
    }
}
