import GateCore
import GateGit

/// What shows a page to the user: programs that the user's own environment names, and never a tracked file.
struct Browser {
    private let program: String
    private let arguments: [String]
    private let environment: [String: String]

    /// - Throws: `GateFailure` with `report.browser` where nothing here opens a page.
    init(environment: [String: String]) throws {
        self.environment = environment
        let named = environment["BROWSER"] ?? ""
        #if os(macOS)
            let standard = ["open"]
        #else
            let standard = ["xdg-open"]
        #endif
        for command in named.split(separator: ":").map(String.init) + standard {
            let words = command.split(separator: " ").map(String.init)
            guard let first = words.first else { continue }
            let path = first.hasPrefix("/") ? first : Programs.find(first, in: environment)
            guard let path, Programs.exists(path) else { continue }
            program = path
            arguments = Array(words.dropFirst())
            return
        }
        throw GateFailure(
            "report.browser",
            named.isEmpty
                ? "nothing here opens a page: '\(standard[0])' is not in PATH"
                : "BROWSER names no program that is here: '\(named)'",
            hints: ["name a browser in BROWSER, or leave out '--open' and open the file yourself"]
        )
    }

    /// Starts the browser, and does not wait for it.
    func show(_ path: String) throws {
        let url = "file://" + Self.escaped(path)
        let isTaken = arguments.contains { $0.contains("%s") }
        let words = isTaken ? arguments.map { $0.replacing("%s", with: url) } : arguments + [url]
        do {
            try DetachedProgram.start(program, words, environment: environment, log: "/dev/null")
        } catch {
            throw GateFailure("report.browser", "the browser '\(program)' could not be started: \(error.detail)")
        }
    }

    /// A path as it stands in a URL.
    private static func escaped(_ path: String) -> String {
        path.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "/"), UInt8(ascii: "-"), UInt8(ascii: "."),
                UInt8(ascii: "_"), UInt8(ascii: "~"):
                String(UnicodeScalar(byte))
            default: "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }.joined()
    }
}
