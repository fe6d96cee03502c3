import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("the head: a commit, the index, the working tree")
struct SubjectTests {
    @Test("a red commit is red whatever the working tree and the index hold")
    func redCommit() async throws {
        try await Calculator.withRepository { repository in
            try await repository.commitAll("broken")
            let broken = try await repository.git("rev-parse", "HEAD")
            try repository.write("calc/core.py", Calculator.healthy)
            try await repository.git("add", "-A")
            let before = try await repository.state()
            let commit = try await repository.gatekeeper("test", "--head", "HEAD", "--format", "json")
            #expect(commit.exitCode == 1, "\(commit.standardError.text)")
            let record = try JSON.decode(RunRecord.self, from: commit.standardOutput.bytes)
            #expect(record.head.commit == broken)
            #expect(record.head.origin == "commit \(broken.prefix(10))")
            #expect(try await repository.gatekeeper("test", "--staged").exitCode == 0)
            #expect(try await repository.gatekeeper("test").exitCode == 0)
            #expect(try await repository.state() == before)
        }
    }

    @Test("a red index is red under a healthy working tree, and is held to the policy of HEAD")
    func redIndex() async throws {
        try await Calculator.withRepository { repository in
            // Who stages a policy that checks nothing is held to the one there is.
            try repository.write(".gatekeeper/config", "[gatekeeper \"check.test\"]\n\tcommand = true\n")
            try await repository.git("add", "-A")
            try repository.write("calc/core.py", Calculator.healthy)
            let before = try await repository.state()
            let index = try repository.indexBytes()
            let staged = try await repository.gatekeeper("test", "--staged")
            #expect(staged.exitCode == 1, "\(staged.standardError.text)")
            #expect(staged.standardError.text.contains("the head changes '.gatekeeper/config'"))
            #expect(try await repository.state() == before)
            #expect(try repository.indexBytes() == index)
        }
    }

    @Test("a fix of a commit waits as a commit on top of it, and is taken as the text says")
    func fixOfCommit() async throws {
        try await Calculator.withRepository { repository in
            let base = try await repository.git("rev-parse", "HEAD")
            let broken = try await repository.commitAll("broken")
            let before = try await repository.state()
            let answer = try await repository.gatekeeper(
                "run",
                "--head",
                "main",
                "--base",
                base,
                "--backend",
                "revert",
                "--format",
                "json"
            )
            #expect(answer.exitCode == 1, "\(answer.standardError.text)")
            let result = try #require(try JSON.decode(RunRecord.self, from: answer.standardOutput.bytes).result)
            #expect(result.verdict == "accepted")
            #expect(!result.applied)
            #expect(result.keptAt == "refs/gatekeeper/fixes/\(broken)")
            #expect(try await repository.state() == before)
            let take = try #require(
                result.next.compactMap { $0.firstMatch(of: /'git (merge --ff-only [0-9a-f]+)'/) }.first
            )
            _ = try await repository.run("git", take.output.1.split(separator: " ").map(String.init))
            #expect(repository.read("calc/core.py") == Calculator.healthy)
            #expect(try await repository.git("rev-parse", "HEAD~1") == broken)
            #expect(try await repository.git("log", "-1", "--format=%B").contains("Gatekeeper-Run: "))
            #expect(try await repository.gatekeeper("test", "--head", "HEAD").exitCode == 0)
        }
    }

    @Test("a fix of the index is taken as the text says")
    func fixOfIndex() async throws {
        try await Calculator.withRepository { repository in
            try await repository.git("add", "-A")
            let before = try await repository.state()
            let answer = try await repository.gatekeeper(
                "run",
                "--staged",
                "--backend",
                "revert",
                "--format",
                "json"
            )
            #expect(answer.exitCode == 1, "\(answer.standardError.text)")
            let result = try #require(try JSON.decode(RunRecord.self, from: answer.standardOutput.bytes).result)
            #expect(result.verdict == "accepted")
            #expect(try await repository.state() == before)
            let take = try #require(
                result.next.compactMap { $0.firstMatch(of: /index and working tree with '(.*)'/) }.first
            )
            let taken = try await repository.run("sh", ["-c", String(take.output.1).replacing("'", with: "")])
            #expect(taken.isSuccess, "\(taken.standardError.text)")
            #expect(repository.read("calc/core.py") == Calculator.healthy)
            #expect(try await repository.gatekeeper("test", "--staged").exitCode == 0)
        }
    }

    @Test("a commit is judged in a bare repository")
    func bareRepository() async throws {
        try await Calculator.withRepository { repository in
            try await repository.commitAll("broken")
            let bare = "\(repository.scratch)/bare.git"
            try await repository.git("clone", "-q", "--bare", repository.path, bare)
            let red = try await repository.gatekeeper("test", "--head", "main", in: bare)
            #expect(red.exitCode == 1, "\(red.standardError.text)")
            let green = try await repository.gatekeeper("test", "--head", "main~1", in: bare)
            #expect(green.exitCode == 0, "\(green.standardError.text)")
            let fix = try await repository.gatekeeper(
                "run",
                "--head",
                "main",
                "--base",
                "main~1",
                "--backend",
                "revert",
                "--format",
                "json",
                in: bare
            )
            let result = try #require(try JSON.decode(RunRecord.self, from: fix.standardOutput.bytes).result)
            #expect(result.verdict == "accepted", "\(result)")
        }
    }

    @Test(
        "what names no head is refused by name",
        arguments: [
            (["test", "--head", "nowhere"], 128, "the head 'nowhere' names no commit"),
            (["test", "--head", "HEAD", "--staged"], 129, "--head and --staged"),
            (["run", "--head", "HEAD", "--commit"], 129, "--commit commits the working tree"),
            (["judge", "HEAD", "--staged", "--apply"], 129, "--apply writes into the working tree"),
        ]
    )
    func refusals(arguments: [String], status: Int32, text: String) async throws {
        try await Calculator.withRepository(broken: false) { repository in
            let answer = try await repository.gatekeeper(arguments: arguments)
            #expect(answer.exitCode == status)
            #expect(answer.standardError.text.contains(text), "\(answer.standardError.text)")
        }
    }
}

extension TestRepository {
    /// The index file, byte for byte.
    fileprivate func indexBytes() throws -> [UInt8]? {
        try SafeFolder(path: path).read(RepositoryPath(".git/index"), limit: 1 << 20)?.content
    }
}
