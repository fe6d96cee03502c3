import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("pre-push")
struct PrePushTests {
    /// A world with the hook in its place.
    private static func with(_ body: (HookWorld) async throws -> Void) async throws {
        try await HookWorld.with("pre-push") { world in
            try world.repository.write(
                ".git/hooks/pre-push",
                "#!/bin/sh\nexec git gatekeeper hook pre-push -- \"$@\"\n",
                executable: true
            )
            try await world.repository.git("config", "gatekeeper.hook.pre-push.onRed", "block")
            try await body(world)
        }
    }

    @Test("a green commit is pushed")
    func green() async throws {
        try await Self.with { world in
            let commit = try await world.commit("good, and more\n")
            let result = try await world.git("push", "origin", "main")
            #expect(result.exitCode == 0, "\(result.standardError.text)")
            #expect(try await world.remoteHead() == commit)
            #expect(result.standardError.text.contains("pre-push: main ("), "\(result.standardError.text)")
        }
    }

    // The four traps into which every hook manager that we tried falls: facts of the working tree, not of the push.

    @Test("a red commit is stopped")
    func red() async throws {
        try await Self.with { world in
            let before = try await world.remoteHead()
            try await world.commit(HookWorld.bad)
            let state = try await world.repository.state()
            let result = try await world.git("push", "origin", "main")
            #expect(result.exitCode == 1)
            #expect(result.standardError.text.contains("nothing was pushed"), "\(result.standardError.text)")
            #expect(try await world.remoteHead() == before)
            #expect(try await world.repository.state() == state)
        }
    }

    @Test("a red commit is stopped although the dirty working tree has the fix")
    func dirtyTree() async throws {
        try await Self.with { world in
            try await world.commit(HookWorld.bad)
            try world.repository.write("value", HookWorld.good)
            let before = try await world.remoteHead()
            let state = try await world.repository.state()
            #expect(try await world.git("push", "origin", "main").exitCode == 1)
            #expect(try await world.remoteHead() == before)
            #expect(try await world.repository.state() == state)
        }
    }

    @Test("a red commit is stopped although the index has the fix")
    func stagedFix() async throws {
        try await Self.with { world in
            try await world.commit(HookWorld.bad)
            try world.repository.write("value", HookWorld.good)
            try await world.repository.git("add", "value")
            let before = try await world.remoteHead()
            #expect(try await world.git("push", "origin", "main").exitCode == 1)
            #expect(try await world.remoteHead() == before)
        }
    }

    @Test("a red branch is stopped although a green one is checked out")
    func otherBranch() async throws {
        try await Self.with { world in
            try await world.repository.git("checkout", "-q", "-b", "red")
            try await world.commit(HookWorld.bad)
            try await world.repository.git("checkout", "-q", "main")
            let result = try await world.git("push", "origin", "red")
            #expect(result.exitCode == 1)
            #expect(try await world.remoteHead("refs/heads/red") == nil)
        }
    }

    @Test("and a green commit is pushed although working tree and index are red")
    func redTree() async throws {
        try await Self.with { world in
            let commit = try await world.commit("good again\n")
            try world.repository.write("value", HookWorld.bad)
            try await world.repository.git("add", "value")
            try world.repository.write("value", "worse\n")
            let state = try await world.repository.state()
            #expect(try await world.git("push", "origin", "main").exitCode == 0)
            #expect(try await world.remoteHead() == commit)
            let after = try await world.repository.state()
            func local(_ text: String) -> [Substring] {
                text.split(separator: "\n").filter { !$0.contains("remotes/") }
            }
            #expect(local(after) == local(state))
        }
    }

