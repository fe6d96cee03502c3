import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("install and uninstall")
struct InstallTests {
    private static let other = "#!/bin/sh\necho \"other: $*\" >&2\nsed 's/^/other: /' >&2\n"

    /// Every file in the folder of hooks, with its permissions; samples left out.
    private static func hooks(_ world: HookWorld, in folder: String = ".git/hooks") throws -> [String: String] {
        let place = "\(world.repository.path)/\(folder)"
        var found: [String: String] = [:]
        for name in (try? FileManager.default.contentsOfDirectory(atPath: place)) ?? [] where !name.hasSuffix(".sample")
        {
            let attributes = try FileManager.default.attributesOfItem(atPath: "\(place)/\(name)")
            let bits = attributes[.posixPermissions] as? Int ?? 0
            let link = try? FileManager.default.destinationOfSymbolicLink(atPath: "\(place)/\(name)")
            found[name] = "\(String(bits, radix: 8)) " + (link ?? world.repository.read("\(folder)/\(name)") ?? "")
        }
        return found
    }

    /// Runs a command of the gate and returns the changes it answers with.
    private static func change(
        _ world: HookWorld,
        _ arguments: String...,
        status: Int32 = 0,
        environment: [String: String] = [:]
    ) async throws -> [HookChangeRecord] {
        let result = try await world.repository.gatekeeper(
            arguments: arguments + ["--format", "json"],
            environment: environment
        )
        #expect(result.exitCode == status, "\(result.standardError.text)\(result.standardOutput.text)")
        guard result.exitCode == 0 || result.exitCode == 1 else { return [] }
        return try JSON.decode(HookChangesRecord.self, from: result.standardOutput.bytes).changes
    }

    /// Pushes a green and a red commit, and says what the other hook saw of each.
    private static func push(_ world: HookWorld) async throws -> (green: ProcessResult, red: ProcessResult) {
        try await world.commit("good \(UUID().uuidString)\n")
        let green = try await world.git("push", "origin", "main")
        try await world.commit(HookWorld.bad)
        let red = try await world.git("push", "origin", "main")
        try await world.repository.git("reset", "-q", "--hard", "HEAD~1")
        return (green, red)
    }

    @Test("the files in hooks/ are what is installed")
    func shippedFiles() throws {
        for kind in HookKind.allCases {
            let file = "\(ManualTests.root)/hooks/\(kind.rawValue)"
            #expect(try String(contentsOfFile: file, encoding: .utf8) == HookScript.text(of: kind), "\(kind)")
            #expect(FileManager.default.isExecutableFile(atPath: file))
        }
    }

    @Test("an installed hook stops what is red; twice is once; uninstalled nothing is left", arguments: [true, false])
    func roundTrip(_ hasFolder: Bool) async throws {
        try await HookWorld.with("install") { world in
            if !hasFolder { try FileManager.default.removeItem(atPath: "\(world.repository.path)/.git/hooks") }
            try await world.repository.git("config", "gatekeeper.hook.pre-push.onRed", "block")
            let before = try Self.hooks(world)
            #expect(try await Self.change(world, "install").map(\.action) == ["installed"])
            let installed = try Self.hooks(world)
            #expect(installed == ["pre-push": "755 " + HookScript.text(of: .prePush)])
            #expect(try await Self.change(world, "install").map(\.action) == ["already-there"])
            #expect(try Self.hooks(world) == installed)
            let (green, red) = try await Self.push(world)
            #expect(green.exitCode == 0 && red.exitCode == 1, "\(green.standardError.text)\(red.standardError.text)")
            #expect(try await Self.change(world, "uninstall").map(\.action) == ["removed"])
            #expect(try Self.hooks(world) == before)
            #expect(FileManager.default.fileExists(atPath: "\(world.repository.path)/.git/hooks") == hasFolder)
            #expect(try await Self.change(world, "uninstall").isEmpty)
            #expect(try await Self.change(world, "uninstall", "pre-push").map(\.action) == ["not-installed"])
        }
    }

