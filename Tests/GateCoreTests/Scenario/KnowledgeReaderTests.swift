import Foundation
import GateCore
import Testing

@Suite("scenario records: reading")
struct KnowledgeReaderTests {
    private static let whole = """
        {"id":"write_read","title":"what is written can be read","origin":"repo-seeded",
         "failure_signatures":["None != "],"failure_patterns":["missing-module"],"affected_tests":["tests/test_store.py"],
         "likely_code_areas":["shop/**"],"invariants":["addresses keep their case"],
         "accepted_fix_patterns":["fold at the look-up"],"rejected_fix_patterns":["touches:shop/money.py","adds:lower()"],
         "review_required":true}
        """

    @Test("every field is read")
    func whole() throws {
        let record = try KnowledgeReader.read(Array(Self.whole.utf8), name: "f", id: "write_read")
        #expect(record.title == "what is written can be read")
        #expect(record.failurePatterns == ["missing-module"])
        #expect(record.rejectedFixPatterns.map(FixPattern.init) == [.touches("shop/money.py"), .adds("lower()")])
        #expect(record.reviewRequired)
        // What the gate writes, it reads.
        #expect(try KnowledgeReader.read(try JSON.encode(record), name: "f", id: nil) == record)
    }

    struct Broken: Sendable, CustomTestStringConvertible {
        let text: String
        let says: [String]
        var testDescription: String { says.joined(separator: " + ") }
    }

    private static let least = #""title":"t","affected_tests":["a"]"#

    static let broken: [Broken] = [
        Broken(text: "", says: ["is not JSON"]),
        Broken(text: "[1,2]", says: ["is a list, not an object"]),
        Broken(text: "{\(least)}", says: ["field 'id' is missing"]),
        Broken(text: #"{"id":"x","affected_tests":["a"]}"#, says: ["field 'title' is missing"]),
        Broken(text: #"{"id":"x","title":"  ","affected_tests":["a"]}"#, says: ["field 'title' is empty"]),
        Broken(text: #"{"id":7,\#(least)}"#, says: ["field 'id' is a number, not text"]),
        Broken(text: #"{"id":"../x",\#(least)}"#, says: ["field 'id' is '../x'; use letters"]),
        Broken(text: #"{"id":"y",\#(least)}"#, says: ["field 'id' is 'y', and the file's name says 'x'"]),
        Broken(
            text: #"{"id":"x",\#(least),"invarients":[]}"#,
            says: ["'invarients' is unknown; did you mean 'invariants'?"]
        ),
        Broken(
            text: #"{"id":"x",\#(least),"zzzzzzzzzzzzzzzzzzzzzzz":1}"#,
            says: ["'zzzzzzzzzzzzzzzzzzzzzzz' is unknown"]
        ),
        Broken(text: #"{"id":"x",\#(least),"invariants":"one"}"#, says: ["field 'invariants' is text, not a list"]),
        Broken(text: #"{"id":"x",\#(least),"invariants":["a",3]}"#, says: ["item 2 of field 'invariants' is a number"]),
        Broken(text: #"{"id":"x",\#(least),"invariants":[""]}"#, says: ["item 1 of field 'invariants' is empty"]),
        Broken(
            text: #"{"id":"x",\#(least),"review_required":"yes"}"#,
            says: ["field 'review_required' is text, not true"]
        ),
        Broken(text: #"{"id":"x",\#(least),"title":"u"}"#, says: ["gives the field 'title' twice"]),
        Broken(text: #"{"id":"x","title":"t"}"#, says: ["matches nothing"]),
        Broken(
            text: #"{"id":"x",\#(least),"likely_code_areas":["a//b"]}"#,
            says: ["'likely_code_areas' has 'a//b', which is not a glob"]
        ),
        Broken(
            text: #"{"id":"x",\#(least),"rejected_fix_patterns":["touches:[x"]}"#,
            says: ["'rejected_fix_patterns' has '[x'"]
        ),
        Broken(
            text: #"{"id":"x",\#(least),"failure_patterns":["bad luck"]}"#,
            says: ["'bad luck', which is no pattern; there are: "]
        ),
        Broken(text: #"{"id":"x",\#(least),"confidence":"0.3"}"#, says: ["field 'confidence' is unknown"]),
        Broken(
            text: "{\"id\":\"x\",\(least),\"origin\":\"a\\u001b[2Jb\"}",
            says: ["field 'origin' holds control characters"]
        ),
        Broken(
            text: #"{"title":"","invariants":7}"#,
            says: ["has 4 problems", "field 'id' is missing", "field 'title' is empty", "matches nothing"]
        ),
    ]

    @Test("what is wrong is named with file and field", arguments: broken)
    func names(_ row: Broken) {
        let failure = #expect(throws: GateFailure.self) {
            try KnowledgeReader.read(Array(row.text.utf8), name: ".gatekeeper/scenarios/x.json", id: "x")
        }
        #expect(failure?.code == "scenario.invalid-record")
        #expect(failure?.message.hasPrefix("'.gatekeeper/scenarios/x.json'") == true)
        for words in row.says { #expect(failure?.message.contains(words) == true, "\(failure?.message ?? "")") }
    }

    @Test("too large, too many, too long and not text are refused without being worked on")
    func bounds() {
        let items = (0..<101).map { "\"\($0)\"" }.joined(separator: ",")
        for text in [
            String(repeating: " ", count: 300 << 10),
            #"{"id":"x",\#(Self.least),"invariants":[\#(items)]}"#,
            #"{"id":"x","title":"\#(String(repeating: "t", count: 2001))","affected_tests":["a"]}"#,
        ] {
            #expect(throws: GateFailure.self) { try KnowledgeReader.read(Array(text.utf8), name: "f", id: nil) }
        }
        #expect(throws: GateFailure.self) { try KnowledgeReader.read([0xFF, 0xFE], name: "f", id: nil) }
        let deep = String(repeating: "[", count: 20_000) + String(repeating: "]", count: 20_000)
        #expect(throws: GateFailure.self) { try KnowledgeReader.read(Array(deep.utf8), name: "f", id: nil) }
    }

    @Test("a draft says besides why it was drafted")
    func draft() throws {
        let text = #"{"id":"x",\#(Self.least),"confidence":"0.3","proposal_reason":"new","run":"r"}"#
        #expect(try KnowledgeReader.read(Array(text.utf8), name: "f", id: nil, as: .proposal).id == "x")
    }
}
