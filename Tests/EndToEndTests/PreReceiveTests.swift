import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("pre-receive")
struct PreReceiveTests {
    /// A world in which the bare repository has the hook, and the clone has none.
    private static func with(_ body: (HookWorld) async throws -> Void) async throws {
        try await HookWorld.with("pre-receive") { world in
            let result = try await world.remote.gatekeeper("install", "pre-receive")
            #expect(result.exitCode == 0, "\(result.standardError.text)")
            #expect(FileManager.default.isExecutableFile(atPath: "\(world.remote.path)/hooks/pre-receive"))
            try await body(world)
        }
    }

    /// Everything that a refused push must not leave behind.
    private static func objects(_ world: HookWorld) async throws -> String {
        try await world.remote.git("count-objects", "-v") + "\n" + world.remote.git("for-each-ref")
    }

    @Test("a protected branch moves to what the gate proves there and then")
    func green() async throws {
        try await Self.with { world in
            let commit = try await world.commit("good 1\n")
            let result = try await world.git("push", "origin", "main")
            #expect(result.exitCode == 0, "\(result.standardError.text)")
            #expect(try await world.remoteHead() == commit)
            #expect(result.standardError.text.contains("remote: pre-receive: main ("), "\(result.standardError.text)")
            #expect(try await world.remote.runs().count == 1)
        }
    }