    @Test("somebody else's hook is run as before, with the same arguments and lines, and gets its place back")
    func chained() async throws {
        try await HookWorld.with("install") { world in
            try await world.repository.git("config", "gatekeeper.hook.pre-push.onRed", "block")
            try world.repository.write(".git/hooks/pre-push", Self.other, executable: true)
            let before = try Self.hooks(world)
            #expect(try await Self.change(world, "install").map(\.action) == ["chained"])
            #expect(try await Self.change(world, "install").map(\.action) == ["already-there"])
            let (green, red) = try await Self.push(world)
            let text = green.standardError.text
            #expect(green.exitCode == 0)
            #expect(text.contains("other: origin \(world.remote.path)\n"), "\(text)")
            let head = try await world.repository.git("rev-parse", "HEAD")
            #expect(text.contains("other: refs/heads/main \(head) refs/heads/main "), "\(text)")
            // What is red leaves nothing to do for a hook that may send something somewhere.
            #expect(red.exitCode == 1 && !red.standardError.text.contains("other:"), "\(red.standardError.text)")
            #expect(try await Self.change(world, "uninstall").map(\.action) == ["restored"])
            #expect(try Self.hooks(world) == before)
        }
    }

    @Test("the other hook's refusal counts, and its lines arrive byte for byte, also when there is none")
    func chainedRefusal() async throws {
        try await HookWorld.with("install") { world in
            try world.repository.write(
                ".git/hooks/pre-push",
                "#!/bin/sh\ncat >'\(world.repository.scratch)/lines'\nexit 3\n",
                executable: true
            )
            _ = try await Self.change(world, "install")
            let head = try await world.commit("good, once more\n")
            #expect(try await world.git("push", "origin", "main").exitCode == 1)
            let lines = try String(contentsOfFile: "\(world.repository.scratch)/lines", encoding: .utf8)
            let before = try #require(try await world.remoteHead())
            #expect(lines == "refs/heads/main \(head) refs/heads/main \(before)\n")
            #expect(try await world.git("push", "origin", "\(before):refs/heads/main").exitCode == 1)
            #expect(try String(contentsOfFile: "\(world.repository.scratch)/lines", encoding: .utf8) == "")
        }
    }

