import GateCore
import GateGit
import Testing

@Suite("scenario records: matching")
struct ScenarioMatchTests {
    private static func evidence(
        tests: [String] = ["tests/test_store.py::test_read"],
        files: [String] = ["shop/store.py"],
        patterns: [PatternKey] = [],
        texts: [String] = ["AssertionError: None\n   is not  a Customer"]
    ) -> FailureEvidence {
        FailureEvidence(
            tests: tests.map { .init(id: $0, message: "") },
            files: files.map { RepositoryPath($0) },
            patterns: patterns,
            texts: texts
        )
    }

    private static func entry(_ id: String = "x", _ fill: (inout ScenarioKnowledge) -> Void) -> ScenarioRegistry.Entry {
        var knowledge = ScenarioKnowledge(id: id, title: id)
        fill(&knowledge)
        return ScenarioRegistry.Entry(knowledge: knowledge, place: "base")
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let tests: [String], areas: [String], signatures: [String], patterns: [String]
        let score: String, band: ScenarioMatch.Band
        var testDescription: String { name }

        init(
            _ name: String,
            tests: [String] = [],
            areas: [String] = [],
            signatures: [String] = [],
            patterns: [String] = [],
            _ score: String,
            _ band: ScenarioMatch.Band
        ) {
            (self.name, self.tests, self.areas, self.signatures) = (name, tests, areas, signatures)
            (self.patterns, self.score, self.band) = (patterns, score, band)
        }
    }

    static let rows = [
        Row(
            "test, area and words",
            tests: ["tests/test_store.py"],
            areas: ["shop/*.py"],
            signatures: ["none is not"],
            "1.0",
            .high
        ),
        Row("test and area", tests: ["tests/test_store.py"], areas: ["shop/*.py"], "0.9", .high),
        // 0.7 + 0.1 is less than 0.8 in binary fractions, and exactly 0.8 here.
        Row("test and words", tests: ["tests/test_store.py"], signatures: ["NONE IS"], "0.8", .high),
        Row("test and pattern", tests: ["tests/test_store.py"], patterns: ["type-error"], "0.8", .high),
        Row("test alone", tests: ["tests/test_store.py"], areas: ["other/**"], "0.7", .medium),
        Row("area and words", areas: ["shop/*.py"], signatures: ["none is not"], "0.3", .low),
        Row("words and pattern count once", signatures: ["none is"], patterns: ["type-error"], "0.1", .low),
    ]

    @Test("the score is what fits, in exact tenths", arguments: rows)
    func score(_ row: Row) throws {
        let entry = Self.entry {
            $0.affectedTests = row.tests
            $0.likelyCodeAreas = row.areas
            $0.failureSignatures = row.signatures
            $0.failurePatterns = row.patterns
        }
        let match = try #require(ScenarioMatch.rank([entry], evidence: Self.evidence(patterns: [.typeError])).first)
        #expect(match.score == row.score)
        #expect(match.band == row.band)
        // Everything a record asks for is accounted for.
        #expect(match.reasons.count == [row.tests, row.areas, row.signatures + row.patterns].count { !$0.isEmpty })
    }

