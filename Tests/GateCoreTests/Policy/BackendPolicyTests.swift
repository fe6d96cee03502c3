import GateCore
import GateTestSupport
import Testing

@Suite("Policy: backends and models")
struct BackendPolicyTests {
    private static let keys: [(key: String, value: String, bad: String?)] = [
        ("command", "prog 'a b'", nil), ("timeout", "90s", "soon"), ("environment", "A=b", nil),
        ("mode", "workspace", "both"), ("endpoint", "https://a.example/v1", nil), ("model", "m1", nil),
        ("keyVariable", "MY_KEY", nil), ("keyCommand", "pass show x", nil), ("dotenv", ".env", nil),
        ("maxTokens", "100", "0"), ("sessions", "false", "perhaps"), ("family", "f", nil),
    ]

    @Test("every setting of a backend takes effect from the user's own configuration")
    func settings() throws {
        var resolver = PolicyResolver(knownFormats: [])
        for (key, value, _) in Self.keys {
            resolver.add(key: "gatekeeper.backend.chat.\(key)", value: value, source: .flag("-c"))
        }
        let settings = try #require(try resolver.resolve().backendSettings["chat"])
        #expect(settings.command?.value == ["prog", "a b"] && settings.timeout.value == .seconds(90))
        #expect(settings.environment == ["A=b"] && settings.mode.value == .workspace)
        #expect(settings.endpoint?.value == "https://a.example/v1" && settings.model?.value == "m1")
        #expect(settings.keyVariable?.value == "MY_KEY" && settings.keyCommand?.value == ["pass", "show", "x"])
        #expect(settings.dotenv?.value == ".env" && settings.maximumTokens?.value == 100)
        #expect(!settings.keepsSession.value && settings.family == "f")
        let all = PolicyKey.all.filter { $0.pattern.hasPrefix("gatekeeper.backend.<name>.") }
        #expect(Set(all.map(\.pattern)) == Set(Self.keys.map { "gatekeeper.backend.<name>.\($0.key)" }))
    }

    @Test("a tracked file may set none of them, and what is malformed stops everything")
    func refused() async throws {
        for (key, value, bad) in Self.keys {
            try await withScratchFolder("backend-policy") { scratch in
                let text = "[gatekeeper \"backend.chat\"]\n\t\(key) = \(value)\n"
                let file = try PolicyFile(bytes: Array(text.utf8), place: "base", temporaryFolder: scratch)
                var tracked = PolicyResolver(knownFormats: [])
                tracked.add(file)
                #expect(throws: GateFailure.self, "\(key)") { _ = try tracked.resolve() }
            }
            guard let bad else { continue }
            var resolver = PolicyResolver(knownFormats: [])
            resolver.add(key: "gatekeeper.backend.chat.\(key)", value: bad, source: .flag("-c"))
            #expect(throws: GateFailure.self, "\(key)") { _ = try resolver.resolve() }
        }
    }

    @Test("what is said for this run names the model, then what is set for this backend, then for any")
    func models() throws {
        let any = Sourced("any", .gitConfig(scope: "local", origin: "x"))
        let own = Sourced("own", .gitConfig(scope: "global", origin: "x"))
        var policy = ResolvedPolicy()
        #expect(policy.model(for: "codex") == nil)
        policy.model = any
        #expect(policy.model(for: "codex") == any)
        var settings = BackendSettings()
        settings.model = own
        policy.backendSettings["codex"] = settings
        #expect(policy.model(for: "codex") == own && policy.model(for: "claude") == any)
        for source in [PolicySource.flag("--model"), .environment("GIT_GATEKEEPER_MODEL")] {
            policy.model = Sourced("now", source)
            #expect(policy.model(for: "codex") == Sourced("now", source))
        }
    }

    @Test("the environment names backend and model in the order of the manual, the vendor's names for the vendor's own")
    func environment() async throws {
        try await withTestRepository { fixture in
            try await fixture.commitAll("one")
            let repository = try await fixture.open()
            func policy(_ environment: [String: String]) async throws -> ResolvedPolicy {
                try await PolicyLoader.load(
                    proposal: try await ProposalBuilder.make(
                        .workingTree,
                        of: repository,
                        base: nil,
                        temporaryFolder: fixture.scratch
                    ),
                    repository: repository,
                    options: SessionOptions(),
                    environment: environment,
                    temporaryFolder: fixture.scratch
                )
            }
            let both = try await policy(["CI_LOOP_BACKEND": "chat", "GIT_GATEKEEPER_BACKEND": "claude"])
            #expect(both.backend == Sourced("claude", .environment("GIT_GATEKEEPER_BACKEND")))
            let seed = try await policy(["CI_LOOP_BACKEND": "chat", "GIT_GATEKEEPER_BACKEND": ""])
            #expect(seed.backend == Sourced("chat", .environment("CI_LOOP_BACKEND")))
            #expect(try await policy([:]).backend.source == .builtIn)
            let models = try await policy(["OPENAI_MODEL": "o", "CODEX_MODEL": "c", "ANTHROPIC_MODEL": "a"])
            #expect(models.model(for: "openai_responses_api") == Sourced("o", .environment("OPENAI_MODEL")))
            #expect(models.model(for: "codex")?.value == "c" && models.model(for: "claude")?.value == "a")
            #expect(models.model(for: "anthropic")?.value == "a" && models.model(for: "chat") == nil)
        }
    }
}
