import GateCore
import Testing

@Suite("excerpts")
struct ExcerptTests {
    @Test(
        "the first line that says something, however lines end",
        arguments: [
            ("one\ntwo", "one"), ("one\r\ntwo", "one"), ("\r\n \r\ntwo\r\nthree", "two"), ("", ""), (" \n\t", ""),
            ("one\u{2028}two", "one"),
        ]
    )
    func line(text: String, first: String) {
        #expect(Excerpt.line(text) == first)
    }

    @Test("a long line is cut to so many characters")
    func long() {
        #expect(Excerpt.line(String(repeating: "x", count: 500), maximum: 10) == "xxxxxxxxx…")
    }
}
