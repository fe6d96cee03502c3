package import GateGit

/// The static second look: what a candidate brings into the code that an ordinary repair does not need.
///
/// A pure function over the files a candidate changes. It never rejects: each finding is a question to a person. A
/// construct that the same candidate takes out of a file, or that stood there before, is no finding wherever it stands
/// now.
package struct SecondLook: Sendable {
    /// One file a candidate changes, outside the contract.
    package struct File: Sendable {
        package let path: RepositoryPath
        /// What people have already: the head's version, and the base's where there is one.
        package let before: [[UInt8]]
        package let after: [UInt8]
        package let isExecutable: Bool

        package init(path: RepositoryPath, before: [[UInt8]], after: [UInt8], isExecutable: Bool = false) {
            self.path = path
            self.before = before
            self.after = after
            self.isExecutable = isExecutable
        }
    }

    /// A place of a construct, before it is known whether it is new.
    struct Place: Sendable {
        let rule: String
        let why: String
        /// What two equal constructs share.
        let key: String
        let line: Int
    }

    private struct Reading {
        let file: File
        let language: LookLanguage
        let tokens: [LookToken]
        let old: [[LookToken]]
        let lines: [ArraySlice<UInt8>]
        /// Lines, from 1, that no version before has.
        let added: Set<Int>
    }

    private let readings: [Reading]
    /// Findings that are shown of one kind in one file.
    private static let most = 5

    package init(_ files: [File]) {
        readings = files.compactMap { file in
            let language = LookLanguage.of(file.path, content: file.after)
            guard language != .prose, !file.after.contains(0) else { return nil }
            return Reading(
                file: file,
                language: language,
                tokens: LookLexer.tokens(file.after, language),
                old: file.before.map { LookLexer.tokens($0, language) },
                lines: file.after.split(separator: 0x0A, omittingEmptySubsequences: false),
                added: Self.addedLines(file)
            )
        }
    }

    /// Last components of everything that is written like a path on an added line: what may name the contract.
    package var mentionedNames: Set<String> {
        Set(
            readings.flatMap { reading in
                mentions(reading).compactMap { $0.path.split(separator: "/").last.map(String.init) }
            }
        )
    }

    /// Everything a person should look at, in the order of paths and lines.
    ///
    /// - Parameters:
    ///   - contractPaths: paths of existing files and folders of the contract, as far as `mentionedNames` names them.
    ///   - assertions: what the failing tests say where they fail: lines of source, and messages.
    package func findings(contractPaths: Set<String>, assertions: [String]) -> [LookFinding] {
        var findings = constructs()
        for reading in readings {
            for mention in mentions(reading) where names(mention.path, contractPaths, isRead: mention.isRead) {
                findings.append(
                    finding(
                        "look.contract-path",
                        reading,
                        mention.line,
                        "product code that names a file of the tests can read the answers from it"
                    )
                )
            }
            let cases = SpecialCases(assertions: assertions)
            for line in cases.lines(in: reading.tokens.filter { reading.added.contains($0.line) }, reading.language) {
                findings.append(
                    finding(
                        "look.special-case",
                        reading,
                        line,
                        "the values of a failing test stand here, so that this may be an answer to the test alone"
                    )
                )
            }
        }
        return Self.short(findings)
    }

    // MARK: constructs

    private func constructs() -> [LookFinding] {
        var stock: [String: Int] = [:]
        for reading in readings {
            // Head and base are two versions of one file: what either has, people have accepted.
            var own: [String: Int] = [:]
            for old in reading.old {
                let places = Self.places(old, reading.language, isLibrary: false, isOld: true)
                own.merge(Dictionary(places.map { ($0.key, 1) }, uniquingKeysWith: +), uniquingKeysWith: max)
            }
            stock.merge(own, uniquingKeysWith: +)
        }
        var findings: [LookFinding] = []
        var new: [(Reading, Place)] = []
        // Places on lines that stood there before use up the stock first.
        for reading in readings {
            let isLibrary =
                reading.language == .shell && !reading.file.isExecutable
                && !reading.file.after.starts(with: [0x23, 0x21])
            let places = Self.places(reading.tokens, reading.language, isLibrary: isLibrary, isOld: false)
            for place in places where !reading.added.contains(place.line) {
                if let left = stock[place.key], left > 0 {
                    stock[place.key] = left - 1
                } else {
                    new.append((reading, place))
                }
            }
            new += places.filter { reading.added.contains($0.line) }.map { (reading, $0) }
        }
        for (reading, place) in new {
            if reading.added.contains(place.line), let left = stock[place.key], left > 0 {
                stock[place.key] = left - 1
                continue
            }
            findings.append(finding(place.rule, reading, place.line, place.why))
        }
        return findings
    }

    private static let rules: [(LookLanguage, [LookRule])] = LookLanguage.allCases.map { language in
        (language, LookRule.all.filter { $0.languages.contains(language) })
    }

    /// Every construct of a file that some rule is about.
    private static func places(
        _ tokens: [LookToken],
        _ language: LookLanguage,
        isLibrary: Bool,
        isOld: Bool
    ) -> [Place] {
        var places: [Place] = []
        let mine = rules.first { $0.0 == language }?.1 ?? []
        var byWord: [String: [(LookRule, TokenPattern)]] = [:]
        var others: [(LookRule, TokenPattern)] = []
        for rule in mine {
            for pattern in rule.patterns {
                if let words = pattern.firstWords {
                    for word in words { byWord[word, default: []].append((rule, pattern)) }
                } else {
                    others.append((rule, pattern))
                }
            }
        }
        for index in tokens.indices {
            let token = tokens[index]
            for (rule, pattern) in (token.kind == .text ? [] : byWord[token.text] ?? []) + others {
                guard let end = pattern.match(tokens, at: index) else { continue }
                // The distance between the parts of a construct is no part of it.
                let ends = [tokens[index].text, tokens[end - 1].text].joined(separator: " ")
                places.append(Place(rule: rule.code, why: rule.why, key: "\(rule.code) \(ends)", line: token.line))
            }
        }
        switch language {
        case .python: places += PythonLook.places(tokens)
        case .shell where isLibrary || isOld: places += ShellLook.places(tokens)
        default: break
        }
        return places
    }

    // MARK: paths of the contract

    private struct Mention {
        let path: String
        let line: Int
        /// Whether the line opens, lists or searches something.
        let isRead: Bool
    }

    private static let readers: Set<String> = [
        "open", "read", "read_text", "read_bytes", "readFileSync", "readFile", "readdir", "readdirSync", "listdir",
        "glob", "Path", "join", "walk", "scandir", "require", "import", "cat", "grep", "sed", "awk", "source", ".",
        "head", "tail", "fopen", "ifstream", "File", "ReadFile", "ReadDir", "include_str", "contentsOfFile", "resolve",
        "URL", "find", "exec", "linecache", "getline", "loadtxt", "egrep", "rg",
    ]

    private func mentions(_ reading: Reading) -> [Mention] {
        guard reading.language != .data else { return [] }
        let readingLines = Set(
            reading.tokens.filter {
                $0.kind != .text && Self.readers.contains($0.text) && reading.added.contains($0.line)
            }
            .map(\.line)
        )
        return reading.tokens.filter { token in
            reading.added.contains(token.line)
                && (token.kind == .text || (reading.language == .shell && token.kind == .word))
        }.flatMap { token in
            // A text for people, a docstring above all, may name whatever it likes.
            token.text.utf8.count > 300 || token.text.contains("\n")
                ? []
                : token.text.split { " \t\"'`$(){}<>,;:|".contains($0) }.map {
                    Mention(path: String($0), line: token.line, isRead: readingLines.contains(token.line))
                }
        }.filter { $0.path.utf8.count <= 200 && $0.path.contains { $0.isLetter } }
    }

    /// Whether a path as written means one of the contract: the whole of it, or its end below some folder.
    private func names(_ written: String, _ contractPaths: Set<String>, isRead: Bool) -> Bool {
        let parts = written.split(separator: "/").map(String.init).filter { $0 != "." && $0 != ".." }
        guard let last = parts.last else { return false }
        if parts.count > 1 {
            return parts.indices.dropLast().contains { contractPaths.contains(parts[$0...].joined(separator: "/")) }
        }
        let isFileOfTests = contractPaths.contains { $0 == last || $0.hasSuffix("/\(last)") }
        return isFileOfTests && (last.contains(".") || isRead)
    }

    // MARK: helpers

    private func finding(_ code: String, _ reading: Reading, _ line: Int, _ why: String) -> LookFinding {
        let bytes = reading.lines.indices.contains(line - 1) ? reading.lines[line - 1] : []
        let text = String(decoding: bytes, as: UTF8.self)
        let trimmed = text.drop { $0.isWhitespace }.reversed().drop { $0.isWhitespace }.reversed()
        return LookFinding(
            code: code,
            path: reading.file.path,
            line: line,
            text: Excerpt.line(String(trimmed), maximum: 160),
            why: why
        )
    }

    /// Lines that no version before has, counted with their multiplicity; what only moved or was indented is not among
    /// them.
    private static func addedLines(_ file: File) -> Set<Int> {
        func trimmed(_ line: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
            let rest = line.drop { $0 <= 0x20 }
            return rest.prefix(rest.count - rest.reversed().prefix { $0 <= 0x20 }.count)
        }
        var counts: [ArraySlice<UInt8>: Int] = [:]
        for version in file.before {
            var own: [ArraySlice<UInt8>: Int] = [:]
            for line in version.split(separator: 0x0A) { own[trimmed(line), default: 0] += 1 }
            counts.merge(own, uniquingKeysWith: max)
        }
        var added: Set<Int> = []
        for (index, line) in file.after.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            let text = trimmed(line)
            guard !text.isEmpty else { continue }
            if let left = counts[text], left > 0 { counts[text] = left - 1 } else { added.insert(index + 1) }
        }
        return added
    }

    /// One finding for each line and kind, and no more than a few of one kind in one file.
    private static func short(_ findings: [LookFinding]) -> [LookFinding] {
        var shown: [String: Int] = [:]
        return Set(findings).sorted { ($0.path, $0.line, $0.code) < ($1.path, $1.line, $1.code) }.filter { finding in
            let key = "\(finding.code) \(finding.path)"
            shown[key, default: 0] += 1
            return shown[key, default: 0] <= most
        }
    }
}
