import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("background validation and status")
struct BackgroundTests {
    private func status(_ repository: TestRepository, _ arguments: String...) async throws -> RepositoryStatus {
        let answer = try await repository.gatekeeper(arguments: ["status", "--format", "json"] + arguments)
        #expect(answer.exitCode == 0, "\(answer.standardError.text)")
        return try JSON.decode(RepositoryStatus.self, from: answer.standardOutput.bytes)
    }

    /// Waits until the background is as it should be.
    private func wait(
        _ repository: TestRepository,
        until condition: (RepositoryStatus) -> Bool
    ) async throws -> RepositoryStatus {
        for _ in 0..<600 {
            let now = try await status(repository)
            if condition(now) { return now }
            try await Task.sleep(for: .milliseconds(100))
        }
        Issue.record("it never came: \(try await status(repository))")
        return try await status(repository)
    }

    @Test("what the background proves is known to status and not run again; the working tree is left alone")
    func proves() async throws {
        try await Calculator.withRepository { repository in
            let commit = try await repository.git("rev-parse", "HEAD")
            let before = try await repository.state()
            let early = try await status(repository)
            #expect(early.proof == nil && early.background == nil && early.changedPaths == 1)
            let work = try await repository.gatekeeper("background", commit, "--requested", "20261121T000000.000Z")
            #expect(work.exitCode == 0, "\(work.standardError.text)")
            let after = try await status(repository)
            let proof = try #require(after.proof)
            #expect(after.background?.verdict == "green" && after.background?.run == proof.run)
            #expect(!after.backgroundIsWorking && after.provenTrees == 1)
            let push = try await repository.gatekeeper("test", "--head", "HEAD", "--format", "json")
            #expect(try JSON.decode(RunRecord.self, from: push.standardOutput.bytes).remembered?.run == proof.run)
            let text = try await repository.gatekeeper("status").standardOutput.text
            #expect(text.contains("proven: green by run \(proof.run)"), "\(text)")
            #expect(text.contains("working tree: 1 path differs from HEAD"))
            #expect(try await repository.state() == before)
        }
    }

    /// A test that says it has begun and waits for ever; only the first commit has it.
    private func commitThatHangs(_ repository: TestRepository) async throws -> String {
        try repository.write(
            "tests/test_hang.py",
            "import time\nimport unittest\n\n\nclass HangTests(unittest.TestCase):\n    def test_hangs(self):\n"
                + "        time.sleep(600)\n"
        )
        return try await repository.commitAll("hangs")
    }

    @Test("a newer commit takes the place of an older one; an older one gives way at once")
    func newerCommit() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            let old = try await commitThatHangs(repository)
            async let first = repository.gatekeeper("background", old, "--requested", "20261121T000002.000Z")
            _ = try await wait(repository) { $0.backgroundIsWorking && !$0.activeRuns.isEmpty }
            let late = try await repository.gatekeeper("background", "HEAD~1", "--requested", "20261121T000001.000Z")
            #expect(late.exitCode == 0)
            #expect(try await status(repository).background?.commit == old)
            try FileManager.default.removeItem(atPath: "\(repository.path)/tests/test_hang.py")
            let new = try await repository.commitAll("does not hang")
            let second = try await repository.gatekeeper("background", new, "--requested", "20261121T000003.000Z")
            #expect(second.exitCode == 0, "\(second.standardError.text)")
            #expect(try await first.exitCode == 143)
            let now = try await status(repository)
            #expect(now.background?.commit == new && now.background?.verdict == "green", "\(now)")
            #expect(now.activeRuns.isEmpty)
        }
    }

    @Test("status --stop ends it, with all it started, and says so")
    func stop() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            let commit = try await commitThatHangs(repository)
            async let work = repository.gatekeeper("background", commit, "--requested", "20261121T000000.000Z")
            let busy = try await wait(repository) { $0.backgroundIsWorking && !$0.activeRuns.isEmpty }
            #expect(busy.background?.commit == commit)
            let stopped = try await status(repository, "--stop")
            #expect(!stopped.backgroundIsWorking && stopped.background?.verdict == "stopped", "\(stopped)")
            #expect(stopped.proof == nil && stopped.activeRuns.isEmpty)
            #expect(try await work.exitCode == 143)
            let again = try await repository.gatekeeper("status", "--stop")
            #expect(again.standardError.text.contains("nothing was validated in the background"))
        }
    }

    @Test("with both hooks a commit is judged meanwhile, and the push finds its verdict")
    func commitThenPush() async throws {
        try await HookWorld.with { world in
            let repository = world.repository
            #expect(try await world.git("gatekeeper", "install", "pre-push", "post-commit").isSuccess)
            try repository.write("value", "good again\n")
            let committed = try await world.git("commit", "-q", "-a", "-m", "still green")
            #expect(committed.isSuccess && committed.standardError.text.isEmpty, "\(committed.standardError.text)")
            let proof = try #require(try await wait(repository) { $0.proof != nil }.proof)
            let pushed = try await world.git("push", "origin", "main")
            #expect(pushed.isSuccess, "\(pushed.standardError.text)")
            let runs = try FileManager.default.contentsOfDirectory(atPath: "\(repository.path)/.git/gatekeeper/runs")
            #expect(runs == [proof.run])
            #expect(try await world.remoteHead() == repository.git("rev-parse", "HEAD"))
        }
    }

    @Test("a push that comes too early waits for the validation in the background")
    func pushWaits() async throws {
        try await HookWorld.with { world in
            let repository = world.repository
            try repository.write("test.sh", "sleep 2\ngrep -q good value\n")
            try await repository.commitAll("slow")
            #expect(try await world.git("gatekeeper", "install", "pre-push", "post-commit").isSuccess)
            try repository.write("value", "good again\n")
            #expect(try await world.git("commit", "-q", "-a", "-m", "still green").isSuccess)
            _ = try await wait(repository) { !$0.activeRuns.isEmpty }
            let pushed = try await world.git("push", "origin", "main")
            #expect(pushed.isSuccess, "\(pushed.standardError.text)")
            let runs = try FileManager.default.contentsOfDirectory(atPath: "\(repository.path)/.git/gatekeeper/runs")
            #expect(runs.count == 1, "\(pushed.standardError.text)")
        }
    }

    @Test("where the gate cannot work, status says why")
    func problem() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            try repository.write(".gatekeeper/config", "[gatekeeper]\n\tnonsense = 1\n")
            try await repository.commitAll("nonsense")
            let now = try await status(repository)
            #expect(now.problem?.contains("nonsense") == true)
            let work = try await repository.gatekeeper("background", "HEAD", "--requested", "20261121T000000.000Z")
            #expect(work.exitCode == 0)
            #expect(try await status(repository).background?.problem?.contains("nonsense") == true)
        }
    }
}
