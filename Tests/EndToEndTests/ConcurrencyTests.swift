import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("several at once")
struct ConcurrencyTests {
    /// A test that says it has begun, and goes on when it is told to; runs outside the sandbox only.
    private static func waiting(_ scratch: String, until condition: String) -> String {
        """
        import os
        import time
        import unittest

        SCRATCH = "\(scratch)"


        class WaitingTests(unittest.TestCase):
            def test_waits(self):
                open(SCRATCH + "/began-%d" % os.getpid(), "w").close()
                end = time.monotonic() + 60
                while time.monotonic() < end:
                    if \(condition):
                        return
                    time.sleep(0.05)
                self.fail("nobody came")

        """
    }

    /// Numbers of the worktrees that runs without a sandbox used.
    private static func slots(_ repository: TestRepository) -> [String] {
        let cache = "\(repository.scratch)/home/.cache/git-gatekeeper"
        let names = FileManager.default.enumerator(atPath: cache)?.compactMap { $0 as? String } ?? []
        return names.compactMap { name in
            let parts = name.split(separator: "/")
            return parts.count == 3 && parts[1] == "worktrees" ? String(parts[2]) : nil
        }.sorted()
    }

    @Test("two runs of the tests at the same moment use worktrees of their own, and both are right")
    func twoTests() async throws {
        try await Calculator.withRepository { repository in
            // Neither ends before the other has begun.
            let both = "len([n for n in os.listdir(SCRATCH) if n.startswith('began-')]) >= 2"
            try repository.write("tests/test_waiting.py", Self.waiting(repository.scratch, until: both))
            try await repository.git("add", "tests")
            try await repository.git("commit", "-q", "-m", "a test that waits")
            // Without a sandbox a second run would stand in a worktree of its own.
            try await repository.git("config", "gatekeeper.flakyRuns", "0")
            try await repository.git("config", "gatekeeper.memory", "false")
            let before = try await repository.state()
            async let first = repository.record("test", "--sandbox", "off", status: 1)
            async let second = repository.record("test", "--sandbox", "off", status: 1)
            let records = try await [first, second]
            for record in records {
                #expect(record.targets == [Calculator.target])
                let outcomes = try #require(record.steps.first?.outcomes)
                #expect(outcomes["tests.test_waiting.WaitingTests.test_waits"] == "passed", "\(outcomes)")
                #expect(outcomes.count == 5)
            }
            #expect(Self.slots(repository) == ["1", "2"])
            #expect(Set(records.map(\.id)).count == 2)
            #expect(try await repository.runs().count == 2)
            #expect(try await repository.state() == before)
        }
    }

    @Test("six runs of the tests at once, in whatever isolation there is, are all right")
    func sixTests() async throws {
        try await Calculator.withRepository { repository in
            let before = try await repository.state()
            try await withThrowingTaskGroup(of: RunRecord.self) { group in
                for _ in 0..<6 { group.addTask { try await repository.record("test", status: 1) } }
                for try await record in group {
                    #expect(record.targets == [Calculator.target])
                    #expect(record.steps.first?.outcomes.count == 4)
                }
            }
            #expect(try await repository.runs().count == 6)
            #expect(try await repository.state() == before)
        }
    }

