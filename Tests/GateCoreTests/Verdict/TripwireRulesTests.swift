import GateCore
import Testing

@Suite("tripwire rules")
struct TripwireRulesTests {
    private static func rules(
        _ kind: TripwireObservation.Kind,
        _ state: TripwireObservation.State,
        _ demand: TripwireDemand = .preferred
    ) -> (reasons: [Reason], remarks: [Reason]) {
        TripwireRules.apply(
            [TripwireObservation(kind, step: "check:test", subject: "secret name", state, "as seen")],
            demand: demand
        )
    }

    @Test("each state of each kind leads to its own reason")
    func table() {
        typealias Row = (kind: TripwireObservation.Kind, state: TripwireObservation.State, code: ReasonCode?)
        let rows: [Row] = [
            (.canary, .held, nil), (.twin, .held, nil), (.heldOut, .held, nil),
            (.canary, .tripped, .canaryTripped), (.twin, .tripped, .twinPassed), (.heldOut, .tripped, .heldOutFailed),
            (.canary, .unclear, .tripwireUnclear), (.twin, .unclear, .tripwireUnclear),
            (.heldOut, .unclear, .heldOutUnclear),
        ]
        for row in rows {
            #expect(Self.rules(row.kind, row.state).reasons.map(\.code) == [row.code].compactMap { $0 }, "\(row)")
        }
    }

    @Test("what is not available is a remark, unless policy insists")
    func unavailable() {
        let relaxed = Self.rules(.twin, .unavailable)
        #expect(relaxed.reasons.isEmpty && relaxed.remarks.map(\.code) == [.tripwireUnavailable])
        let strict = Self.rules(.twin, .unavailable, .required)
        #expect(strict.reasons.map(\.code) == [.tripwireUnavailable] && strict.remarks.isEmpty)
        #expect(Verdict(reasons: strict.reasons).kind == .undecided)
    }

    @Test(
        "a reason says how many held-out tests failed, and never which",
        arguments: [TripwireObservation.State.tripped, .unclear]
    )
    func nameless(_ state: TripwireObservation.State) {
        for reason in Self.rules(.heldOut, state).reasons {
            #expect(reason.subject?.contains("secret") != true && !reason.message.contains("secret"))
        }
    }

    @Test(
        "a tripwire that is switched off is not heard",
        arguments: [
            (Defence.canaries, TripwireObservation.Kind.canary), (.twins, .twin), (.heldOut, .heldOut),
        ]
    )
    func off(_ defence: Defence, _ kind: TripwireObservation.Kind) {
        Defence.$switchedOff.withValue([defence]) { #expect(Self.rules(kind, .tripped).reasons.isEmpty) }
        #expect(!Self.rules(kind, .tripped).reasons.isEmpty)
    }
}
