import GateCore
import Testing

@Suite("Policy: values as text")
struct PolicyValueTests {
    @Test(
        "words are split as a shell splits them",
        arguments: [
            ("", []), ("  \t ", []), ("a b", ["a", "b"]), (" a\tb\nc ", ["a", "b", "c"]), ("'a b' c", ["a b", "c"]),
            ("a'b'c", ["abc"]), ("''", [""]), ("\"\"", [""]), ("\"a\\\"b\"", ["a\"b"]), ("\"a\\nb\"", ["a\\nb"]),
            ("'a\\b'", ["a\\b"]), ("a\\ b", ["a b"]), ("\"$x `y`\"", ["$x `y`"]), ("a;b|c>d", ["a;b|c>d"]),
            ("*.py", ["*.py"]),
            ("\"\\$\"", ["$"]), ("'a' \"b\"", ["a", "b"]), ("a\r\nb", ["a", "b"]), ("'\u{301}x'", ["\u{301}x"]),
        ] as [(String, [String])]
    )
    func words(_ text: String, _ expected: [String]) {
        #expect(PolicyValue.words(text).map { $0.map { Array($0.utf8) } } == expected.map { Array($0.utf8) })
    }

    @Test(
        "an open quote or a trailing backslash is no list of words",
        arguments: ["'a", "\"a", "a\\", "a 'b\" c", "\"\\"]
    )
    func openQuotes(_ text: String) {
        #expect(PolicyValue.words(text) == nil)
    }

    @Test("quoted words are read back as they were")
    func roundTrip() {
        var generator = SystemRandomNumberGenerator()
        let alphabet: [UnicodeScalar] = [
            "a", "B", "1", " ", "'", "\"", "\\", "$", "`", "\t", "\n", "\r", "*", "-", "=", ";", "#", "\u{301}",
            "\u{e4}", "\u{200d}",
            "\u{1f468}", "~", "/",
        ]
        for _ in 0..<3000 {
            let words = (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                var word = String.UnicodeScalarView()
                for _ in 0..<Int.random(in: 0...6, using: &generator) {
                    word.append(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)])
                }
                return String(word)
            }
            let text = PolicyValue.quoted(words)
            let back = PolicyValue.words(text)
            #expect(back.map { $0.map { Array($0.utf8) } } == words.map { Array($0.utf8) }, "\(text.debugDescription)")
        }
    }

    @Test(
        "durations",
        arguments: [
            ("90", .seconds(90)), ("90s", .seconds(90)), ("10m", .seconds(600)), ("1h", .seconds(3600)),
            ("250ms", .milliseconds(250)),
            ("1.5h", .seconds(5400)), ("0", nil), ("", nil), ("s", nil), ("-1s", nil), ("nan", nil), ("inf", nil),
            ("1d", .seconds(86400)), ("1w", nil),
            ("1e12h", nil), ("1 0s", nil),
        ] as [(String, Duration?)]
    )
    func durations(_ text: String, _ expected: Duration?) {
        #expect(PolicyValue.duration(text) == expected)
    }

    @Test(
        "sizes",
        arguments: [
            ("0", 0), ("512k", 512 << 10), ("64M", 64 << 20), ("1g", 1 << 30), ("7", 7), ("", nil), ("k", nil),
            ("-1k", nil),
            ("1kb", nil), ("9223372036854775807k", nil), ("1.5m", nil),
        ] as [(String, Int?)]
    )
    func sizes(_ text: String, _ expected: Int?) {
        #expect(PolicyValue.size(text) == expected)
    }

    @Test("booleans are git's own")
    func booleans() {
        for text in ["true", "YES", "on", "1"] { #expect(PolicyValue.boolean(text) == true) }
        for text in ["false", "No", "off", "0", ""] { #expect(PolicyValue.boolean(text) == false) }
        for text in ["2", "maybe", " true", "y"] { #expect(PolicyValue.boolean(text) == nil) }
        #expect(PolicyValue.boolean(nil) == true)
    }

    @Test("a key's names are compared without case, and the name between them as it is")
    func keys() {
        #expect(PolicyKey.find("GATEKEEPER.MaxRetries")?.key.pattern == "gatekeeper.maxRetries")
        #expect(PolicyKey.find("gatekeeper.check.Unit.1.COMMAND")?.name == "Unit.1")
        #expect(PolicyKey.find("gatekeeper.check..command") == nil)
        #expect(PolicyKey.find("gatekeeper.check.command") == nil)
        #expect(PolicyKey.find("gatekeeper") == nil)
        #expect(PolicyKey.find("other.maxRetries") == nil)
        #expect(PolicyKey.nearest(to: "gatekeeper.maxretires") == "gatekeeper.maxRetries")
        #expect(Set(PolicyKey.all.map { $0.pattern.lowercased() }).count == PolicyKey.all.count)
    }
}
