import GateGit

/// One name for one failure: the same on another machine and in another run, another for another failure.
///
/// It stands on which tests fail, what kind of failure it is, where it arises and how its message reads without what
/// differs from run to run. Line numbers are no part of it: an edit above moves them.
enum FailureFingerprint {
    /// Most ids that are looked at; more of them say nothing new.
    private static let idLimit = 1000

    /// 64 lower-case hexadecimal digits.
    static func make(
        failedTests: [FailureRecord.FailedTest],
        summary: String,
        pattern: DetectedPattern?,
        frame: FailureFrame?
    ) -> String {
        let targets = failedTests.filter(\.isTarget)
        let deciding = targets.isEmpty ? failedTests : targets
        let ids = Set(deciding.prefix(idLimit).map { "\($0.step) \(MessageShape.ofID($0.id))" }).sorted()
        let message =
            deciding.first.map(\.message).flatMap { $0.isEmpty ? nil : $0 } ?? (deciding.isEmpty ? summary : "")
        let parts =
            ["failure 1"] + ids + [
                "pattern \(pattern?.key.rawValue ?? "")",
                "file \(frame.map(\.path.description) ?? "")",
                "message \(MessageShape.of(message))",
            ]
        return SHA256.hex(parts.joined(separator: "\n"))
    }
}
