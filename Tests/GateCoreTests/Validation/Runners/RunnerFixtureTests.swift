import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

private let wanted = ProcessInfo.processInfo.environment["RECORD_RUNNER_FIXTURES"]

@Suite("runners: what real runs left behind")
struct RunnerFixtureTests {
    @Test("is read as expected", arguments: RunnerFixture.all())
    func isReadAsExpected(fixture: RunnerFixture) throws {
        let report = fixture.adapter.read(try fixture.recorded())
        #expect(RunnerFixture.text(of: report) == (try fixture.expected))
        #expect(report.runner == fixture.runner)
    }

    @Test("is never green once the run was ended, whatever was written", arguments: RunnerFixture.all())
    func isNeverCompleteWhenEnded(fixture: RunnerFixture) throws {
        let run = try fixture.recorded()
        for ended in [run.ended(.wallTime), run.ended(.outputLimit), run.signalled(9)] {
            let report = fixture.adapter.read(ended)
            #expect(!report.isConclusive || report.results.contains { $0.outcome.isRed })
        }
    }

    @Test("is not complete when its report files are cut at any place", arguments: RunnerFixture.all())
    func isNotCompleteWhenCut(fixture: RunnerFixture) throws {
        let run = try fixture.recorded()
        for (path, bytes) in run.files where !bytes.isEmpty {
            for part in [0, 1, 2, 5, 9] {
                var cut = run
                let end = bytes.count * part / 10
                cut.files[path] = Array(bytes[..<end])
                #expect(!fixture.adapter.read(cut).isConclusive, "\(path) cut to \(end) of \(bytes.count) bytes")
            }
        }
    }

    @Test("contradicts an exit code of the other colour", arguments: RunnerFixture.all())
    func contradictsForgedExit(fixture: RunnerFixture) throws {
        let run = try fixture.recorded()
        let honest = fixture.adapter.read(run)
        guard honest.isConclusive, honest.strength == .structured else { return }
        let forged = fixture.adapter.read(run.exited(run.process.exitCode == 0 ? 1 : 0))
        #expect(!forged.isConclusive)
    }

    @Test("records again", .enabled(if: wanted != nil))
    func record() async throws {
        for fixture in RunnerFixture.all() {
            guard wanted == "all" || wanted == fixture.runner || wanted == fixture.testDescription else { continue }
            try await fixture.record()
        }
    }
}

extension FinishedRun {
    /// The same run, ended by one of the gate's limits.
    func ended(_ ending: ProcessResult.Ending) -> FinishedRun { with(.signalled(9), ending) }
    /// The same run, ended by a signal from elsewhere.
    func signalled(_ signal: Int32) -> FinishedRun { with(.signalled(signal), .itself) }
    /// The same run with another exit code.
    func exited(_ code: Int32) -> FinishedRun { with(.exited(code), .itself) }

    private func with(_ termination: ProcessResult.Termination, _ ending: ProcessResult.Ending) -> FinishedRun {
        var copy = self
        copy.process = ProcessResult(
            termination: termination,
            ending: ending,
            standardOutput: process.standardOutput,
            standardError: process.standardError,
            duration: process.duration
        )
        return copy
    }
}
