import Foundation
import GateBackends
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("Command backend")
struct CommandBackendTests {
    @Test("a program reads the request as JSON and its output is the reply")
    func goodReply() async throws {
        try await withDesk { desk in
            let program = """
                import json, sys
                request = json.load(sys.stdin)
                assert request["version"] == 1 and request["model"] is None, request
                assert request["targets"] == ["tests/test_a.py::test_b"], request
                assert request["base_tree"] == "4b825dc642cb6eb9a060e54bf8d69288fbee4904", request
                assert request["deadline_seconds"] == 60 and request["suspects"] == ["a \\u00fc.py"], request
                assert request["contract"] == ["tests/**"] and request["scope"] == ["src/**"], request
                assert request["feedback"] == ["no"] and request["attempt"] == 2, request
                assert request["session"] == "s1" and request["head_tree"] == request["base_tree"], request
                print("thinking", file=sys.stderr)
                json.dump({"edits": [{"path": "a.py", "content": request["context"]}]}, sys.stdout)
                """
            let reply = try await desk.ask(["python3", "-c", program], context: "ü\n")
            #expect(reply.answer == .edits([Edit(path: RepositoryPath("a.py"), change: .content(Array("ü\n".utf8)))]))
            #expect(Set(reply.artifacts.keys) == ["request.json", "response.json", "stderr.txt"])
            #expect(reply.artifacts["stderr.txt"] == Array("thinking\n".utf8))
            #expect(reply.session == "s1")
        }
    }

    @Test("a reply may open a session, which any word that is none does not change")
    func session() async throws {
        try await withDesk { desk in
            for (word, expected) in [
                ("t-2", "t-2"), ("two words", "s1"), ("", "s1"), (String(repeating: "x", count: 257), "s1"),
            ] {
                let reply = try await desk.ask(["printf", "{\"session\":\"\(word)\",\"cannot_fix\":\"no\"}"])
                #expect(reply.session == expected)
            }
        }
    }

