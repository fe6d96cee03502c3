import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("hooks in git's configuration")
struct ConfiguredHookTests {
    /// What a git of 2.54 or newer would have done, looked at with whatever git is here.
    private static func installer(_ world: HookWorld, _ version: GitVersion) async throws -> HookInstaller {
        try await HookInstaller(repository: try await world.repository.open(), version: version)
    }

    private static let other = "#!/bin/sh\nexit 0\n"

    @Test("a free place takes a file in any git; a taken one is left alone where git runs several hooks")
    func choice() async throws {
        try await HookWorld.with("configured") { world in
            #expect(try await Self.installer(world, GitVersion(2, 54)).install(.prePush).action == .installed)
            #expect(try await Self.installer(world, GitVersion(2, 54)).uninstall(.prePush).action == .removed)
            try world.repository.write(".git/hooks/pre-push", Self.other, executable: true)
            let installer = try await Self.installer(world, GitVersion(2, 54))
            let change = try await installer.install(.prePush)
            #expect(change.action == .configured && change.place == "hook.gatekeeper-pre-push")
            #expect(world.repository.read(".git/hooks/pre-push") == Self.other)
            #expect(try await world.repository.git("config", "hook.gatekeeper-pre-push.event") == "pre-push")
            #expect(try await installer.install(.prePush).action == .alreadyThere)
            #expect(try await installer.standing(.prePush) == .runs(place: "hook.gatekeeper-pre-push"))
            // A git that does not know of such hooks is not told that there is one.
            #expect(
                try await Self.installer(world, GitVersion(2, 53)).standing(.prePush)
                    == .foreign(
                        place: "\(world.repository.path)/.git/hooks/pre-push",
                        owner: "another program or person"
                    )
            )
            let file = try await installer.install(.prePush, .file)
            #expect(file.action == .chained)
            #expect(try await world.repository.git("config", "--get-regexp", "^core.bare") != "")
            #expect((try? await world.repository.git("config", "hook.gatekeeper-pre-push.event")) == nil)
            await #expect(throws: GateFailure.self) { try await installer.install(.prePush, .config) }
            #expect(try await installer.uninstall(.prePush).action == .restored)
        }
    }

    @Test("uninstalling leaves the configuration as it was")
    func removed() async throws {
        try await HookWorld.with("configured") { world in
            let before = world.repository.read(".git/config")
            let installer = try await Self.installer(world, GitVersion(2, 60))
            #expect(try await installer.install(.postCommit, .config).action == .configured)
            #expect(try await installer.uninstall(.postCommit).action == .removed)
            #expect(world.repository.read(".git/config") == before)
        }
    }

    @Test(
        "the real git runs it beside the file, once, and stops what is red; ours sets off nobody else's",
        .enabled(if: HookPrograms.newerGit != nil, "GIT_GATEKEEPER_NEWER_GIT names no git of 2.54 or newer")
    )
    func real() async throws {
        let folder = try #require(HookPrograms.newerGit)
        try await HookWorld.with("configured") { world in
            let path = ["PATH": "\(folder):\(Program.folder):\(world.repository.environment["PATH"] ?? "")"]
            try world.repository.write(".git/hooks/pre-push", "#!/bin/sh\necho other fired >&2\n", executable: true)
            try await world.repository.git("config", "gatekeeper.hook.pre-push.onRed", "block")
            let installed = try await world.repository.gatekeeper("install", environment: path)
            #expect(
                installed.standardOutput.text.contains("hook.gatekeeper-pre-push"),
                "\(installed.standardOutput.text)"
            )
            // Somebody else's hooks on what our own commands do.
            for event in ["post-index-change", "reference-transaction"] {
                try await world.repository.git(
                    "config",
                    "hook.x-\(event).command",
                    "echo \(event) >>'\(world.repository.scratch)/set-off'; true"
                )
                try await world.repository.git("config", "hook.x-\(event).event", event)
            }
            try await world.commit("good 1\n")
            let green = try await world.git("push", "origin", "main", environment: path)
            #expect(green.exitCode == 0, "\(green.standardError.text)")
            #expect(green.standardError.text.components(separatedBy: "pre-push: main (").count == 2)
            #expect(green.standardError.text.components(separatedBy: "other fired").count == 2)
            try await world.commit(HookWorld.bad)
            try? FileManager.default.removeItem(atPath: "\(world.repository.scratch)/set-off")
            #expect(try await world.repository.gatekeeper("test", environment: path).exitCode == 1)
            #expect(!FileManager.default.fileExists(atPath: "\(world.repository.scratch)/set-off"))
            #expect(try await world.git("push", "origin", "main", environment: path).exitCode == 1)
        }
    }
}
