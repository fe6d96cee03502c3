/// Counts attempts and notices when the same failure keeps coming back. Pure: what it is told is all it knows.
package struct RetryWindow: Sendable, Hashable {
    /// What to do after a rejected attempt.
    package enum Step: Sendable, Hashable {
        case again
        /// The failure came back: say it more strictly.
        case stricter
        /// It came back again: the next attempt starts without the conversation that led here.
        case fresh
        /// The same failure so often that a person has to look.
        case escalate(times: Int)
        /// No attempt is left.
        case exhausted

        /// Whether no further attempt follows of itself.
        package var isLast: Bool {
            switch self {
            case .again, .stricter, .fresh: false
            case .escalate, .exhausted: true
            }
        }
    }

    /// Most attempts of a window.
    package let limit: Int
    /// How often in a row the same failure may come before a person is asked; 0 asks nobody.
    package let repeats: Int
    /// Attempts of this window so far.
    package private(set) var attempts = 0
    private var last: String?
    /// How often in a row the last failure came.
    package private(set) var times = 0

    package init(limit: Int, repeats: Int) {
        self.limit = limit
        self.repeats = repeats
    }

    /// Whether a further attempt may be made.
    package var isOpen: Bool { attempts < limit }

    /// Notes a rejected attempt.
    ///
    /// A failure that came back counts before the budget does, so that a person hears why nothing moved and not only that
    /// the budget is spent.
    ///
    /// - Parameter key: the same text for the same failure.
    package mutating func rejected(_ key: String) -> Step {
        attempts += 1
        times = key == last ? times + 1 : 1
        last = key
        if repeats > 0, times >= repeats { return .escalate(times: times) }
        guard isOpen else { return .exhausted }
        guard times > 1 else { return .again }
        return repeats > 0 && times == repeats - 1 ? .fresh : .stricter
    }

    /// Opens the window again, as a person's message does: what was counted is forgotten.
    package mutating func reopen() {
        attempts = 0
        last = nil
        times = 0
    }
}
