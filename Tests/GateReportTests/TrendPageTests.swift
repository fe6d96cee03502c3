import Foundation
import GateCore
import Testing

@testable import GateReport

@Suite("the page of several runs")
struct TrendPageTests {
    private typealias Fixture = ReportFixture

    private static func runs() throws -> [RunRecord] {
        let failure: [String: Any] = ["summary": "test_a fails", "likelyFiles": [], "fingerprint": "f00d"]
        func run(_ number: Int, _ more: [String: Any]) throws -> RunRecord {
            try Fixture.record(
                more.merging(["failure": failure]) { first, _ in first },
                id: "20261121T09300\(number).000Z-aaaaaa"
            )
        }
        let usage: [String: Any] = ["usage": ["inputTokens": 1000, "outputTokens": 50, "costUSD": 0.25]]
        return [
            try run(1, ["result": Fixture.result("accepted"), "attempts": [Fixture.attempt(1, "accepted", usage)]]),
            try run(
                2,
                [
                    "result": Fixture.result("rejected"), "flaky": ["test_luck", "test_luck"],
                    "attempts": [Fixture.attempt(1, "rejected", usage), Fixture.attempt(2, "rejected", usage)],
                ]
            ),
            try run(
                3,
                [
                    "result": Fixture.result("accepted"), "seconds": 10.0,
                    "attempts": [Fixture.attempt(1, "rejected"), Fixture.attempt(2, "accepted")],
                ]
            ),
            try run(4, ["result": Fixture.result("green"), "failure": NSNull(), "flaky": ["test_luck"]]),
        ]
    }

    @Test("rates, times, costs, flaky tests and fingerprints are counted")
    func counts() throws {
        let view = TrendView(TrendMaterial(records: try Self.runs(), unfinished: 1, altered: ["x"], version: "0.1.0"))
        let tiles = Dictionary(uniqueKeysWithValues: view.tiles.map { ($0.name, $0) })
        #expect(tiles["accepted"]?.value == "66 %" && tiles["accepted"]?.about == "2 of 3 runs that tried a repair")
        #expect(tiles["attempts"]?.value == "1.5" && tiles["green"]?.value == "1" && tiles["undecided"]?.value == "0")
        #expect(tiles["median time"]?.value == "2.50 s" && tiles["median time"]?.about == "longest 10.0 s")
        #expect(tiles["cost"]?.value == "$0.7500")
        #expect(view.fingerprints.map(\.count) == [3] && view.fingerprints[0].ends == "2 accepted, 1 rejected")
        #expect(view.fingerprints[0].name == "test_a fails" && view.fingerprints[0].detail == "f00d")
        #expect(view.flaky.map(\.name) == ["test_luck"] && view.flaky[0].count == 2)
        #expect(view.rows.map(\.mark.word) == ["green", "accepted", "rejected", "accepted"])
        #expect(view.chart.rate == "5,0 15,50 25,34" && view.chart.times.map(\.height) == [25, 25, 100, 25])
        #expect(view.chart.costs.map(\.height) == [50, 100] && view.chart.hasCosts)
        #expect(view.note == "1 run never finished, and is not counted.")
        #expect(view.alarm?.text == "1 run is not as written, and not counted.")
    }

    @Test("the page says the same in words, and nothing in colour alone")
    func page() throws {
        let material = TrendMaterial(records: try Self.runs(), unfinished: 0, altered: [], version: "0.1.0")
        let page = String(decoding: try HTMLReport.page(material), as: UTF8.self)
        #expect(page.contains("<h1 id=\"headline\">4 runs</h1>"))
        #expect(page.contains("Of the last 3 runs that tried a repair 66 % were accepted."))
        #expect(page.contains("<title>20261121T093002.000Z-aaaaaa: rejected, 2.50 s</title>"))
    }

    @Test("a test that is red in one run and passes in another of the same tree is flaky; of another tree it is not")
    func flakyBetweenRuns() throws {
        func run(_ number: Int, _ outcome: String, tree: Character) throws -> RunRecord {
            try Fixture.record(
                [
                    "head": ["tree": String(repeating: tree, count: 40), "origin": "HEAD"],
                    "steps": [Fixture.step("head", ["luck": outcome, "sure": "passed", "broken": "failed"])],
                ],
                id: "20261121T09300\(number).000Z-aaaaaa"
            )
        }
        func flaky(_ records: [RunRecord]) -> [TrendView.Counted] {
            TrendView(TrendMaterial(records: records, unfinished: 0, altered: [], version: "0.1.0")).flaky
        }
        let same = flaky([
            try run(1, "failed", tree: "a"), try run(2, "passed", tree: "a"), try run(3, "failed", tree: "a"),
        ])
        #expect(same.map(\.name) == ["luck"] && same.map(\.count) == [2])
        #expect(flaky([try run(1, "failed", tree: "a"), try run(2, "passed", tree: "b")]).isEmpty)
        #expect(flaky([try run(1, "skipped", tree: "a"), try run(2, "passed", tree: "a")]).isEmpty)
    }

    @Test("of many runs all are counted, and what is not drawn or listed is said")
    func many() throws {
        let record = try #require(try Self.runs().first)
        let view = TrendView(
            TrendMaterial(records: Array(repeating: record, count: 900), unfinished: 0, altered: [], version: "0.1.0")
        )
        #expect(view.fingerprints.map(\.count) == [900] && view.rows.count == 500)
        #expect(view.rowsLeftOut == "400 earlier runs are counted, and not listed.")
        #expect(view.chart.times.count == 200 && view.chart.older == "The newest 200 of 900 are drawn.")
    }

    @Test("nothing to show is an error that says what to do")
    func empty() {
        let nothing = TrendMaterial(records: [], unfinished: 2, altered: [], version: "0.1.0")
        #expect(throws: GateFailure.self) { try HTMLReport.page(nothing) }
    }
}
