import GateCore
import Testing

@Suite("loop: the retry window")
struct RetryWindowTests {
    private static func steps(_ keys: [String], limit: Int = 10, repeats: Int = 3) -> [RetryWindow.Step] {
        var window = RetryWindow(limit: limit, repeats: repeats)
        return keys.map { window.rejected($0) }
    }

    @Test("the same failure three times in a row escalates, sterner each time")
    func escalates() {
        #expect(Self.steps(["a", "a", "a"]) == [.again, .fresh, .escalate(times: 3)])
        #expect(Self.steps(["a", "a", "a", "a"], repeats: 4) == [.again, .stricter, .fresh, .escalate(times: 4)])
    }

    @Test("another failure in between starts the count again")
    func resets() {
        #expect(
            Self.steps(["a", "a", "b", "a", "a", "a"]) == [.again, .fresh, .again, .again, .fresh, .escalate(times: 3)]
        )
    }

    @Test("a window has an end, and a failure that came back is named before it")
    func limit() {
        #expect(Self.steps(["a", "b", "c"], limit: 3) == [.again, .again, .exhausted])
        #expect(Self.steps(["b", "a", "a", "a"], limit: 4).last == .escalate(times: 3))
        #expect(Self.steps(["a", "a", "a"], limit: 3).last == .escalate(times: 3))
        #expect(Self.steps(["a", "a"], limit: 2).last == .exhausted)
    }

    @Test("with no breaker only the budget ends it")
    func withoutBreaker() {
        #expect(Self.steps(["a", "a", "a"], limit: 3, repeats: 0) == [.again, .stricter, .exhausted])
        #expect(Self.steps(["a"], repeats: 1) == [.escalate(times: 1)])
    }

    @Test("a person's message opens it again, with nothing counted")
    func reopens() {
        var window = RetryWindow(limit: 3, repeats: 3)
        for _ in 0..<3 { _ = window.rejected("a") }
        #expect(!window.isOpen)
        window.reopen()
        #expect(window.isOpen && window.attempts == 0)
        #expect((0..<3).map { _ in window.rejected("a") } == [.again, .fresh, .escalate(times: 3)])
    }
}
