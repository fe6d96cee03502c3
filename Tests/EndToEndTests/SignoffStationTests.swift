import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("a sign-off that policy requires")
struct SignoffStationTests {
    private typealias Fixture = SignoffFixture

    private static let fixer = """
        #!/usr/bin/env python3
        import json
        print(json.dumps({"edits": [{"path": "calc/core.py", "edits": [{"search": "a + b\\n\\n\\ndef div", "replace": "a - b\\n\\n\\ndef div"}]}]}))

        """

    /// Satisfied, and with what was found before where there is such a thing.
    private static let easy = """
        say("COMPREHENSIVELY_SATISFIED", '''\(Fixture.reasons)''' + ("\\nresolved_findings: docstring" if "finding_id: docstring" in prompt else ""))
        """

    private static let more = "\n\ndef mul(a, b):\n    return a * b\n"

    /// Work on a healthy calculator whose base requires a sign-off; `isRed` breaks it.
    private static func with(
        isRed: Bool = false,
        one: String = Fixture.satisfied,
        _ body: (TestRepository) async throws -> Void
    ) async throws {
        try await Fixture.withWork { repository in
            try await Fixture.review(repository, one: one)
            try await repository.git("config", "-f", ".gatekeeper/config", "gatekeeper.signoff.required", "true")
            try await repository.git("add", ".gatekeeper/config")
            try await repository.git("commit", "-q", "-m", "sign-off", "--", ".gatekeeper/config")
            try await repository.git("branch", "base")
            if isRed { try repository.write("calc/core.py", Calculator.broken + more) }
            let path = try repository.install("mender.py", fixer)
            try await repository.git("config", "gatekeeper.backend.mender.command", path)
            try await repository.git("config", "gatekeeper.backend", "mender")
            try await body(repository)
        }
    }

    private static func record(_ result: ProcessResult) throws -> RunRecord {
        try JSON.decode(RunRecord.self, from: result.standardOutput.bytes)
    }

    @Test("a proven candidate that reviewers object to is written nowhere; signed off later, it is taken")
    func candidate() async throws {
        try await Self.with(isRed: true, one: Fixture.objects) { repository in
            let before = try await repository.state()
            let result = try await repository.gatekeeper("run", "--format", "json")
            #expect(result.exitCode == 1, "\(result.standardError.text)")
            let record = try Self.record(result)
            #expect(record.result?.verdict == "rejected" && record.result?.stopReason == "signoff")
            #expect(record.result?.applied == false)
            #expect(record.result?.reasons.contains { $0.code == "signoff.refused" } == true)
            #expect(record.signoff?.state == "findings" && record.signoff?.reviewers == ["one", "two"])
            #expect(try await repository.state() == before)
            // The record in the ledger says the same.
            let shown = try await repository.gatekeeper("show", record.id, "--format", "json")
            #expect(shown.standardOutput.text.contains("\"state\" : \"findings\""), "\(shown.standardOutput.text)")
            let kept = try #require(record.result?.keptAt)
            #expect(kept == "refs/gatekeeper/candidates/\(record.id)")
            // Reviewers were shown the candidate, and not what it repairs.
            #expect(repository.shown("one", 1)?.contains("-    return a + b") == false)
            let refused = try await repository.gatekeeper("apply", record.id)
            #expect(refused.exitCode == 1, "\(refused.standardOutput.text)")
            #expect(try await repository.state() == before)

            try await Fixture.review(repository, one: Self.easy, two: Self.easy)
            let typed = try #require(record.result?.next.first { $0.contains("git gatekeeper signoff") })
            #expect(typed.contains("--head \(kept) --base"))
            let signed = try await repository.gatekeeper("signoff", "--head", kept, "--base", "HEAD")
            #expect(signed.exitCode == 0, "\(signed.standardOutput.text)\(signed.standardError.text)")
            let asked = (1...9).filter { repository.shown("one", $0) != nil }.count
            let taken = try await repository.gatekeeper("apply", record.id)
            #expect(taken.exitCode == 0, "\(taken.standardOutput.text)\(taken.standardError.text)")
            #expect(taken.standardOutput.text.contains("recorded earlier; nobody was asked again"))
            #expect(repository.read("calc/core.py") == Calculator.healthy + Self.more)
            #expect(repository.shown("one", asked + 1) == nil)
        }
    }

