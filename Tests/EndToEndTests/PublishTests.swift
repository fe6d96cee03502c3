import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("run --commit --push")
struct PublishTests {
    /// A change on the remote that somebody else made meanwhile.
    @discardableResult
    private static func elsewhere(_ world: HookWorld, _ file: String, _ text: String) async throws -> String {
        let path = "\(world.repository.scratch)/elsewhere"
        if !FileManager.default.fileExists(atPath: path) {
            try await world.repository.git("clone", "-q", world.remote.path, path)
        }
        let other = TestRepository(at: path, scratch: world.repository.scratch)
        try await other.git("pull", "-q", "--rebase")
        try other.write(file, text)
        let commit = try await other.commitAll("elsewhere: \(file)")
        try await other.git("push", "-q", "origin", "HEAD:main")
        return commit
    }

    private static func run(_ world: HookWorld, environment: [String: String] = [:]) async throws -> ProcessResult {
        try await world.repository.gatekeeper("run", "--commit", "--push", environment: environment)
    }

    @Test("what is proven is committed and pushed; green, repaired, or pushed before")
    func plain() async throws {
        try await HookWorld.with("publish") { world in
            try await world.repository.git("config", "gatekeeper.clarification.when", "never")
            let commit = try await world.commit("good 1\n")
            let green = try await Self.run(world)
            #expect(green.exitCode == 0, "\(green.standardError.text)\(green.standardOutput.text)")
            #expect(
                green.standardOutput.text.contains("pushed: 'refs/heads/main' of 'origin' is \(commit.prefix(10)) now")
            )
            #expect(try await world.remoteHead() == commit)
            try world.repository.write("value", HookWorld.bad)
            let repaired = try await Self.run(world)
            #expect(repaired.exitCode == 0, "\(repaired.standardError.text)\(repaired.standardOutput.text)")
            #expect(try await world.remoteHead() == world.repository.git("rev-parse", "HEAD"))
            #expect(try await world.repository.git("show", "HEAD:value") == "good 1")
            #expect(try await Self.run(world).exitCode == 0)
        }
    }

    @Test("work that is green but not committed is not what is pushed: HEAD is judged by itself")
    func headIsJudged() async throws {
        try await HookWorld.with("publish") { world in
            let before = try await world.remoteHead()
            try await world.commit(HookWorld.bad)
            try world.repository.write("value", HookWorld.good)
            let result = try await Self.run(world)
            #expect(result.exitCode == 1, "\(result.standardOutput.text)")
            #expect(result.standardOutput.text.contains("not pushed: HEAD is not green"))
            #expect(try await world.remoteHead() == before)
        }
    }

    @Test("where the remote has moved, the branch is put onto it, judged again and pushed, and brought along here")
    func moved() async throws {
        try await HookWorld.with("publish") { world in
            let theirs = try await Self.elsewhere(world, "other", "theirs\n")
            let mine = try await world.commit("good 2\n", "mine, with a body\n\nand more")
            try world.repository.write("untracked", "mine alone\n")
            let result = try await Self.run(world)
            #expect(result.exitCode == 0, "\(result.standardError.text)\(result.standardOutput.text)")
            let head = try await world.repository.git("rev-parse", "HEAD")
            #expect(try await world.remoteHead() == head && head != mine)
            #expect(try await world.repository.git("rev-parse", "HEAD~1") == theirs)
            #expect(
                try await world.repository.git("log", "-1", "--format=%an|%B")
                    == "A U Thor|mine, with a body\n\nand more\n"
            )
            #expect(world.repository.read("other") == "theirs\n" && world.repository.read("value") == "good 2\n")
            #expect(try await world.repository.git("status", "--porcelain") == "?? untracked")
            #expect(try await world.repository.git("for-each-ref", "refs/gatekeeper/publish") == "")
        }
    }

    @Test("what comes of both together is judged: green alone and red together is not pushed")
    func redTogether() async throws {
        try await HookWorld.with("publish") { world in
            try world.repository.write("test.sh", "grep -q good value && ! { [ -e one ] && [ -e two ]; }\n")
            try await world.commit("good 3\n")
            try await world.repository.git("push", "-q", "origin", "main")
            let theirs = try await Self.elsewhere(world, "one", "1\n")
            try world.repository.write("two", "2\n")
            let mine = try await world.repository.commitAll("two")
            let state = try await world.repository.state()
            let result = try await Self.run(world)
            #expect(result.exitCode == 1, "\(result.standardError.text)\(result.standardOutput.text)")
            #expect(
                result.standardOutput.text.contains("on top of \(theirs.prefix(10))"),
                "\(result.standardOutput.text)"
            )
            #expect(try await world.remoteHead() == theirs)
            #expect(try await world.repository.git("rev-parse", "HEAD") == mine)
            func local(_ text: String) -> [Substring] {
                text.split(separator: "\n").filter { !$0.contains("remotes/") }
            }
            #expect(try await local(world.repository.state()) == local(state))
        }
    }

    @Test("a conflict and a merge are a person's; nothing is pushed and nothing here is touched")
    func conflict() async throws {
        try await HookWorld.with("publish") { world in
            let theirs = try await Self.elsewhere(world, "value", "good, theirs\n")
            let mine = try await world.commit("good, mine\n")
            let result = try await Self.run(world)
            #expect(result.exitCode == 125, "\(result.standardOutput.text)")
            #expect(
                result.standardOutput.text.contains("is in conflict with it in value"),
                "\(result.standardOutput.text)"
            )
            #expect(try await world.remoteHead() == theirs)
            #expect(try await world.repository.git("rev-parse", "HEAD") == mine)
            #expect(world.repository.read("value") == "good, mine\n")
            try await world.repository.git("reset", "-q", "--hard", "HEAD~1")
            try await world.repository.git("checkout", "-q", "-b", "side")
            try world.repository.write("side", "1\n")
            try await world.repository.commitAll("side")
            try await world.repository.git("checkout", "-q", "main")
            try world.repository.write("main", "1\n")
            try await world.repository.commitAll("main")
            try await world.repository.git("merge", "-q", "--no-edit", "side")
            let merge = try await Self.run(world)
            #expect(
                merge.exitCode == 125 && merge.standardOutput.text.contains("is a merge"),
                "\(merge.standardOutput.text)"
            )
        }
    }

    @Test("where others are always faster it ends, after so many pushes")
    func contended() async throws {
        try await HookWorld.with("publish") { world in
            try await Self.elsewhere(world, "first", "1\n")
            try await world.repository.git("config", "gatekeeper.push.attempts", "3")
            // Before each push is sent somebody else's arrives: the hook of the pusher is the moment to do that.
            try world.repository.write(
                ".git/hooks/pre-push",
                """
                #!/bin/sh
                [ -z "$GIT_DIR$GIT_WORK_TREE$GIT_INDEX_FILE" ] || exit 1
                unset GIT_EXEC_PATH
                cd "\(world.repository.scratch)/elsewhere" || exit 1
                git -c core.hooksPath=/dev/null pull -q --rebase && date +%N >race && git add race && git commit -qm race &&
                    git -c core.hooksPath=/dev/null push -q origin HEAD:main

                """,
                executable: true
            )
            try await world.commit("good 4\n")
            let result = try await Self.run(world)
            #expect(result.exitCode == 125, "\(result.standardError.text)\(result.standardOutput.text)")
            #expect(result.standardOutput.text.contains("3 times in a row"), "\(result.standardOutput.text)")
            // And with one more push than others make, it gets there.
            try FileManager.default.removeItem(atPath: "\(world.repository.path)/.git/hooks/pre-push")
            #expect(try await Self.run(world).exitCode == 0)
        }
    }

    @Test("a remote that refuses for its own reasons is not asked again")
    func refused() async throws {
        try await HookWorld.with("publish") { world in
            try world.remote.write("hooks/pre-receive", "#!/bin/sh\necho not today >&2\nexit 1\n", executable: true)
            try await world.commit("good 5\n")
            let result = try await Self.run(world)
            #expect(result.exitCode == 128)
            #expect(result.standardError.text.contains("[publish.refused]"), "\(result.standardError.text)")
            #expect(result.standardError.text.contains("not today"), "\(result.standardError.text)")
        }
    }

    @Test("work in the files that the rebase would write stays, and that is said")
    func dirty() async throws {
        try await HookWorld.with("publish") { world in
            try world.repository.write("other", "first\n")
            try await world.commit("good 6\n")
            try await world.repository.git("push", "-q", "origin", "main")
            try await Self.elsewhere(world, "other", "theirs\n")
            let mine = try await world.commit("good 7\n")
            try world.repository.write("other", "mine, not committed\n")
            let result = try await Self.run(world)
            #expect(result.exitCode == 0, "\(result.standardError.text)\(result.standardOutput.text)")
            #expect(
                result.standardOutput.text.contains("the branch here was left as it was"),
                "\(result.standardOutput.text)"
            )
            #expect(world.repository.read("other") == "mine, not committed\n")
            #expect(try await world.repository.git("rev-parse", "HEAD") == mine)
            #expect(try await world.remoteHead() != mine)
        }
    }

    @Test("what cannot be meant is refused before anything runs")
    func usage() async throws {
        try await HookWorld.with("publish") { world in
            #expect(try await world.repository.gatekeeper("run", "--push").exitCode == 129)
            #expect(try await world.repository.gatekeeper("run", "--push", "--commit", "--dry-run").exitCode == 129)
            try await world.repository.git("checkout", "-q", "--detach")
            let detached = try await Self.run(world)
            #expect(detached.exitCode == 128 && detached.standardError.text.contains("[publish.no-branch]"))
            try await world.repository.git("checkout", "-q", "main")
            try await world.repository.git("remote", "remove", "origin")
            let alone = try await Self.run(world)
            #expect(alone.exitCode == 128 && alone.standardError.text.contains("[publish.no-remote]"))
        }
    }
}
