/// One thing the doctor looked at.
package struct DoctorFinding: Codable, Sendable, Hashable {
    package enum State: String, Codable, Sendable, Hashable, Comparable {
        case good
        /// Works, with less than there could be.
        case weak
        /// Keeps the gate, or this part of it, from working.
        case broken

        private var rank: Int {
            switch self {
            case .good: 0
            case .weak: 1
            case .broken: 2
            }
        }

        package static func < (left: State, right: State) -> Bool { left.rank < right.rank }
    }

    /// What was looked at, as plain words with a colon: `git`, `sandbox`, `check: test`, `backend: codex`.
    package var subject: String
    package var state: State
    /// What was found, one line.
    package var detail: String
    /// What to do about it, one sentence each.
    package var advice: [String]

    package init(_ subject: String, _ state: State, _ detail: String, advice: [String] = []) {
        self.subject = subject
        self.state = state
        self.detail = detail
        self.advice = advice
    }

    /// An error as what it means for one subject.
    package init(_ subject: String, failed error: any Error) {
        let failure = GateFailure.wrapping(error)
        self.init(subject, .broken, failure?.message ?? "\(error)", advice: failure?.hints ?? [])
    }
}
