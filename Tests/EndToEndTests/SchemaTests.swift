import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// Published schemas against what the program prints.
@Suite("schemas")
struct SchemaTests {
    static func python(_ arguments: [String]) async throws -> ProcessResult {
        try await ProcessRunner.run(
            ProcessRequest(
                executable: "python3",
                arguments: ["-B", "\(ManualTests.root)/scripts/schemas.py"] + arguments,
                // The libraries of whoever runs the tests, which may lie below their home.
                environment: ProcessInfo.processInfo.environment,
                workingDirectory: ManualTests.root
            )
        )
    }

    @Test("every schema is closed, described, valid, and locked as the version that it says it is")
    func locked() async throws {
        let result = try await Self.python(["verify"])
        #expect(result.isSuccess, "\(result.standardError.text)")
    }

    @Test("a schema that changes and keeps its version is found out, and cannot be locked again")
    func changed() async throws {
        try await withScratchFolder("schemas") { scratch in
            let folder = "\(scratch)/schemas"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            for document in MachineDocument.allCases {
                let file = "\(ManualTests.root)/docs/schemas/\(document.fileName)"
                try Data(contentsOf: URL(fileURLWithPath: file))
                    .write(to: URL(fileURLWithPath: "\(folder)/\(document.fileName)"))
            }
            let file = URL(fileURLWithPath: "\(folder)/\(MachineDocument.undo.fileName)")
            let text = try String(contentsOf: file, encoding: .utf8)
            let places = ["--schemas", folder, "--lock", "\(ManualTests.root)/docs/schemas.lock"]
            try Data(text.replacing("\"outcome\"", with: "\"ending\"").utf8).write(to: file)
            for action in ["verify", "lock"] {
                let result = try await Self.python([action] + places)
                #expect(result.exitCode == 1)
                #expect(result.standardError.text.contains("it changed, and is still version 1.0"))
            }
            try Data(text.replacing("undo/1.0", with: "undo/1.1").utf8).write(to: file)
            let bumped = try await Self.python(["verify"] + places)
            #expect(bumped.standardError.text.contains("version 1.1 is not locked"))
            try Data(text.replacing("\"additionalProperties\": false", with: "\"deprecated\": false").utf8)
                .write(to: file)
            let open = try await Self.python(["verify"] + places)
            #expect(open.standardError.text.contains("lets other fields in"))
        }
    }

