/// What became of one hook by `install` or `uninstall`.
package struct HookChange: Sendable, Hashable {
    package enum Action: String, Sendable, Hashable, CaseIterable {
        /// Ours stands in a free place.
        case installed
        /// Ours took the place of an earlier version of ours.
        case upgraded
        /// Nothing had to be done.
        case alreadyThere = "already-there"
        /// Ours stands in front of somebody else's hook, which it runs.
        case chained
        /// Ours stands where another manager runs it.
        case beside
        /// Git runs it by its configuration.
        case configured
        /// Somebody else's hook calls the gate.
        case callsAlready = "calls-already"
        /// Nothing was written: a person has to, and is told what.
        case instructions
        /// Ours is gone.
        case removed
        /// Ours is gone, and the hook that was there before has its place back.
        case restored
        /// There was nothing of ours.
        case notInstalled = "not-installed"
    }

    package let kind: HookKind
    package let action: Action
    /// The file, or the section of the configuration, that it is about.
    package let place: String
    /// What to know or to do, one line each.
    package let notes: [String]

    package init(_ kind: HookKind, _ action: Action, at place: String, notes: [String] = []) {
        self.kind = kind
        self.action = action
        self.place = place
        self.notes = notes
    }
}
