import GateCore
import Testing

@Suite("columns of a terminal")
struct DisplayWidthTests {
    @Test(
        "a text takes the columns that people see",
        arguments: [
            ("", 0), ("abc", 3), ("größe", 5), ("e\u{301}te\u{301}", 3), ("測試", 4), ("한국어", 6), ("🙂", 2),
            ("\u{2764}\u{FE0F}", 2), ("✓", 1), ("─▸·✗…", 5),
        ]
    )
    func width(_ text: String, _ columns: Int) { #expect(DisplayWidth.of(text) == columns) }

    @Test("a text is cut between characters, never in one, and is never wider than asked")
    func cut() {
        #expect(DisplayWidth.cut("abc", to: 3, mark: "…") == "abc")
        #expect(DisplayWidth.cut("abcd", to: 3, mark: "…") == "ab…")
        #expect(DisplayWidth.cut("測試測", to: 4, mark: "…") == "測…")
        #expect(DisplayWidth.cut("e\u{301}e\u{301}e\u{301}", to: 2, mark: "…") == "e\u{301}…")
        #expect(DisplayWidth.cut("abcd", to: 2, mark: "...") == "ab")
        let texts = ["abc 測試 🙂🙂 ende", String(repeating: "測", count: 40), "\u{2764}\u{FE0F}\u{2764}\u{FE0F}"]
        for text in texts {
            for width in 0..<30 {
                #expect(DisplayWidth.of(DisplayWidth.cut(text, to: width, mark: "…")) <= width)
            }
        }
    }
}
