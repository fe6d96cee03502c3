import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// Shapes of a push, and what comes of each: the real git pushes to a real bare repository, in several ways.
@Suite("shapes of a push")
struct PushShapesTests {
    /// How git gets to the bare repository.
    enum Transport: String, CaseIterable, Sendable {
        case path, file, daemon, http, ssh
    }

    struct Shape: Sendable, CustomTestStringConvertible {
        let name: String
        /// Makes what is pushed, from a clone whose `main` is what the remote has.
        let prepare: @Sendable (HookWorld) async throws -> Void
        let arguments: [String]
        /// Whether the push goes through.
        let passes: Bool
        /// How many commits are judged.
        let judged: Int
        /// What the remote then has, by reference; `nil` for nothing.
        let after: [(reference: String, is: String?)]

        init(
            _ name: String,
            _ arguments: [String],
            passes: Bool,
            judged: Int,
            after: [(reference: String, is: String?)] = [],
            _ prepare: @escaping @Sendable (HookWorld) async throws -> Void
        ) {
            (self.name, self.arguments, self.passes, self.judged) = (name, arguments, passes, judged)
            (self.after, self.prepare) = (after, prepare)
        }

        var testDescription: String { name }
    }

    private static func branch(_ world: HookWorld, _ name: String, _ value: String) async throws {
        try await world.repository.git("checkout", "-q", "-b", name, "main")
        try await world.commit(value, name)
        try await world.repository.git("checkout", "-q", "main")
    }

    static let shapes: [Shape] = [
        Shape("green branch", ["origin", "main"], passes: true, judged: 1, after: [("refs/heads/main", "main")]) {
            try await $0.commit("good 1\n")
        },
        Shape("red branch", ["origin", "main"], passes: false, judged: 1, after: [("refs/heads/main", "main~1")]) {
            try await $0.commit(HookWorld.bad)
        },
        Shape("new green branch", ["origin", "topic"], passes: true, judged: 1, after: [("refs/heads/topic", "topic")])
        {
            try await branch($0, "topic", "good 2\n")
        },
        Shape("new red branch", ["origin", "topic"], passes: false, judged: 1, after: [("refs/heads/topic", nil)]) {
            try await branch($0, "topic", HookWorld.bad)
        },
        Shape("red in the middle, green at its tip", ["origin", "main"], passes: true, judged: 1) {
            try await $0.commit(HookWorld.bad)
            try await $0.commit("good 3\n")
        },
        Shape(
            "several, one of them red",
            ["origin", "one", "two", "main"],
            passes: false,
            judged: 2,
            after: [("refs/heads/one", nil), ("refs/heads/two", nil)]
        ) {
            try await branch($0, "one", "good 4\n")
            try await branch($0, "two", HookWorld.bad)
        },
        Shape(
            "one commit under three names",
            ["origin", "main", "main:copy", "v1"],
            passes: true,
            judged: 1,
            after: [("refs/heads/copy", "main"), ("refs/tags/v1^{}", "main")]
        ) {
            try await $0.commit("good 5\n")
            try await $0.repository.git("tag", "-a", "-m", "v1", "v1")
        },
        Shape("deletion", ["origin", ":old"], passes: true, judged: 0, after: [("refs/heads/old", nil)]) {
            try await $0.repository.git("push", "-q", "origin", "main:old")
        },
        Shape(
            "deletion beside a red branch",
            ["origin", ":old", "main"],
            passes: false,
            judged: 1,
            after: [("refs/heads/old", "main~1")]
        ) {
            try await $0.repository.git("push", "-q", "origin", "main:old")
            try await $0.commit(HookWorld.bad)
        },
        Shape(
            "annotated tag on a red commit",
            ["origin", "v2"],
            passes: false,
            judged: 1,
            after: [("refs/tags/v2", nil)]
        ) {
            try await $0.commit(HookWorld.bad)
            try await $0.repository.git("tag", "-a", "-m", "v2", "v2")
        },
        Shape("lightweight tag on a red commit", ["origin", "v3"], passes: false, judged: 1) {
            try await $0.commit(HookWorld.bad)
            try await $0.repository.git("tag", "v3")
        },
        Shape("tag on a tree", ["origin", "tree"], passes: true, judged: 0) {
            try await $0.repository.git("tag", "tree", "HEAD^{tree}")
        },
        Shape("notes", ["origin", "refs/notes/commits"], passes: true, judged: 0) {
            try await $0.repository.git("notes", "add", "-m", "a note")
        },
        Shape(
            "forced, green",
            ["--force", "origin", "main"],
            passes: true,
            judged: 1,
            after: [("refs/heads/main", "main")]
        ) {
            try await $0.commit("good 6\n")
            try await $0.repository.git("push", "-q", "origin", "main")
            try await $0.repository.git("reset", "-q", "--hard", "HEAD~1")
            try await $0.commit("good 7\n")
        },
        Shape("forced, red", ["--force", "origin", "main"], passes: false, judged: 1) {
            try await $0.commit("good 8\n")
            try await $0.repository.git("push", "-q", "origin", "main")
            try await $0.repository.git("reset", "-q", "--hard", "HEAD~1")
            try await $0.commit(HookWorld.bad)
        },
        Shape("forced over a commit that is not here", ["--force", "origin", "main"], passes: false, judged: 1) {
            let other = "\($0.repository.scratch)/other"
            try await $0.repository.git("clone", "-q", $0.remote.path, other)
            let elsewhere = TestRepository(at: other, scratch: $0.repository.scratch)
            try elsewhere.write("value", "good elsewhere\n")
            try await elsewhere.commitAll("elsewhere")
            try await elsewhere.git("push", "-q", "origin", "HEAD:main")
            try await $0.commit(HookWorld.bad)
        },
        Shape(
            "an expression with blanks",
            ["origin", "HEAD^{/the second}:refs/heads/odd"],
            passes: false,
            judged: 1,
            after: [("refs/heads/odd", nil)]
        ) {
            try await $0.commit(HookWorld.bad, "the second one")
            try await $0.commit("good 9\n")
        },
        Shape(
            "everything of a mirror",
            ["--mirror", "origin"],
            passes: false,
            judged: 1,
            after: [("refs/heads/side", nil)]
        ) {
            try await branch($0, "side", HookWorld.bad)
        },
        Shape("nothing new", ["origin", "main"], passes: true, judged: 0) { _ in },
    ]

