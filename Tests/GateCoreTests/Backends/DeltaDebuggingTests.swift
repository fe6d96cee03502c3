import GateCore
import Testing

@testable import GateBackends

@Suite("Delta debugging")
struct DeltaDebuggingTests {
    @Test("finds exactly the planted elements, in far fewer tests than there are subsets", arguments: 0..<60)
    func planted(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let all = Array(0..<Int.random(in: 1...64, using: &random))
        let culprits = Set(all.shuffled(using: &random).prefix(Int.random(in: 1...4, using: &random)))
        let minimum = try await DeltaDebugging.minimise(all, limit: 1000) { culprits.isSubset(of: $0) ? .green : .red }
        #expect(Set(minimum.set) == culprits)
        #expect(minimum.isFinished)
        #expect(minimum.tests <= all.count * all.count + 3 * all.count)
    }

    @Test("what it finds cannot lose one element, also where the property is erratic", arguments: 0..<60)
    func minimal(seed: Int) async throws {
        var random = SeededGenerator(seed: UInt64(seed))
        let all = Array(0..<Int.random(in: 2...24, using: &random))
        let salt = Int.random(in: 1...1000, using: &random)
        let test = { (set: Set<Int>) -> Trial in
            if set.count == all.count { return .green }
            switch (set.reduce(salt) { $0 &+ ($1 &+ salt) &* ($1 &+ 7) }) % 5 {
            case 0: return .green
            case 1: return .unresolved
            default: return .red
            }
        }
        let minimum = try await DeltaDebugging.minimise(all, limit: .max) { test($0) }
        #expect(minimum.isFinished)
        #expect(test(Set(minimum.set)) == .green)
        for element in minimum.set where minimum.set.count > 1 {
            #expect(test(Set(minimum.set).subtracting([element])) != .green)
        }
    }

    @Test("no set is tested twice, and never the one that is known")
    func memo() async throws {
        var asked: [Set<Int>] = []
        let minimum = try await DeltaDebugging.minimise(Array(0..<32), limit: .max) { set in
            asked.append(set)
            return set.isSuperset(of: [3, 17, 30]) ? .green : .red
        }
        #expect(asked.count == Set(asked).count)
        #expect(asked.count == minimum.tests)
        #expect(!asked.contains(Set(0..<32)))
    }

    @Test("stops at its limit, or when told to, with a set that still tests green", arguments: [0, 1, 2, 5, 9])
    func limits(limit: Int) async throws {
        let culprits: Set = [3, 17, 30]
        let minimum = try await DeltaDebugging.minimise(Array(0..<32), limit: limit) {
            culprits.isSubset(of: $0) ? .green : .red
        }
        #expect(!minimum.isFinished)
        #expect(minimum.tests == limit)
        #expect(culprits.isSubset(of: minimum.set))
        let stopped = try await DeltaDebugging.minimise([1, 2, 3], limit: 9) { _ in nil }
        #expect(stopped == DeltaDebugging.Minimum(set: [1, 2, 3], isFinished: false, tests: 0))
    }
}
