import Foundation
import GateCore
import GateGit
import Testing

/// Outputs of real tools, each as the output of a command that only has an exit code.
@Suite("what tools print when they fail")
struct FailureOutputTests {
    @Test("a recorded output is read as it was reviewed", arguments: FailureFixture.all)
    func recorded(_ fixture: FailureFixture) throws {
        let read = Failing.summary(Failing.record(Failing.weak(try fixture.output)))
        if ProcessInfo.processInfo.environment["RECORD_FAILURE_FIXTURES"] != nil { try fixture.record(read) }
        #expect(try read == fixture.expected)
    }

    @Test("the folder of a recorded output names its primary pattern", arguments: FailureFixture.all)
    func primary(_ fixture: FailureFixture) throws {
        guard let key = PatternKey(rawValue: fixture.pattern) else { return }
        let record = Failing.record(Failing.weak(try fixture.output))
        // Where settings are TOML, that they cannot be read comes first.
        #expect(record.pattern?.key == key || (key == .unknownVariant && record.patterns.contains { $0.key == key }))
        #expect(record.pattern?.places.isEmpty == false)
    }
}