    private static func install(_ world: HookWorld) async throws {
        try await world.repository.git("config", "gatekeeper.hook.pre-push.onRed", "block")
        let result = try await world.repository.gatekeeper("install")
        #expect(result.exitCode == 0, "\(result.standardError.text)")
    }

    private static func check(_ shape: Shape, _ world: HookWorld) async throws {
        let result = try await ProcessRunner.run(
            ProcessRequest(
                executable: "git",
                arguments: ["push"] + shape.arguments,
                environment: world.repository.environment.merging([
                    "PATH": "\(Program.folder):\(world.repository.environment["PATH"] ?? "")"
                ]) { $1 },
                workingDirectory: world.repository.path,
                limits: ProcessLimits(wallTime: .seconds(300))
            )
        )
        let text = result.standardError.text
        #expect((result.exitCode == 0) == shape.passes, "\(shape.name): \(text)")
        #expect(try await world.repository.runs().count == shape.judged, "\(shape.name): \(text)")
        for (reference, revision) in shape.after {
            let local: String?
            if let revision { local = try await world.repository.git("rev-parse", revision) } else { local = nil }
            #expect(try await world.remoteHead(reference) == local, "\(shape.name): \(reference)")
        }
    }

    @Test("over a path", arguments: shapes)
    func table(_ shape: Shape) async throws {
        try await HookWorld.with("shape") { world in
            // What a shape pushes to prepare itself is not judged.
            try await shape.prepare(world)
            try await Self.install(world)
            try await Self.check(shape, world)
        }
    }

    @Test("over every other way there is to a repository", arguments: Transport.allCases.filter { $0 != .path })
    func transports(_ transport: Transport) async throws {
        for shape in Self.shapes.filter({ ["green branch", "several, one of them red"].contains($0.name) }) {
            try await HookWorld.with("transport") { world in
                try await Self.over(transport, world) {
                    try await shape.prepare(world)
                    try await Self.install(world)
                    try await Self.check(shape, world)
                }
            }
        }
    }

    /// Serves the remote in another way as long as `body` runs.
    private static func over(_ transport: Transport, _ world: HookWorld, _ body: () async throws -> Void) async throws {
        let repository = world.repository
        switch transport {
        case .path: try await body()
        case .file:
            try await repository.git("remote", "set-url", "origin", "file://\(world.remote.path)")
            try await body()
        case .ssh:
            // What ssh would start on the other side, with nothing in between.
            let ssh = try repository.install(
                "ssh.sh",
                "#!/bin/sh\nwhile [ $# -gt 1 ]; do shift; done\nexec sh -c \"$1\"\n"
            )
            try await repository.git("config", "core.sshCommand", ssh)
            try await repository.git("remote", "set-url", "origin", "server:\(world.remote.path)")
            try await body()
        case .daemon:
            let port = try await Self.freePort(repository)
            let server = Self.serve(
                world,
                "git",
                [
                    "daemon", "--listen=127.0.0.1", "--port=\(port)", "--export-all", "--enable=receive-pack",
                    "--base-path=\(repository.scratch)", "--reuseaddr",
                ]
            )
            defer { server.cancel() }
            try await repository.git("remote", "set-url", "origin", "git://127.0.0.1:\(port)/remote.git")
            try await Self.waitForServer(repository)
            try await body()
        case .http:
            let port = try await Self.freePort(repository)
            try await world.remote.git("config", "http.receivepack", "true")
            let script = "\(ManualTests.root)/Tests/Support/git_http_server.py"
            let server = Self.serve(world, "python3", ["-B", script, "\(port)", repository.scratch])
            defer { server.cancel() }
            try await repository.git("remote", "set-url", "origin", "http://127.0.0.1:\(port)/remote.git")
            try await Self.waitForServer(repository)
            try await body()
        }
    }

    private static func serve(_ world: HookWorld, _ program: String, _ arguments: [String]) -> Task<Void, Never> {
        let request = ProcessRequest(
            executable: program,
            arguments: arguments,
            environment: world.repository.environment,
            workingDirectory: world.repository.scratch,
            limits: ProcessLimits(wallTime: .seconds(300), grace: .milliseconds(100))
        )
        return Task { _ = try? await ProcessRunner.run(request) }
    }

    private static func freePort(_ repository: TestRepository) async throws -> Int {
        let code = "import socket; s=socket.socket(); s.bind(('127.0.0.1',0)); print(s.getsockname()[1])"
        let answer = try await repository.run("python3", ["-c", code])
        return try #require(Int(answer.standardOutput.text.prefix { $0.isNumber }))
    }

    private static func waitForServer(_ repository: TestRepository) async throws {
        for _ in 0..<200 {
            if try await repository.run("git", ["ls-remote", "origin"]).isSuccess { return }
            try await Task.sleep(for: .milliseconds(50))
        }
        Issue.record("the server does not answer")
    }
}
