import GateCore

/// The road of a run as a picture: its stations, and what happened at each.
///
/// Two drawings of the same: one that lies, for wide pages and paper, and one that stands, for narrow ones.
struct RoadView {
    let stations: [Station]
    let links: [Link]
    let pills: [Pill]
    /// Where feedback went back to the context; absent where nothing was tried again.
    let feedback: String?
    let top: Int
    let height: Int
    let standingHeight: Int
    let standingLine: Int

    struct Station {
        let mark: Mark
        let isReached: Bool
        let title: String
        /// Full texts, for those who do not see the picture.
        let lines: [String]
        let x: Int
        let rows: [TextRow]
        let standingY: Int
        let standingRows: [TextRow]
    }

    /// One line of text in a picture.
    struct TextRow {
        let y: Int
        let text: String
    }

    struct Link {
        let from: Int
        let to: Int
        let isReached: Bool
    }

    /// One attempt below the station of attempts.
    struct Pill {
        let x: Int
        let y: Int
        let textX: Int
        let textY: Int
        let mark: Mark
        let text: String
    }

    private struct Stop {
        let title: String
        let mark: Mark?
        var lines: [String]
    }

    /// Width of a station, and the height its circle is at.
    private static let width = 130
    /// Attempts that are drawn; of more, the last ones.
    private static let drawn = 6

    init(_ record: RunRecord) {
        let stops = Self.stops(record)
        var stations: [Station] = []
        var y = 28
        for (index, stop) in stops.enumerated() {
            let isAttempts = stop.title == Self.attempts && !record.attempts.isEmpty
            let standing = isAttempts ? Self.attemptLines(record) : stop.lines
            stations.append(
                Station(
                    mark: stop.mark ?? .none("not reached"),
                    isReached: stop.mark != nil,
                    title: stop.title,
                    lines: standing,
                    x: Self.width / 2 + Self.width * index,
                    rows: isAttempts
                        ? []
                        : stop.lines.prefix(3).enumerated().map { TextRow(y: 124 + 16 * $0, text: Words.cut($1, 20)) },
                    standingY: y,
                    standingRows: standing.prefix(8).enumerated().map {
                        TextRow(y: y + 20 + 16 * $0, text: Words.cut($1, 46))
                    }
                )
            )
            y += 48 + 16 * min(8, standing.count)
        }
        links = zip(stations, stations.dropFirst()).map {
            Link(from: $0.x + 20, to: $1.x - 20, isReached: $0.isReached && $1.isReached)
        }
        let column = stations.first { $0.title == Self.attempts }?.x ?? 0
        let tried = record.attempts.suffix(Self.drawn)
        pills = tried.enumerated().map { index, attempt in
            let mark = Mark(verdict: attempt.verdict)
            return Pill(
                x: column - 57,
                y: 113 + 27 * index,
                textX: column,
                textY: 128 + 27 * index,
                mark: mark,
                text: "\(attempt.number) \(mark.symbol) \(Words.cut(attempt.verdict, 10))"
            )
        }
        let retries = Set(record.attempts.map(\.number)).count - 1
        feedback = retries > 0 ? "feedback \(retries)×" : nil
        top = feedback == nil ? 40 : 0
        let bottom = max(96 + 16 * (stations.map(\.rows.count).max() ?? 0), 113 + 27 * tried.count)
        height = bottom + 14 - top
        standingHeight = y - 24
        standingLine = stations.last?.standingY ?? 0
        self.stations = stations
    }

    private static let attempts = "Attempts"

    private static func stops(_ record: RunRecord) -> [Stop] {
        [
            Stop(
                title: "Proposal",
                mark: .good("taken"),
                lines: [Words.name(record.head.origin), "tree \(Words.id(record.head.tree))"]
            ),
            Stop(
                title: "Policy",
                mark: .good("read"),
                lines: [
                    Words.count(record.policy.count, "setting"),
                    "base \(record.base.commit.map(Words.id) ?? "none")",
                ]
            ),
            baseline(record),
            failure(record),
            Stop(
                title: "Context",
                mark: record.context == nil ? nil : .good("built"),
                lines: record.context.map {
                    ["\($0.tokens) tokens", Words.count($0.files.count, "file")]
                        + ($0.leftOut.isEmpty ? [] : ["\($0.leftOut.count) left out"])
                } ?? []
            ),
            Stop(
                title: attempts,
                mark: record.attempts.last.map { Mark(verdict: $0.verdict) },
                lines: record.attempts.isEmpty ? ["nobody was asked"] : []
            ),
            confirmation(record),
            acceptance(record),
        ]
    }

