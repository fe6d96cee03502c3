import Foundation
import Testing

@testable import GateCore
@testable import GateReport

@Suite("the page of a run")
struct RunPageTests {
    private typealias Fixture = ReportFixture

    /// A record in which every list has something.
    private static func full() throws -> RunRecord {
        try Fixture.record([
            "result": Fixture.result(
                "rejected",
                stop: "attempt-budget",
                reasons: [["code": "f2p.not-fixed", "subject": "t", "message": "the target fails"]],
                next: ["look"]
            ),
            "steps": [
                Fixture.step("head", ["a": "failed", "b": "passed"], ["standardOutput": "steps/head/stdout"]),
                Fixture.step("base", ["a": "passed", "b": "passed"]),
                Fixture.step(
                    "attempt-1",
                    ["a": "failed", "b": "passed"],
                    [
                        "problems": [["code": "collection", "message": "m", "scope": "s"]], "limitsHit": ["wallTime"],
                        "variation": ["v"],
                    ]
                ),
                Fixture.step("attempt-1/confirm-1", ["a": "failed"]),
            ],
            "attempts": [
                Fixture.attempt(
                    1,
                    "rejected",
                    [
                        "reasons": [["code": "c", "message": "m"]], "remarks": [["code": "c", "message": "m"]],
                        "transitions": [
                            [
                                "step": "check:test", "test": "a", "transition": "FAIL_TO_FAIL", "head": "failed",
                                "candidate": "failed", "base": "passed", "target": true,
                            ]
                        ],
                        "tripwires": [
                            ["step": "s", "kind": "canary", "subject": "s", "state": "held", "message": "m"]
                        ],
                        "look": [["code": "c", "path": "p", "line": 3, "text": "t", "why": "w"]],
                        "review": ["verdict": "findings", "reason": "r", "findings": ["p: f"]],
                        "cannotFix": ["kind": "contract", "reason": "r", "tests": ["t"]], "notes": ["n"],
                        "artifacts": ["attempt-1/patch.diff", "attempt-1/response.json", "attempt-1/response.md"],
                    ]
                )
            ],
            "failure": [
                "summary": "s", "likelyFiles": ["f"], "pattern": "assertion-difference", "guidance": "g",
                "patterns": [
                    [
                        "key": "k", "title": "Title", "cause": "code", "guidance": "g", "fields": ["a": "b"],
                        "places": [],
                    ]
                ], "frames": [["path": "p", "line": 3, "function": "f"]],
                "confidence": ["hundredths": 85, "reasons": ["r"]], "fingerprint": "abcdef0123456789",
            ],
            "context": [
                "tokens": 640, "fence": "f", "leftOut": [["title": "t", "tokens": 3]],
                "files": [["path": "p", "lineCount": 3, "reasons": ["r"], "contract": true, "lines": [[1, 2]]]],
            ],
            "policy": [["key": "gatekeeper.k", "value": "v", "source": "s"]], "notes": ["n"], "flaky": ["f"],
            "attributedToBase": ["t"], "contractDrift": ["added": ["x"], "changed": [], "removed": [], "others": 2],
            "backend": ["name": "command", "source": "flag", "model": "m"], "reviewed": true, "reviewedBy": "me",
            "digests": [
                "policy": "p", "contract": "c", "plan": "p", "tool": "t", "tools": [], "sandbox": "s",
                "artifacts": ["attempt-1/patch.diff": "d", "context.txt": "d"],
            ],
        ])
    }

    private static let patch = "diff --git a/shop.py b/shop.py\n--- a/shop.py\n+++ b/shop.py\n@@ -1 +1 @@\n-one\n+two\n"

    private static func pieces(_ text: String) -> [String: [UInt8]] {
        [
            "attempt-1/patch.diff": Array(patch.replacing("two", with: text).utf8),
            "attempt-1/response.md": Array(text.utf8), "context.txt": Array(text.utf8),
            "attempt-1/response.json":
                (try? JSON.encode(JSONValue.object([text: .text(text), "list": .list([.text(text)])]))) ?? [],
            "steps/head/stdout": Array(text.utf8),
        ]
    }

