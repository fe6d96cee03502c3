import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// The real pre-commit and lefthook beside our hook: in whatever order they come and go, each runs once.
@Suite(
    "beside other managers of hooks",
    .enabled(if: HookPrograms.managersAreWanted, "pre-commit or lefthook is not here; 'make e2e' fetches them")
)
struct HookManagersTests {
    enum Manager: String, CaseIterable, Sendable {
        case gate, preCommit, lefthook
    }

    private static let others = """
        repos:
        - repo: local
          hooks:
          - id: mine
            name: mine
            entry: echo FIRED-preCommit
            language: system
            stages: [pre-push]
            always_run: true
            verbose: true

        """
    private static let left = """
        no_tty: true
        pre-push:
          commands:
            mine:
              run: echo FIRED-lefthook {1}

        """

    private static func with(_ body: (HookWorld) async throws -> Void) async throws {
        try await HookWorld.with("managers") { world in
            try world.repository.write(".pre-commit-config.yaml", others)
            try world.repository.write("lefthook.yml", left)
            try await world.repository.commitAll("managers")
            try await world.repository.git("push", "-q", "origin", "main")
            try await body(world)
        }
    }

    private static func run(_ world: HookWorld, _ program: String, _ arguments: [String]) async throws {
        let path = "\(Program.folder):\(HookPrograms.folders):\(world.repository.environment["PATH"] ?? "")"
        let result = try await world.repository.run(program, arguments, environment: ["PATH": path])
        #expect(
            result.exitCode == 0,
            "\(program) \(arguments): \(result.standardError.text)\(result.standardOutput.text)"
        )
    }

    private static func install(_ manager: Manager, _ world: HookWorld) async throws {
        switch manager {
        case .gate: try await run(world, "git", ["gatekeeper", "install"])
        case .preCommit: try await run(world, try #require(HookPrograms.preCommit), ["install", "-t", "pre-push"])
        case .lefthook: try await run(world, try #require(HookPrograms.lefthook), ["install"])
        }
    }

    private static func uninstall(_ manager: Manager, _ world: HookWorld) async throws {
        switch manager {
        case .gate: try await run(world, "git", ["gatekeeper", "uninstall"])
        case .preCommit: try await run(world, try #require(HookPrograms.preCommit), ["uninstall", "-t", "pre-push"])
        case .lefthook: try await run(world, try #require(HookPrograms.lefthook), ["uninstall"])
        }
    }

    /// Who ran, and how often, when a green commit is pushed.
    private static func fired(_ world: HookWorld) async throws -> [Manager] {
        try await world.commit("good \(UUID().uuidString)\n")
        let path = "\(Program.folder):\(HookPrograms.folders):\(world.repository.environment["PATH"] ?? "")"
        let result = try await world.git("push", "origin", "main", environment: ["PATH": path])
        #expect(result.exitCode == 0, "\(result.standardError.text)")
        let text = result.standardOutput.text + result.standardError.text
        var fired: [Manager] = []
        for line in text.split(separator: "\n") {
            if line.contains("pre-push: main (") { fired.append(.gate) }
            if line.contains("FIRED-preCommit") { fired.append(.preCommit) }
            if line.contains("FIRED-lefthook") { fired.append(.lefthook) }
        }
        return fired.sorted { $0.rawValue < $1.rawValue }
    }

    /// Orders of coming in which no other manager takes the place from us: lefthook sets aside whatever is there.
    static let orders: [[Manager]] = [
        [.gate, .preCommit], [.preCommit, .gate], [.lefthook, .gate], [.lefthook, .gate, .preCommit],
        [.lefthook, .preCommit, .gate],
    ]

    @Test("each fires once, and whoever goes leaves the others", arguments: orders)
    func comeAndGo(_ order: [Manager]) async throws {
        for first in order {
            try await Self.with { world in
                for manager in order { try await Self.install(manager, world) }
                #expect(try await Self.fired(world) == order.sorted { $0.rawValue < $1.rawValue }, "\(order)")
                // Installing again changes nothing.
                try await Self.install(.gate, world)
                var left = order
                for goes in [first] + order.filter({ $0 != first }) {
                    try await Self.uninstall(goes, world)
                    left.removeAll { $0 == goes }
                    let fired = try await Self.fired(world)
                    #expect(fired == left.sorted { $0.rawValue < $1.rawValue }, "\(order), gone: \(goes)")
                }
                let hooks = try FileManager.default.contentsOfDirectory(atPath: "\(world.repository.path)/.git/hooks")
                #expect(hooks.filter { !$0.hasSuffix(".sample") } == [], "\(order), first \(first)")
            }
        }
    }

    @Test("where lefthook comes last it sets ours aside; doctor says so, and installing again puts it right")
    func displaced() async throws {
        try await Self.with { world in
            try await Self.install(.gate, world)
            try await Self.install(.lefthook, world)
            #expect(try await Self.fired(world) == [.lefthook])
            let doctor = try await world.repository.gatekeeper("doctor")
            #expect(
                doctor.standardOutput.text.contains("lefthook set our pre-push hook aside"),
                "\(doctor.standardOutput.text)"
            )
            try await Self.install(.gate, world)
            #expect(try await Self.fired(world) == [.gate, .lefthook])
            // Nothing of ours comes back to life when lefthook restores what it set aside.
            try await Self.uninstall(.gate, world)
            try await Self.uninstall(.lefthook, world)
            #expect(try await Self.fired(world) == [])
        }
    }

    @Test("the documented entries let either manager run the gate itself", arguments: [Manager.preCommit, .lefthook])
    func entries(_ manager: Manager) async throws {
        try await Self.with { world in
            try await world.repository.git("config", "gatekeeper.hook.pre-push.onRed", "block")
            let page = try String(contentsOfFile: "\(ManualTests.root)/docs/hooks.md", encoding: .utf8)
            let blocks = page.components(separatedBy: "```yaml\n").dropFirst().map {
                $0.components(separatedBy: "```")[0]
            }
            switch manager {
            case .gate: break
            case .lefthook:
                let entry = try #require(blocks.first { $0.contains("use_stdin: true") })
                try world.repository.write("lefthook.yml", "no_tty: true\n" + entry)
            case .preCommit:
                // The same entry as in .pre-commit-hooks.yaml, which pre-commit would fetch from the project's repository.
                let entry = try #require(blocks.first { $0.contains("--from-pre-commit") })
                try world.repository.write(".pre-commit-config.yaml", entry)
            }
            try await world.repository.commitAll("entries")
            try await world.repository.git("push", "-q", "origin", "main")
            try await Self.install(manager, world)
            #expect(try await Self.fired(world) == [.gate])
            try await world.commit(HookWorld.bad)
            let path = "\(Program.folder):\(HookPrograms.folders):\(world.repository.environment["PATH"] ?? "")"
            let red = try await world.git("push", "origin", "main", environment: ["PATH": path])
            #expect(red.exitCode == 1, "\(red.standardError.text)")
            #expect(try await world.git("push", "origin", "main:fresh", environment: ["PATH": path]).exitCode == 1)
        }
    }

    @Test("an entry that keeps git's lines from the gate stops the push, and does not pass it")
    func withoutLines() async throws {
        try await Self.with { world in
            try world.repository.write(
                "lefthook.yml",
                """
                no_tty: true
                pre-push:
                  commands:
                    gatekeeper:
                      run: git-gatekeeper hook pre-push -- {1} {2}

                """
            )
            try await world.repository.commitAll("an entry")
            try await Self.install(.lefthook, world)
            let before = try await world.remoteHead()
            let path = "\(Program.folder):\(HookPrograms.folders):\(world.repository.environment["PATH"] ?? "")"
            let result = try await world.git("push", "origin", "main", environment: ["PATH": path])
            #expect(result.exitCode == 1, "\(result.standardError.text)\(result.standardOutput.text)")
            #expect(try await world.remoteHead() == before)
        }
    }

    @Test(
        "what they let through by themselves, and not with the gate beside them",
        arguments: [Manager.preCommit, .lefthook]
    )
    func traps(_ manager: Manager) async throws {
        try await Self.with { world in
            try await world.repository.git("config", "gatekeeper.hook.pre-push.onRed", "block")
            let entry = Self.others.replacing("echo FIRED-preCommit", with: "sh test.sh")
            try world.repository.write(".pre-commit-config.yaml", entry)
            try world.repository.write(
                "lefthook.yml",
                Self.left.replacing("echo FIRED-lefthook {1}", with: "sh test.sh")
            )
            try await world.repository.commitAll("a check")
            try await world.repository.git("push", "-q", "origin", "main")
            try await Self.install(manager, world)
            let path = [
                "PATH": "\(Program.folder):\(HookPrograms.folders):\(world.repository.environment["PATH"] ?? "")"
            ]
            try await world.repository.git("checkout", "-q", "-b", "red")
            try await world.commit(HookWorld.bad)
            try await world.repository.git("checkout", "-q", "main")
            try await world.commit(HookWorld.bad)
            try world.repository.write("value", HookWorld.good)
            try await world.repository.git("add", "value")
            #expect(try await world.git("push", "origin", "main:staged", environment: path).exitCode == 0)
            #expect(try await world.git("push", "origin", "red:other", environment: path).exitCode == 0)
            try await Self.install(.gate, world)
            // What the remote has by now is not judged again; without a memory of it, it is.
            try await world.repository.git("update-ref", "-d", "refs/remotes/origin/staged")
            try await world.repository.git("update-ref", "-d", "refs/remotes/origin/other")
            #expect(try await world.git("push", "origin", "main:staged-3", environment: path).exitCode == 1)
            #expect(try await world.git("push", "origin", "red:other-2", environment: path).exitCode == 1)
        }
    }
}
