import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// Sign-offs by the real programs of agents; only the models behind them are scripted.
@Suite("sign-off by agents", .enabled(if: AgentPrograms.areWanted, "codex and claude are not here: make e2e"))
struct SignoffAgentTests {
    private static let keys = ["CODEX_API_KEY": "key-of-the-test-1", "ANTHROPIC_API_KEY": "key-of-the-test-1"]
    private static let word = #"{"text":"GATEKEEPER-READY"}"#

    /// A step that answers with a verdict about the tree and the run that the request names.
    private static func verdict(_ word: String, _ fields: String, findings: String = "[]") -> String {
        let fill = #"{"tree":"The tree under review: ([0-9a-f]+)","run":"The run: ([0-9A-Za-z.-]+)"}"#
        let names = [
            "why_passed", "end_to_end_wiring_verified", "deterministic_evidence", "scope_matrix_verified",
            "remaining_risks", "evidence", "missing", "failed_commands", "safest_retry",
        ]
        let others = names.filter { !fields.contains("\"\($0)\"") }.map { #","\#($0)":null"# }.joined()
        return """
            {"fill":\(fill),"answer":{"verdict":"\(word)","tree":"{{tree}}","run":"{{run}}","resolved_findings":[],
            "findings":\(findings)\(fields.isEmpty ? "" : ",")\(fields)\(others)}}
            """
    }

    private static let satisfied = verdict(
        "COMPREHENSIVELY_SATISFIED",
        """
        "why_passed":"mul multiplies its arguments","end_to_end_wiring_verified":"callers import calc.core",
        "deterministic_evidence":"tests.test_core passes here","remaining_risks":"none"
        """
    )
    private static let objects = verdict(
        "FINDINGS",
        "",
        findings: """
            [{"finding_id":"docstring","severity":"low","file":"calc/core.py","issue":"nothing says what mul does",
            "fix_required":"a docstring for mul","test_required":"mul.__doc__ is not None","evidence":"calc/core.py"}]
            """
    )
    private static let blocked = verdict(
        "BLOCKED",
        """
        "evidence":"the specification is not in the repository","missing":"access to the wiki",
        "failed_commands":"none","safest_retry":"add the specification, then sign off again"
        """
    )

    private static let resolved = satisfied.replacing(
        #""resolved_findings":[]"#,
        with: #""resolved_findings":["docstring"]"#
    )
    private static let documents =
        #"{"search":"def mul(a, b):\n","replace":"def mul(a, b):\n    \"\"\"The product.\"\"\"\n"}"#
    private static let report =
        #"{"answer":{"fixes":[{"finding_id":"docstring","done":"mul says what it does","proof":"help(mul)"}]}}"#

    /// A step that edits the module.
    private static func edit(_ piece: String) -> String {
        #"{"answer":{"edits":[{"path":"calc/core.py","content":null,"delete":null,"edits":[\#(piece)]}],"cannot_fix":null}}"#
    }

    private static func with(
        codex: [String],
        claude: [String],
        _ body: @Sendable (TestRepository, ModelServer) async throws -> Void
    ) async throws {
        try await SignoffFixture.withWork { repository in
            let script =
                #"{"codex":[\#(codex.joined(separator: ","))],"claude":[\#(claude.joined(separator: ","))]}"#
            try await ModelServer.with(script, in: repository.scratch) { server in
                for (agent, base) in [("codex", "codex/v1"), ("claude", "claude")] {
                    let key = "gatekeeper.backend.\(agent)"
                    try await repository.git("config", "\(key).command", try AgentPrograms.path(of: agent))
                    try await repository.git("config", "\(key).endpoint", "http://127.0.0.1:\(server.port)/\(base)")
                }
                try await body(repository, server)
            }
        }
    }

    @Test("both are probed, both are satisfied, and nothing of one reaches the other")
    func agreement() async throws {
        try await Self.with(codex: [Self.word, Self.satisfied], claude: [Self.word, Self.satisfied]) {
            repository,
            server in
            try await repository.git("config", "gatekeeper.signoff.otherFamily", "true")
            let record = try await repository.signoff(environment: Self.keys, status: 0)
            #expect(record.result?.state == .signedOff)
            #expect(record.reviewers.map(\.name) == ["codex", "claude"])
            #expect(record.reviewers.map(\.family) == ["openai", "anthropic"])
            #expect(record.iterations.first?.reviews.allSatisfy { $0.usage?.outputTokens == 30 } == true)
            let asked = try server.requests().filter { $0.body.contains("The tree under review") }
            #expect(asked.count == 2 && asked.allSatisfy { !$0.body.contains("mul multiplies its arguments") })
            #expect(try server.requests().allSatisfy { !$0.body.contains("key-of-the-test-1") })
        }
    }

    @Test("one finds something, and nothing is signed off")
    func findings() async throws {
        try await Self.with(codex: [Self.word, Self.objects], claude: [Self.word, Self.satisfied]) { repository, _ in
            let record = try await repository.signoff(environment: Self.keys, status: 1)
            #expect(record.result?.state == .findings && record.open.map(\.id) == ["docstring"])
        }
    }

    @Test("one finds something, codex repairs it, and fresh reviewers agree")
    func repaired() async throws {
        try await Self.with(
            codex: [Self.word, Self.word, Self.objects, Self.edit(Self.documents), Self.report, Self.resolved],
            claude: [Self.word, Self.satisfied, Self.resolved]
        ) { repository, server in
            let record = try await repository.signoff("--fixer", "codex", environment: Self.keys, status: 0)
            #expect(record.result?.state == .signedOff && record.iterations.count == 2)
            #expect(record.iterations.first?.fix?.report.map(\.finding) == ["docstring"])
            #expect(repository.read("calc/core.py")?.contains("The product.") == true)
            // Nobody who looks at the repair hears what was said before, but for the finding itself.
            let last = try #require(try server.requests().last { $0.path.contains("claude/v1/messages") })
            #expect(last.body.contains("finding_id: docstring") && !last.body.contains("mul says what it does"))
        }
    }

    @Test("one is satisfied without reasons, twice")
    func bareAssent() async throws {
        let bare = #"{"text":"VERDICT: COMPREHENSIVELY_SATISFIED"}"#
        try await Self.with(codex: [Self.word, bare], claude: [Self.word, Self.satisfied]) { repository, _ in
            let record = try await repository.signoff(environment: Self.keys, status: 125)
            #expect(record.iterations.first?.reviews.map(\.answers) == [2, 1])
            #expect(record.iterations.first?.reviews.first?.fault?.code == .missingField)
        }
    }

    @Test("one is blocked")
    func blocked() async throws {
        try await Self.with(codex: [Self.word, Self.satisfied], claude: [Self.word, Self.blocked]) { repository, _ in
            let record = try await repository.signoff(environment: Self.keys, status: 125)
            #expect(record.result?.state == .blocked)
            #expect(repository.kept(record, "BLOCKED_NO_COMMIT.md")?.contains("access to the wiki") == true)
        }
    }

    @Test("a login that is refused blocks, and says how to log in")
    func refused() async throws {
        let refusal =
            #"{"status":401,"body":{"type":"error","error":{"type":"authentication_error","message":"bad key"}}}"#
        try await Self.with(codex: [refusal], claude: [Self.word]) { repository, _ in
            let record = try await repository.signoff(environment: Self.keys, status: 125)
            #expect(record.result?.state == .blocked && record.iterations.first?.reviews.isEmpty == true)
            #expect(record.result?.next.contains { $0.contains("codex login") } == true)
        }
    }

    @Test("who is never satisfied is asked as often as policy says, and no more")
    func bound() async throws {
        let steps = [Self.word, Self.word, Self.objects, Self.edit(Self.documents), Self.report, Self.objects]
        try await Self.with(codex: steps, claude: [Self.word, Self.satisfied, Self.resolved]) { repository, server in
            let record = try await repository.signoff(
                "--fixer",
                "codex",
                "--iterations",
                "2",
                environment: Self.keys,
                status: 1
            )
            #expect(record.result?.state == .findings && record.iterations.count == 2)
            #expect(record.open.map(\.id) == ["docstring"])
            #expect(record.result?.reasons.last?.contains("2 iterations are the most") == true)
            let reviews = try server.requests().filter { $0.body.contains("The tree under review") }
            #expect(reviews.count == 4)
            #expect(repository.kept(record, "SIGNOFF.md") == nil)
        }
    }

    @Test("a repair that breaks a test is refused by the gate each time, and nothing is written")
    func breaks() async throws {
        let bad = Self.edit(#"{"search":"return a - b\n","replace":"return a + b\n"}"#)
        let steps = [Self.word, Self.word, Self.objects] + [bad, Self.report, bad, Self.report, bad, Self.report]
        try await Self.with(codex: steps, claude: [Self.word, Self.satisfied]) { repository, server in
            let before = try await repository.state()
            let record = try await repository.signoff("--fixer", "codex", environment: Self.keys, status: 1)
            #expect(record.result?.state == .findings && record.iterations.count == 1)
            #expect(record.iterations.first?.fix?.tries == 3 && record.iterations.first?.fix?.verdict == "rejected")
            #expect(try await repository.state() == before)
            #expect(try server.requests().contains { $0.body.contains("the gate rejects it") })
        }
    }

    @Test("a tree that changes between two verdicts voids both")
    func moved() async throws {
        // The second verdict is held back until the first one is there and the tree is another.
        let late = Self.satisfied.replacing(#"{"fill""#, with: #"{"delay":20,"fill""#)
        try await Self.with(codex: [Self.word, Self.satisfied], claude: [Self.word, late]) { repository, _ in
            async let signoff = repository.signoff(environment: Self.keys, status: 125)
            while true {
                let ids = (try? repository.signoffs()) ?? []
                let said = ids.contains {
                    repository.read(".git/gatekeeper/signoffs/\($0)/iteration-1/codex/verdict.json") != nil
                }
                if said { break }
                let hasEnded = ids.contains {
                    repository.read(".git/gatekeeper/signoffs/\($0)/signoff.json") != nil
                }
                try #require(!hasEnded, "it ended without a verdict of codex")
                try await Task.sleep(for: .milliseconds(50))
            }
            try repository.write("calc/core.py", Calculator.healthy + "\n\ndef mul(a, b):\n    return b * a\n")
            let record = try await signoff
            #expect(record.result?.state == .moved)
            #expect(record.iterations.first?.reviews.allSatisfy { $0.verdict?.verdict == .satisfied } == true)
            #expect(record.result?.reasons.first?.contains("calc/core.py") == true)
            #expect(repository.kept(record, "SIGNOFF.md") == nil)
        }
    }

    @Test("as the last station of a run they hold back a head that one of them objects to")
    func station() async throws {
        try await Self.with(codex: [Self.word, Self.satisfied], claude: [Self.word, Self.objects]) { repository, _ in
            let result = try await repository.gatekeeper("run", "--signoff", environment: Self.keys)
            #expect(result.exitCode == 1, "\(result.standardError.text)")
            #expect(result.standardOutput.text.contains("docstring (low), calc/core.py"))
        }
    }
}
