package import GateGit

/// How a file is read by the second look: what is a comment, what is a text, which rules apply.
package enum LookLanguage: String, Sendable, Hashable, CaseIterable {
    case python, javaScript, swift, shell, rust, go, java, c
    /// A language nobody here knows: only rules that hold everywhere.
    case unknown
    /// Values without code: JSON, YAML, CSV.
    case data
    /// Text for people, which nothing executes.
    case prose

    private static let byExtension: [String: LookLanguage] = [
        "py": .python, "pyi": .python, "pyx": .python, "pyw": .python,
        "js": .javaScript, "mjs": .javaScript, "cjs": .javaScript, "jsx": .javaScript,
        "ts": .javaScript, "mts": .javaScript, "cts": .javaScript, "tsx": .javaScript,
        "vue": .javaScript, "svelte": .javaScript,
        "swift": .swift, "sh": .shell, "bash": .shell, "zsh": .shell, "ksh": .shell, "bats": .shell,
        "rs": .rust, "go": .go, "java": .java, "kt": .java, "kts": .java, "scala": .java, "groovy": .java,
        "c": .c, "h": .c, "cc": .c, "cpp": .c, "cxx": .c, "hh": .c, "hpp": .c, "hxx": .c, "m": .c, "mm": .c,
        "json": .data, "json5": .data, "jsonl": .data, "yaml": .data, "yml": .data, "csv": .data, "tsv": .data,
        "xml": .data, "plist": .data, "sql": .data, "ini": .data, "toml": .data, "po": .data,
        "md": .prose, "markdown": .prose, "rst": .prose, "txt": .prose, "adoc": .prose, "tex": .prose,
        "html": .prose, "htm": .prose, "css": .prose, "scss": .prose, "svg": .prose,
    ]
    private static let proseNames: Set = ["license", "copying", "authors", "changelog", "changes", "readme", "notice"]

    /// The language of a path, or of the interpreter its first line names.
    package static func of(_ path: RepositoryPath, content: [UInt8]) -> LookLanguage {
        let name = (path.components.last.map { String(decoding: $0, as: UTF8.self) } ?? "").lowercased()
        if let dot = name.lastIndex(of: "."), dot != name.startIndex {
            if let language = byExtension[String(name[name.index(after: dot)...])] { return language }
        }
        if content.starts(with: Array("#!".utf8)) {
            let line = String(decoding: content.prefix(256).prefix { $0 != 0x0A }, as: UTF8.self)
            if line.contains("python") { return .python }
            if line.contains("node") || line.contains("deno") || line.contains("bun") { return .javaScript }
            if line.contains("sh") { return .shell }
        }
        return proseNames.contains(name) ? .prose : .unknown
    }

    /// Whether `#` begins a comment.
    var hashComments: Bool { [.python, .shell, .unknown, .data].contains(self) }
    /// Whether `//` and `/* */` are comments.
    var slashComments: Bool { [.javaScript, .swift, .rust, .go, .java, .c].contains(self) }
    /// Whether block comments contain block comments.
    var nestedComments: Bool { self == .swift || self == .rust }
    /// Whether three quotes open a text of many lines.
    var tripleQuotes: Bool { [.python, .swift, .java].contains(self) }
    /// Whether a single quote opens a text.
    var singleQuotes: Bool { self != .swift && self != .rust }
    /// Whether a backtick opens a text of many lines.
    var backticks: Bool { self == .javaScript || self == .go }
    /// Whether texts in double quotes may go over the end of a line.
    var multilineQuotes: Bool { self == .shell || self == .rust }
}
