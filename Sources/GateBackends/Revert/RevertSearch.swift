import GateCore
import GateGit

/// The order in which `RevertBackend` tries things, and the bounds it keeps.
actor RevertSearch {
    enum Result: Sendable, Hashable {
        /// Units whose reversal is green, and whether none of them can be left out.
        case found([Int], isMinimal: Bool)
        case nothing
        /// Trials or time ran out.
        case cutShort
    }

    /// Suspect units tried one by one before anything larger: one trial each, and most faults are one of the first.
    private static let mostSingles = 16
    /// Suspect files tried whole.
    private static let mostFiles = 8

    private let hunks: HunkSet
    private let bench: any TrialBench
    private let rank: [RepositoryPath: Int]
    private let limit: Int
    let end: ContinuousClock.Instant
    private var known: [Set<Int>: Trial] = [:]
    /// Trials that cost something.
    private(set) var trials = 0

    init(hunks: HunkSet, bench: any TrialBench, suspects: [RepositoryPath], limit: Int, deadline: Duration) {
        self.hunks = hunks
        self.bench = bench
        rank = Dictionary(suspects.enumerated().map { ($1, $0) }, uniquingKeysWith: min)
        self.limit = limit
        end = ContinuousClock.now + deadline
    }

    /// Units that the gate lets be taken back, most suspicious first, and how many were looked at before time ran out.
    func admittedUnits() async throws -> (units: [Int], seen: Int) {
        var admitted: [Int] = []
        var seen = 0
        for index in hunks.units.indices.sorted(by: { (place($0), $0) < (place($1), $1) }) {
            try Task.checkCancellation()
            guard ContinuousClock.now < end else { break }
            if try await bench.admits(try await hunks.tree(reverting: [index])) { admitted.append(index) }
            seen += 1
        }
        return (admitted, seen)
    }

    /// Looks for units whose reversal is green.
    ///
    /// - Parameters:
    ///   - units: where to look, most suspicious first.
    ///   - refused: sets of which none may be part of the result.
    func find(in units: [Int], without refused: [[Int]]) async throws -> Result {
        guard let avoided = refused.first(where: { Set(units).isSuperset(of: $0) }) else {
            return try await find(in: units)
        }
        // A result without the whole of a set lacks one of its elements at least: each is left out in turn.
        var wasCutShort = false
        for element in avoided {
            let result = try await find(in: units.filter { $0 != element }, without: refused)
            if case .found = result { return result }
            if result == .cutShort { wasCutShort = true }
        }
        return wasCutShort ? .cutShort : .nothing
    }

    private func find(in units: [Int]) async throws -> Result {
        guard !units.isEmpty else { return .nothing }
        let suspects = units.filter { place($0) < Int.max }
        let files = byFile(units)
        let suspectFiles = byFile(suspects).prefix(Self.mostFiles)
        let singles = suspects.prefix(Self.mostSingles)
        let likely = singles.map { [$0] } + suspectFiles.filter { $0.count > 1 } + [units]
        // Where the delta also brings what other tests need, taking all back is red, and only a part can be green.
        let rest = files.dropFirst(suspectFiles.count).filter { $0.count > 1 } + units.map { [$0] }
        for candidate in likely + rest {
            guard let outcome = try await trial(Set(candidate)) else { return .cutShort }
            guard outcome == .green else { continue }
            return try await minimise(candidate)
        }
        return .nothing
    }

    private func minimise(_ units: [Int]) async throws -> Result {
        guard units.count > 1 else { return .found(units, isMinimal: true) }
        // Which trials cost something is known to `trial` alone, which therefore keeps the bounds.
        let minimum = try await DeltaDebugging.minimise(units, limit: Int.max) { try await trial($0) }
        return .found(minimum.set, isMinimal: minimum.isFinished)
    }

    /// What taking units back gives; `nil` where no trial or no time is left.
    private func trial(_ set: Set<Int>) async throws -> Trial? {
        if let answer = known[set] { return answer }
        try Task.checkCancellation()
        guard trials < limit, ContinuousClock.now < end else { return nil }
        let tree = try await hunks.tree(reverting: set)
        // Each unit alone is admitted; together they may still be more than the gate allows.
        guard try await bench.admits(tree) else {
            known[set] = .unresolved
            return .unresolved
        }
        trials += 1
        let answer = try await bench.trial(tree)
        known[set] = answer
        return answer
    }

    private func place(_ unit: Int) -> Int { rank[hunks.units[unit].path] ?? Int.max }

    /// The units of each file, files in the order of their first unit.
    private func byFile(_ units: [Int]) -> [[Int]] {
        var order: [RepositoryPath] = []
        var members: [RepositoryPath: [Int]] = [:]
        for unit in units {
            let path = hunks.units[unit].path
            if members[path] == nil { order.append(path) }
            members[path, default: []].append(unit)
        }
        return order.compactMap { members[$0] }
    }
}