    @Test("the program has the schemas of the documents, with their versions, and prints them without a repository")
    func builtIn() async throws {
        try await withTestRepository("schemas") { repository in
            for document in MachineDocument.allCases {
                let file = try Data(
                    contentsOf: URL(fileURLWithPath: "\(ManualTests.root)/docs/schemas/\(document.fileName)")
                )
                let schema = try #require(JSONValue.read(Array(file)))
                #expect(schema["properties"]["schema"]["const"].string == document.id)
                #expect(try document.schema().count >= file.count)
            }
            let list = try await repository.gatekeeper("schema", in: repository.scratch)
            #expect(list.exitCode == 0)
            #expect(list.standardOutput.text.split(separator: "\n").count == MachineDocument.allCases.count)
            let own = try await repository.gatekeeper("schema", "log")
            let named = try #require(JSONValue.read(own.standardOutput.bytes))
            #expect(named["$defs"]["run"]["$id"].string == "urn:git-gatekeeper:schema:run:1")
            let part = try await repository.gatekeeper("schema", "signoff")
            #expect(
                JSONValue.read(part.standardOutput.bytes)?["$defs"]["signoff-scope"]["$id"].string
                    == "urn:git-gatekeeper:schema:signoff-scope:1"
            )
            let command = try await repository.gatekeeper("schema", "config", "--list-keys")
            #expect(command.exitCode == 129)
            let quoted = try await repository.gatekeeper("schema", "config --list-keys")
            #expect(
                JSONValue.read(quoted.standardOutput.bytes)?["$id"].string == "urn:git-gatekeeper:schema:config-keys:1"
            )
            let unknown = try await repository.gatekeeper("schema", "nothing")
            #expect(unknown.exitCode == 128)
            #expect(unknown.standardError.text.contains("[schema.unknown]"))
        }
    }

    @Test("every command that can answer as JSON has a schema, and no schema is of a command that is not there")
    func complete() async throws {
        struct Described: Decodable {
            struct Argument: Decodable {
                let valueName: String?
                let allValues: [String]?
            }
            let commandName: String
            let arguments: [Argument]?
            let subcommands: [Described]?
        }
        struct Dump: Decodable { let command: Described }
        let help = try await ProcessRunner.run(
            ProcessRequest(
                executable: "\(Program.folder)/git-gatekeeper",
                arguments: ["--experimental-dump-help"],
                environment: ProcessInfo.processInfo.environment,
                workingDirectory: "/"
            )
        )
        let root = try JSONDecoder().decode(Dump.self, from: Data(help.standardOutput.bytes)).command
        let commands = Set((root.subcommands ?? []).map(\.commandName))
        let answering = (root.subcommands ?? []).filter { command in
            (command.arguments ?? []).contains { $0.valueName == "format" && $0.allValues?.contains("json") == true }
        }
        #expect(answering.count > 20)
        // They speak the protocols of other programs, whatever the format.
        let foreign: Set = ["agent-hook", "mcp"]
        #expect(foreign.isSubset(of: answering.map(\.commandName)))
        for command in answering where !foreign.contains(command.commandName) {
            #expect(MachineDocument.named(command.commandName) != nil, "\(command.commandName) has no schema")
        }
        for document in MachineDocument.allCases {
            for command in document.commands {
                #expect(commands.contains(String(command.prefix { $0 != " " })), "\(document.rawValue): \(command)")
            }
        }
    }

    /// Answers of real commands, in a folder.
    private struct Answers {
        let folder: String
        private var count = 0

        init(_ folder: String) throws {
            self.folder = folder
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        }

        mutating func take(
            _ repository: TestRepository,
            _ arguments: String...,
            input: String? = nil,
            status: Int32 = 0,
            _ location: SourceLocation = #_sourceLocation
        ) async throws {
            let result = try await repository.gatekeeper(arguments: arguments + ["--format", "json"], input: input)
            #expect(
                result.exitCode == status,
                "\(arguments): \(result.standardError.text)",
                sourceLocation: location
            )
            count += 1
            let file = "\(folder)/\(count)-\(arguments[0])"
            try Data(result.standardOutput.bytes).write(to: URL(fileURLWithPath: file))
        }
    }

    @Test("what commands print about a red tree and its repair is as their schemas say")
    func real() async throws {
        try await Calculator.withRepository { repository in
            var answers = try Answers("\(repository.scratch)/answers")
            try await answers.take(repository, "test", status: 1)
            try await answers.take(repository, "build-context", "--show")
            try await answers.take(repository, "plan-clarification")
            try await answers.take(repository, "run")
            try await answers.take(repository, "status")
            try await answers.take(repository, "show")
            try await answers.take(repository, "show", "--verify")
            try await answers.take(repository, "report")
            try await answers.take(repository, "signoff", "--base", "HEAD", "--print-scope")
            try await answers.take(repository, "undo")
            try await answers.take(repository, "undo", status: 1)
            try await answers.take(repository, "judge", "-", input: Calculator.patch("a + b", "b - a"), status: 1)
            try await answers.take(repository, "log")
            try await answers.take(repository, "config")
            try await answers.take(repository, "config", "--list-keys")
            try await answers.take(repository, "list-scenarios")
            try await answers.take(repository, "list-scenarios", "--records")
            try await answers.take(repository, "trust", "--show")
            try await answers.take(repository, "doctor", "--offline")
            try await answers.take(repository, "install")
            try await answers.take(repository, "install", "--ci", "gitlab", "--target", "main")
            try await answers.take(repository, "uninstall", "pre-push")
            try await answers.take(repository, "uninstall", "--ci", "gitlab")
            try await answers.take(repository, "plan", "--base", "HEAD", "--engine", "none")
            try await answers.take(repository, "pre-commit-gate")
            try await answers.take(repository, "ci", "--base", "HEAD", "--engine", "none")
            try await answers.take(repository, "approve-scenario-proposal")
            try await answers.take(repository, "clean", "--all")
            let checked = try await Self.python(["check", answers.folder])
            #expect(checked.isSuccess, "\(checked.standardError.text)")
            // A check that finds nothing wrong with a field that nobody knows would find nothing.
            let file = URL(fileURLWithPath: "\(answers.folder)/1-test")
            let text = try String(contentsOf: file, encoding: .utf8)
            for (old, new) in [
                ("\"command\" :", "\"commandline\" :"), ("run/1.0", "run/9.0"),
                ("\"exitStatus\" : 1", "\"exitStatus\" : \"1\""),
            ] {
                #expect(text.contains(old))
                try Data(text.replacing(old, with: new).utf8).write(to: file)
                let refused = try await Self.python(["check", file.path])
                #expect(refused.exitCode == 1, "\(old) → \(new) was let through")
            }
        }
    }

    @Test("attestations, and what they decide, are as their schemas say")
    func attested() async throws {
        try await AttestationFixture.with { fixture in
            var answers = try Answers("\(fixture.repository.scratch)/answers")
            try await answers.take(fixture.repository, "verify", "--base", "base", status: 1)
            try await answers.take(fixture.repository, "test", "--head", "HEAD", "--base", "base")
            try await answers.take(fixture.repository, "test", "--head", "HEAD", "--base", "base")
            try await answers.take(fixture.repository, "attest")
            try await answers.take(fixture.repository, "verify", "--base", "base")
            let remote = "\(fixture.repository.scratch)/remote.git"
            try await fixture.repository.git("init", "-q", "--bare", remote)
            try await fixture.repository.git("remote", "add", "origin", remote)
            try await answers.take(fixture.repository, "attest", "--push", "origin")
            try await answers.take(
                fixture.repository,
                "ci",
                "--base",
                "base",
                "--engine",
                "none",
                "--trust-attestations"
            )
            let checked = try await Self.python(["check", answers.folder])
            #expect(checked.isSuccess, "\(checked.standardError.text)")
        }
    }
}
