/// What becomes of the last candidate where a run escalates; the working tree was never touched.
package enum RevertMode: String, Sendable, Hashable, CaseIterable {
    /// A person says, where one is there; else it is kept aside.
    case ask
    /// It is thrown away.
    case enabled
    /// It is kept aside.
    case disabled
}

/// Whether a retry continues the conversation with a backend.
package enum ConversationStyle: String, Sendable, Hashable, CaseIterable {
    case continued
    /// Every attempt starts anew, and is told what happened before in its request.
    case fresh
}

/// How a run is shown while it goes on.
package enum DisplayStyle: String, Sendable, Hashable, CaseIterable {
    /// A live view where the terminal can show one.
    case auto
    /// Lines, one below the other, as a screen reader wants them.
    case plain
}

/// Which of several proven candidates is taken.
package enum CouncilChoice: String, Sendable, Hashable, CaseIterable {
    /// The first that is proven; the others are asked no further.
    case first
    /// The one with the fewest lines of those proven within the budget.
    case smallest
}
