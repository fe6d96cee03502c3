/// Whether an agent that wants to stop is sent back to work. It never is for ever.
package struct StopDecision: Sendable, Hashable {
    /// What is remembered of one conversation of an agent.
    package struct Entry: Codable, Sendable, Hashable {
        /// Digest of the conversation's id.
        package var session: String
        /// The tree with which the agent was last let go, or began.
        package var letGo: String?
        /// The tree with which it was last sent back.
        package var sentBack: String?
        /// How often in a row it was sent back.
        package var count = 0

        package init(session: String) { self.session = session }
    }

    package enum Answer: Sendable, Hashable {
        case letGo
        /// It stops, and the person who watches reads why that is no good news.
        case warn
        case sendBack
    }

    package let answer: Answer
    package let entry: Entry

    /// - Parameters:
    ///   - verdict: what a run of the gate came to.
    ///   - tree: what it was about.
    ///   - isSentBack: whether the agent works on because it was sent back before.
    ///   - most: how often in a row it may be.
    package init(_ verdict: String, tree: String, isSentBack: Bool, _ entry: Entry, most: Int) {
        var entry = entry
        if !isSentBack { entry.count = 0 }
        switch verdict {
        case "green", "accepted", "skipped": answer = .letGo
        // Nothing it does may help, so it is told once, to pass it on.
        case "undecided": answer = entry.count == 0 ? .sendBack : .warn
        default:
            // Who changes nothing after being sent back has nothing more to give.
            let isStuck = isSentBack && entry.sentBack == tree && entry.count > 0
            answer = entry.count < most && !isStuck ? .sendBack : .warn
        }
        if answer == .sendBack {
            entry.count += 1
            entry.sentBack = tree
        } else {
            entry.count = 0
            entry.letGo = tree
        }
        self.entry = entry
    }
}
