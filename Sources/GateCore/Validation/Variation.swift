/// What a further run of the same tree does otherwise than the first: everything that must not matter to a test.
///
/// Another hash seed, the opposite order of tests, other folders and another host name. A test that minds one of them
/// is found out by it, and so is code that behaves only as long as it believes that it is watched.
package struct Variation: Sendable, Hashable {
    /// Which of the further runs it is, from 1; 0 is the way in which every first run is made.
    package let number: Int
    /// Steps that are varied; all others run as the first time.
    package var steps: Set<String>
    /// Steps whose tests hold in their own order only: for them it is kept.
    package var keepingOrder: Set<String>

    /// The way of every first run.
    package static let none = Variation(number: 0, steps: [])

    package init(number: Int, steps: Set<String>, keepingOrder: Set<String> = []) {
        self.number = number
        self.steps = steps
        self.keepingOrder = keepingOrder
    }

    package var isNone: Bool { number == 0 }

    /// What holds of it for one step.
    package func of(_ step: Step) -> StepVariation {
        guard number > 0, steps.contains(step.id) else { return StepVariation(number: 0, isReversed: false) }
        return StepVariation(number: number, isReversed: number % 2 == 1 && !keepingOrder.contains(step.id))
    }
}

/// How one run of one step is varied.
package struct StepVariation: Sendable, Hashable {
    package let number: Int
    /// Whether tests are to run in the opposite order, where the runner can be told.
    package let isReversed: Bool

    package static let none = StepVariation(number: 0, isReversed: false)

    /// Fixed for first runs as well, so that two of them differ in nothing that the gate could have kept equal.
    package var hashSeed: String { "\(number * 7919 + 1)" }

    /// Name of the host, where the sandbox gives it one.
    package var hostName: String { "gate" + suffix }

    /// What names of folders end with.
    package var suffix: String { number == 0 ? "" : "-\(number)" }
}

/// How a runner is told to run its tests in the opposite order.
package enum Reversal: Sendable, Hashable {
    /// It cannot be told.
    case impossible
    /// A file named `order` beside its reporter says so.
    case byReporter
    case byCommand([String])

    /// Name and content of the file that tells a reporter.
    static let note = (name: "order", content: Array("reversed\n".utf8))
}