    @Test("before a commit the other hook runs first, and what it staged is judged")
    func commitHook() async throws {
        try await HookWorld.with("install") { world in
            let formatter = "#!/bin/sh\necho good >value && git add value\n"
            try world.repository.write(".git/hooks/pre-commit", formatter, executable: true)
            #expect(
                try await Self.change(world, "install", "pre-commit", "post-commit").map(\.action) == [
                    "chained", "installed",
                ]
            )
            try world.repository.write("value", HookWorld.bad)
            let done = try await world.git("commit", "-qam", "formatted")
            #expect(done.exitCode == 0, "\(done.standardError.text)")
            #expect(try await world.repository.git("show", "HEAD:value") == "good")
            try world.repository.write(
                ".git/hooks/pre-commit.gatekeeper-former",
                "#!/bin/sh\nexit 7\n",
                executable: true
            )
            let refused = try await world.git("commit", "-qm", "x", "--allow-empty")
            #expect(refused.exitCode == 1)
        }
    }

    @Test("a hook that is not executable is kept, and not run")
    func notExecutable() async throws {
        try await HookWorld.with("install") { world in
            try world.repository.write(".git/hooks/pre-push", "#!/bin/sh\nexit 1\n")
            let before = try Self.hooks(world)
            _ = try await Self.change(world, "install")
            try await world.commit("good still\n")
            #expect(try await world.git("push", "origin", "main").exitCode == 0)
            _ = try await Self.change(world, "uninstall")
            #expect(try Self.hooks(world) == before)
        }
    }

    @Test("a link to a script of the project is kept as a link")
    func linkedHook() async throws {
        try await HookWorld.with("install") { world in
            try world.repository.write("scripts/push.sh", Self.other, executable: true)
            try FileManager.default.createSymbolicLink(
                atPath: "\(world.repository.path)/.git/hooks/pre-push",
                withDestinationPath: "../../scripts/push.sh"
            )
            let before = try Self.hooks(world)
            #expect(try await Self.change(world, "install").map(\.action) == ["chained"])
            try await world.commit("good too\n")
            let result = try await world.git("push", "origin", "main")
            #expect(result.standardError.text.contains("other: origin"), "\(result.standardError.text)")
            #expect(world.repository.read("scripts/push.sh") == Self.other)
            _ = try await Self.change(world, "uninstall")
            #expect(try Self.hooks(world) == before)
        }
    }

    static let notOurs: [(String, String)] = [
        ("goes by its own name", "#!/bin/sh\ncase $(basename \"$0\") in pre-push) exit 0 ;; esac\n"),
        ("compiled", "\u{7F}ELF\u{0}\u{0}"),
    ]

    @Test("a hook that would not do under another name is left alone, with lines to merge", arguments: notOurs)
    func instructions(_ hook: (name: String, text: String)) async throws {
        try await HookWorld.with("install") { world in
            try world.repository.write(".git/hooks/pre-push", hook.text, executable: true)
            let before = try Self.hooks(world)
            let changes = try await Self.change(world, "install", status: 1)
            #expect(changes.map(\.action) == ["instructions"])
            #expect(changes.first?.notes.contains { $0.contains("git-gatekeeper hook pre-push") } == true)
            #expect(try Self.hooks(world) == before)
        }
    }

    @Test("the printed lines, added by hand, judge a push once, and are then known")
    func mergedByHand() async throws {
        try await HookWorld.with("install") { world in
            try await world.repository.git("config", "gatekeeper.hook.pre-push.onRed", "block")
            let hook = "#!/bin/sh\n# goes by basename $0\n"
            try world.repository.write(".git/hooks/pre-push", hook, executable: true)
            let changes = try await Self.change(world, "install", status: 1)
            let lines = try #require(changes.first?.notes).filter { $0.hasPrefix("    ") }
            let merged = hook + lines.map { $0.dropFirst(4) + "\n" }.joined()
            try world.repository.write(".git/hooks/pre-push", merged, executable: true)
            let (green, red) = try await Self.push(world)
            #expect(green.exitCode == 0 && red.exitCode == 1, "\(green.standardError.text)\(red.standardError.text)")
            #expect(try await Self.change(world, "install").map(\.action) == ["calls-already"])
            #expect(try await Self.change(world, "uninstall", status: 1).map(\.action) == ["instructions"])
            #expect(world.repository.read(".git/hooks/pre-push") == merged)
        }
    }

    @Test("ours, edited by somebody, is not ours any more")
    func edited() async throws {
        try await HookWorld.with("install") { world in
            let text = HookScript.text(of: .prePush) + "echo mine\n"
            try world.repository.write(".git/hooks/pre-push", text, executable: true)
            #expect(try await Self.change(world, "install").map(\.action) == ["calls-already"])
            #expect(try await Self.change(world, "uninstall", status: 1).map(\.action) == ["instructions"])
            #expect(world.repository.read(".git/hooks/pre-push") == text)
        }
    }

    @Test("a hook that lost its executable bit is mended")
    func mended() async throws {
        try await HookWorld.with("install") { world in
            try world.repository.write(".git/hooks/pre-push", HookScript.text(of: .prePush))
            #expect(try await Self.change(world, "install").map(\.action) == ["upgraded"])
            #expect(try Self.hooks(world)["pre-push"]?.hasPrefix("755 ") == true)
        }
    }

    @Test("an earlier version of ours is brought up to date, and its former hook stays")
    func upgraded() async throws {
        try await HookWorld.with("install") { world in
            let old = "#!/bin/sh\n# what we shipped once\n"
            let past: [HookKind: Set<String>] = [.prePush: [SHA256.hex(old)]]
            try world.repository.write(".git/hooks/pre-push", old, executable: true)
            try world.repository.write(".git/hooks/pre-push.gatekeeper-former", Self.other, executable: true)
            func installer() async throws -> HookInstaller {
                try await HookInstaller(
                    repository: try await world.repository.open(),
                    version: GitVersion(2, 39),
                    past: past
                )
            }
            #expect(
                try await installer().standing(.prePush) == .past(place: "\(world.repository.path)/.git/hooks/pre-push")
            )
            #expect(try await installer().install(.prePush).action == .upgraded)
            #expect(world.repository.read(".git/hooks/pre-push") == HookScript.text(of: .prePush))
            #expect(try await installer().uninstall(.prePush).action == .restored)
            #expect(world.repository.read(".git/hooks/pre-push") == Self.other)
        }
    }

    @Test("without the program a push, a commit and a server stop, and a finished commit goes on")
    func missingProgram() async throws {
        try await HookWorld.with("install") { world in
            let programs = ["git", "sh", "cat", "sed", "dirname", "basename"]
            let path = try await world.repository.path(with: programs).split(separator: ":").dropFirst()
                .joined(separator: ":")
            for kind in HookKind.allCases where kind != .preReceive {
                _ = try await Self.change(world, "install", kind.rawValue)
            }
            let without = ["PATH": path]
            let before = try await world.repository.git("rev-parse", "HEAD")
            let commit = try await world.git("commit", "-q", "--allow-empty", "-m", "x", environment: without)
            #expect(commit.exitCode == 1)
            #expect(commit.standardError.text.contains("pre-commit: git-gatekeeper is not on the PATH"))
            #expect(commit.standardError.text.contains("--no-verify"))
            let forced = try await world.git("commit", "-qn", "--allow-empty", "-m", "x", environment: without)
            #expect(forced.exitCode == 0 && forced.standardError.text.contains("the commit is not judged"))
            #expect(try await world.repository.git("rev-parse", "HEAD~1") == before)
            let push = try await world.git("push", "origin", "main", environment: without)
            #expect(push.exitCode == 1)
            #expect(push.standardError.text.contains("pre-push: git-gatekeeper is not on the PATH"))
        }
    }

    @Test("core.hooksPath: inside the repository, relative, absolute, in a tracked folder")
    func hooksPath() async throws {
        try await HookWorld.with("install") { world in
            let root = world.repository.path
            for (value, folder) in [
                (".git/our hooks", ".git/our hooks"), ("\(root)/.git/absolute", ".git/absolute"),
                (".githooks", ".githooks"),
            ] {
                try await world.repository.git("config", "core.hooksPath", value)
                try FileManager.default.createDirectory(atPath: "\(root)/\(folder)", withIntermediateDirectories: true)
                let change = try #require(try await Self.change(world, "install").first)
                #expect(change.action == "installed" && change.place == "\(root)/\(folder)/pre-push")
                #expect((change.notes.isEmpty) == (folder != ".githooks"), "\(change.notes)")
                #expect(try Self.hooks(world, in: folder).keys.sorted() == ["pre-push"])
                try await world.commit("good \(folder)\n")
                let result = try await world.git("push", "origin", "main")
                #expect(result.exitCode == 0 && result.standardError.text.contains("pre-push: main ("), "\(folder)")
                #expect(try await Self.change(world, "uninstall").map(\.action) == ["removed"])
                #expect(try Self.hooks(world, in: folder).isEmpty)
            }
        }
    }

    @Test("a tracked hook of somebody's is left alone")
    func trackedHook() async throws {
        try await HookWorld.with("install") { world in
            try world.repository.write(".githooks/pre-push", Self.other, executable: true)
            try await world.repository.git("config", "core.hooksPath", ".githooks")
            let state = try await world.repository.state()
            let change = try #require(try await Self.change(world, "install", status: 1).first)
            #expect(change.action == "instructions" && change.notes.first?.contains("is left alone") == true)
            #expect(try await world.repository.state() == state)
        }
    }

    @Test("a folder that serves other repositories is left alone")
    func sharedFolder() async throws {
        try await HookWorld.with("install") { world in
            let shared = "\(world.repository.scratch)/shared-hooks"
            try FileManager.default.createDirectory(atPath: shared, withIntermediateDirectories: true)
            let global = "\(world.repository.scratch)/home/.gitconfig"
            try Data("[core]\n\thooksPath = \(shared)\n".utf8).write(to: URL(fileURLWithPath: global))
            let change = try #require(
                try await Self.change(world, "install", status: 1, environment: ["GIT_CONFIG_GLOBAL": global]).first
            )
            #expect(change.action == "instructions")
            #expect(change.notes.contains { $0.contains("core.hooksPath in global configuration") }, "\(change.notes)")
            #expect(try FileManager.default.contentsOfDirectory(atPath: shared).isEmpty)
            // The same where the usual folder is a link to there.
            try FileManager.default.removeItem(atPath: "\(world.repository.path)/.git/hooks")
            try FileManager.default.createSymbolicLink(
                atPath: "\(world.repository.path)/.git/hooks",
                withDestinationPath: shared
            )
            #expect(try await Self.change(world, "install", status: 1).map(\.action) == ["instructions"])
            #expect(try FileManager.default.contentsOfDirectory(atPath: shared).isEmpty)
        }
    }

    @Test("husky: ours becomes the script that husky runs, and a script that is there is left alone")
    func husky() async throws {
        try await HookWorld.with("install") { world in
            // What husky 9 makes: a generated folder, ignored by itself, whose stubs run the tracked scripts beside it.
            try world.repository.write(".husky/_/.gitignore", "*")
            try world.repository.write(
                ".husky/_/pre-push",
                "#!/usr/bin/env sh\ns=$(dirname \"$(dirname \"$0\")\")/$(basename \"$0\")\n"
                    + "[ ! -f \"$s\" ] && exit 0\nsh -e \"$s\" \"$@\"\n",
                executable: true
            )
            try await world.repository.git("config", "core.hooksPath", ".husky/_")
            let stub = world.repository.read(".husky/_/pre-push")
            let change = try #require(try await Self.change(world, "install").first)
            #expect(change.action == "installed" && change.place.hasSuffix("/.husky/pre-push"))
            try await world.repository.git("config", "gatekeeper.hook.pre-push.onRed", "block")
            let (green, red) = try await Self.push(world)
            #expect(green.exitCode == 0 && red.exitCode == 1, "\(green.standardError.text)\(red.standardError.text)")
            #expect(world.repository.read(".husky/_/pre-push") == stub)
            #expect(try await Self.change(world, "uninstall").map(\.action) == ["removed"])
            try world.repository.write(".husky/pre-push", "npm test\n")
            #expect(try await Self.change(world, "install", status: 1).map(\.action) == ["instructions"])
            #expect(world.repository.read(".husky/pre-push") == "npm test\n")
        }
    }

    @Test("from a linked worktree the hook is installed for all of them, and a push from there is judged")
    func linkedWorktree() async throws {
        try await HookWorld.with("install") { world in
            try await world.repository.git("config", "gatekeeper.hook.pre-push.onRed", "block")
            try await world.repository.git("worktree", "add", "-q", "-b", "side", "../side")
            let side = "\(world.repository.scratch)/side"
            let result = try await world.repository.gatekeeper("install", in: side)
            #expect(result.exitCode == 0, "\(result.standardError.text)")
            #expect(try Self.hooks(world).keys.sorted() == ["pre-push"])
            try Data(HookWorld.bad.utf8).write(to: URL(fileURLWithPath: "\(side)/value"))
            #expect(try await world.git("commit", "-qam", "red", in: side).exitCode == 0)
            let red = try await world.git("push", "origin", "side", in: side)
            #expect(
                red.exitCode == 1 && red.standardError.text.contains("pre-push: side ("),
                "\(red.standardError.text)"
            )
            #expect(try await world.repository.runs().count == 1)
        }
    }

    @Test("a folder that cannot be written is named", .enabled(if: getuid() != 0, "root writes anywhere"))
    func readOnly() async throws {
        try await HookWorld.with("install") { world in
            let folder = "\(world.repository.path)/.git/hooks"
            try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder)
            let result = try await world.repository.gatekeeper("install")
            try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder)
            #expect(result.exitCode == 128 && result.standardError.text.contains("[hook.folder-not-writable]"))
        }
    }

    @Test(
        "killed at any point, git finds a hook that works, and the same command then ends what it began",
        arguments: FaultPoint.hookNames,
        [true, false]
    )
    func killed(_ point: String, _ hasOther: Bool) async throws {
        try await HookWorld.with("install") { world in
            if hasOther { try world.repository.write(".git/hooks/pre-push", Self.other, executable: true) }
            let before = try Self.hooks(world)
            let fault = ["GIT_GATEKEEPER_FAULT": point]
            func works() async throws {
                let top = world.repository.read(".git/hooks/pre-push")
                let isOurs = top == HookScript.text(of: .prePush)
                #expect(isOurs || top == (hasOther ? Self.other : nil), "\(point)")
                if isOurs, hasOther {
                    #expect(world.repository.read(".git/hooks/pre-push.gatekeeper-former") == Self.other)
                }
            }
            _ = try await world.repository.gatekeeper("install", environment: fault)
            try await works()
            _ = try await Self.change(world, "install")
            #expect(world.repository.read(".git/hooks/pre-push") == HookScript.text(of: .prePush))
            _ = try await world.repository.gatekeeper("uninstall", environment: fault)
            try await works()
            _ = try await world.repository.gatekeeper("uninstall")
            #expect(try Self.hooks(world) == before, "\(point)")
            // And what an interrupted installation left is taken away by uninstalling alone.
            _ = try await world.repository.gatekeeper("install", environment: fault)
            _ = try await world.repository.gatekeeper("uninstall")
            #expect(try Self.hooks(world) == before, "\(point)")
        }
    }

    @Test("pre-receive is for repositories that are pushed to")
    func notAServer() async throws {
        try await HookWorld.with("install") { world in
            let result = try await world.repository.gatekeeper("install", "pre-receive")
            #expect(result.exitCode == 128 && result.standardError.text.contains("[hook.not-a-server]"))
            let printed = try await GitCommand.version(callerEnvironment: world.repository.environment)
            guard try #require(GitVersion(printed: printed)) < .configuredHooks else { return }
            let old = try await world.repository.gatekeeper("install", "--as", "config")
            #expect(old.exitCode == 128 && old.standardError.text.contains("[hook.git-too-old]"))
        }
    }
}
