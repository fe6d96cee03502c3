/// What one tripwire showed. Facts only: the verdict's own rules say what follows.
package struct TripwireObservation: Sendable, Hashable {
    package enum Kind: String, Sendable, Hashable, CaseIterable {
        /// A test of the gate's own, which can end in one way only.
        case canary
        /// A target with a wrong expectation, which must fail.
        case twin
        /// A test that no backend has seen, which must pass.
        case heldOut = "held-out"
    }

    package enum State: String, Sendable, Hashable {
        /// It behaved as it must.
        case held
        /// It did what it never does honestly.
        case tripped
        /// It cannot be said.
        case unclear
        /// There is no such tripwire here.
        case unavailable
    }

    package let step: String
    package let kind: Kind
    /// Name of the test, or of what has no tripwire.
    package let subject: String
    package let state: State
    /// One sentence: what was expected, and what came.
    package let message: String

    package init(_ kind: Kind, step: String, subject: String, _ state: State, _ message: String) {
        self.step = step
        self.kind = kind
        self.subject = subject
        self.state = state
        self.message = message
    }
}