    private static func baseline(_ record: RunRecord) -> Stop {
        let head = record.steps.filter { $0.phase == "head" }
        guard !head.isEmpty else { return Stop(title: "Baseline", mark: nil, lines: ["nothing was run"]) }
        func red(_ steps: [RunRecord.StepRecord]) -> Int {
            steps.flatMap(\.outcomes.values).count { Outcome(rawValue: $0)?.isRed == true }
        }
        func all(_ steps: [RunRecord.StepRecord]) -> Int { steps.reduce(0) { $0 + $1.outcomes.count } }
        let base = record.steps.filter { $0.phase == "base" }
        let isClean = head.allSatisfy { ($0.exitCode ?? 1) == 0 && $0.problems.isEmpty }
        var lines = ["head: \(red(head)) of \(all(head)) red"]
        if !base.isEmpty { lines.append("base: \(red(base)) of \(all(base)) red") }
        if let flaky = record.flaky, !flaky.isEmpty { lines.append("\(flaky.count) flaky") }
        return Stop(
            title: "Baseline",
            mark: red(head) > 0 ? .bad("red") : isClean ? .good("green") : .open("unclear"),
            lines: lines
        )
    }

    private static func failure(_ record: RunRecord) -> Stop {
        guard let failure = record.failure else { return Stop(title: "Failure", mark: nil, lines: []) }
        let kind = failure.patterns?.first?.title ?? "not of a known kind"
        var lines = [Words.name(kind)]
        if let sure = failure.confidence?.hundredths { lines.append("\(sure) % sure") }
        if record.clarification?.required == true {
            lines.append("asked: \(Words.name(record.clarification?.outcome ?? ""))")
        }
        let isClear =
            record.clarification.map { !$0.required || $0.outcome == "resolved" }
            ?? (failure.patterns?.isEmpty == false)
        return Stop(title: "Failure", mark: isClear ? .good("understood") : .open("unclear"), lines: lines)
    }

    private static func confirmation(_ record: RunRecord) -> Stop {
        let confirms = record.steps.filter { $0.phase.contains("/confirm") }
        let runs = Set(confirms.map(\.phase)).count
        guard runs > 0 else { return Stop(title: "Confirmation", mark: nil, lines: []) }
        let isAccepted = record.attempts.last?.verdict == "accepted"
        var lines = ["\(runs)× pristine"]
        let wires = record.attempts.last?.tripwires ?? []
        if !wires.isEmpty { lines.append("\(wires.count { $0.state == "held" })/\(wires.count) tripwires") }
        return Stop(title: "Confirmation", mark: isAccepted ? .good("confirmed") : .bad("refused"), lines: lines)
    }

    private static func acceptance(_ record: RunRecord) -> Stop {
        guard let result = record.result, result.verdict == "accepted" else {
            if record.result?.verdict == "green" {
                return Stop(title: "Acceptance", mark: nil, lines: ["nothing to accept"])
            }
            let why = record.result?.keptAt == nil ? "nothing written" : "kept aside"
            return Stop(title: "Acceptance", mark: nil, lines: record.attempts.isEmpty ? [] : [why])
        }
        if let commit = result.commit {
            return Stop(title: "Acceptance", mark: .good("accepted"), lines: ["commit \(Words.id(commit))"])
        }
        return Stop(
            title: "Acceptance",
            mark: .good("accepted"),
            lines: result.applied ? ["in the working tree"] : ["kept aside"]
        )
    }

    private static func attemptLines(_ record: RunRecord) -> [String] {
        let shown = record.attempts.suffix(drawn).map { attempt in
            let mark = Mark(verdict: attempt.verdict)
            let why = attempt.reasons.first.map { ": \(Words.name($0.code))" } ?? ""
            return "\(attempt.number) \(mark.symbol) \(Words.name(attempt.verdict))\(why)"
        }
        let more = record.attempts.count - shown.count
        return (more > 0 ? ["\(more) earlier"] : []) + shown
    }
}