    @Test("a text of others is text wherever it stands, and turns nothing round")
    func hostileEverywhere() throws {
        let hostile = "\"'><script>evil()</script>\u{202E}<img src=x onerror=evil()>\u{0}\"\u{301} onfocus=evil()"
        // Every text of the record, but for those without which it would be no record, or say nothing to the page.
        let kept: Set = ["started", "verdict", "stopReason", "phase", "transition", "outcomes", "state"]
        func poisoned(_ value: Any, _ key: String) -> Any {
            switch value {
            case let text as String: kept.contains(key) ? text : hostile + text
            case let list as [Any]: list.map { poisoned($0, key) }
            case let object as [String: Any]:
                key == "artifacts"
                    ? object
                    : Dictionary(object.map { ($0 == "a" ? hostile + $0 : $0, poisoned($1, $0)) }) { first, _ in first }
            default: value
            }
        }
        let bytes = try JSON.encode(try Self.full())
        let object = try #require(JSONSerialization.jsonObject(with: Data(bytes)) as? [String: Any])
        var fields = try #require(poisoned(object, "") as? [String: Any])
        var attempts = try #require(fields["attempts"] as? [[String: Any]])
        attempts[0]["artifacts"] = [
            "attempt-1/patch.diff", "attempt-1/response.json", "attempt-1/response.md", hostile,
        ]
        fields["attempts"] = attempts
        let record = try JSON.decode(RunRecord.self, from: Array(try JSONSerialization.data(withJSONObject: fields)))
        let page = try Fixture.page(Fixture.material(record, pieces: Self.pieces(hostile)))
        for raw in ["<script>evil", "<img", "\u{202E}", "\u{0}", "\"\u{301} onfocus"] {
            #expect(
                page.unicodeScalars.split(separator: raw.unicodeScalars).count == 1,
                "\(raw.debugDescription) is on the page"
            )
        }
        #expect(page.contains("&lt;script&gt;evil()&lt;/script&gt;&lt;U+202E&gt;"))
        #expect(page.ranges(of: "<script>").count == 1 && page.ranges(of: "</script>").count == 1)
        // The words arrive: nothing was left out to be safe.
        #expect(page.ranges(of: "evil()").count > 60)
    }

    @Test("the page's own policy lets nothing in, and names the digests of its own style and script")
    func contentSecurityPolicy() throws {
        let page = try Fixture.page(Fixture.material(try Self.full()))
        let policy = try #require(page.firstMatch(of: #/Content-Security-Policy" content="(?<policy>[^"]+)"/#)).policy
            .replacing("&#39;", with: "'")
        #expect(policy.hasPrefix("default-src 'none'; style-src 'sha256-"))
        #expect(!policy.contains("unsafe") && !policy.contains("*") && !policy.contains("data:"))
        for (element, directive) in [("style", "style-src"), ("script", "script-src")] {
            let open = try #require(page.firstRange(of: "<\(element)>"))
            let close = try #require(page.firstRange(of: "</\(element)>"))
            let own = Array(page[open.upperBound..<close.lowerBound].utf8)
            var hash = SHA256()
            hash.update(own)
            #expect(policy.contains("\(directive) 'sha256-\(Data(hash.finish()).base64EncodedString())'"))
        }
        let head = try #require(page.firstRange(of: "Content-Security-Policy"))
        let style = try #require(page.firstRange(of: "<style"))
        #expect(head.lowerBound < style.lowerBound)
    }

    @Test("what is not as the run wrote it is named, and never shown")
    func altered() throws {
        let name = "attempt-1/patch.diff"
        var check = EvidenceCheck(run: "r", intact: 3, altered: [name], missing: ["context.txt"], added: ["x.txt"])
        var pieces = Self.pieces("SEEN")
        pieces[name] = nil
        pieces["context.txt"] = nil
        let page = try Fixture.page(Fixture.material(try Self.full(), check: check, pieces: pieces))
        #expect(
            page.contains("attempt-1/patch.diff is not as the run wrote it, so it is no evidence and is not shown.")
        )
        #expect(
            page.contains("altered: attempt-1/patch.diff") && page.contains("added: x.txt")
                && page.contains("It is gone.")
        )
        #expect(page.contains("SEEN") && !page.contains("What it changes"))
        check.altered = ["record.json"]
        let forged = try Fixture.page(Fixture.material(try Self.full(), check: check))
        #expect(forged.contains("The record itself is not as the run wrote it. Nothing on this page is evidence."))
        // Without digests nothing can be shown either.
        let old = try Fixture.page(Fixture.material(try Self.full(), check: nil))
        #expect(old.contains("holds no digest") && !old.contains("files are as the run wrote them"))
    }

    @Test("secrets are taken out of patches, which the ledger keeps as they are")
    func redaction() throws {
        let secret = "hunter2-hunter2-hunter2"
        let redactor = Redactor(secrets: [Redactor.Secret(kind: "KEY", value: Array(secret.utf8))])
        let material = Fixture.material(try Self.full(), pieces: Self.pieces(secret), redactor: redactor)
        let view = RunView(material)
        let rows = try #require(view.attempts[0].diff?.files.first?.rows)
        #expect(
            rows.contains {
                $0.right?.start.contains("redacted:KEY") == true || $0.right?.changed?.contains("redacted:KEY") == true
            }
        )
        #expect(
            !rows.contains { $0.right?.start.contains(secret) == true || $0.right?.changed?.contains(secret) == true }
        )
    }

    @Test("long output is shown from both ends, and a page never holds more than it has room for")
    func bounds() throws {
        let long = [UInt8](repeating: UInt8(ascii: "o"), count: 9_000_000)
        let names = (1...120).map { "steps/\($0)/stdout" }
        let record = try Fixture.record([
            "result": Fixture.result("rejected", stop: "red"),
            "steps": names.map { Fixture.step("head", [:], ["standardOutput": $0]) },
        ])
        let pieces = Dictionary(uniqueKeysWithValues: names.map { ($0, long) })
        let page = try HTMLReport.page(Fixture.material(record, pieces: pieces))
        #expect(page.count < 6_000_000)
        let text = String(decoding: page, as: UTF8.self)
        #expect(
            text.contains(
                "8.9 MB are left out; &#39;git gatekeeper show \(record.id) steps/1/stdout&#39; prints all of it."
            )
        )
        #expect(text.contains("This page has no room for it; &#39;git gatekeeper show"))
        #expect(
            text.contains("60 more entries have no room here; &#39;git gatekeeper show \(record.id) --format json&#39;")
        )
    }

    @Test("the table has what passed and still passes, with what needs a look before it")
    func transitions() throws {
        let view = try #require(TransitionsView(try Self.full()))
        #expect(view.rows.map(\.test) == ["a", "b"])
        #expect(view.rows.map(\.mark.word) == ["FAIL_TO_FAIL", "PASS_TO_PASS"])
        #expect(view.rows[0].isTarget && view.rows[0].mark.tone == "bad" && view.rows[1].base == "passed")
        #expect(view.kinds.map(\.count) == [1, 1])
        let many = Dictionary(uniqueKeysWithValues: (1...2500).map { ("t\($0)", $0 == 2500 ? "failed" : "passed") })
        let standing = try #require(
            TransitionsView(
                try Fixture.record([
                    "steps": [Fixture.step("head", many)], "result": Fixture.result("rejected", stop: "red"),
                ])
            )
        )
        #expect(standing.rows.count == 2000 && standing.rows[0].test == "t2500" && !standing.hasCandidate)
        #expect(standing.leftOut?.hasPrefix("500 more rows") == true)
        #expect(TransitionsView(try Fixture.record()) == nil)
    }

    @Test(
        "the verdict is a word, a symbol and a colour",
        arguments: [
            ("green", "green", 0, "good", "green"), ("accepted", "accepted", 1, "good", "accepted"),
            ("rejected", "red", 0, "bad", "red"), ("rejected", "base-contract", 0, "bad", "rejected"),
            ("rejected", "attempt-budget", 1, "bad", "rejected"), ("undecided", "escalated", 1, "open", "escalated"),
            ("undecided", "sandbox", 0, "open", "undecided"), ("skipped", "disabled", 0, "none", "skipped"),
        ]
    )
    func verdicts(verdict: String, stop: String, attempts: Int, tone: String, word: String) throws {
        let record = try Fixture.record([
            "result": Fixture.result(
                verdict,
                stop: stop,
                reasons: [["code": "baseline.red", "message": "2 tests are red"]]
            ),
            "attempts": (0..<attempts).map { Fixture.attempt($0 + 1, verdict == "accepted" ? "accepted" : "rejected") },
        ])
        let view = RunView(Fixture.material(record))
        #expect(view.mark.tone == tone && view.mark.word == word && !view.mark.symbol.isEmpty)
        #expect(!view.headline.isEmpty && !view.headline.hasPrefix("\(word.capitalized):"))
        if stop == "red" { #expect(view.headline == "2 tests are red") }
        let page = try Fixture.page(Fixture.material(record))
        #expect(page.contains("verdict \(tone)") && page.contains("<b>\(word)</b>"))
    }

    @Test("a station that was not reached says so, and attempts stand below theirs")
    func road() throws {
        let road = RoadView(try Self.full())
        #expect(
            road.stations.map(\.title) == [
                "Proposal", "Policy", "Baseline", "Failure", "Context", "Attempts", "Confirmation", "Acceptance",
            ]
        )
        #expect(road.stations.map(\.isReached) == [true, true, true, true, true, true, true, false])
        #expect(road.stations[2].lines == ["head: 1 of 2 red", "base: 0 of 2 red", "1 flaky"])
        #expect(road.pills.map(\.text) == ["1 ✕ rejected"] && road.feedback == nil)
        let long = try Fixture.record(["attempts": (1...40).map { Fixture.attempt($0, "rejected") }])
        #expect(RoadView(long).pills.count == 6 && RoadView(long).feedback == "feedback 39×")
        #expect(RoadView(long).stations[5].lines.first == "34 earlier")
    }

    @Test("time is told apart: backend, staging, tests, and the rest")
    func times() throws {
        let record = try Fixture.record([
            "seconds": 5.0, "steps": [Fixture.step("head", [:]), Fixture.step("attempt-1", [:])],
            "attempts": [Fixture.attempt(1, "accepted")],
        ])
        let times = TimesView(record)
        #expect(
            times.rows.map { "\($0.title) \($0.time)" } == [
                "Baseline: head 0.60 s", "Attempt 1: backend and admission 0.40 s", "Attempt 1: tests 0.60 s",
                "Everything else 3.40 s",
            ]
        )
        #expect(times.rows[0].segments.map(\.kind) == ["stage", "test"])
        #expect(times.rows.flatMap(\.segments).allSatisfy { $0.start + $0.width <= 1002 })
    }
}