    @Test("the request names the delta, and the form of a reply as a schema that names what the parser knows")
    func deltaAndSchema() async throws {
        try await withDesk { desk in
            let program = """
                import json, sys
                request = json.load(sys.stdin)
                assert request["delta"] == [], request
                schema = request["reply_schema"]
                assert schema["additionalProperties"] is False, schema
                print(json.dumps({"cannot_fix": " ".join(sorted(schema["properties"]))}))
                """
            let reply = try await desk.ask(["python3", "-c", program])
            guard case .cannotFix(let said) = reply.answer else {
                Issue.record("\(reply.answer)")
                return
            }
            let names = said.reason.split(separator: " ").map(String.init)
            #expect(names.count == 8)
            for name in names {
                let one = "{\"\(name)\":\(name == "edits" ? "[]" : "\"x\"")}"
                guard case .failure(let refusal) = ReplyParser.parse(Array(one.utf8)) else { continue }
                #expect(refusal.findings.allSatisfy { $0.code != "parse.unknown-key" }, "\(name)")
            }
        }
    }

    @Test("what a program complains about cannot steer the terminal")
    func complaint() async throws {
        try await withDesk { desk in
            let failure = await #expect(throws: BackendFailure.self) {
                _ = try await desk.ask(["sh", "-c", "printf 'bad\\033[2J\\n  \\n' >&2; exit 1"])
            }
            #expect(failure?.message.hasSuffix("ended with status 1: bad^[[2J") == true, "\(failure?.message ?? "")")
        }
    }

    @Test("the examples of the manual run as they are printed")
    func manual() async throws {
        try await withDesk { desk in
            try desk.write("example.sh", try Self.example("sh"))
            try desk.write("example.py", try Self.example("python"))
            let shell = try await desk.ask(["sh", "example.sh"])
            #expect(shell.answer == .cannotFix(CannotFix(kind: .noFix, reason: "no prepared fix")))
            let diff = "--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x\n+y\n"
            try desk.write("latest.diff", diff)
            try desk.write(
                "prepared.sh",
                try Self.example("sh").replacing("/srv/fixes/latest.diff", with: "\(desk.folder)/latest.diff")
            )
            #expect(try await desk.ask(["sh", "prepared.sh"]).answer == .patch(Array(diff.utf8)))
            // The request of the desk is a second attempt, for which the example has no idea left.
            let second = try await desk.ask(["python3", "example.py"])
            #expect(second.answer == .cannotFix(CannotFix(kind: .noFix, reason: "one idea was all there was")))
            let first = try await desk.ask([
                "sh", "-c", "sed 's/\"attempt\" *: *2/\"attempt\":1/' | python3 example.py",
            ])
            let piece = Edit.Replacement(
                search: Array("range(1, count)".utf8),
                replace: Array("range(1, count + 1)".utf8)
            )
            #expect(first.answer == .edits([Edit(path: RepositoryPath("src/pages.py"), change: .replace([piece]))]))
        }
    }

    /// The first block of a language in the manual.
    private static func example(_ language: String) throws -> String {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<4 { root.deleteLastPathComponent() }
        let text = try String(contentsOf: root.appendingPathComponent("docs/backends.md"), encoding: .utf8)
        // Other blocks of the page configure backends; the examples of programs stand under headings of their own.
        let heading = try #require(text.firstRange(of: "### In `sh`"))
        let start = try #require(text[heading.upperBound...].firstRange(of: "```\(language)\n"))
        let rest = text[start.upperBound...]
        let end = try #require(rest.firstRange(of: "\n```"))
        return String(rest[..<end.lowerBound]) + "\n"
    }

    @Test("a diff is an answer too, and is kept as text")
    func diff() async throws {
        try await withDesk { desk in
            let diff = "diff --git a/a b/a\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-x\n+y\n"
            try desk.write("fix.diff", diff)
            let reply = try await desk.ask(["sh", "-c", "cat >/dev/null; cat fix.diff"])
            #expect(reply.answer == .patch(Array(diff.utf8)))
            #expect(Set(reply.artifacts.keys) == ["request.json", "response.md"])
        }
    }

    @Test("a program that does not read a large request may answer all the same")
    func unreadRequest() async throws {
        try await withDesk { desk in
            let reply = try await desk.ask(
                ["sh", "-c", "echo '{\"cannot_fix\":{\"reason\":\"too long\"}}'"],
                context: String(repeating: "much to read\n", count: 100_000)
            )
            #expect(reply.answer == .cannotFix(CannotFix(kind: .noFix, reason: "too long")))
        }
    }

    @Test("sees the environment and the folder it was given, and nothing else")
    func surroundings() async throws {
        try await withDesk { desk in
            let script = "cat >/dev/null; printf '{\"cannot_fix\":\"%s %s\"}' \"$PWD\" \"$(env | grep -c '^HOME=')\""
            let reply = try await desk.ask(["sh", "-c", script])
            #expect(reply.answer == .cannotFix(CannotFix(kind: .noFix, reason: "\(desk.folder) 0")))
        }
    }

    @Test("a program named by its path is found from the folder the gate was started in, and gets what policy names")
    func registry() async throws {
        try await withDesk { desk in
            try desk.write("ask", "#!/bin/sh\nprintf '{\"cannot_fix\":\"%s %s\"}' \"$KEY\" \"${TOKEN-none}\"\n")
            _ = try await desk.run("chmod", ["+x", "\(desk.folder)/ask"])
            var policy = ResolvedPolicy()
            policy.backend = Sourced("command", .flag("--backend"))
            var settings = BackendSettings()
            settings.command = Sourced(["./ask"], .builtIn)
            settings.environment = ["KEY"]
            policy.backendSettings["command"] = settings
            let world = BackendRegistry.World(
                environment: ["PATH": "/usr/bin:/bin", "KEY": "given", "TOKEN": "secret"],
                temporaryFolder: "\(desk.folder)/private",
                callerFolder: desk.folder
            )
            let choice = try await BackendRegistry.choose(policy, world)
            let backend = choice.backend
            let reply = try await desk.ask(backend)
            #expect(reply.answer == .cannotFix(CannotFix(kind: .noFix, reason: "given none")))
            #expect(throws: GateFailure.self) { _ = try BackendRegistry.make("other", policy, world) }
        }
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        let name: String
        let command: [String]
        let code: String
        let message: String
        let artifacts: Set<String>
        var testDescription: String { name }
    }

    static let broken: [Broken] = [
        Broken(
            name: "non-zero exit",
            command: ["sh", "-c", "echo half a reply; echo step >&2; echo no credit left >&2; exit 7"],
            code: "backend.exit",
            message: "ended with status 7: no credit left",
            artifacts: ["request.json", "response.md", "stderr.txt"]
        ),
        Broken(
            name: "killed",
            command: ["sh", "-c", "kill -9 $$"],
            code: "backend.exit",
            message: "was ended by signal 9",
            artifacts: ["request.json"]
        ),
        Broken(
            name: "10 MB of output",
            command: ["python3", "-c", "import sys\nsys.stdout.write('x' * (10 << 20))"],
            code: "backend.too-large",
            message: "printed more than 8388608 bytes",
            artifacts: ["request.json", "response.md"]
        ),
        Broken(
            name: "nothing",
            command: ["sh", "-c", "cat >/dev/null"],
            code: "backend.empty",
            message: "printed no reply",
            artifacts: ["request.json"]
        ),
        Broken(
            name: "blanks",
            command: ["sh", "-c", "printf ' \\n\\t\\r\\n'"],
            code: "backend.empty",
            message: "printed no reply",
            artifacts: ["request.json", "response.md"]
        ),
        Broken(
            name: "invalid UTF-8",
            command: ["sh", "-c", "printf '{\"edits\":\"\\377\\376\"}'"],
            code: "backend.unreadable-reply",
            message: "not valid UTF-8",
            artifacts: ["request.json", "response.md"]
        ),
        Broken(
            name: "prose",
            command: ["sh", "-c", "echo I would rather not"],
            code: "backend.unreadable-reply",
            message: "cannot read the reply of 'sh -c echo I would rather not'",
            artifacts: ["request.json", "response.md"]
        ),
        Broken(
            name: "JSON of another shape",
            command: ["sh", "-c", "echo '{\"run\":\"rm\"}'"],
            code: "backend.unreadable-reply",
            message: "'run'",
            artifacts: ["request.json", "response.json"]
        ),
        Broken(
            name: "no such program",
            command: ["no-such-program-anywhere"],
            code: "backend.not-found",
            message: "cannot find the program 'no-such-program-anywhere'",
            artifacts: ["request.json"]
        ),
        Broken(name: "no command", command: [], code: "backend.not-found", message: "no command", artifacts: []),
    ]

    @Test("a program that breaks is a failure with a code, a hint and all it printed", arguments: broken)
    func failures(item: Broken) async throws {
        try await withDesk { desk in
            var failure: BackendFailure?
            do { _ = try await desk.ask(item.command) } catch let error as BackendFailure { failure = error }
            #expect(failure?.code == item.code)
            #expect(failure?.message.contains(item.message) == true, "\(failure?.message ?? "")")
            #expect(failure?.hints.isEmpty == false)
            let kept = failure.map { Set($0.artifacts.keys) }
            #expect(kept == item.artifacts)
            let isBounded = failure?.artifacts.values.allSatisfy { $0.count <= 8 << 20 }
            #expect(isBounded == true)
        }
    }

    @Test("a program that hangs is ended at the deadline, with what it started")
    func hang() async throws {
        try await withDesk { desk in
            let script = "sleep 300 & echo $! >child; echo waiting; wait"
            let failure = await #expect(throws: BackendFailure.self) {
                _ = try await desk.ask(["sh", "-c", script], deadline: .milliseconds(700))
            }
            #expect(failure?.code == "backend.timeout")
            #expect(failure?.artifacts["response.md"] == Array("waiting\n".utf8))
            let child = try #require(desk.read("child")).trimmingCharacters(in: .whitespacesAndNewlines)
            // The signal has been sent; the system may need a moment to carry it out. A zombie is dead.
            var state = "?"
            for _ in 0..<200 where !state.isEmpty && !state.hasPrefix("Z") {
                let ps = try await desk.run("ps", ["-o", "stat=", "-p", child])
                state = ps.standardOutput.text.trimmingCharacters(in: .whitespacesAndNewlines)
                try await Task.sleep(for: .milliseconds(10))
            }
            #expect(state.isEmpty || state.hasPrefix("Z"))
        }
    }
}

