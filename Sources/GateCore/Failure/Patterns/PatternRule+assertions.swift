extension PatternRule {
    /// Tests that ran out of time, and assertions that say what differs.
    static let assertions: [PatternRule] = [
        PatternRule(.timeout, "Failed: Timeout >{limit@}{end}", tool: "pytest-timeout"),
        PatternRule(.timeout, "Failed: Timeout (>{limit}) from pytest-timeout.", tool: "pytest-timeout"),
        PatternRule(.timeout, "thrown: \"Exceeded timeout of {limit} for a test", tool: "jest"),
        PatternRule(.timeout, "Error: thrown: \"Exceeded timeout of {limit} for a test", tool: "jest"),
        PatternRule(.timeout, "Error: Timeout of {limit@} exceeded. ", tool: "mocha"),
        PatternRule(.timeout, "Timeout of {limit@} exceeded. ", tool: "mocha"),
        PatternRule(.timeout, "Error: Test timed out in {limit@}", tool: "vitest"),
        PatternRule(.timeout, "Test timed out in {limit@}", tool: "vitest"),
        PatternRule(.timeout, "test timed out after {limit@}{end}", tool: "node"),
        PatternRule(.timeout, "error: 'test timed out after {limit@}", tool: "node"),
        PatternRule(.timeout, "panic: test timed out after {limit@}{end}", tool: "go"),
        PatternRule(.timeout, "Time limit was exceeded: {limit}", tool: "swift"),
        PatternRule(
            .timeout,
            "{}org.junit.runners.model.TestTimedOutException: test timed out after {limit}",
            at: .head
        ),
        PatternRule(.timeout, "{}TimeoutException: {} execution timed out after {limit}"),
        PatternRule(.timeout, "Timeout::Error: execution expired"),
        // Values in one line.
        PatternRule(.assertionDifference, "assert {actual} == {expected}{end}", at: .head),
        PatternRule(.assertionDifference, "assert {actual} is {expected}{end}", at: .head),
        PatternRule(.assertionDifference, "assert {expected} in {actual}{end}", at: .head),
        PatternRule(.assertionDifference, "AssertionError: assert {actual} == {expected}{end}"),
        PatternRule(.assertionDifference, "AssertionError: {actual} != {expected}"),
        PatternRule(.assertionDifference, "AssertionError: expected {actual} to be {expected} // "),
        PatternRule(
            .assertionDifference,
            "AssertionError: expected {actual} to deeply equal {expected}{end}"
        ),
        PatternRule(.assertionDifference, "AssertionError: expected {actual} to equal {expected}{end}"),
        PatternRule(.assertionDifference, "Expectation failed: ({} → {actual}) == {expected}{end}"),
        PatternRule(.assertionDifference, "{}XCTAssertEqual failed: (\"{actual}\") is not equal to (\"{expected}\")"),
        PatternRule(
            .assertionDifference,
            "{}AssertionFailedError: {}expected: <{expected}> but was: <{actual}>{end}"
        ),
        PatternRule(.assertionDifference, "{}expected:<{expected}> but was:<{actual}>{end}"),
        PatternRule(.assertionDifference, "{file}:{line#}: {}got {actual}, want {expected}{end}", endings: [".go"]),
        PatternRule(.assertionDifference, "{file}:{line#}: {}got {actual}; want {expected}{end}", endings: [".go"]),
        PatternRule(.assertionDifference, "{file}:{line#}: {}want {expected}, got {actual}{end}", endings: [".go"]),
        PatternRule(.assertionDifference, "{file}:{line#}: {} = {actual}, want {expected}{end}", endings: [".go"]),
        PatternRule(.assertionDifference, "{file}:{line#}: {} = {actual}; want {expected}{end}", endings: [".go"]),
        PatternRule(.assertionDifference, "{}: {file}:{line#}: {}: Assertion `{message}' failed."),
        PatternRule(.assertionDifference, "AssertionError: expected {actual} to be {expected}{end}"),
        // Only that something was asserted.
        PatternRule(.assertionDifference, "{file}:{line#}: error: {} : XCT{}failed{message}", endings: [".swift"]),
        PatternRule(.assertionDifference, "AssertionError [{code@}]: {message}"),
        PatternRule(.assertionDifference, "AssertionError: {message}"),
        PatternRule(.assertionDifference, "AssertionError{end}"),
        PatternRule(.assertionDifference, "assert {message}", at: .head),
        PatternRule(.assertionDifference, "Expectation failed: {message}"),
        PatternRule(.assertionDifference, "assertion failed: {message}"),
        PatternRule(.assertionDifference, "java.lang.AssertionError{message}"),
        PatternRule(.assertionDifference, "org.opentest4j.AssertionFailedError{message}"),
    ]

    /// Two lines that name the values, whichever comes first, within a few lines.
    struct Pair: Sendable {
        let actual: LineTemplate
        let expected: LineTemplate
    }

    /// Assertions that take two lines to say what differs.
    static let pairs: [Pair] = [
        // Rust.
        Pair(actual: "left: {actual}", expected: "right: {expected}"),
        // Jest.
        Pair(actual: "Received: {actual}", expected: "Expected: {expected}"),
        // Minitest.
        Pair(actual: "Actual: {actual}", expected: "Expected: {expected}"),
        // RSpec.
        Pair(actual: "got: {actual}", expected: "expected: {expected}"),
        // Testify.
        Pair(actual: "actual  : {actual}", expected: "expected: {expected}"),
        // Node's assert in its report, mocha, vitest.
        Pair(actual: "actual: {actual}", expected: "expected: {expected}"),
    ]

    /// Values in one line of their own, below a line that says what they are.
    static let comparisons: [LineTemplate] = ["{actual} !== {expected}{end}", "{actual} != {expected}{end}"]
}
