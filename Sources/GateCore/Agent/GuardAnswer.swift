/// What the guard says of something an agent is about to do.
package enum GuardAnswer: Sendable, Hashable {
    /// Nothing is known against it; whoever else has a say has it.
    case pass
    /// A person has to say yes.
    case ask(String)
    case deny(String)

    /// The stricter of two.
    func and(_ other: GuardAnswer) -> GuardAnswer {
        switch (self, other) {
        case (.deny, _): self
        case (_, .deny): other
        case (.ask, _): self
        default: other
        }
    }
}
