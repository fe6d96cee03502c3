/// How one test moved between head and candidate, in SWE-bench's words.
package enum Transition: String, Sendable, Hashable, Codable, CaseIterable {
    case failToPass = "FAIL_TO_PASS"
    case passToPass = "PASS_TO_PASS"
    case passToFail = "PASS_TO_FAIL"
    case failToFail = "FAIL_TO_FAIL"

    /// The transition between two outcomes; anything but a plain pass counts as a failure to hold.
    package init(from head: Outcome, to candidate: Outcome) {
        switch (head.holds, candidate.holds) {
        case (false, true): self = .failToPass
        case (true, true): self = .passToPass
        case (true, false): self = .passToFail
        case (false, false): self = .failToFail
        }
    }
}

/// One test's outcomes in the runs that are compared.
package struct TestTransition: Sendable, Hashable {
    /// Step whose runs are compared: `check:<name>` or `scenario:<id>`.
    package let step: String
    package let test: TestID
    package let base: Outcome?
    package let head: Outcome
    package let candidate: Outcome
    package let isTarget: Bool

    package init(step: String, test: TestID, base: Outcome?, head: Outcome, candidate: Outcome, isTarget: Bool) {
        self.step = step
        self.test = test
        self.base = base
        self.head = head
        self.candidate = candidate
        self.isTarget = isTarget
    }

    package var transition: Transition { Transition(from: head, to: candidate) }
}
