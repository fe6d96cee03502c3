import GateGit

/// What loops that run at the same time share: the numbers of attempts, the budget, and which trees are taken.
actor CouncilTable {
    /// Most attempts of all of them together; `nil` where each has its own bound.
    nonisolated let limit: Int?
    private var taken = 0
    private var trees: [ObjectID: Int] = [:]

    init(limit: Int?) { self.limit = limit }

    /// The number of the next attempt, from 1; `nil` where the budget is spent.
    func next() -> Int? {
        if let limit, taken >= limit { return nil }
        taken += 1
        return taken
    }

    /// Takes a tree for an attempt, so that it is validated once.
    ///
    /// - Returns: the attempt that has it already; `nil` where it was free.
    func claim(_ tree: ObjectID, for number: Int) -> Int? {
        if let earlier = trees[tree] { return earlier }
        trees[tree] = number
        return nil
    }

    /// What all attempts took so far, as far as backends say.
    private(set) var spent = Usage()

    /// Adds what one attempt took.
    ///
    /// - Returns: what all of them took so far.
    func spend(_ usage: Usage) -> Usage {
        spent = spent + usage
        return spent
    }
}
