import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("pre-commit and post-commit")
struct PreCommitTests {
    private static func with(_ body: (HookWorld) async throws -> Void) async throws {
        try await HookWorld.with("pre-commit") { world in
            _ = try await world.repository.gatekeeper("install", "pre-commit")
            try await body(world)
        }
    }

    /// What a commit of the working tree as it stands ends with.
    private static func commit(
        _ world: HookWorld,
        _ arguments: String...,
        environment: [String: String] = [:]
    ) async throws -> ProcessResult {
        var all = world.repository.environment
        all["PATH"] = "\(Program.folder):\(all["PATH"] ?? "/usr/bin:/bin")"
        return try await ProcessRunner.run(
            ProcessRequest(
                executable: "git",
                arguments: ["commit", "-q", "-m", "x"] + arguments,
                environment: all.merging(environment) { $1 },
                workingDirectory: world.repository.path,
                limits: ProcessLimits(wallTime: .seconds(300))
            )
        )
    }

    @Test("a red index is stopped although the working tree is green, and nothing is moved")
    func redIndex() async throws {
        try await Self.with { world in
            try world.repository.write("value", HookWorld.bad)
            try await world.repository.git("add", "value")
            try world.repository.write("value", HookWorld.good)
            let state = try await world.repository.state()
            let result = try await Self.commit(world)
            #expect(result.exitCode == 1)
            #expect(result.standardError.text.contains("nothing was committed"), "\(result.standardError.text)")
            #expect(try await world.repository.state() == state)
        }
    }

    @Test("a green index is committed although the working tree is red")
    func greenIndex() async throws {
        try await Self.with { world in
            try world.repository.write("value", "good, staged\n")
            try await world.repository.git("add", "value")
            try world.repository.write("value", HookWorld.bad)
            #expect(try await Self.commit(world).exitCode == 0)
            #expect(try await world.repository.git("show", "HEAD:value") == "good, staged")
            #expect(world.repository.read("value") == HookWorld.bad)
        }
    }

    @Test("a commit of some paths is judged by the index git makes for it")
    func somePaths() async throws {
        try await Self.with { world in
            try world.repository.write("other", "one\n")
            try world.repository.write("value", HookWorld.bad)
            try await world.repository.git("add", "other", "value")
            let alone = try await Self.commit(world, "other")
            #expect(alone.exitCode == 0, "\(alone.standardError.text)")
            #expect(try await world.repository.git("show", "HEAD:value") == "good")
            #expect(try await Self.commit(world, "value").exitCode == 1)
            try world.repository.write("value", HookWorld.good)
            #expect(try await Self.commit(world, "-a", "--allow-empty").exitCode == 0)
        }
    }

    @Test("from a linked worktree its own index is judged")
    func linkedWorktree() async throws {
        try await Self.with { world in
            try await world.repository.git("worktree", "add", "-q", "-b", "side", "../side")
            let side = "\(world.repository.scratch)/side"
            try Data(HookWorld.bad.utf8).write(to: URL(fileURLWithPath: "\(side)/value"))
            #expect(try await world.git("commit", "-qam", "x", in: side).exitCode == 1)
            try Data("good side\n".utf8).write(to: URL(fileURLWithPath: "\(side)/value"))
            #expect(try await world.git("commit", "-qam", "x", in: side).exitCode == 0)
        }
    }

    @Test("the first commit of a repository is judged by its own policy")
    func firstCommit() async throws {
        try await Self.with { world in
            try await world.repository.git("checkout", "-q", "--orphan", "fresh")
            try world.repository.write("value", HookWorld.bad)
            try await world.repository.git("add", "-A")
            #expect(try await Self.commit(world).exitCode == 1)
            try world.repository.write("value", HookWorld.good)
            try await world.repository.git("add", "-A")
            #expect(try await Self.commit(world).exitCode == 0)
        }
    }

