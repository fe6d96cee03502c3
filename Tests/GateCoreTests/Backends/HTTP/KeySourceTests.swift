import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@testable import GateBackends

@Suite("keys of backends")
struct KeySourceTests {
    private static func source(
        _ desk: BackendDesk,
        environment: [String: String] = [:],
        git: GitCommand? = nil,
        _ change: (inout BackendSettings) -> Void = { _ in }
    ) throws -> KeySource {
        var settings = BackendSettings()
        change(&settings)
        return KeySource(
            KeySource.Places(
                backend: "b",
                variables: ["B_KEY"],
                settings: settings,
                environment: desk.repository.environment.merging(environment) { $1 },
                endpoint: try HTTPEndpoint("https://api.example.com/v1", of: "b"),
                git: git,
                callerFolder: desk.repository.path
            )
        )
    }

    @Test("a key is taken from what was named for it, else from where it lies by custom")
    func places() async throws {
        try await BackendDesk.with { desk in
            try desk.repository.write(".env", "B_KEY='from a file'\n")
            try desk.repository.write(
                "ask",
                "#!/bin/sh\ncat >asked; echo username=x; echo password=helper=1\n",
                executable: true
            )
            func key(
                _ environment: [String: String] = [:],
                _ change: (inout BackendSettings) -> Void = { _ in }
            ) async throws -> String? {
                try await Self.source(desk, environment: environment, change).key().map { "\($0.value), \($0.origin)" }
            }
            #expect(try await key() == nil)
            #expect(try await key(["B_KEY": " k \n"]) == "k, environment: B_KEY")
            #expect(
                try await key(["B_KEY": "k", "C": "c"]) { $0.keyVariable = Sourced("C", .builtIn) }
                    == "c, environment: C"
            )
            #expect(try await key { $0.dotenv = Sourced(".env", .builtIn) } == "from a file, .env: B_KEY")
            #expect(
                try await key(["B_KEY": "k"]) { $0.keyCommand = Sourced(["./ask"], .builtIn) }
                    == "helper=1, keyCommand: ./ask"
            )
            #expect(desk.repository.read("asked") == "protocol=https\nhost=api.example.com\n\n")
            #expect(
                try await key { $0.keyCommand = Sourced(["printf", "alone\\n"], .builtIn) }
                    == "alone, keyCommand: printf"
            )
        }
    }

    @Test("a place that was named and gives no key is an error that repeats nothing of what it said")
    func failures() async throws {
        try await BackendDesk.with { desk in
            let changes: [(inout BackendSettings) -> Void] = [
                { $0.keyVariable = Sourced("UNSET", .builtIn) },
                { $0.keyCommand = Sourced(["sh", "-c", "echo hidden; exit 3"], .builtIn) },
                { $0.keyCommand = Sourced(["printf", "hidden\\nhidden\\n"], .builtIn) },
                { $0.keyCommand = Sourced(["true"], .builtIn) },
                { $0.keyCommand = Sourced(["/no/such/program"], .builtIn) },
                { $0.dotenv = Sourced("missing", .builtIn) },
            ]
            for change in changes {
                let failure = await #expect(throws: GateFailure.self) {
                    _ = try await Self.source(desk, change).key()
                }
                #expect(failure?.message.contains("hidden") == false)
                #expect(failure?.hints.isEmpty == false)
            }
        }
    }

    @Test("git's credential helpers are asked last, by the server's name, and never prompt")
    func credentials() async throws {
        try await BackendDesk.with { desk in
            let git = try await desk.repository.open().command
            #expect(try await Self.source(desk, git: git).key() == nil)
            try await desk.repository.git(
                "config",
                "credential.helper",
                "!f() { test \"$1\" = get && grep -q host=api.example.com && echo username=u && echo password=stored; }; f"
            )
            let found = try await Self.source(desk, git: git).key()
            #expect(found?.value == "stored" && found?.origin == "git credential: api.example.com")
        }
    }
}
