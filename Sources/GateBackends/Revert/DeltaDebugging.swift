package import GateCore

/// Makes a set that has a wanted property small, by Zeller and Hildebrandt's `ddmin`.
///
/// Pure but for the test it is given: it knows nothing of trees or hunks.
package enum DeltaDebugging {
    /// What came of it.
    package struct Minimum: Sendable, Hashable {
        /// The smallest set found that tests green, in the order of the set given.
        package let set: [Int]
        /// Whether no single element can be left out of it; `false` where tests or time ran out before that was known.
        package let isFinished: Bool
        /// Tests that were run; a set asked for twice is tested once.
        package let tests: Int
    }

    /// Finds a small subset that tests green.
    ///
    /// - Parameters:
    ///   - all: a set that is known to test green; earlier elements are tried first.
    ///   - limit: the most tests to run.
    ///   - isolation: the caller's own actor, on which `test` is called.
    ///   - test: what a subset gives; only `green` counts as having the property, and `nil`, where no time is left for
    ///     another test, ends the search with the best set so far.
    /// - Throws: what `test` throws, and `CancellationError`.
    package static func minimise(
        _ all: [Int],
        limit: Int,
        isolation: isolated (any Actor)? = #isolation,
        test: (Set<Int>) async throws -> Trial?
    ) async throws -> Minimum {
        var known: [Set<Int>: Bool] = [Set(all): true]
        var tests = 0
        // `nil` where no test is left.
        func isGreen(_ candidate: [Int]) async throws -> Bool? {
            let set = Set(candidate)
            if let answer = known[set] { return answer }
            try Task.checkCancellation()
            guard tests < limit, let trial = try await test(set) else { return nil }
            tests += 1
            known[set] = trial == .green
            return trial == .green
        }

        var current = all
        var granularity = 2
        while current.count >= 2 {
            let parts = split(current, into: granularity)
            var smaller: (set: [Int], granularity: Int)?
            // With two parts, each is the other's complement, so complements are not tried again.
            let complements = parts.count > 2 ? parts.map { part in current.filter { !part.contains($0) } } : []
            for (number, candidate) in (parts + complements).enumerated() {
                guard let green = try await isGreen(candidate) else {
                    return Minimum(set: current, isFinished: false, tests: tests)
                }
                guard green else { continue }
                smaller = (candidate, number < parts.count ? 2 : max(granularity - 1, 2))
                break
            }
            if let smaller {
                current = smaller.set
                granularity = min(smaller.granularity, max(current.count, 2))
            } else if granularity < current.count {
                granularity = min(granularity * 2, current.count)
            } else {
                break
            }
        }
        return Minimum(set: current, isFinished: true, tests: tests)
    }

    /// Cuts a list into parts of nearly equal size, none of them empty.
    private static func split(_ list: [Int], into count: Int) -> [[Int]] {
        let count = min(count, list.count)
        return (0..<count).map { Array(list[(list.count * $0 / count)..<(list.count * ($0 + 1) / count)]) }
    }
}
