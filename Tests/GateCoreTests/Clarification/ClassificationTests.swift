import GateCore
import GateGit
import Testing

@Suite("clarification: when a person is asked")
struct ClassificationTests {
    private static let evidence = FailureEvidence(
        tests: [.init(id: "tests/test_a.py::test_a", message: "")],
        files: [],
        patterns: [],
        texts: ["boom"]
    )

    private static func registry(_ tests: String, _ signature: String) -> ScenarioRegistry {
        var knowledge = ScenarioKnowledge(id: "x", title: "x")
        knowledge.affectedTests = [tests]
        knowledge.failureSignatures = [signature]
        return ScenarioRegistry(entries: [.init(knowledge: knowledge, place: "base")], notes: [])
    }

    private static let high = registry("tests/test_a.py", "boom")
    private static let medium = registry("tests/test_a.py", "other")
    private static let low = registry("tests/test_b.py", "boom")
    private static let miss = registry("tests/test_b.py", "other")

    struct Row: Sendable, CustomTestStringConvertible {
        let demand: ClarificationDemand, registry: ScenarioRegistry, hundredths: Int, asks: Bool, isNew: Bool
        let name: String
        var testDescription: String { "\(demand) \(name) \(hundredths)" }
    }

    static let rows: [Row] = [
        // A repository without records: only a failure that is not understood is asked about.
        Row(demand: .auto, registry: .none, hundredths: 50, asks: false, isNew: true, name: "no records"),
        Row(demand: .auto, registry: .none, hundredths: 49, asks: true, isNew: true, name: "no records"),
        Row(demand: .unknown, registry: .none, hundredths: 90, asks: true, isNew: true, name: "no records"),
        // One with records: a failure that none describes is asked about too.
        Row(demand: .auto, registry: miss, hundredths: 90, asks: true, isNew: true, name: "no match"),
        Row(demand: .auto, registry: low, hundredths: 90, asks: true, isNew: true, name: "low"),
        Row(demand: .auto, registry: medium, hundredths: 90, asks: false, isNew: true, name: "medium"),
        Row(demand: .auto, registry: medium, hundredths: 30, asks: true, isNew: true, name: "medium"),
        Row(demand: .auto, registry: high, hundredths: 30, asks: false, isNew: false, name: "high"),
        Row(demand: .unsure, registry: miss, hundredths: 50, asks: false, isNew: true, name: "no match"),
        Row(demand: .unsure, registry: miss, hundredths: 30, asks: true, isNew: true, name: "no match"),
        Row(demand: .never, registry: miss, hundredths: 30, asks: false, isNew: true, name: "no match"),
    ]

    @Test("doubt is asked about, and nothing else is", arguments: rows)
    func doubt(_ row: Row) {
        let classification = Classification(
            Self.evidence,
            confidence: FailureConfidence(hundredths: row.hundredths, reasons: []),
            registry: row.registry,
            demand: row.demand,
            preferred: []
        )
        #expect((classification.doubt != nil) == row.asks)
        #expect(classification.isNew == row.isNew)
    }
}
