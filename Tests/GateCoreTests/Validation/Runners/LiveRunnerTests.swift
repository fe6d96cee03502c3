import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// Cases whose outcomes do not depend on the version of the runner.
private let everywhere = [
    "pytest/passing", "pytest/collection-error", "pytest/no-tests", "pytest/os-exit", "pytest/pytest-exit",
    "pytest/forged-exit", "pytest/stops-at-first", "pytest/mixed", "unittest/passing", "unittest/mixed",
    "unittest/os-exit", "unittest/failfast", "node/mixed", "node/process-exit", "node/script-files",
]

@Suite("runners: started for real")
struct LiveRunnerTests {
    @Test("gives what was recorded", arguments: RunnerFixture.all().filter { everywhere.contains($0.testDescription) })
    func givesWhatWasRecorded(fixture: RunnerFixture) async throws {
        let recorded = RunnerFixture.text(of: fixture.adapter.read(try fixture.recorded()), messages: false)
        try await fixture.live { run, _ in
            let report = fixture.adapter.read(run)
            #expect(RunnerFixture.text(of: report, messages: false) == recorded, "\(run.process.standardError.text)")
        }
    }
}
