import GateCore

/// Time and cost of each run as bars, and the rate of acceptance as a line, oldest on the left.
struct TrendChart {
    let width: Int
    let times: [Bar]
    let costs: [Bar]
    /// Points of the line as SVG has them; empty where too few runs tried a repair.
    let rate: String
    let longest: String
    let dearest: String
    /// The line in words.
    let rateWords: String
    /// Runs that are not drawn.
    let older: String?
    let hasCosts: Bool
    let hasRate: Bool

    struct Bar {
        let x: Int
        let y: Int
        let width: Int
        let height: Int
        let mark: Mark
        let title: String
    }

    /// Height of each plot, and how many runs that tried a repair make one point of the line.
    private static let height = 100
    private static let window = 10
    /// Most runs that are drawn.
    private static let maximum = 200

    init(_ all: [RunRecord]) {
        let records = Array(all.suffix(Self.maximum))
        older = all.count > records.count ? "The newest \(records.count) of \(all.count) are drawn." : nil
        width = max(1, records.count) * 10
        let times = records.map(\.seconds)
        let costs = records.map { TrendView.cost($0) ?? 0 }
        self.times = Self.bars(records, times) { Words.time($0) }
        self.costs = Self.bars(records, costs) { Words.cost($0) }
        longest = Words.time(times.filter(\.isFinite).max() ?? 0)
        dearest = Words.cost(costs.max() ?? 0)
        hasCosts = costs.contains { $0 > 0 }
        var tried: [Bool] = []
        var points: [(x: Int, percent: Int)] = []
        for (index, record) in records.enumerated() where !record.attempts.isEmpty {
            tried.append(record.result?.verdict == "accepted")
            let last = tried.suffix(Self.window)
            points.append((index * 10 + 5, last.count { $0 } * 100 / last.count))
        }
        hasRate = points.count > 1
        rate = points.map { "\($0.x),\(Self.height - $0.percent)" }.joined(separator: " ")
        rateWords =
            points.last.map {
                "Of the last \(min(Self.window, tried.count)) runs that tried a repair \($0.percent) % were accepted."
            } ?? ""
    }

    private static func bars(_ records: [RunRecord], _ values: [Double], _ words: (Double) -> String) -> [Bar] {
        let most = values.filter(\.isFinite).max() ?? 0
        return zip(records, values).enumerated().compactMap { index, pair in
            guard pair.1 > 0 else { return nil }
            let height = max(2, Words.share(pair.1, of: most, in: Self.height))
            let mark = Mark(pair.0)
            return Bar(
                x: index * 10 + 1,
                y: Self.height - height,
                width: 8,
                height: height,
                mark: mark,
                title: "\(Words.name(pair.0.id)): \(mark.word), \(words(pair.1))"
            )
        }
    }
}
