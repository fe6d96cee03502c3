/// What one test gave in one run.
package enum Outcome: String, Sendable, Hashable, CaseIterable, Codable {
    case passed
    case failed
    /// Broke outside its assertions: set-up, tear-down, collection, an exception where the runner tells them apart.
    case errored
    case skipped
    case timedOut
    case killed
    /// Known from another run of the same step, and not reported in this one.
    case notRun
    /// The runner said things about it that cannot all be true.
    case indeterminate

    /// Whether this counts as a test that holds. Only a plain pass does.
    package var holds: Bool { self == .passed }

    /// Whether this is a test that was run and did not hold.
    package var isRed: Bool {
        switch self {
        case .failed, .errored, .timedOut, .killed: true
        case .passed, .skipped, .notRun, .indeterminate: false
        }
    }

    /// The worse of two, for a test that a report names twice.
    package func worse(_ other: Outcome) -> Outcome {
        Self.severity(self) >= Self.severity(other) ? self : other
    }

    private static func severity(_ outcome: Outcome) -> Int {
        switch outcome {
        case .passed: 0
        case .skipped: 1
        case .notRun: 2
        case .indeterminate: 3
        case .failed: 4
        case .errored: 5
        case .timedOut: 6
        case .killed: 7
        }
    }
}

/// The name of a test in its runner's own spelling, as its users type it.
///
/// pytest `tests/test_a.py::TestA::test_b[x]`, unittest `tests.test_a.TestA.test_b`, node, mocha, jest and vitest
/// `test/a.test.js > suite > name`, XCTest `Module.Class/test`, Swift Testing `Module.Suite/test()`, cargo
/// `crate::module::test`, go `package/path.TestName/sub`, ctest and TAP the test's name, JUnit `classname::name`.
package struct TestID: Sendable, Hashable, Comparable, CustomStringConvertible {
    package let name: String
    package init(_ name: String) { self.name = name }
    package var description: String { name }
    package static func < (left: TestID, right: TestID) -> Bool { left.name < right.name }
}

/// One test's outcome with what its runner said about it.
package struct TestResult: Sendable, Hashable {
    package var id: TestID
    package var outcome: Outcome
    /// First line or lines of the failure, as the runner words it.
    package var message: String?
    /// Trace or longer text of the failure.
    package var detail: String?
    /// Path of the file the runner places the test or failure in, as the runner spells it.
    package var file: String?
    package var line: Int?
    /// Seconds, where the runner says.
    package var seconds: Double?

    package init(
        id: TestID,
        outcome: Outcome,
        message: String? = nil,
        detail: String? = nil,
        file: String? = nil,
        line: Int? = nil,
        seconds: Double? = nil
    ) {
        self.id = id
        self.outcome = outcome
        self.message = message
        self.detail = detail
        self.file = file
        self.line = line
        self.seconds = seconds
    }
}