    @Test("what does not fit at all is not listed")
    func nothing() {
        #expect(
            ScenarioMatch.rank([Self.entry { $0.affectedTests = ["tests/test_other.py"] }], evidence: Self.evidence())
                .isEmpty
        )
    }

    @Test("the best comes first; among equals the one a person named, then the order of ids")
    func order() {
        let entries =
            ["b", "a", "c"].map { id in Self.entry(id) { $0.affectedTests = ["tests/test_store.py"] } }
            + [
                Self.entry("z") {
                    $0.affectedTests = ["tests/"]; $0.likelyCodeAreas = ["shop/**"]
                }
            ]
        #expect(ScenarioMatch.rank(entries, evidence: Self.evidence()).map(\.knowledge.id) == ["z", "a", "b", "c"])
        #expect(
            ScenarioMatch.rank(entries, evidence: Self.evidence(), preferred: ["c"]).map(\.knowledge.id) == [
                "z", "c", "a", "b",
            ]
        )
    }

    @Test(
        "a test is named by its id, by where it lies, or with stars",
        arguments: [
            ("tests/test_store.py::test_read", true), ("tests/test_store.py", true), ("tests/", true),
            ("tests/test_store", true), ("tests/test_sto", false), ("test_read", false), ("*::test_read", true),
            ("tests/*::test_*", true), ("*", true), ("tests/*::test_write", false), ("*test_read*test_read", false),
            ("tests/test_store.py::test_re", false), ("", false),
        ]
    )
    func names(pattern: String, matches: Bool) {
        let found = ScenarioMatch.rank([Self.entry { $0.affectedTests = [pattern] }], evidence: Self.evidence())
        #expect(found.isEmpty == !matches, "\(pattern)")
    }

    @Test("a pattern of stars is matched in time that grows with the text only")
    func stars() {
        let pattern = String(repeating: "*a", count: 500) + "b"
        let evidence = Self.evidence(tests: [String(repeating: "a", count: 20_000)])
        #expect(ScenarioMatch.rank([Self.entry { $0.affectedTests = [pattern] }], evidence: evidence).isEmpty)
    }

    // MARK: drafts

    @Test("a draft holds what is known, within its bounds, and makes nothing up")
    func draft() throws {
        let tests = (0..<30).map {
            FailureEvidence.Test(
                id: "tests/test_a.py::test_one_two_three_four_five_six_seven_eight_nine_ten[\($0)]",
                message: "ValueError: bad row \($0)\nmore"
            )
        }
        let evidence = FailureEvidence(
            tests: tests,
            files: ["a.py", "b[1].py", "c/d.py", "e.py", "f.py"].map { RepositoryPath($0) },
            patterns: [.assertionDifference, .missingModule],
            texts: []
        )
        let draft = ScenarioProposal.draft(
            evidence,
            reason: "new",
            confidence: "0.65",
            taken: [],
            run: "r"
        )
        let record = draft.knowledge
        #expect(record.id == "one_two_three_four_five_six_seven_eight_bug")
        #expect(record.id.count <= 48)
        #expect(record.title == "one two three four five six seven eight")
        #expect(
            record.failureSignatures == ["ValueError: bad row 0", "ValueError: bad row 1", "ValueError: bad row 2"]
        )
        #expect(record.failurePatterns == ["missing-module"])
        #expect(record.likelyCodeAreas == ["/a.py", "c/d.py", "/e.py"])
        #expect(record.affectedTests.count == 20)
        #expect(record.invariants.isEmpty && record.acceptedFixPatterns.isEmpty && record.rejectedFixPatterns.isEmpty)
        #expect(record.reviewRequired && record.origin == "auto-proposed")
        // The draft can be approved as it is, and then fits the failure it came from.
        let read = try KnowledgeReader.read(try JSON.encode(draft), name: "f", id: nil, as: .proposal)
        let match = ScenarioMatch.rank(
            [.init(knowledge: read, place: "base")],
            evidence: FailureEvidence(tests: tests, files: evidence.files, patterns: [], texts: tests.map(\.message))
        )
        #expect(match.first?.score == "1.0")
    }

    @Test("ids of drafts are free, and safe whatever a test is called")
    func ids() {
        func id(_ name: String, taken: Set<String> = []) -> String {
            ScenarioProposal.draft(
                FailureEvidence(tests: [.init(id: name, message: "")], files: [], patterns: [], texts: []),
                reason: "",
                confidence: "",
                taken: taken,
                run: ""
            ).knowledge.id
        }
        #expect(id("test_a::test_b") == "b_bug")
        #expect(id("test_a::test_b", taken: ["b_bug", "b_2_bug"]) == "b_3_bug")
        for name in [
            "../../etc/passwd", "", "日本語", "a b\u{1B}[2J", String(repeating: "x", count: 500), "-rf", "...", "test_",
        ] {
            #expect(ScenarioKnowledge.isSafe(id: id(name)), "\(name): \(id(name))")
            #expect(id(name).count <= 48)
        }
    }
}
