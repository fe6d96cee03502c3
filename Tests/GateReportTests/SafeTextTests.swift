import Foundation
import Testing

@testable import GateReport

/// Everything of others goes through one door into a page.
@Suite("text on a page")
struct SafeTextTests {
    @Test(
        "markup is text, and what cannot be seen is",
        arguments: [
            ("<img src=x onerror=alert(1)>", "&lt;img src=x onerror=alert(1)&gt;"),
            ("</script><script>", "&lt;/script&gt;&lt;script&gt;"),
            ("a\"b'c`d&e", "a&quot;b&#39;c&#96;d&amp;e"),
            ("&lt;b&gt;", "&amp;lt;b&amp;gt;"),
            // As people see characters, none of these is the one that HTML ends an attribute or opens a tag with.
            ("\"\u{301} onfocus=x", "&quot;\u{301} onfocus=x"), ("'\u{20DD}", "&#39;\u{20DD}"),
            ("<\u{338}b>\u{338}", "&lt;\u{338}b&gt;\u{338}"), ("&\u{FE0F}", "&amp;\u{FE0F}"),
            ("\u{202E}gnp.exe", "&lt;U+202E&gt;gnp.exe"), ("a\u{200B}b\u{FEFF}", "a&lt;U+200B&gt;b&lt;U+FEFF&gt;"),
            ("\u{2066}\u{61C}\u{AD}", "&lt;U+2066&gt;&lt;U+61C&gt;&lt;U+AD&gt;"),
            ("\u{E0041}", "&lt;U+E0041&gt;"),
            ("\u{0}\u{1B}[2J\u{7F}\u{9B}", "^@^[[2J^?&lt;U+9B&gt;"), ("\u{2028}", "&lt;U+2028&gt;"),
            ("a\r\nb\tc\rd", "a^M\nb\tc^Md"), ("Grüße, 世界 ⚠️ عربي", "Grüße, 世界 ⚠️ عربي"),
            (String(decoding: [0x61, 0xFF, 0xFE, 0x62], as: UTF8.self), "a\u{FFFD}\u{FFFD}b"), ("", ""),
        ]
    )
    func escaped(text: String, expected: String) {
        #expect(Array(SafeText().escapeText(text).unicodeScalars) == Array(expected.unicodeScalars))
    }

    @Test("whatever scalars come, nothing that HTML reads is left, and nothing that is not a character")
    func everyScalar() {
        for value in UInt32(0)...0x10FFFF {
            guard let scalar = Unicode.Scalar(value) else { continue }
            let safe = SafeText().escapeText("\(scalar)\u{301}")
            for left in safe.unicodeScalars where left != "\u{301}" {
                let isMarkup = ["<", ">", "\"", "'", "`"].contains(left)
                let isControl = left.value < 0x20 && left != "\n" && left != "\t" || (0x7F..<0xA0).contains(left.value)
                let isNone = left.value & 0xFFFE == 0xFFFE || (0xFDD0...0xFDEF).contains(left.value)
                if isMarkup || isControl || isNone {
                    Issue.record("U+\(String(value, radix: 16)) leaves \(left.debugDescription)")
                }
            }
            if safe.unicodeScalars.first == "&" { #expect(safe.unicodeScalars.contains(";")) }
        }
    }

    @Test("templates put nothing in unescaped but our own style and script, and hold no handler, link or style")
    func templates() throws {
        for (name, content) in Page.templates {
            let text = Page.text(content)
            var rest = text
            for own in ["<style>{{{style}}}</style>", "<script>{{{script}}}</script>"] {
                rest = rest.replacing(own, with: "")
            }
            #expect(!rest.contains("{{{") && !rest.contains("{{&"), "\(name) puts something in unescaped")
            #expect(rest.firstMatch(of: #/\son[a-z]+=|\sstyle=|href=|src=|<a\s|javascript:|https?:/#) == nil, "\(name)")
            // An attribute without quotation marks can be left by a blank.
            #expect(rest.firstMatch(of: #/=\{\{/#) == nil, "\(name) has a value without quotation marks")
        }
        let files = try FileManager.default.contentsOfDirectory(atPath: Self.templates)
        let known = Set(Page.templates.map { "\($0.name).mustache" } + ["report.css", "report.js"])
        #expect(Set(files) == known)
    }

    private static let templates =
        URL(fileURLWithPath: #filePath).deletingLastPathComponent()
        .deletingLastPathComponent().deletingLastPathComponent().path + "/Sources/GateReport/Templates"

    @Test(
        "what steers a terminal is not printed, and nothing is printed over",
        arguments: [
            ("\u{1B}[31mred\u{1B}[0m plain", "red plain"), ("\u{1B}[38;5;196;1mx", "x"),
            ("\u{1B}]8;;https://example.com\u{7}link\u{1B}]8;;\u{7}", "link"), ("\u{1B}]0;title\u{1B}\\x", "x"),
            ("10 %\r20 %\r\n30 %", "10 %\n20 %\n30 %"), ("\u{1B}(Bx\u{1B}=y\u{1B}7z", "xyz"), ("end\u{1B}", "end"),
            // What never ends is no sequence: nothing is swallowed.
            ("\u{1B}]0;no end\nnext line", "]0;no end\nnext line"), ("\u{1B}[31", "[31"), ("a\u{1B}\u{1B}[0mb", "ab"),
        ]
    )
    func plain(text: String, expected: String) {
        #expect(PlainText.of(Array(text.utf8)) == expected)
    }

    @Test("cut by scalars, because what looks like one character may be made of a million")
    func cut() {
        let heap = "a" + String(repeating: "\u{301}", count: 100_000)
        #expect(heap.count == 1)
        #expect(Words.cut(heap, 400).unicodeScalars.count == 401)
        #expect(Words.cut("short", 5) == "short")
        #expect(Words.cut("longer", 5) == "longe…")
    }

    @Test(
        "numbers that nobody meant are no crash",
        arguments: [
            (0.284, "0.28 s"), (9.999, "10.00 s"), (12.34, "12.3 s"), (245, "4 min 05 s"), (7199.9, "120 min 00 s"),
            (8000, "2 h 13 min"), (-1, "unknown"), (.nan, "unknown"), (.infinity, "unknown"), (1e300, "unknown"),
        ]
    )
    func times(seconds: Double, expected: String) {
        #expect(Words.time(seconds) == expected)
        #expect(Words.share(seconds, of: 100, in: 1000) <= 1000)
    }
}