    @Test("and not to what is red; nothing of it stays on the server, and nothing is left open")
    func red() async throws {
        try await Self.with { world in
            let before = try await Self.objects(world)
            try await world.commit(HookWorld.bad)
            let result = try await world.git("push", "origin", "main")
            #expect(result.exitCode == 1)
            #expect(
                result.standardError.text.contains("nothing of this push was taken"),
                "\(result.standardError.text)"
            )
            #expect(try await Self.objects(world) == before)
            #expect(try await world.remote.git("fsck", "--no-progress") == "")
            let leftovers = try FileManager.default.contentsOfDirectory(atPath: "\(world.remote.path)/objects")
            #expect(leftovers.filter { $0.contains("incoming") } == [])
        }
    }

    @Test("where the base's tests have to hold as well, what the gate stores for that is thrown away with the push")
    func storedInQuarantine() async throws {
        try await Self.with { world in
            try await world.remote.git("config", "gatekeeper.contract.from", "base")
            let before = try await Self.objects(world)
            try world.repository.write("test.sh", "true\n")
            try await world.commit(HookWorld.bad)
            let result = try await world.git("push", "origin", "main")
            #expect(result.exitCode == 1, "\(result.standardError.text)")
            #expect(
                result.standardError.text.contains("the tests of the base do not hold"),
                "\(result.standardError.text)"
            )
            #expect(try await Self.objects(world) == before)
            #expect(try await world.remote.git("fsck", "--no-progress") == "")
        }
    }

    @Test("large pushes arrive as a pack, and are judged all the same")
    func pack() async throws {
        try await Self.with { world in
            try await world.remote.git("config", "receive.unpackLimit", "1")
            try await world.commit(HookWorld.bad)
            #expect(try await world.git("push", "origin", "main").exitCode == 1)
            let commit = try await world.commit("good 2\n")
            #expect(try await world.git("push", "origin", "main").exitCode == 0)
            #expect(try await world.remoteHead() == commit)
        }
    }

    @Test("the policy is that of the branch as it is, and not what is pushed")
    func basePolicy() async throws {
        try await Self.with { world in
            try world.repository.write(".gatekeeper/config", "[gatekeeper \"check.test\"]\n\tcommand = true\n")
            try await world.commit(HookWorld.bad)
            #expect(try await world.git("push", "origin", "main").exitCode == 1)
        }
    }

    @Test("a protected branch is neither removed nor rewritten, whatever its tree")
    func history() async throws {
        try await Self.with { world in
            try await world.remote.git("config", "receive.denyDeleteCurrent", "ignore")
            let start = try #require(try await world.remoteHead())
            try await world.commit("good 3\n")
            let commit = try await world.repository.git("rev-parse", "HEAD")
            #expect(try await world.git("push", "origin", "main").exitCode == 0)
            let removed = try await world.git("push", "origin", ":main")
            #expect(removed.exitCode == 1)
            #expect(removed.standardError.text.contains("a protected branch is not removed"))
            let back = try await world.git("push", "--force", "origin", "\(start):refs/heads/main")
            #expect(back.exitCode == 1)
            #expect(back.standardError.text.contains("it would lose commits"), "\(back.standardError.text)")
            #expect(try await world.remoteHead() == commit)
            // Neither took a run of the tests.
            #expect(try await world.remote.runs().count == 1)
        }
    }

    @Test("other references pass, and one refused branch refuses the push as a whole")
    func others() async throws {
        try await Self.with { world in
            try await world.commit(HookWorld.bad)
            try await world.repository.git("tag", "v1")
            let together = try await world.git("push", "origin", "main", "main:topic", "v1")
            #expect(together.exitCode == 1)
            #expect(try await world.remoteHead("refs/heads/topic") == nil)
            let alone = try await world.git("push", "origin", "main:topic", "v1")
            #expect(alone.exitCode == 0, "\(alone.standardError.text)")
            #expect(try await world.git("push", "origin", ":topic").exitCode == 0)
        }
    }

    @Test("which branches are protected is the server's to say: names, patterns, full names")
    func patterns() async throws {
        try await Self.with { world in
            try await world.remote.git("config", "gatekeeper.protectedBranch", "release/*")
            try await world.remote.git("config", "--add", "gatekeeper.protectedBranch", "refs/heads/stable")
            try await world.commit(HookWorld.bad)
            for (name, passes) in [
                ("main", true), ("release", true), ("feature/stable", true), ("topic/release/1", true),
                ("release/1", false), ("stable", false),
            ] {
                let result = try await world.git("push", "origin", "HEAD:refs/heads/\(name)")
                #expect((result.exitCode == 0) == passes, "\(name): \(result.standardError.text)")
                // A branch of that name would stand where the folder of the next ones has to be.
                if name == "release" { #expect(try await world.git("push", "origin", ":release").exitCode == 0) }
            }
        }
    }

    @Test("a policy that switches the gate off proves nothing; the server's owner can switch it on again")
    func switchedOff() async throws {
        try await Self.with { world in
            let policy = world.repository.read(".gatekeeper/config") ?? ""
            try world.repository.write(".gatekeeper/config", policy + "[gatekeeper]\n\tenabled = false\n")
            try await world.repository.commitAll("off")
            #expect(try await world.git("push", "origin", "main").exitCode == 0)
            try await world.commit("good, who knows\n")
            let result = try await world.git("push", "origin", "main")
            #expect(result.exitCode == 1, "\(result.standardError.text)")
            #expect(result.standardError.text.contains("gate.disabled"), "\(result.standardError.text)")
            try await world.remote.git("config", "gatekeeper.enabled", "true")
            #expect(try await world.git("push", "origin", "main").exitCode == 0)
        }
    }

    @Test("a new protected branch is held to the policy of the branches that are there")
    func newBranch() async throws {
        try await Self.with { world in
            try await world.remote.git("config", "gatekeeper.protectedBranch", "release/*")
            try await world.commit("good 4\n")
            #expect(try await world.git("push", "origin", "HEAD:refs/heads/release/1").exitCode == 0)
            // An island brings its own policy; it does not count.
            try await world.repository.git("checkout", "-q", "--orphan", "island")
            try world.repository.write(".gatekeeper/config", "[gatekeeper \"check.test\"]\n\tcommand = true\n")
            try await world.commit(HookWorld.bad)
            let result = try await world.git("push", "origin", "HEAD:refs/heads/release/2")
            #expect(result.exitCode == 1, "\(result.standardError.text)")
        }
    }

    @Test("whoever pushes cannot pass over it")
    func noBypass() async throws {
        try await Self.with { world in
            try await world.commit(HookWorld.bad)
            let result = try await world.git(
                "-c",
                "gatekeeper.hook.pre-receive.enabled=false",
                "push",
                "--no-verify",
                "origin",
                "main",
                environment: ["GIT_GATEKEEPER_SKIP": "I may", "SKIP_CI_GATEKEEPER_PRE_COMMIT": "1"]
            )
            #expect(result.exitCode == 1, "\(result.standardError.text)")
            // The server's owner can.
            try await world.remote.git("config", "gatekeeper.hook.pre-receive.enabled", "false")
            #expect(try await world.git("push", "origin", "main").exitCode == 0)
        }
    }

    @Test("a repository that borrows its objects from another is judged as well")
    func borrowed() async throws {
        try await HookWorld.with("pre-receive") { world in
            let fork = TestRepository(at: "\(world.repository.scratch)/fork: a.git", scratch: world.repository.scratch)
            try await world.repository.git("clone", "-q", "--bare", "--shared", world.remote.path, fork.path)
            _ = try await fork.gatekeeper("install", "pre-receive")
            try await world.repository.git("remote", "set-url", "origin", fork.path)
            try await world.commit(HookWorld.bad)
            #expect(try await world.git("push", "origin", "main").exitCode == 1)
            try await world.commit("good 5\n")
            let result = try await world.git("push", "origin", "main")
            #expect(result.exitCode == 0, "\(result.standardError.text)")
        }
    }

    @Test("what was there before runs first, with the same lines, and its refusal counts")
    func former() async throws {
        try await HookWorld.with("pre-receive") { world in
            try world.remote.write("hooks/pre-receive", "#!/bin/sh\ncat >&2\n[ ! -e refuse ]\n", executable: true)
            _ = try await world.remote.gatekeeper("install", "pre-receive")
            let commit = try await world.commit("good 6\n")
            let result = try await world.git("push", "origin", "main")
            #expect(result.exitCode == 0, "\(result.standardError.text)")
            #expect(result.standardError.text.contains(" \(commit) refs/heads/main"), "\(result.standardError.text)")
            try world.remote.write("refuse", "")
            try await world.commit("good 7\n")
            #expect(try await world.git("push", "origin", "main").exitCode == 1)
            #expect(try await world.remote.runs().count == 1)
        }
    }

    @Test("a quarantine of another repository is none of ours")
    func foreignQuarantine() async throws {
        try await HookWorld.with("pre-receive") { world in
            let other = try await TestRepository(in: world.repository.scratch, named: "other")
            let result = try await world.repository.gatekeeper(
                "test",
                environment: [
                    "GIT_QUARANTINE_PATH": "\(other.path)/.git/objects/pack",
                    "GIT_OBJECT_DIRECTORY": "\(other.path)/.git/objects/pack",
                ]
            )
            #expect(result.exitCode == 0, "\(result.standardError.text)")
        }
    }

    /// Makes a key, lets `.gatekeeper/allowed_signers` of the branch name it, and has the clone sign with another or the
    /// same.
    private static func sign(_ world: HookWorld, withTheSame isTrusted: Bool) async throws {
        let scratch = world.repository.scratch
        for name in ["trusted", "stranger"] {
            let made = try await world.repository.run(
                "ssh-keygen",
                ["-q", "-t", "ed25519", "-N", "", "-C", "test", "-f", "\(scratch)/\(name)"]
            )
            #expect(made.isSuccess, "\(made.standardError.text)")
        }
        let key = try String(contentsOfFile: "\(scratch)/trusted.pub", encoding: .utf8)
        let line = "dev@example.com " + key.split(separator: " ").prefix(2).joined(separator: " ") + "\n"
        try world.repository.write(".gatekeeper/allowed_signers", line)
        try await world.commit("good to trust\n")
        let pushed = try await world.git("push", "origin", "main")
        #expect(pushed.exitCode == 0, "\(pushed.standardError.text)")
        try await world.repository.git(
            "config",
            "gatekeeper.signingKey",
            "\(scratch)/\(isTrusted ? "trusted" : "stranger")"
        )
        try await world.commit("good and signed\n")
        let test = try await world.repository.gatekeeper("test", "--head", "HEAD", "--base", "origin/main", "--attest")
        #expect(test.exitCode == 0, "\(test.standardError.text)")
    }

    @Test(
        "the word of a trusted signer is proof, whether it was there before or comes along",
        arguments: [true, false]
    )
    func attested(_ isThereBefore: Bool) async throws {
        try await Self.with { world in
            try await Self.sign(world, withTheSame: true)
            let runs = try await world.remote.runs()
            let notes = "refs/notes/gatekeeper"
            if isThereBefore { #expect(try await world.git("push", "-q", "origin", notes).exitCode == 0) }
            let result = try await world.git("push", "origin", "main", isThereBefore ? "main:copy" : notes)
            #expect(result.exitCode == 0, "\(result.standardError.text)")
            #expect(
                result.standardError.text.contains("proven by an attestation of dev@example.com"),
                "\(result.standardError.text)"
            )
            #expect(try await world.remote.runs() == runs)
        }
    }

    @Test("the word of a stranger is none: the gate looks for itself")
    func stranger() async throws {
        try await Self.with { world in
            try await Self.sign(world, withTheSame: false)
            let runs = try await world.remote.runs().count
            let result = try await world.git("push", "origin", "main", "refs/notes/gatekeeper")
            #expect(result.exitCode == 0, "\(result.standardError.text)")
            #expect(try await world.remote.runs().count == runs + 1)
            // And what it says of a red tree helps as little.
            try await world.commit(HookWorld.bad)
            #expect(try await world.git("push", "origin", "main", "refs/notes/gatekeeper").exitCode == 1)
        }
    }

    @Test("a server that signs what it proves writes no reference while a push is in quarantine")
    func noReferences() async throws {
        try await Self.with { world in
            try await Self.sign(world, withTheSame: false)
            try await world.remote.git("config", "gatekeeper.attest", "true")
            try await world.remote.git("config", "gatekeeper.signingKey", "\(world.repository.scratch)/trusted")
            #expect(try await world.git("push", "origin", "main").exitCode == 0)
            #expect(try await world.remote.git("for-each-ref", "--format=%(refname)") == "refs/heads/main")
        }
    }
}
