import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// Every test here counts how often the project's tests really ran, by the runs in the ledger.
@Suite("memory of proven trees")
struct MemoryTests {
    private func record(_ answer: ProcessResult) throws -> RunRecord {
        try JSON.decode(RunRecord.self, from: answer.standardOutput.bytes)
    }

    private func runs(_ repository: TestRepository) throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(repository.path)/.git/gatekeeper/runs").sorted()
    }

    @Test("a proven tree is not run again, whether as working tree, index, commit or in another worktree")
    func provenOnce() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            let first = try await repository.gatekeeper("test", "--format", "json")
            #expect(first.exitCode == 0, "\(first.standardError.text)")
            let id = try record(first).id
            try await repository.git("worktree", "add", "-q", "--detach", "../other")
            for (arguments, folder) in [
                (["test"], nil), (["run"], nil), (["test", "--staged"], nil), (["test", "--head", "HEAD"], nil),
                (["test"], "\(repository.scratch)/other"),
            ] {
                let answer = try await repository.gatekeeper(arguments: arguments + ["--format", "json"], in: folder)
                #expect(answer.exitCode == 0, "\(arguments): \(answer.standardError.text)")
                let again = try record(answer)
                #expect(again.remembered?.run == id, "\(arguments)")
                #expect(again.result?.verdict == "green" && again.steps.isEmpty)
            }
            #expect(try runs(repository) == [id])
            let text = try await repository.gatekeeper("test")
            #expect(text.standardOutput.text.contains("green: run \(id) proved this very tree"))
            let fresh = try await repository.gatekeeper("test", "--fresh", "--format", "json")
            #expect(try record(fresh).remembered == nil)
            #expect(try runs(repository).count == 2)
        }
    }

    /// Each entry changes one thing that a green verdict rests on, by a shell command in the repository.
    @Test(
        "whatever a verdict rests on, a change of it runs the tests again",
        arguments: [
            ("echo '# more' >> calc/core.py", [:], nil),
            ("git config gatekeeper.limits.wallTime 5m", [:], "another policy, other checks"),
            ("git config gatekeeper.environment ORACLE=2", [:], "another policy, another environment"),
            ("git config gatekeeper.contract.protect 'calc/*'", [:], "another policy, another contract"),
            ("mkdir -p node_modules/left", [:], "another environment"),
            (":", ["LC_ALL": "C"], "another environment"),
            ("git config gatekeeper.memory false", [:], nil),
            ("git config gatekeeper.memory.age 1ms", [:], nil),
            (":", ["PATH": "tools"], "other tools, another environment"),
            ("for f in .git/gatekeeper/runs/*/*.sha256; do echo x >> $f; done", [:], nil),
            ("rm -r .git/gatekeeper/runs/*", [:], nil),
            ("for f in .git/gatekeeper/proven/*/*.json; do echo '{}' > $f; done", [:], nil),
        ] as [(String, [String: String], String?)]
    )
    func everythingCounts(change: String, environment: [String: String], note: String?) async throws {
        try await Calculator.withRepository(broken: false) { repository in
            try repository.write(".git/info/exclude", "node_modules\n")
            #expect(try await repository.gatekeeper("test").exitCode == 0)
            #expect(try await repository.run("sh", ["-c", change]).isSuccess)
            var environment = environment
            if environment["PATH"] != nil {
                // Another python3 that comes first, which is the same all the same.
                let path = try #require(repository.environment["PATH"])
                try repository.write(
                    "../tools/python3",
                    "#!/bin/sh\nPATH='\(path)' exec python3 \"$@\"\n",
                    executable: true
                )
                environment["PATH"] = "\(Program.folder):\(repository.scratch)/tools:\(path)"
                try await repository.git("config", "gatekeeper.readable", "\(repository.scratch)/tools")
            }
            let again = try await repository.gatekeeper(
                arguments: ["test", "--format", "json"],
                environment: environment
            )
            #expect(again.exitCode == 0, "\(again.standardError.text)")
            #expect(try record(again).remembered == nil)
            #expect(try !record(again).steps.isEmpty)
            if let note { #expect(again.standardError.text.contains(note), "\(again.standardError.text)") }
        }
    }

    @Test("what is only about repairs does not run the tests again")
    func repairsDoNotCount() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            #expect(try await repository.gatekeeper("test").exitCode == 0)
            let again = try await repository.gatekeeper(
                "run",
                "--backend",
                "revert",
                "--max-retries",
                "7",
                "--model",
                "m",
                "--format",
                "json"
            )
            #expect(try record(again).remembered != nil, "\(again.standardError.text)")
        }
    }

    @Test("red and undecided runs are not remembered")
    func onlyPasses() async throws {
        try await Calculator.withRepository { repository in
            for _ in 0..<2 {
                let red = try await repository.gatekeeper("test", "--format", "json")
                #expect(red.exitCode == 1)
                #expect(try record(red).remembered == nil)
            }
            #expect(try runs(repository).count == 2)
            #expect(try await ProvenTrees(repository: repository.open()).count() == 0)
        }
    }

    @Test("an accepted candidate is proven for the commit it becomes")
    func acceptedCandidate() async throws {
        try await Calculator.withRepository { repository in
            let fixed = try await repository.gatekeeper("run", "--backend", "revert", "--format", "json")
            #expect(fixed.exitCode == 0, "\(fixed.standardError.text)")
            let id = try record(fixed).id
            try await repository.commitAll("fixed")
            let commit = try await repository.gatekeeper("test", "--head", "HEAD", "--format", "json")
            #expect(try record(commit).remembered?.run == id, "\(commit.standardError.text)")
        }
    }

    @Test("what is installed while tests run leaves the verdict and is not remembered")
    func changeDuringRun() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            try repository.write(".git/info/exclude", "node_modules\n")
            try repository.write("node_modules/one/index.js", "")
            try repository.write(
                "tests/test_slow.py",
                "import time\nimport unittest\n\n\nclass SlowTests(unittest.TestCase):\n    def test_slow(self):\n"
                    + "        time.sleep(1)\n"
            )
            async let running = repository.gatekeeper("test", "--format", "json")
            // The lock is taken when everything the verdict rests on is known.
            while try await !repository.run("sh", ["-c", "ls .git/gatekeeper/proven/*/*.lock"]).isSuccess {
                try await Task.sleep(for: .milliseconds(20))
            }
            try repository.write("node_modules/two/index.js", "")
            let answer = try await running
            #expect(answer.exitCode == 0, "\(answer.standardError.text)")
            #expect(answer.standardError.text.contains("not remembered"), "\(answer.standardError.text)")
            #expect(try await record(repository.gatekeeper("test", "--format", "json")).remembered == nil)
        }
    }

    @Test("two runs of one tree at a time share one")
    func sharing() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            async let first = repository.gatekeeper("test", "--format", "json")
            async let second = repository.gatekeeper("test", "--head", "HEAD", "--format", "json")
            let records = [try record(try await first), try record(try await second)]
            #expect(records.filter { $0.remembered != nil }.count == 1)
            #expect(try runs(repository).count == 1)
        }
    }

    @Test("a proof without isolation is none where isolation is required")
    func isolation() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            try await repository.git("config", "gatekeeper.trust.commands", "always")
            let none = ["GIT_GATEKEEPER_SANDBOX_LEVEL": "none"]
            #expect(try await repository.gatekeeper("test", environment: none).exitCode == 0)
            let weak = try await repository.gatekeeper("test", "--format", "json", environment: none)
            #expect(try record(weak).remembered != nil)
            // The demand is no part of the key here, so that the level alone decides.
            let strict = try await ProvenTrees(repository: repository.open()).recall(
                #require(try await key(repository)),
                age: .seconds(3600),
                isolated: true,
                now: Date()
            )
            guard case .unproven(let why) = strict else { return #expect(Bool(false), "it was proven") }
            #expect(why?.contains("without isolation") == true)
        }
    }

    /// The key of the one proof there is.
    private func key(_ repository: TestRepository) async throws -> ProofKey? {
        let memory = try await ProvenTrees(repository: repository.open())
        let tree = try await repository.git("rev-parse", "HEAD^{tree}")
        return try memory.newest(of: #require(ObjectID(hex: tree)))?.key
    }

    @Test("clean forgets what rests on removed runs")
    func cleaning() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            #expect(try await repository.gatekeeper("test").exitCode == 0)
            let answer = try await repository.gatekeeper("clean", "--older-than", "1ms", "--format", "json")
            #expect(answer.exitCode == 0, "\(answer.standardError.text)")
            #expect(try JSON.decode(Housekeeping.Report.self, from: answer.standardOutput.bytes).proofs == 1)
            #expect(try await ProvenTrees(repository: repository.open()).count() == 0)
        }
    }
}
