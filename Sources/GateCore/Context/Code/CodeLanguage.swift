import GateGit

/// Languages whose files the context can follow from one to the next.
package enum CodeLanguage: String, Sendable, Hashable, CaseIterable {
    case python, javaScript, swift, rust, go, java, ruby, c, shell

    private static let byEnding: [String: CodeLanguage] = [
        "py": .python, "pyi": .python, "pyx": .python, "pyw": .python,
        "js": .javaScript, "mjs": .javaScript, "cjs": .javaScript, "jsx": .javaScript,
        "ts": .javaScript, "mts": .javaScript, "cts": .javaScript, "tsx": .javaScript,
        "vue": .javaScript, "svelte": .javaScript,
        "swift": .swift, "rs": .rust, "go": .go, "java": .java, "kt": .java, "kts": .java, "rb": .ruby, "rake": .ruby,
        "c": .c, "h": .c, "cc": .c, "cpp": .c, "cxx": .c, "hh": .c, "hpp": .c, "hxx": .c, "m": .c, "mm": .c,
        "sh": .shell, "bash": .shell, "zsh": .shell, "ksh": .shell, "bats": .shell,
    ]

    /// The language that a file's name says; `nil` where it says none.
    package init?(path: String) {
        guard let ending = PathText.ending(of: path), let language = Self.byEnding[ending] else { return nil }
        self = language
    }

    /// The language of a file without a telling name, from the interpreter that its first line names.
    package init?(interpreter content: [UInt8]) {
        guard content.starts(with: [0x23, 0x21]) else { return nil }
        switch LookLanguage.of(RepositoryPath(""), content: content) {
        case .python: self = .python
        case .javaScript: self = .javaScript
        case .shell: self = .shell
        default: return nil
        }
    }

    /// How its tokens are read.
    package var lexer: LookLanguage {
        switch self {
        case .python: .python
        case .javaScript: .javaScript
        case .swift: .swift
        case .rust: .rust
        case .go: .go
        case .java: .java
        // Comments and texts of Ruby are those of a file of which only that much is known.
        case .ruby: .unknown
        case .c: .c
        case .shell: .shell
        }
    }

    /// How its imports are read and resolved.
    var dependencies: any DependencyLanguage {
        switch self {
        case .python: PythonDependencies()
        case .javaScript: JavaScriptDependencies()
        case .swift: SwiftDependencies()
        case .rust: RustDependencies()
        case .go: GoDependencies()
        case .java: JavaDependencies()
        case .ruby: RubyDependencies()
        case .c: CDependencies()
        case .shell: ShellDependencies()
        }
    }
}

/// Paths as text, with `/` between their parts and none at either end.
package enum PathText {
    /// What stands before the last slash; empty for a path at the root.
    package static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }

    /// What stands behind the last slash.
    package static func name(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[path.index(after: $0)...]) } ?? path
    }

    /// The name without what stands behind its last dot.
    package static func stem(of path: String) -> String {
        let name = name(of: path)
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return name }
        return String(name[..<dot])
    }

    /// What stands behind the last dot of the name, in lower case.
    package static func ending(of path: String) -> String? {
        let name = name(of: path)
        guard let dot = name.lastIndex(of: "."), dot != name.startIndex else { return nil }
        return name[name.index(after: dot)...].lowercased()
    }

    /// Two paths, one behind the other.
    package static func join(_ folder: String, _ path: String) -> String {
        if folder.isEmpty { return path }
        return path.isEmpty ? folder : "\(folder)/\(path)"
    }

    /// A path without `.` and `..`; `nil` where it leaves the repository or is absolute.
    package static func normalised(_ path: String) -> String? {
        guard !path.hasPrefix("/"), path.utf8.count <= 4096 else { return nil }
        var parts: [Substring] = []
        for part in path.split(separator: "/") where part != "." {
            if part == ".." {
                if parts.popLast() == nil { return nil }
            } else {
                parts.append(part)
            }
        }
        return parts.joined(separator: "/")
    }

    /// A folder and every folder above it, innermost first, the root last.
    package static func ancestors(of folder: String) -> [String] {
        var all = [folder]
        var current = folder
        while !current.isEmpty, all.count < 64 {
            current = Self.folder(of: current)
            all.append(current)
        }
        return all
    }
}