    @Test("every reference gets its verdict before the one answer")
    func allVerdicts() async throws {
        try await Self.with { world in
            try await world.repository.git("checkout", "-q", "-b", "red")
            try await world.commit(HookWorld.bad)
            try await world.repository.git("checkout", "-q", "-b", "redder")
            try await world.commit("worse\n")
            try await world.repository.git("checkout", "-q", "-b", "green", "main")
            try await world.commit("good as well\n")
            let result = try await world.git("push", "origin", "red", "redder", "green", "main:copy")
            #expect(result.exitCode == 1)
            let text = result.standardError.text
            #expect(text.contains("pre-push: red (") && text.contains("pre-push: redder ("), "\(text)")
            #expect(text.contains("pre-push: green ("), "\(text)")
            #expect(text.contains("pre-push: copy: not judged"), "\(text)")
            for name in ["red", "redder", "green", "copy"] {
                #expect(try await world.remoteHead("refs/heads/\(name)") == nil, "\(name)")
            }
            #expect(try await world.repository.runs().count == 3)
        }
    }

    @Test("a policy that cannot be read stops the push, and so does a branch beside it")
    func malformedPolicy() async throws {
        try await Self.with { world in
            try await world.repository.git("config", "gatekeeper.sandbox", "perhaps")
            try await world.commit("good and late\n")
            let result = try await world.git("push", "origin", "main")
            #expect(result.exitCode == 1)
            #expect(result.standardError.text.contains("could not be judged"), "\(result.standardError.text)")
            #expect(result.standardError.text.contains("'gatekeeper.sandbox' is 'perhaps'"))
        }
    }

    @Test("what a head says about its own policy does not count")
    func basePolicy() async throws {
        try await Self.with { world in
            try world.repository.write(".gatekeeper/config", "[gatekeeper \"check.test\"]\n\tcommand = true\n")
            try await world.commit(HookWorld.bad)
            #expect(try await world.git("push", "origin", "main").exitCode == 1)
        }
    }

