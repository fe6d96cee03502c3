import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// What git tells its hooks by variables: it is heard, and goes no further.
@Suite("the environment of hooks")
struct HookEnvironmentTests {
    @Test("tests see none of git's variables, whatever fires the hook")
    func leaks() async throws {
        try await HookWorld.with("environment") { world in
            let test = "env | grep '^GIT_' && exit 1\ngrep -q good value\n"
            try world.repository.write("test.sh", test)
            try await world.commit("good 1\n")
            _ = try await world.remote.gatekeeper("install", "pre-receive")
            #expect(try await world.git("push", "-q", "origin", "main").exitCode == 0)
            for kind in ["pre-push", "pre-commit"] { _ = try await world.repository.gatekeeper("install", kind) }
            // A linked worktree, and an index of its own for the commit: git names both.
            try await world.repository.git("worktree", "add", "-q", "-b", "side", "../side")
            let side = "\(world.repository.scratch)/side"
            try Data("good 2\n".utf8).write(to: URL(fileURLWithPath: "\(side)/value"))
            let commit = try await world.git("commit", "-qm", "x", "value", in: side)
            #expect(commit.exitCode == 0, "\(commit.standardError.text)")
            let push = try await world.git("-c", "core.abbrev=12", "push", "origin", "side", "side:main", in: side)
            #expect(push.exitCode == 0, "\(push.standardError.text)")
        }
    }

    @Test("GIT_DIR says which repository is meant, also where another one lies around the folder")
    func gitDirectory() async throws {
        try await HookWorld.with("environment") { world in
            // A repository whose git directory lies elsewhere, as people keep their home folder.
            let tree = "\(world.repository.scratch)/home-tree"
            let git = "\(world.repository.scratch)/elsewhere.git"
            try await world.repository.git("clone", "-q", "--bare", world.remote.path, git)
            try await world.repository.git("--git-dir", git, "config", "core.bare", "false")
            try await world.repository.git("--git-dir", git, "remote", "set-url", "origin", world.remote.path)
            try FileManager.default.createDirectory(atPath: tree, withIntermediateDirectories: true)
            let at = ["--git-dir=\(git)", "--work-tree=\(tree)"]
            let checkout = try await world.repository.run("git", at + ["checkout", "-q", "main"])
            #expect(checkout.isSuccess, "\(checkout.standardError.text)")
            func run(_ arguments: [String]) async throws -> ProcessResult {
                try await ProcessRunner.run(
                    ProcessRequest(
                        executable: "git",
                        arguments: at + arguments,
                        environment: world.repository.environment.merging([
                            "PATH": "\(Program.folder):\(world.repository.environment["PATH"] ?? "")"
                        ]) { $1 },
                        workingDirectory: tree,
                        limits: ProcessLimits(wallTime: .seconds(300))
                    )
                )
            }
            let installed = try await run(["gatekeeper", "install"])
            #expect(
                installed.exitCode == 0 && installed.standardOutput.text.contains(git),
                "\(installed.standardError.text)"
            )
            try Data(HookWorld.bad.utf8).write(to: URL(fileURLWithPath: "\(tree)/value"))
            #expect(try await run(["commit", "-qam", "red"]).exitCode == 0)
            let red = try await run(["-c", "gatekeeper.hook.pre-push.onRed=block", "push", "origin", "main"])
            #expect(
                red.exitCode == 1 && red.standardError.text.contains("pre-push: main ("),
                "\(red.standardError.text)"
            )
            #expect(FileManager.default.fileExists(atPath: "\(git)/gatekeeper/runs"))
        }
    }

    @Test("from a bare repository a push is judged as well")
    func bare() async throws {
        try await HookWorld.with("environment") { world in
            try await world.commit(HookWorld.bad)
            let bare = TestRepository(at: "\(world.repository.scratch)/mirror.git", scratch: world.repository.scratch)
            try await world.repository.git("clone", "-q", "--bare", world.repository.path, bare.path)
            try await bare.git("remote", "set-url", "origin", world.remote.path)
            try await bare.git("config", "gatekeeper.hook.pre-push.onRed", "block")
            _ = try await bare.gatekeeper("install")
            let red = try await world.git("push", "origin", "main", in: bare.path)
            #expect(
                red.exitCode == 1 && red.standardError.text.contains("pre-push: main ("),
                "\(red.standardError.text)"
            )
        }
    }

    @Test("an interrupted hook stops the push, and what it started ends with it")
    func interrupted() async throws {
        try await HookWorld.with("environment") { world in
            let began = "\(world.repository.scratch)/began"
            try await world.repository.git("config", "gatekeeper.sandbox", "off")
            try await world.repository.git(
                "config",
                "gatekeeper.check.test.command",
                "sh -c 'echo $$ >\(began); sleep 600'"
            )
            let hook =
                "#!/bin/sh\necho $$ >'\(world.repository.scratch)/hook'\nexec git-gatekeeper hook pre-push -- \"$@\"\n"
            try world.repository.write(".git/hooks/pre-push", hook, executable: true)
            let before = try await world.remoteHead()
            try await world.commit("good 3\n")
            let script =
                "git push origin main & push=$!; while [ ! -s '\(began)' ]; do sleep 0.1; done; "
                + "kill -TERM \"$(cat '\(world.repository.scratch)/hook')\"; wait \"$push\""
            let result = try await world.repository.run(
                "sh",
                ["-c", script],
                environment: ["PATH": "\(Program.folder):\(world.repository.environment["PATH"] ?? "")"]
            )
            #expect(result.exitCode == 1, "\(result.standardError.text)")
            #expect(try await world.remoteHead() == before)
            let id = try String(contentsOfFile: began, encoding: .utf8).trimmingCharacters(in: .whitespacesAndNewlines)
            #expect(!FileManager.default.fileExists(atPath: "/proc/\(id)"))
        }
    }
}
