/// A tool of a version that a job asks for: what is green with another one is no proof.
struct JobTool: Sendable, Hashable {
    /// Programs that may be it; the first that is here counts.
    var programs: [String]
    /// As the job has it: `3.11`, `20`, `pypy3.11`.
    var version: String

    private static let actions = [
        ("actions/setup-python", "python-version", ["python", "python3"]),
        ("actions/setup-node", "node-version", ["node"]), ("actions/setup-go", "go-version", ["go"]),
        ("actions/setup-java", "java-version", ["java"]), ("ruby/setup-ruby", "ruby-version", ["ruby"]),
    ]
    private static let images = [
        "python": ["python", "python3"], "pypy": ["python", "python3"], "node": ["node"], "golang": ["go"],
        "ruby": ["ruby"], "rust": ["rustc"], "swift": ["swift"], "openjdk": ["java"], "eclipse-temurin": ["java"],
    ]

    /// - Returns: `nil` where the action asks for no tool of one known version.
    static func of(action: String, with inputs: YAMLValue, _ expression: JobExpression) -> JobTool? {
        guard let (_, key, programs) = actions.first(where: { action.hasPrefix($0.0 + "@") }),
            let wanted = inputs[key].text.flatMap({ expression.fill($0).text })
        else { return nil }
        return make(programs, wanted)
    }

    /// - Parameter image: as in `docker.io/library/python:3.12-slim`.
    static func of(image: String) -> JobTool? {
        guard let last = image.split(separator: "/").last, let colon = last.firstIndex(of: ":"),
            let programs = images[String(last[..<colon])]
        else { return nil }
        let tag = last[last.index(after: colon)...].prefix { $0 != "-" && $0 != "@" }
        return make(programs, last.hasPrefix("pypy:") ? "pypy\(tag)" : String(tag))
    }

    private static func make(_ programs: [String], _ wanted: String) -> JobTool? {
        let version = wanted.trimmedBlanks
        let digits = version.hasPrefix("pypy") ? version.dropFirst(4).drop { $0 == "-" } : version[...]
        let isPlain = digits.allSatisfy { $0.isASCII && ($0.isNumber || $0 == ".") } && digits.first?.isNumber == true
        return isPlain && version.utf8.count <= 40 ? JobTool(programs: programs, version: version) : nil
    }

    /// Prints what is here; ends well in any case.
    var question: [String] {
        let asks = programs.map { name in
            "command -v \(name) >/dev/null 2>&1 && { \(name) \(name == "go" ? "version" : "--version") 2>&1; exit 0; }"
        }
        return ["sh", "-c", asks.joined(separator: "; ") + "; exit 0"]
    }

    /// Whether what a tool says of itself is the version that the job has.
    func isMet(by answer: String) -> Bool {
        let isPyPy = version.hasPrefix("pypy")
        guard answer.contains("PyPy") == isPyPy else { return false }
        let wanted = (isPyPy ? version.dropFirst(4).drop { $0 == "-" } : version[...]).split(separator: ".")
        let words = answer.split { !$0.isNumber && $0 != "." }
        // Old versions of Java begin with a number that nobody names.
        return words.prefix(1).contains { word in
            let here = word.split(separator: ".")
            return here.starts(with: wanted) || here.first == "1" && here.dropFirst().starts(with: wanted)
        }
    }
}
