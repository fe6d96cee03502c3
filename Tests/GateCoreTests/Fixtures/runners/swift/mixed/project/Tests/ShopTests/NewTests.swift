import Shop
import Testing

@Test("a display name is not the id") func named() {}

@Suite struct Prices {
    @Test func total() { #expect(Shop.total([1, 2]) == 3) }
    @Test(arguments: [[], [1]]) func empty(prices: [Int]) { #expect(Shop.total(prices) == 1) }
    @Test(.disabled("later")) func disabled() {}
    @Test func known() { withKnownIssue { Issue.record("known") } }
    @Test func throwing() throws { throw CancellationError() }
    @Test func cancelled() throws { try Test.cancel("not here") }
}
