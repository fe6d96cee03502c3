import GateCore

/// Several runs as their page shows them.
struct TrendView {
    let title: String
    let repository: String
    let span: String
    let alarm: RunView.Alarm?
    let note: String?
    let tiles: [Tile]
    let chart: TrendChart
    let rows: [Row]
    /// Runs that are counted and have no row.
    let rowsLeftOut: String?
    let flaky: [Counted]
    let fingerprints: [Counted]

    struct Tile {
        let value: String
        let name: String
        let about: String
    }

    /// One run.
    struct Row {
        let id: String
        let mark: Mark
        let command: String
        let started: String
        let time: String
        let attempts: String
        let cost: String
        let what: String
        let timeShare: Int
    }

    /// Something that came more than once, or could have.
    struct Counted {
        let name: String
        let detail: String
        let count: Int
        let share: Int
        let last: String
        let ends: String
    }

    init(_ material: TrendMaterial) {
        let records = material.records
        title = Words.count(records.count, "run")
        let newest = records.last
        let path = newest?.repository ?? ""
        repository = Words.name(path.split(separator: "/").last.map(String.init) ?? path)
        span =
            records.first.map { first in
                "\(Words.date(first.started)) to \(Words.date(newest?.started ?? first.started))"
            } ?? ""
        alarm =
            material.altered.isEmpty
            ? nil
            : RunView.Alarm(
                text: "\(Words.count(material.altered.count, "run is", "runs are")) not as written, and not counted.",
                files: material.altered.suffix(50).map(Words.name)
            )
        note =
            material.unfinished > 0
            ? "\(Words.count(material.unfinished, "run")) never finished, and \(material.unfinished == 1 ? "is" : "are") not counted."
            : nil
        tiles = Self.tiles(records)
        chart = TrendChart(records)
        let longest = records.map(\.seconds).filter(\.isFinite).max() ?? 0
        rows = records.reversed().prefix(Self.maximum).map { Self.row($0, longest) }
        rowsLeftOut =
            records.count > rows.count
            ? "\(Words.count(records.count - rows.count, "earlier run is", "earlier runs are")) counted, and not listed."
            : nil
        flaky = Self.flaky(records)
        fingerprints = Self.fingerprints(records)
    }

    /// Most rows of one list.
    private static let maximum = 500

    /// US dollars that backends say a run cost; `nil` where none says.
    static func cost(_ record: RunRecord) -> Double? {
        let costs = record.attempts.compactMap { $0.usage?.costUSD }.filter { $0.isFinite && $0 >= 0 }
        return costs.isEmpty ? nil : costs.reduce(0, +)
    }

    private static func tiles(_ records: [RunRecord]) -> [Tile] {
        let tried = records.filter { !$0.attempts.isEmpty }
        let accepted = tried.filter { $0.result?.verdict == "accepted" }
        let green = records.count { $0.result?.verdict == "green" }
        let open = records.count { $0.result?.verdict == "undecided" }
        let times = records.map(\.seconds).filter(\.isFinite).sorted()
        let costs = records.compactMap(cost)
        let attempts = accepted.map(\.attempts.count).reduce(0, +)
        var tiles = [
            Tile(
                value: tried.isEmpty ? "–" : "\(accepted.count * 100 / tried.count) %",
                name: "accepted",
                about: tried.isEmpty
                    ? "no run tried a repair"
                    : "\(accepted.count) of \(Words.count(tried.count, "run")) that tried a repair"
            ),
            Tile(
                value: accepted.isEmpty ? "–" : ratio(attempts, accepted.count),
                name: "attempts",
                about: "for each repair that was accepted"
            ),
            Tile(
                value: "\(green)",
                name: "green",
                about: "of \(Words.count(records.count, "run")), with nothing to repair"
            ),
            Tile(value: "\(open)", name: "undecided", about: "a person has to look"),
            Tile(
                value: times.isEmpty ? "–" : Words.time(times[times.count / 2]),
                name: "median time",
                about: "longest \(Words.time(times.last ?? 0))"
            ),
        ]
        if !costs.isEmpty {
            tiles.append(
                Tile(
                    value: Words.cost(costs.reduce(0, +)),
                    name: "cost",
                    about: "as backends say, in \(Words.count(costs.count, "run"))"
                )
            )
        }
        return tiles
    }