    @Test("a run waits while another process accepts, and writes only after it")
    func acceptanceIsHeld() async throws {
        try await Calculator.withRepository { repository in
            try repository.write(".git/gatekeeper/acceptance.lock", "")
            let holder = try repository.install(
                "holder.py",
                """
                #!/usr/bin/env python3
                import fcntl, os, time

                scratch, root = "\(repository.scratch)", "\(repository.path)"
                lock = open(root + "/.git/gatekeeper/acceptance.lock", "r+")
                fcntl.flock(lock, fcntl.LOCK_EX)
                open(scratch + "/held", "w").close()
                ledger = root + "/.git/gatekeeper/runs"

                def proven():
                    for run in os.listdir(ledger) if os.path.isdir(ledger) else []:
                        if os.path.exists(ledger + "/" + run + "/steps/attempt-1"):
                            return True
                    return False

                end = time.monotonic() + 60
                while not proven() and time.monotonic() < end:
                    time.sleep(0.05)
                # The candidate is proven: whoever does not wait for the lock writes now.
                time.sleep(1.5)
                with open(scratch + "/seen", "w") as file:
                    file.write(open(root + "/calc/core.py").read())

                """
            )
            let program = try repository.install("backend.sh", AcceptanceEndToEndTests.backend())
            async let held = ProcessRunner.run(
                ProcessRequest(
                    executable: holder,
                    arguments: [],
                    environment: repository.environment,
                    workingDirectory: "/"
                )
            )
            try await waitForFile("\(repository.scratch)/held")
            let record = try await repository.record("run", "--backend-command", program, status: 0)
            #expect(try await held.isSuccess)
            let seen = try String(contentsOfFile: "\(repository.scratch)/seen", encoding: .utf8)
            #expect(seen == Calculator.broken)
            #expect(record.result?.applied == true)
            #expect(repository.read("calc/core.py") == Calculator.healthy)
        }
    }

    @Test("two repairs at once: one is written, the other sees what moved, and nothing is lost")
    func twoRepairs() async throws {
        try await Calculator.withRepository { repository in
            let program = try repository.install(
                "backend.sh",
                AcceptanceEndToEndTests.backend(
                    """
                    : >"\(repository.scratch)/asked-$$"
                    for i in $(seq 300); do
                        [ "$(ls "\(repository.scratch)" | grep -c '^asked-')" -ge 2 ] && break
                        sleep 0.1
                    done
                    """
                )
            )
            async let first = repository.gatekeeper("run", "--backend-command", program)
            async let second = repository.gatekeeper("run", "--backend-command", program)
            let statuses = try await [first.exitCode, second.exitCode]
            #expect(Set(statuses).isSubset(of: [0, 125]) && statuses.contains(0), "\(statuses)")
            #expect(repository.read("calc/core.py") == Calculator.healthy)
            let undone = try await repository.gatekeeper("undo")
            #expect(undone.exitCode == 0, "\(undone.standardError.text)")
            #expect(repository.read("calc/core.py") == Calculator.broken)
        }
    }

    @Test("cleaning while a run is going keeps its worktree and its place in the ledger", arguments: [[], ["--all"]])
    func clean(_ extra: [String]) async throws {
        try await Calculator.withRepository { repository in
            try repository.write(
                "tests/test_waiting.py",
                Self.waiting(repository.scratch, until: "os.path.exists(SCRATCH + '/go')")
            )
            try await repository.git("add", "tests")
            try await repository.git("commit", "-q", "-m", "a test that waits")
            // Without a sandbox a second run would stand in a worktree of its own.
            try await repository.git("config", "gatekeeper.flakyRuns", "0")
            try await repository.git("config", "gatekeeper.memory", "false")
            async let running = repository.record("test", "--sandbox", "off", status: 1)
            for _ in 0..<600 {
                let names = try FileManager.default.contentsOfDirectory(atPath: repository.scratch)
                if names.contains(where: { $0.hasPrefix("began-") }) { break }
                try await Task.sleep(for: .milliseconds(100))
            }
            let cleaned = try await repository.gatekeeper(arguments: ["clean"] + extra)
            #expect(cleaned.exitCode == 0, "\(cleaned.standardError.text)")
            #expect(cleaned.standardOutput.text.contains("1 worktrees are in use"), "\(cleaned.standardOutput.text)")
            #expect(
                cleaned.standardOutput.text.contains("removed 0 worktrees, 0 runs"),
                "\(cleaned.standardOutput.text)"
            )
            try Data().write(to: URL(fileURLWithPath: "\(repository.scratch)/go"))
            let record = try await running
            #expect(record.targets == [Calculator.target])
            #expect(record.steps.first?.outcomes["tests.test_waiting.WaitingTests.test_waits"] == "passed")
            #expect(try await repository.runs() == [record.id])
            let after = try await repository.gatekeeper(arguments: ["clean"] + extra)
            #expect(after.standardOutput.text.contains("removed 1 worktrees"), "\(after.standardOutput.text)")
            #expect(try await repository.runs() == (extra.isEmpty ? [record.id] : []))
        }
    }
}