    @Test("where the user wants it, a fix is looked for, and what is said can be typed as it stands")
    func repair() async throws {
        try await Self.with { world in
            try await world.repository.git("config", "gatekeeper.hook.pre-commit.onRed", "repair")
            try await world.repository.git("config", "gatekeeper.backend", "revert")
            try world.repository.write("value", HookWorld.bad)
            try world.repository.write("other", "kept\n")
            try await world.repository.git("add", "-A")
            let state = try await world.repository.state()
            let result = try await Self.commit(world)
            #expect(result.exitCode == 1)
            #expect(try await world.repository.state() == state)
            let text = result.standardError.text
            #expect(text.contains("red; a fix is proven, and kept aside"), "\(text)")
            let line = try #require(text.split(separator: "\n").first { $0.contains("git apply --index") })
            let start = try #require(line.firstRange(of: "'git diff")).lowerBound
            let command = line[line.index(after: start)...].prefix { $0 != "'" }
            let taken = try await world.repository.run("sh", ["-c", String(command)])
            #expect(taken.exitCode == 0, "\(taken.standardError.text)")
            #expect(try await Self.commit(world).exitCode == 0)
            #expect(try await world.repository.git("show", "HEAD:value") == "good")
            #expect(try await world.repository.git("show", "HEAD:other") == "kept")
        }
    }

    @Test("both switches pass over it, and both leave a record; only '1' is the seed's")
    func switches() async throws {
        for (name, value) in [("SKIP_CI_GATEKEEPER_PRE_COMMIT", "1"), ("GIT_GATEKEEPER_SKIP", "a demo")] {
            try await Self.with { world in
                try world.repository.write("value", HookWorld.bad)
                try await world.repository.git("add", "-A")
                #expect(
                    try await Self.commit(world, environment: ["SKIP_CI_GATEKEEPER_PRE_COMMIT": "0"]).exitCode == 1
                )
                let result = try await Self.commit(world, environment: [name: value])
                #expect(result.exitCode == 0, "\(result.standardError.text)")
                let shown = try await world.repository.gatekeeper("show", "--format", "json")
                let record = try JSON.decode(RunRecord.self, from: shown.standardOutput.bytes)
                #expect(record.command == "pre-commit" && record.hook?.bypass?.variable == name)
                // The seed's switch is for this hook alone.
                _ = try await world.repository.gatekeeper("install", "pre-push")
                let push = try await world.git(
                    "push",
                    "origin",
                    "main",
                    environment: ["SKIP_CI_GATEKEEPER_PRE_COMMIT": "1"]
                )
                #expect(push.exitCode == 1)
            }
        }
    }

    @Test("the seed's command does the same")
    func seedCommand() async throws {
        try await Self.with { world in
            #expect(try await world.repository.gatekeeper("pre-commit-gate", "--max-retries", "2").exitCode == 0)
            try world.repository.write("value", HookWorld.bad)
            #expect(try await world.repository.gatekeeper("pre-commit-gate").exitCode == 0)
            try await world.repository.git("add", "-A")
            #expect(try await world.repository.gatekeeper("pre-commit-gate").exitCode == 1)
        }
    }

    @Test("after a commit its verdict is found while nobody waits, and the push runs nothing again")
    func postCommit() async throws {
        try await HookWorld.with("post-commit") { world in
            _ = try await world.repository.gatekeeper("install", "post-commit", "pre-push")
            try world.repository.write("value", "good in time\n")
            let done = try await world.git("commit", "-qam", "x")
            #expect(done.exitCode == 0 && done.standardError.text.isEmpty, "\(done.standardError.text)")
            for _ in 0..<600 {
                let status = try await world.repository.gatekeeper("status")
                if status.standardOutput.text.contains("proven: green by run") { break }
                try await Task.sleep(for: .milliseconds(100))
            }
            let runs = try await world.repository.runs()
            let push = try await world.git("push", "origin", "main")
            #expect(push.exitCode == 0, "\(push.standardError.text)")
            #expect(try await world.repository.runs() == runs)
            // Switched off, it starts nothing.
            try await world.repository.git("config", "gatekeeper.hook.post-commit.enabled", "false")
            try world.repository.write("value", "good and unseen\n")
            #expect(try await world.git("commit", "-qam", "x").exitCode == 0)
            #expect(try await world.repository.runs() == runs)
        }
    }
}
