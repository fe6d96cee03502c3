import GateCore
import GateGit
import Testing

@Suite("what a terminal shows")
struct TerminalTraitsTests {
    private static let usual = ["TERM": "xterm-256color", "LANG": "en_US.UTF-8"]

    private func read(
        _ extra: [String: String] = [:],
        isTerminal: Bool = true,
        isQuiet: Bool = false,
        colours: [(String, String?)] = []
    ) -> TerminalTraits {
        TerminalTraits.read(
            Self.usual.merging(extra) { $1 },
            isTerminal: isTerminal,
            isQuiet: isQuiet,
            settings: colours.map { GitSetting(scope: "global", origin: "file:x", key: $0.0, value: $0.1) }
        )
    }

    @Test("a usual terminal shows everything")
    func usual() {
        #expect(read() == TerminalTraits(isLive: true, hasColour: true, isUnicode: true))
    }

    @Test("nothing is drawn where nobody could see it, or somebody does not want it")
    func plain() {
        #expect(!read(isTerminal: false).isLive && !read(isTerminal: false).hasColour)
        #expect(!read(isQuiet: true).isLive)
        for term in ["dumb", ""] { #expect(!read(["TERM": term]).isLive && !read(["TERM": term]).hasColour) }
        #expect(!read(["CI": "true"]).isLive && read(["CI": "false"]).isLive && read(["CI": ""]).isLive)
        #expect(!read(["GIT_GATEKEEPER_UI": "plain"]).isLive && read(["GIT_GATEKEEPER_UI": "auto"]).isLive)
        #expect(!read(["ACCESSIBLE": "1"]).isLive && read(["ACCESSIBLE": "0"]).isLive)
        #expect(!TerminalTraits.read(["LANG": "C.UTF-8"], isTerminal: true).isLive)
    }

    @Test("colour is left out by NO_COLOR and by git's own settings, the last of each key")
    func colour() {
        #expect(!read(["NO_COLOR": "1"]).hasColour && read(["NO_COLOR": "1"]).isLive)
        #expect(read(["NO_COLOR": ""]).hasColour)
        for value in ["never", "false", "no", "off", "0", "Never"] {
            #expect(!read(colours: [("color.ui", value)]).hasColour, "\(value)")
        }
        for value in ["auto", "always", "true", nil] { #expect(read(colours: [("color.ui", value)]).hasColour) }
        #expect(read(colours: [("color.ui", "never"), ("color.ui", "auto")]).hasColour)
        #expect(read(colours: [("color.gatekeeper", "auto"), ("color.ui", "never")]).hasColour)
        #expect(!read(colours: [("color.gatekeeper", "never"), ("color.ui", "always")]).hasColour)
    }

    @Test("the first variable of the locale that has a value says which characters there are")
    func locale() {
        #expect(read(["LANG": "de_DE.utf8"]).isUnicode)
        #expect(!read(["LANG": "C"]).isUnicode && !read(["LC_ALL": "C"]).isUnicode)
        #expect(read(["LC_ALL": "", "LC_CTYPE": "C.UTF-8", "LANG": "C"]).isUnicode)
        #expect(!read(["LANG": ""]).isUnicode)
    }
}
