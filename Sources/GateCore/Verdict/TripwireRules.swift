/// What tripwires mean for a verdict: pure rules over what they showed.
package enum TripwireRules {
    /// Reasons against a candidate, and what a reader should know.
    ///
    /// - Parameter demand: whether policy insists on tripwires where there are none.
    package static func apply(
        _ observations: [TripwireObservation],
        demand: TripwireDemand
    ) -> (reasons: [Reason], remarks: [Reason]) {
        var reasons: [Reason] = []
        var remarks: [Reason] = []
        for observation in observations where isOn(observation.kind) {
            switch (observation.state, observation.kind) {
            case (.held, _): continue
            case (.tripped, .canary):
                reasons.append(Reason(.canaryTripped, observation.subject, observation.message))
            case (.tripped, .twin): reasons.append(Reason(.twinPassed, observation.subject, observation.message))
            case (.tripped, .heldOut), (.unclear, .heldOut): continue
            case (.unclear, _): reasons.append(Reason(.tripwireUnclear, observation.subject, observation.message))
            case (.unavailable, _):
                let reason = Reason(.tripwireUnavailable, observation.subject, observation.message)
                if demand == .required { reasons.append(reason) } else { remarks.append(reason) }
            }
        }
        reasons += heldOut(observations)
        return (reasons, remarks)
    }

    /// Held-out tests stay nameless in reasons: reasons reach backends and logs.
    private static func heldOut(_ observations: [TripwireObservation]) -> [Reason] {
        guard isOn(.heldOut) else { return [] }
        let all = observations.filter { $0.kind == .heldOut }
        let failed = all.count { $0.state == .tripped }
        if failed > 0 {
            return [
                Reason(.heldOutFailed, nil, "\(failed) held-out \(failed == 1 ? "test does" : "tests do") not pass")
            ]
        }
        if let unclear = all.first(where: { $0.state == .unclear }) {
            let count = all.count { $0.state == .unclear }
            return [
                Reason(
                    .heldOutUnclear,
                    unclear.step,
                    count == 1 ? "a held-out test gave no answer" : "\(count) held-out tests gave no answer"
                )
            ]
        }
        return []
    }

    private static func isOn(_ kind: TripwireObservation.Kind) -> Bool {
        switch kind {
        case .canary: Defence.canaries.isOn
        case .twin: Defence.twins.isOn
        case .heldOut: Defence.heldOut.isOn
        }
    }
}