/// A folder for a program to run in, and a request to give it.
private struct Desk: Sendable {
    let folder: String
    let bench: FakeBench

    private var environment: [String: String] {
        ["PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "LC_ALL": "C.UTF-8"]
    }

    func ask(
        _ command: [String],
        context: String = "context",
        deadline: Duration = .seconds(60)
    ) async throws -> BackendReply {
        let backend = CommandBackend(command: command, environment: environment, workingDirectory: folder)
        return try await ask(backend, context: context, deadline: deadline)
    }

    func ask(
        _ backend: any Backend,
        context: String = "context",
        deadline: Duration = .seconds(60)
    ) async throws -> BackendReply {
        let request = BackendRequest(
            attempt: 2,
            instructions: "repair",
            context: context,
            feedback: ["no"],
            targets: [TestID("tests/test_a.py::test_b")],
            baseTree: .emptyTree,
            headTree: .emptyTree,
            delta: [],
            contractGlobs: ["tests/**"],
            scope: ["src/**"],
            suspects: [RepositoryPath("a ü.py")],
            model: nil,
            session: "s1",
            deadline: deadline
        )
        return try await backend.propose(request, bench: bench)
    }

    func run(_ program: String, _ arguments: [String]) async throws -> ProcessResult {
        try await ProcessRunner.run(
            ProcessRequest(
                executable: program,
                arguments: arguments,
                environment: environment,
                workingDirectory: folder
            )
        )
    }

    func write(_ file: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: "\(folder)/\(file)"))
    }

    func read(_ file: String) -> String? {
        FileManager.default.contents(atPath: "\(folder)/\(file)").map { String(decoding: $0, as: UTF8.self) }
    }
}

private func withDesk(_ body: (Desk) async throws -> Void) async throws {
    try await withTestRepository("command") { fixture in
        let folder = "\(fixture.scratch)/work"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let bench = FakeBench(repository: try await fixture.open(), head: .emptyTree) { _ in .red }
        try await body(Desk(folder: folder, bench: bench))
    }
}