    /// `1.5`
    private static func ratio(_ part: Int, _ whole: Int) -> String {
        let tenths = (part * 10 + whole / 2) / whole
        return "\(tenths / 10).\(tenths % 10)"
    }

    private static func row(_ record: RunRecord, _ longest: Double) -> Row {
        Row(
            id: Words.name(record.id),
            mark: Mark(record),
            command: Words.name(([record.command] + record.scenarios).joined(separator: " ")),
            started: Words.date(record.started),
            time: Words.time(record.seconds),
            attempts: record.attempts.isEmpty ? "" : "\(record.attempts.count)",
            cost: cost(record).map(Words.cost) ?? "",
            what: Words.cut(record.failure?.summary ?? record.result?.reasons.first?.message ?? "", 140),
            timeShare: Words.share(record.seconds, of: longest, in: 1000)
        )
    }

    /// Tests that a run found to be flaky, and those that were red in one run and passed in another of the same tree.
    private static func flaky(_ records: [RunRecord]) -> [Counted] {
        var seen: [String: [RunRecord]] = [:]
        for tree in Dictionary(grouping: records, by: \.head.tree).values {
            var red: [String: [RunRecord]] = [:]
            for record in tree {
                let tests = record.steps.filter { $0.phase == "head" }.flatMap(\.outcomes)
                    .filter { Outcome(rawValue: $0.value)?.isRed == true }.map(\.key)
                for test in Set(tests) { red[test, default: []].append(record) }
            }
            for (test, runs) in red where runs.count < tree.count && tree.contains(where: { passed(test, $0) }) {
                seen[test, default: []] += runs
            }
        }
        for record in records {
            for test in Set(record.flaky ?? []) where seen[test]?.contains(where: { $0.id == record.id }) != true {
                seen[test, default: []].append(record)
            }
        }
        return counted(seen.mapValues { $0.sorted { $0.id < $1.id } }) { _, test in (Words.name(test), "") }
    }

    private static func passed(_ test: String, _ record: RunRecord) -> Bool {
        let outcomes = record.steps.filter { $0.phase == "head" }.compactMap { $0.outcomes[test] }
        return !outcomes.isEmpty && outcomes.allSatisfy { $0 == Outcome.passed.rawValue }
    }

    private static func fingerprints(_ records: [RunRecord]) -> [Counted] {
        var seen: [String: [RunRecord]] = [:]
        for record in records {
            if let fingerprint = record.failure?.fingerprint { seen[fingerprint, default: []].append(record) }
        }
        return counted(seen) { runs, fingerprint in
            (Words.cut(runs.last?.failure?.summary ?? "", 200), String(fingerprint.prefix(12)))
        }
    }

    private static func counted(
        _ seen: [String: [RunRecord]],
        _ words: ([RunRecord], String) -> (name: String, detail: String)
    ) -> [Counted] {
        let most = seen.values.map(\.count).max() ?? 0
        return seen.sorted { ($1.value.count, $0.key) < ($0.value.count, $1.key) }.prefix(25).map { key, runs in
            let (name, detail) = words(runs, key)
            let ends = Dictionary(grouping: runs, by: { Mark($0).word }).mapValues(\.count)
            return Counted(
                name: name,
                detail: detail,
                count: runs.count,
                share: Words.share(Double(runs.count), of: Double(most), in: 1000),
                last: runs.last.map { Words.date($0.started) } ?? "",
                ends: ends.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { "\($1) \($0)" }
                    .joined(separator: ", ")
            )
        }
    }
}