    @Test("without the station the same candidate is written at once")
    func undefended() async throws {
        try await Self.with(isRed: true, one: Fixture.objects) { repository in
            let result = try await repository.gatekeeper(
                "run",
                environment: ["GIT_GATEKEEPER_WITHOUT": Defence.signoffStation.rawValue]
            )
            #expect(result.exitCode == 0, "\(result.standardError.text)")
            #expect(
                repository.read("calc/core.py") == Calculator.healthy + Self.more && repository.shown("one", 1) == nil
            )
        }
    }

    @Test("a green head is asked about once; a record that was altered, or another policy, does not count")
    func green() async throws {
        try await Self.with { repository in
            let first = try await repository.gatekeeper("run", "--format", "json")
            #expect(first.exitCode == 0, "\(first.standardError.text)")
            let signoff = try #require(try Self.record(first).signoff)
            #expect(signoff.state == "signed-off" && !signoff.isRecorded)
            let second = try await repository.gatekeeper("run")
            #expect(second.exitCode == 0 && second.standardError.text.contains("nobody is asked again"))
            #expect(repository.shown("one", 1) != nil && repository.shown("one", 2) == nil)
            // The tests' word alone does not need it, and says what it is.
            let tests = try await repository.gatekeeper("test")
            #expect(tests.exitCode == 0 && tests.standardOutput.text.contains("this answer is about the tests alone"))
            // So an agent is not told that it may push.
            let alone = try Self.record(try await repository.gatekeeper("test", "--format", "json"))
            #expect(alone.head.tree != alone.base.tree && AgentStep(alone).action == .askPerson)

            let place = ".git/gatekeeper/signoffs/\(try #require(signoff.id))/signoff.json"
            let text = try #require(repository.read(place))
            try repository.write(place, text.replacing("core.sub is what callers call", with: "I looked at all of it"))
            try await Fixture.review(repository, two: Fixture.blocked)
            let altered = try await repository.gatekeeper("run", "--format", "json")
            #expect(altered.exitCode == 125, "\(altered.standardError.text)")
            #expect(altered.standardError.text.contains("its record is not as it was written"))
            let record = try Self.record(altered)
            #expect(record.result?.verdict == "undecided" && record.signoff?.state == "blocked")
            #expect(record.result?.reasons.contains { $0.code == "signoff.missing" } == true)
            let without = try await repository.gatekeeper(
                "run",
                environment: ["GIT_GATEKEEPER_WITHOUT": Defence.signoffRecord.rawValue]
            )
            #expect(without.exitCode == 0)

            try repository.write(place, text)
            #expect(try await repository.gatekeeper("run").exitCode == 0)
            #expect(try await repository.gatekeeper("run", "--fresh").exitCode == 125)
            try await repository.git("config", "gatekeeper.signoff.depth", "deep")
            #expect(try await repository.gatekeeper("run").exitCode == 125)
        }
    }

    @Test("the head cannot switch it off, and hooks believe only what is recorded")
    func hooks() async throws {
        try await Self.with { repository in
            try await repository.git("config", "-f", ".gatekeeper/config", "gatekeeper.signoff.required", "false")
            let head = try await repository.commitAll("no more sign-offs")
            let server = "\(repository.scratch)/server.git"
            try await repository.git("init", "-q", "--bare", "-b", "main", server)
            try await repository.git("remote", "add", "origin", server)
            try await repository.git("push", "-q", "origin", "base:refs/heads/main")
            #expect(try await repository.gatekeeper("install", "pre-push").exitCode == 0)
            let branch = try await repository.git("branch", "--show-current")
            var environment = repository.environment
            environment["PATH"] = "\(Program.folder):\(environment["PATH"] ?? "")"
            let refused = try await repository.run(
                "git",
                ["push", "origin", "\(branch):main"],
                environment: environment
            )
            #expect(refused.exitCode == 1)
            let base = try await repository.git("rev-parse", "base")
            #expect(
                refused.standardError.text.contains("git gatekeeper signoff --head \(head) --base \(base)"),
                "\(refused.standardError.text)"
            )
            #expect(repository.shown("one", 1) == nil, "a hook asked somebody")
            let signed = try await repository.gatekeeper("signoff", "--head", head, "--base", base)
            #expect(signed.exitCode == 0, "\(signed.standardOutput.text)")
            let pushed = try await repository.run(
                "git",
                ["push", "origin", "\(branch):main"],
                environment: environment
            )
            #expect(pushed.exitCode == 0, "\(pushed.standardError.text)")
        }
    }

    @Test("a job ends well only where its head is signed off, by its policy or because it is asked to")
    func jobs() async throws {
        try await CIJob.with { job in
            let commit = try await job.push("good", ["notes": "x\n"])
            let environment = try job.github("good", commit)
            let clone = try await job.clone("clone", at: "good")
            try await Fixture.review(clone, one: Fixture.objects)
            #expect(try await clone.gatekeeper("ci", environment: environment).exitCode == 0)
            let asked = try await clone.gatekeeper("ci", "--signoff", "--format", "json", environment: environment)
            #expect(asked.exitCode == 1, "\(asked.standardError.text)")
            #expect(asked.standardOutput.text.contains("signoff.refused"), "\(asked.standardOutput.text)")
            try await Fixture.review(clone, one: Self.easy, two: Self.easy)
            let agreed = try await clone.gatekeeper("ci", "--signoff", environment: environment)
            #expect(agreed.exitCode == 0, "\(agreed.standardOutput.text)\(agreed.standardError.text)")
        }
    }

    @Test("the word of a trusted signer counts as a sign-off on a server, and that of the tests alone does not")
    func attested() async throws {
        try await AttestationFixture.with { fixture in
            let repository = fixture.repository
            try await repository.git("checkout", "-q", "base")
            try repository.write(
                ".gatekeeper/config",
                (repository.read(".gatekeeper/config") ?? "")
                    + "[gatekeeper \"signoff\"]\n\trequired = true\n\treviewer = one\n\treviewer = two m-2\n"
            )
            try await repository.commitAll("sign-off")
            try await repository.git("branch", "-f", "main-to-be")
            try await repository.git("checkout", "-q", "-B", "work")
            try repository.write("lib.sh", "# doubles\ndouble() { echo $(($1 + $1)); }\n")
            try await repository.commitAll("head")
            let server = TestRepository(at: "\(repository.scratch)/server.git", scratch: repository.scratch)
            try await repository.git("init", "-q", "--bare", "-b", "main", server.path)
            try await repository.git("push", "-q", server.path, "main-to-be:refs/heads/main")
            #expect(try await server.gatekeeper("install", "pre-receive").exitCode == 0)
            var environment = repository.environment
            environment["PATH"] = "\(Program.folder):\(environment["PATH"] ?? "")"
            func push() async throws -> ProcessResult {
                try await repository.run(
                    "git",
                    ["push", server.path, "work:refs/heads/main", "refs/notes/gatekeeper"],
                    environment: environment
                )
            }
            let tested = try await repository.gatekeeper("test", "--head", "HEAD", "--base", "main-to-be", "--attest")
            #expect(tested.exitCode == 0, "\(tested.standardError.text)")
            let alone = try await push()
            #expect(alone.exitCode == 1 && alone.standardError.text.contains("signoff.missing"))
            try await SignoffFixture.review(repository)
            try await repository.git("config", "--unset-all", "gatekeeper.signoff.reviewer")
            let signed = try await repository.signoff("--head", "HEAD", "--base", "main-to-be", "--attest", status: 0)
            #expect(signed.attested != nil)
            let taken = try await push()
            #expect(taken.exitCode == 0, "\(taken.standardError.text)")
        }
    }
}
