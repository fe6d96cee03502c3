import GateCore
import Testing

@Suite("whether an agent is sent back")
struct StopDecisionTests {
    /// One stop: the verdict, the tree, whether it was sent back before, and what is expected.
    private typealias Stop = (verdict: String, tree: String, isSentBack: Bool, expected: StopDecision.Answer)

    private static func play(_ stops: [Stop], most: Int = 3, _ location: SourceLocation = #_sourceLocation) {
        var entry = StopDecision.Entry(session: "s")
        for (number, stop) in stops.enumerated() {
            let decision = StopDecision(stop.verdict, tree: stop.tree, isSentBack: stop.isSentBack, entry, most: most)
            #expect(decision.answer == stop.expected, "stop \(number + 1)", sourceLocation: location)
            entry = decision.entry
        }
    }

    @Test("red is sent back so often and no more, and a new turn begins anew")
    func bound() {
        Self.play([
            ("rejected", "a", false, .sendBack), ("rejected", "b", true, .sendBack), ("rejected", "c", true, .sendBack),
            ("rejected", "d", true, .warn), ("rejected", "e", false, .sendBack),
        ])
        Self.play([("rejected", "a", false, .warn)], most: 0)
    }

    @Test("who changes nothing is let go with a warning")
    func stuck() {
        Self.play([("rejected", "a", false, .sendBack), ("rejected", "a", true, .warn)])
    }

    @Test("what is undecided is said once, what is proven not at all")
    func others() {
        Self.play([("undecided", "a", false, .sendBack), ("undecided", "b", true, .warn)])
        Self.play([
            ("rejected", "a", false, .sendBack), ("green", "b", true, .letGo), ("rejected", "c", true, .sendBack),
        ])
        Self.play([("skipped", "a", false, .letGo), ("accepted", "a", false, .letGo)])
    }
}
