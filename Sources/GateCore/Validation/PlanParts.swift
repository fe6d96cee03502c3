/// One of several machines that share the parts of a plan.
package struct PlanParts: Sendable, Hashable {
    /// Which one, from 1.
    package let index: Int
    package let count: Int

    /// One machine that runs everything.
    package static let all = PlanParts(index: 1, count: 1)

    private init(index: Int, count: Int) {
        self.index = index
        self.count = count
    }

    /// Most machines that share a plan.
    package static let most = 200

    /// Reads `2/5`; `nil` for anything else.
    package init?(_ text: String) {
        let numbers = text.split(separator: "/", omittingEmptySubsequences: false).map { part -> Int? in
            part.utf8.allSatisfy { (0x30...0x39).contains($0) } && part.utf8.count <= 4 ? Int(part) : nil
        }
        guard numbers.count == 2, let index = numbers[0], let count = numbers[1], index >= 1, index <= count,
            count <= Self.most
        else { return nil }
        self.init(index: index, count: count)
    }

    /// Every so many-th of some parts, so that each is run by one machine.
    package func choose<Part>(from all: [Part]) -> [Part] {
        all.enumerated().filter { $0.offset % count == index - 1 }.map(\.element)
    }
}

/// The parts of a plan: which are run here, and which there are.
package struct PartsOfPlan: Sendable, Hashable {
    package let shard: PlanParts
    /// Ids of the steps that are run here.
    package let own: [String]
    /// Ids of all parts.
    package let all: [String]
    /// Every step of the whole plan, those that only say which tests do not count included.
    package let steps: [Step]
}