    @Test("a tracked file cannot switch a hook off, nor say what it does")
    func trackedSwitch() async throws {
        for line in [
            "[gatekeeper \"hook.pre-push\"]\n\tenabled = false", "[gatekeeper \"hook\"]\n\tfastForward = true",
        ] {
            try await Self.with { world in
                let policy = world.repository.read(".gatekeeper/config") ?? ""
                try world.repository.write(".gatekeeper/config", policy + line + "\n")
                try await world.repository.commitAll("a switch")
                try await world.repository.git("-c", "core.hooksPath=/dev/null", "push", "-q", "origin", "main")
                try await world.commit(HookWorld.bad)
                let result = try await world.git("push", "origin", "main")
                #expect(result.exitCode == 1)
                #expect(
                    result.standardError.text.contains("may only be set in git's own configuration"),
                    "\(result.standardError.text)"
                )
            }
        }
    }

    @Test("the user's configuration switches it off, and that is said")
    func off() async throws {
        try await Self.with { world in
            try await world.repository.git("config", "gatekeeper.hook.pre-push.enabled", "false")
            let commit = try await world.commit(HookWorld.bad)
            let result = try await world.git("push", "origin", "main")
            #expect(result.exitCode == 0)
            #expect(result.standardError.text.contains("switched off by 'gatekeeper.hook.pre-push.enabled'"))
            #expect(try await world.remoteHead() == commit)
        }
    }

    @Test("a hook that does not exist cannot be configured")
    func unknownHook() async throws {
        try await Self.with { world in
            try await world.repository.git("config", "gatekeeper.hook.prepush.enabled", "false")
            try await world.commit(HookWorld.bad)
            let result = try await world.git("push", "origin", "main")
            #expect(result.exitCode == 1)
            #expect(result.standardError.text.contains("names the hook 'prepush'"), "\(result.standardError.text)")
        }
    }

    @Test("passing over it takes a reason, and the ledger has who, what and why")
    func bypass() async throws {
        try await Self.with { world in
            let before = try #require(try await world.remoteHead())
            let commit = try await world.commit(HookWorld.bad)
            for empty in ["", "  "] {
                let refused = try await world.git("push", "origin", "main", environment: ["GIT_GATEKEEPER_SKIP": empty])
                #expect(refused.exitCode == 1)
                #expect(refused.standardError.text.contains("[hook.no-reason]"), "\(refused.standardError.text)")
            }
            #expect(try await world.repository.runs().isEmpty)
            let result = try await world.git(
                "push",
                "origin",
                "main",
                environment: ["GIT_GATEKEEPER_SKIP": "the mirror is down", "DEPLOY_TOKEN": "mirror is down"]
            )
            #expect(result.exitCode == 0, "\(result.standardError.text)")
            #expect(result.standardError.text.contains("pre-push: passed over, nothing was judged"))
            #expect(try await world.remoteHead() == commit)
            let shown = try await world.repository.gatekeeper("show", "--format", "json")
            let record = try JSON.decode(RunRecord.self, from: shown.standardOutput.bytes)
            #expect(record.command == "pre-push" && record.result?.verdict == "skipped")
            #expect(record.hook?.bypass?.by == "A U Thor <author@example.com>")
            #expect(record.hook?.bypass?.variable == "GIT_GATEKEEPER_SKIP")
            // A secret that somebody typed into the reason does not stay there.
            #expect(record.hook?.bypass?.reason.hasPrefix("the ") == true)
            #expect(record.hook?.bypass?.reason.contains("mirror is down") == false)
            #expect(record.hook?.updates.map(\.new) == [commit] && record.hook?.updates.map(\.old) == [before])
            #expect(try await world.repository.gatekeeper("show", "--verify").exitCode == 0)
            #expect(try await world.repository.gatekeeper("log").standardOutput.text.contains("skipped"))
        }
    }

    @Test("where nothing is pushed, nothing is judged")
    func upToDate() async throws {
        try await Self.with { world in
            let result = try await world.git("push", "origin", "main")
            #expect(result.exitCode == 0)
            #expect(try await world.repository.runs().isEmpty)
        }
    }

    @Test("lines that are cut short, or no lines, never end in a pass for what was to be judged")
    func badInput() async throws {
        try await Self.with { world in
            let commit = try await world.commit(HookWorld.bad)
            let line = "refs/heads/main \(commit) refs/heads/main \(ObjectID.zero.hex)\n"
            for cut in [1, 20, 60, 90] {
                let input = String(line.prefix(line.utf8.count - cut))
                let result = try await world.repository.gatekeeper("hook", "pre-push", "origin", "x", input: input)
                #expect(result.exitCode != 0, "\(input)")
            }
            #expect(try await world.repository.gatekeeper("hook", "pre-push").exitCode == 129)
            // Git gives a pipe, even where it pushes nothing. Who gives none has kept what is pushed.
            for redirection in ["<&-", "</dev/null"] {
                let result = try await world.repository.run(
                    "sh",
                    ["-c", "exec git-gatekeeper hook pre-push origin x \(redirection)"],
                    environment: ["PATH": "\(Program.folder):\(world.repository.environment["PATH"] ?? "")"]
                )
                #expect(result.exitCode == 128, "\(redirection)")
                #expect(result.standardError.text.contains("[hook.no-input]"), "\(result.standardError.text)")
            }
        }
    }

    @Test("a fix that is found waits as a commit, and what the push says can be typed as it stands")
    func fix() async throws {
        try await Self.with { world in
            try await world.repository.git("config", "gatekeeper.hook.pre-push.onRed", "repair")
            try await world.repository.git("config", "gatekeeper.backend", "revert")
            let commit = try await world.commit(HookWorld.bad)
            let state = try await world.repository.state()
            let result = try await world.git("push", "origin", "main")
            #expect(result.exitCode == 1)
            #expect(try await world.repository.state() == state)
            let text = result.standardError.text
            #expect(text.contains("red; a fix is proven, and kept aside"), "\(text)")
            let typed = text.split(separator: "\n").compactMap { line in
                line.firstRange(of: ": git ").map { String(line[line.index($0.lowerBound, offsetBy: 2)...]) }
            }
            #expect(typed.count == 3, "\(text)")
            #expect(typed[1] == "git merge --ff-only refs/gatekeeper/fixes/\(commit)")
            for command in typed {
                let words = command.split(separator: " ").dropFirst().map(String.init)
                let done = try await world.repository.run(
                    "git",
                    words,
                    environment: ["PATH": "\(Program.folder):\(world.repository.environment["PATH"] ?? "")"]
                )
                #expect(done.exitCode == 0, "\(command): \(done.standardError.text)")
            }
            let head = try await world.repository.git("rev-parse", "HEAD")
            #expect(try await world.remoteHead() == head)
            #expect(world.repository.read("value") == HookWorld.good)
        }
    }

    @Test("a fix of a branch that is not checked out is taken with what the push says")
    func fixElsewhere() async throws {
        try await Self.with { world in
            try await world.repository.git("config", "gatekeeper.hook.pre-push.onRed", "repair")
            try await world.repository.git("config", "gatekeeper.backend", "revert")
            try await world.repository.git("checkout", "-q", "-b", "topic")
            let commit = try await world.commit(HookWorld.bad)
            try await world.repository.git("checkout", "-q", "main")
            let result = try await world.git("push", "origin", "topic")
            #expect(result.exitCode == 1)
            let take = "git fetch . refs/gatekeeper/fixes/\(commit):refs/heads/topic"
            #expect(result.standardError.text.contains("take it: \(take)\n"), "\(result.standardError.text)")
            try await world.repository.git("fetch", "-q", ".", "refs/gatekeeper/fixes/\(commit):refs/heads/topic")
            #expect(try await world.git("push", "origin", "topic").exitCode == 0)
        }
    }

    @Test("a fix that has to be signed off is brought nowhere by itself")
    func unsignedFix() async throws {
        try await Self.with { world in
            try await world.repository.git("config", "gatekeeper.hook.pre-push.onRed", "repair")
            try await world.repository.git("config", "gatekeeper.hook.fastForward", "true")
            try await world.repository.git("config", "gatekeeper.backend", "revert")
            try await world.repository.git("config", "gatekeeper.signoff.required", "true")
            let commit = try await world.commit(HookWorld.bad)
            let result = try await world.git("push", "origin", "main")
            #expect(result.exitCode == 1)
            let text = result.standardError.text
            #expect(try await world.repository.git("rev-parse", "HEAD") == commit, "\(text)")
            #expect(world.repository.read("value") == HookWorld.bad)
            #expect(text.contains("take it: git merge --ff-only refs/gatekeeper/fixes/"), "\(text)")
        }
    }

    @Test("where the user wants it, a fix is fast-forwarded into a clean working tree, and nowhere else")
    func fastForward() async throws {
        for isClean in [true, false] {
            try await Self.with { world in
                try await world.repository.git("config", "gatekeeper.hook.pre-push.onRed", "repair")
                try await world.repository.git("config", "gatekeeper.hook.fastForward", "true")
                try await world.repository.git("config", "gatekeeper.backend", "revert")
                let commit = try await world.commit(HookWorld.bad)
                if !isClean { try world.repository.write("note", "mine") }
                let result = try await world.git("push", "origin", "main")
                #expect(result.exitCode == 1)
                let text = result.standardError.text
                let head = try await world.repository.git("rev-parse", "HEAD")
                #expect((head == commit) == !isClean, "\(text)")
                #expect(world.repository.read("value") == (isClean ? HookWorld.good : HookWorld.bad))
                if isClean {
                    #expect(text.contains("is at the fix now"), "\(text)")
                    #expect(try await world.repository.git("status", "--porcelain") == "")
                    #expect(try await world.repository.git("rev-parse", "refs/gatekeeper/fixes/\(commit)") == head)
                    #expect(try await world.git("push", "origin", "main").exitCode == 0)
                    #expect(try await world.remoteHead() == head)
                } else {
                    #expect(text.contains("could not take the fix: the working tree is not clean"), "\(text)")
                    #expect(world.repository.read("note") == "mine")
                }
            }
        }
    }
}
