import GateCore
import GateGit
import Testing

@Suite("Replies of backends")
struct ReplyParserTests {
    enum Expected: Sendable {
        case refused(String)
        /// Paths with what happens to each.
        case edits(String)
        case patch
        case cannotFix(CannotFix.Kind, String)
    }

    struct Row: Sendable, CustomTestStringConvertible {
        let name: String
        let reply: [UInt8]
        let expected: Expected
        init(_ name: String, _ reply: String, _ expected: Expected) {
            self.init(name, bytes: Array(reply.utf8), expected)
        }
        init(_ name: String, bytes: [UInt8], _ expected: Expected) {
            (self.name, reply, self.expected) = (name, bytes, expected)
        }
        var testDescription: String { name }
    }

    private static let json = #"{"edits":[{"path":"a.py","content":"x = 1\n"}]}"#
    private static let diff = "--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+y\n"
    private static let block = "a.py\n<<<<<<< SEARCH\nold\n=======\nnew\n>>>>>>> REPLACE\n"

    static let rows: [Row] = [
        Row("JSON", json, .edits("a.py=x = 1\n")),
        Row("JSON in a fence", "```json\n\(json)\n```\n", .edits("a.py=x = 1\n")),
        Row("JSON in a fence without a label", "```\n\(json)\n```", .edits("a.py=x = 1\n")),
        Row("JSON in an indented fence", "  ```json\n\(json)\n  ```\n", .edits("a.py=x = 1\n")),
        Row("JSON with CRLF in a fence", "```json\r\n\(json)\r\n```\r\n", .edits("a.py=x = 1\n")),
        Row("JSON between prose", "Here it is:\n\(json)\nThat should do.", .edits("a.py=x = 1\n")),
        Row(
            "JSON in a fence between prose",
            "I looked at {x}.\n\n```json\n\(json)\n```\nDone.",
            .edits("a.py=x = 1\n")
        ),
        Row("JSON beside an example of code", "```python\nx = 1\n```\n```json\n\(json)\n```\n", .edits("a.py=x = 1\n")),
        Row("JSON with a byte order mark", "\u{FEFF}\(json)", .edits("a.py=x = 1\n")),
        Row(
            "JSON with an explanation",
            #"{"explanation":"e","edits":[{"path":"a.py","content":""}]}"#,
            .edits("a.py=")
        ),
        Row(
            "JSON whose content holds a fence",
            #"{"edits":[{"path":"a.md","content":"```sh\nls\n```\n"}]}"#,
            .edits("a.md=```sh\nls\n```\n")
        ),
        Row(
            "JSON in a longer fence",
            "````json\n{\"edits\":[{\"path\":\"a\",\"content\":\"x\"}]}\n````\n",
            .edits("a=x")
        ),
        Row("several files", #"{"edits":[{"path":"a","content":"1"},{"path":"b","content":"2"}]}"#, .edits("a=1 b=2")),
        Row("delete", #"{"edits":[{"path":"a.py","delete":true}]}"#, .edits("a.py-")),
        Row(
            "search and replace",
            #"{"edits":[{"path":"a","edits":[{"search":"x","replace":"y"},{"search":"z","replace":""}]}]}"#,
            .edits("a:x>y,z>")
        ),
        Row("escapes", #"{"edits":[{"path":"a","content":"\u00e4\t\"\n"}]}"#, .edits("a=\u{e4}\t\"\n")),
        Row("blocks", block, .edits("a.py:old\n>new\n")),
        Row(
            "blocks with CRLF",
            "a.py\r\n<<<<<<< SEARCH\r\nold\r\n=======\r\nnew\r\n>>>>>>> REPLACE\r\n",
            .edits("a.py:old\r\n>new\r\n")
        ),
        Row(
            "two blocks of one file",
            block + block.replacing("old", with: "other"),
            .edits("a.py:old\n>new\n,other\n>new\n")
        ),
        Row(
            "two files in blocks",
            block + block.replacing("a.py", with: "b.py"),
            .edits("a.py:old\n>new\n b.py:old\n>new\n")
        ),
        Row("a block in a fence", "```python\n\(block)```\n", .edits("a.py:old\n>new\n")),
        Row("a diff", diff, .patch),
        Row("a diff in a fence", "```diff\n\(diff)```\n", .patch),
        Row("a diff behind prose", "This repairs it:\n\n\(diff)", .patch),
        Row("a diff in a fence between prose", "Look:\n```patch\n\(diff)```\nbye", .patch),
        Row("a diff in JSON", #"{"patch":"--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-x\n+y\n"}"#, .patch),
        Row(
            "a diff that is no text",
            bytes: Array("--- a/a.py\n+++ b/a.py\n@@ -1 +1 @@\n-\u{0}".utf8) + [0xFF, 0x0A, 0x2B, 0x0A],
            .patch
        ),
        Row("cannot fix, in short", #"{"cannot_fix":"no idea"}"#, .cannotFix(.noFix, "no idea")),
        Row("cannot fix, with a reason", #"{"cannot_fix":{"reason":"no idea"}}"#, .cannotFix(.noFix, "no idea")),
        Row(
            "cannot fix, with a kind",
            #"{"cannot_fix":{"kind":"contract-is-wrong","reason":"2+2"}}"#,
            .cannotFix(.contractIsWrong, "2+2")
        ),
        Row(
            "cannot fix, needs a person",
            #"{"cannot_fix":{"kind":"needs-human","reason":"x"}}"#,
            .cannotFix(.needsHuman, "x")
        ),
        Row(
            "cannot fix, for want of a dependency",
            #"{"cannot_fix":{"kind":"needs-dependency","reason":"x"}}"#,
            .cannotFix(.needsDependency, "x")
        ),
        Row(
            "cannot fix, for want of a failure",
            #"{"cannot_fix":{"kind":"not-reproducible","reason":"x"}}"#,
            .cannotFix(.notReproducible, "x")
        ),
        Row(
            "cannot fix, with tests that are no list",
            #"{"cannot_fix":{"reason":"x","tests":"a"}}"#,
            .refused("parse.form")
        ),
        Row("cannot fix, of no known kind", #"{"cannot_fix":{"kind":"tired","reason":"x"}}"#, .refused("parse.form")),
        Row("cannot fix, without a reason", #"{"cannot_fix":{"kind":"no-fix"}}"#, .refused("parse.form")),
        Row(
            "cannot fix and edits",
            #"{"cannot_fix":"x","edits":[{"path":"a","content":"b"}]}"#,
            .refused("parse.several")
        ),
        Row("edits and a patch", #"{"patch":"x","edits":[{"path":"a","content":"b"}]}"#, .refused("parse.several")),
        Row("two documents in fences", "```json\n\(json)\n```\n```json\n\(json)\n```\n", .refused("parse.several")),
        Row(
            "two documents in fences with CRLF",
            "```json\r\n\(json)\r\n```\r\n```json\r\n\(json)\r\n```\r\n",
            .refused("parse.several")
        ),
        Row("a diff and JSON", "```diff\n\(diff)```\n```json\n\(json)\n```\n", .refused("parse.several")),
        Row("two documents on end", json + "\n" + json, .refused("parse.json")),
        Row("JSON cut short", String(json.dropLast(5)), .refused("parse.json")),
        Row("JSON cut short in a string", #"{"edits":[{"path":"a.py","content":"x = "#, .refused("parse.json")),
        Row("a fence cut short", "```json\n\(json)\n", .refused("parse.truncated")),
        Row("a fence cut short, with CRLF", "```json\r\n\(json)\r\n", .refused("parse.truncated")),
        Row("a block cut short", "a.py\n<<<<<<< SEARCH\nold\n=======\nnew\n", .refused("parse.truncated")),
        Row("a block without a path", String(block.dropFirst(5)), .refused("parse.form")),
        Row("nothing", "", .refused("parse.empty")),
        Row("whitespace", " \n\t\r\n ", .refused("parse.empty")),
        Row("a byte order mark alone", "\u{FEFF}", .refused("parse.empty")),
        Row("prose", "I am sorry, I cannot do that.", .refused("parse.prose")),
        Row("a fence of code alone", "```python\nx = 1\n```\n", .refused("parse.prose")),
        Row("HTML", "<!DOCTYPE html><html><body>502 Bad Gateway</body></html>", .refused("parse.markup")),
        Row("a JSON list", #"[1, 2]"#, .refused("parse.form")),
        Row("a list of edits", #"[{"path":"a","content":"b"}]"#, .refused("parse.unknown-key")),
        Row("a tool call", #"{"tool":"shell","arguments":{"command":"rm -rf /"}}"#, .refused("parse.unknown-key")),
        Row(
            "a tool call beside edits",
            #"{"edits":[{"path":"a","content":"b"}],"run":"curl x"}"#,
            .refused("parse.unknown-key")
        ),
        Row(
            "an unknown key of an edit",
            #"{"edits":[{"path":"a","content":"b","mode":"100755"}]}"#,
            .refused("parse.unknown-key")
        ),
        Row("an empty object", "{}", .refused("parse.form")),
        Row("no edit at all", #"{"edits":[]}"#, .refused("parse.empty")),
        Row("an edit without a path", #"{"edits":[{"content":"b"}]}"#, .refused("parse.form")),
        Row("an edit that says nothing", #"{"edits":[{"path":"a"}]}"#, .refused("parse.form")),
        Row("an edit that keeps", #"{"edits":[{"path":"a","delete":false}]}"#, .refused("parse.form")),
        Row(
            "an edit that writes and removes",
            #"{"edits":[{"path":"a","content":"x","delete":true}]}"#,
            .refused("parse.form")
        ),
        Row("an edit that replaces nothing", #"{"edits":[{"path":"a","edits":[]}]}"#, .refused("parse.empty")),
        Row("a number for a path", #"{"edits":[{"path":1,"content":"x"}]}"#, .refused("parse.form")),
        Row("text for edits", #"{"edits":"all"}"#, .refused("parse.form")),
        Row("null", #"{"edits":null}"#, .refused("parse.form")),
        Row("an empty patch", #"{"patch":""}"#, .refused("parse.no-patch")),
        Row("a diff without names", "diff --git \n", .refused("parse.no-patch")),
        Row("invalid UTF-8", bytes: [0x7B, 0xFF, 0x7D], .refused("parse.encoding")),
        Row("too much", bytes: [UInt8](repeating: 0x20, count: (512 << 10) + 1), .refused("parse.limit")),
        Row("deep nesting", String(repeating: "{\"a\":", count: 5000), .refused("parse.json")),
    ]

    @Test("a reply is read as what it is, or refused with its code", arguments: rows)
    func reply(_ row: Row) {
        switch (ReplyParser.parse(row.reply), row.expected) {
        case (.failure(let refusal), .refused(let code)):
            #expect(refusal.findings.map(\.code) == [code])
            #expect(refusal.findings.allSatisfy { !$0.message.contains("\n") && !$0.message.hasSuffix(".") })
        case (.success(.edits(let edits)), .edits(let expected)): #expect(Self.words(edits) == expected)
        case (.success(.patch(let patch)), .patch): #expect(patch.firstRange(of: Array("+++ b/a.py\n".utf8)) != nil)
        case (.success(.cannotFix(let answer)), .cannotFix(let kind, let reason)):
            #expect(answer == CannotFix(kind: kind, reason: reason))
        case (let found, let expected): Issue.record("\(found) instead of \(expected)")
        }
    }

    private static func words(_ edits: [Edit]) -> String {
        let text = { (bytes: [UInt8]) in String(decoding: bytes, as: UTF8.self) }
        return edits.map { edit in
            switch edit.change {
            case .content(let content): "\(edit.path)=\(text(content))"
            case .remove: "\(edit.path)-"
            case .replace(let pieces):
                "\(edit.path):" + pieces.map { "\(text($0.search))>\(text($0.replace))" }.joined(separator: ",")
            }
        }.joined(separator: " ")
    }
}
