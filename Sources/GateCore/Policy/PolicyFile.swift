import GateGit

/// The tracked policy file as text: where it lies, and its assignments with their lines.
package struct PolicyFile: Sendable {
    /// Path of the tracked policy in every repository.
    package static let path = ".gatekeeper/config"

    /// One assignment of the file.
    package struct Assignment: Sendable, Hashable {
        /// Section and name in lower case, subsection as written.
        package let key: String
        /// `nil` where the key stands alone, which means true.
        package let value: String?
        package let source: PolicySource
    }

    package let assignments: [Assignment]

    /// Reads a policy from bytes.
    ///
    /// - Parameters:
    ///   - place: where the bytes come from, for messages: a commit's abbreviated id, or `working tree`.
    ///   - temporaryFolder: absolute path of a private folder; libgit2 reads configuration from files only.
    /// - Throws: `GateFailure` that names file and line where the syntax is broken.
    package init(bytes: [UInt8], place: String, temporaryFolder: String) throws {
        guard !bytes.contains(0), let text = String(validating: bytes, as: UTF8.self) else {
            throw GateFailure("policy.encoding", "'\(Self.path)' (\(place)) is not UTF-8 text")
        }
        let folder = try SafeScratch.file(named: "policy", content: bytes, in: temporaryFolder)
        let entries: [ConfigFile.Entry]
        let lines = PolicyLines(text)
        // An include would let a tracked file reach any file of the machine, so it is refused before libgit2 reads it.
        if let line = lines.firstInclude { throw Self.includes(place, line: line) }
        do {
            entries = try ConfigFile.entries(path: folder)
        } catch {
            throw GateFailure(
                "policy.syntax",
                "'\(Self.path)' (\(place)) is not in git-config syntax: "
                    + error.message.replacing("cannot read '\(folder)': ", with: "").replacing(folder, with: Self.path),
                hints: ["check it with 'git config --file \(Self.path) --list'"]
            )
        }
        guard !entries.contains(where: { $0.key.hasPrefix("include.") || $0.key.hasPrefix("includeif.") }) else {
            throw Self.includes(place, line: nil)
        }
        var seen: [String: Int] = [:]
        assignments = entries.map { entry in
            let count = seen[entry.key, default: 0]
            seen[entry.key] = count + 1
            return Assignment(
                key: entry.key,
                value: entry.value,
                source: .tracked(place: place, line: lines.line(of: entry.key, occurrence: count))
            )
        }
    }

    private static func includes(_ place: String, line: Int?) -> GateFailure {
        GateFailure(
            "policy.include",
            PolicySource.tracked(place: place, line: line).description.replacing(path, with: "'\(path)'")
                + ": a tracked policy may not include other files"
        )
    }
}

/// Finds the lines that messages name; values are libgit2's business.
struct PolicyLines {
    private var lines: [String: [Int]] = [:]
    /// First line that opens a section whose name begins with `include`, continued or not.
    private(set) var firstInclude: Int?

    init(_ text: String) {
        var prefix = ""
        var continued = false
        // Split at newlines only: as characters, a carriage return and a newline would be one that is neither.
        let all = text.unicodeScalars.split(separator: "\n", omittingEmptySubsequences: false)
        for (index, raw) in all.enumerated() {
            var line = Substring(raw).drop(while: Self.isBlank)
            if firstInclude == nil, Self.opensInclude(line) { firstInclude = index + 1 }
            let wasContinued = continued
            continued = Self.endsInBackslash(line) && (wasContinued || !line.hasPrefix("#") && !line.hasPrefix(";"))
            if wasContinued { continue }
            while line.hasPrefix("["), let (header, rest) = Self.header(of: line) {
                prefix = header
                line = rest.drop(while: Self.isBlank)
            }
            let name = line.prefix { $0.isLetter || $0.isNumber || $0 == "-" }
            guard !name.isEmpty else { continue }
            lines["\(prefix).\(name.lowercased())", default: []].append(index + 1)
        }
    }

    /// Line of the nth assignment of a key, from 1.
    func line(of key: String, occurrence: Int) -> Int? {
        guard let all = lines[key], occurrence < all.count else { return nil }
        return all[occurrence]
    }

    private static func isBlank(_ character: Character) -> Bool {
        character == " " || character == "\t" || character == "\r" || character == "\u{FEFF}"
    }

    /// Whether a line that begins with a section header has one of an include in it; rather one too many than one
    /// too few.
    private static func opensInclude(_ line: Substring) -> Bool {
        line.hasPrefix("[") && line.lowercased().filter { !isBlank($0) }.contains("[include")
    }

    private static func endsInBackslash(_ line: Substring) -> Bool {
        let bare = line.last == "\r" ? line.dropLast() : line
        return bare.reversed().prefix { $0 == "\\" }.count % 2 == 1
    }

    /// The key prefix that a section header stands for, and what follows the header.
    private static func header(of line: Substring) -> (prefix: String, rest: Substring)? {
        var section = ""
        var subsection: String?
        var isQuoted = false
        var isEscaped = false
        for index in line.indices.dropFirst() {
            let character = line[index]
            if isEscaped {
                subsection?.append(character)
                isEscaped = false
            } else if isQuoted {
                switch character {
                case "\\": isEscaped = true
                case "\"": isQuoted = false
                default: subsection?.append(character)
                }
            } else if character == "\"" {
                isQuoted = true
                subsection = ""
            } else if character == "]" {
                let name = section.lowercased()
                return (subsection.map { "\(name).\($0)" } ?? name, line[line.index(after: index)...])
            } else if !isBlank(character) {
                section.append(character)
            }
        }
        return nil
    }
}
