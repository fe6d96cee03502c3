import GateGit

/// A failure as it is written down in `failure.json`: version 1.
///
/// Readers ignore what they do not know.
package struct FailureDocument: Codable, Sendable {
    package var version = 1
    package var failure: RunRecord.FailureSummary
    /// Red tests, targets first; at most 1000.
    package var failedTests: [FailedTest]
    package var omittedTests: Int

    package struct FailedTest: Codable, Sendable {
        package var step: String
        package var test: String
        package var outcome: String
        package var target: Bool
        package var message: String
        /// Where it says it failed, in the repository; absent where that is not known.
        package var path: String?
        package var line: Int?
    }

    private static let limit = 1000

    init(_ record: FailureRecord, redactor: Redactor) {
        failure = RunRecord.FailureSummary(record).redacted(by: redactor)
        failedTests = record.failedTests.prefix(Self.limit).map { test -> FailedTest in
            let place = record.places[FailureRecord.TestKey(step: test.step, test: test.id)]
            return FailedTest(
                step: test.step,
                test: redactor.redact(test.id.name),
                outcome: test.outcome.rawValue,
                target: test.isTarget,
                message: redactor.redact(test.message),
                path: place?.path.description,
                line: place?.line
            )
        }
        omittedTests = record.failedTests.count - failedTests.count
    }
}

extension RunRecord {
    /// What a failure is, in the record of a run.
    package struct FailureSummary: Codable, Sendable {
        package var summary: String
        package var likelyFiles: [String]
        /// The primary one of `patterns`; absent where none was recognised.
        package var pattern: String?
        package var guidance: String?
        package var patterns: [PatternRecord]?
        package var frames: [FrameRecord]?
        package var confidence: FailureConfidence?
        package var fingerprint: String?
    }

    package struct PatternRecord: Codable, Sendable {
        package var key: String
        package var title: String
        /// `code`, `configuration` or `environment`.
        package var cause: String
        package var guidance: String
        package var fields: [String: String]
        package var places: [PlaceRecord]
    }

    package struct PlaceRecord: Codable, Sendable {
        package var step: String
        package var test: String?
        /// `message`, `detail`, `problem`, `standardOutput` or `standardError`.
        package var stream: String
        package var line: Int
    }

    package struct FrameRecord: Codable, Sendable {
        package var path: String
        package var line: Int?
        package var function: String?
    }
}

extension RunRecord.FailureSummary {
    init(_ record: FailureRecord) {
        self.init(
            summary: record.summary,
            likelyFiles: record.likelyFiles.map(\.description),
            pattern: record.pattern?.key.rawValue,
            guidance: record.pattern?.guidance,
            patterns: record.patterns.map(RunRecord.PatternRecord.init),
            frames: record.frames.map {
                RunRecord.FrameRecord(path: $0.path.description, line: $0.line, function: $0.function)
            },
            confidence: record.confidence,
            fingerprint: record.fingerprint
        )
    }

    /// The same without secrets in what was taken from anybody's words.
    func redacted(by redactor: Redactor) -> RunRecord.FailureSummary {
        var copy = self
        copy.summary = redactor.redact(summary)
        copy.guidance = guidance.map { redactor.redact($0) }
        copy.patterns = patterns?.map { pattern in
            var pattern = pattern
            pattern.guidance = redactor.redact(pattern.guidance)
            pattern.fields = pattern.fields.mapValues { redactor.redact($0) }
            pattern.places = pattern.places.map { place in
                var place = place
                place.test = place.test.map { redactor.redact($0) }
                return place
            }
            return pattern
        }
        copy.frames = frames?.map { frame in
            var frame = frame
            frame.function = frame.function.map { redactor.redact($0) }
            return frame
        }
        return copy
    }
}

extension RunRecord.PatternRecord {
    init(_ pattern: DetectedPattern) {
        self.init(
            key: pattern.key.rawValue,
            title: pattern.title,
            cause: pattern.cause.rawValue,
            guidance: pattern.guidance,
            fields: Dictionary(uniqueKeysWithValues: pattern.fields.map { ($0.key.rawValue, $0.value) }),
            places: pattern.places.map {
                RunRecord.PlaceRecord(step: $0.step, test: $0.test?.name, stream: $0.stream.rawValue, line: $0.line)
            }
        )
    }
}
