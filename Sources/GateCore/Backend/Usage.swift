/// What one exchange with a backend took, as far as the backend says.
package struct Usage: Sendable, Hashable, Codable {
    /// Tokens that were read, those from a cache included.
    package var inputTokens: Int?
    /// Tokens among them that came from a cache.
    package var cachedTokens: Int?
    /// Tokens that were written, with those of thinking.
    package var outputTokens: Int?
    /// In US dollars, where the backend itself names a price.
    package var costUSD: Double?

    package init(
        inputTokens: Int? = nil,
        cachedTokens: Int? = nil,
        outputTokens: Int? = nil,
        costUSD: Double? = nil
    ) {
        self.inputTokens = inputTokens
        self.cachedTokens = cachedTokens
        self.outputTokens = outputTokens
        self.costUSD = costUSD
    }

    /// Whether nothing is known.
    package var isEmpty: Bool { self == Usage() }

    /// The sum of two; what only one of them knows is taken from it.
    package static func + (left: Usage, right: Usage) -> Usage {
        func sum<Number: AdditiveArithmetic>(_ path: KeyPath<Usage, Number?>) -> Number? {
            switch (left[keyPath: path], right[keyPath: path]) {
            case (let a?, let b?): a + b
            case (let a, let b): a ?? b
            }
        }
        return Usage(
            inputTokens: sum(\.inputTokens),
            cachedTokens: sum(\.cachedTokens),
            outputTokens: sum(\.outputTokens),
            costUSD: sum(\.costUSD)
        )
    }
}
