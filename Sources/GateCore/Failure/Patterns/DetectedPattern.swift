/// A known way to fail that was recognised in a failure, with what its text says and what to do next.
package struct DetectedPattern: Sendable, Hashable {
    /// What a pattern's text may say.
    package enum Field: String, Sendable, Hashable, CaseIterable, Codable, Comparable {
        case file, line, column, invalidValue, validValues, module, missingName, port, address, variable, command
        case code, message, expected, actual, limit, path, tool

        package static func < (left: Field, right: Field) -> Bool { left.rawValue < right.rawValue }
    }

    /// Where it was read.
    package struct Place: Sendable, Hashable {
        package enum Stream: String, Sendable, Hashable, Codable {
            /// What the runner's report says of a test, or of a file that it could not load.
            case message, detail, problem
            case standardOutput, standardError
        }

        package let step: String
        /// The test whose words it was read from; `nil` for the output of a whole step.
        package let test: TestID?
        package let stream: Stream
        /// Line of that text, counted from 1.
        package let line: Int
        /// Whether it is the very error that ended the test or the command, and not merely something it printed.
        package let isOwnError: Bool

        package init(step: String, test: TestID?, stream: Stream, line: Int, isOwnError: Bool) {
            self.step = step
            self.test = test
            self.stream = stream
            self.line = line
            self.isOwnError = isOwnError
        }
    }

    package let key: PatternKey
    /// What to do next, in one or two sentences.
    package let guidance: String
    /// What the first place says, without control characters, each at most 300 characters long.
    package let fields: [Field: String]
    /// Where it was read, in the order of reading; at most `PatternReader.placeLimit`.
    package let places: [Place]
    /// Whose fault it is; a pattern's usual cause, unless its fields say otherwise.
    package let cause: PatternKey.Cause

    package var title: String { key.title }

    package init(
        key: PatternKey,
        cause: PatternKey.Cause? = nil,
        guidance: String,
        fields: [Field: String] = [:],
        places: [Place]
    ) {
        self.key = key
        self.cause = cause ?? key.cause
        self.guidance = guidance
        self.fields = fields
        self.places = places
    }
}
