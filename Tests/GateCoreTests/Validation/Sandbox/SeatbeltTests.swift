import GateGit
import Testing

@testable import GateCore

@Suite("rules for macOS")
struct SeatbeltTests {
    @Test("nothing is allowed that is not named, and what is hidden stays so whatever is allowed")
    func profile() {
        let text = SeatbeltProfile.text(writable: ["/w/files"], unreadable: ["/w/files/a \"b\"\\c"])
        let lines = text.split(separator: "\n")
        #expect(lines[0] == "(version 1)" && lines[1] == "(deny default)")
        #expect(lines.last == "(deny network*)")
        #expect(
            lines.filter { $0.contains("file-write*") && $0.hasPrefix("(allow") } == [
                "(allow file-write* (subpath \"/w/files\"))"
            ]
        )
        let hiding = lines.firstIndex(of: #"(deny file-read* file-write* (subpath "/w/files/a \"b\"\\c"))"#)
        let showing = lines.firstIndex(of: "(allow file-write* (subpath \"/w/files\"))")
        #expect((hiding ?? 0) > (showing ?? .max))
        #expect(lines.contains("(deny file-write-unlink (literal \"/w/files\"))"))
    }
}
