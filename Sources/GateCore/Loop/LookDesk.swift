import GateGit

/// Takes the second look at candidates of one run: gathers what it needs from the trees and the failure.
actor LookDesk {
    private let session: Session
    private let record: FailureRecord
    private var assertions: [String]?
    private var headFiles: [RepositoryPath: TreeEntry]?

    /// Lines of one assertion that are read: it may go over several.
    private static let statementLines = 12
    private static let mostAssertions = 200

    init(session: Session, record: FailureRecord) {
        self.session = session
        self.record = record
    }

    /// What a person should look at; empty where policy or a test has switched the look off.
    func findings(_ candidate: Candidate) async throws -> [LookFinding] {
        guard Defence.secondLook.isOn, session.policy.secondLook.value != .off else { return [] }
        var files: [SecondLook.File] = []
        for change in candidate.changes where !session.contract.isProtected(change.path) {
            let base = try await session.repository.entry(change.path, in: session.proposal.baseTree)
            var before: [[UInt8]] = []
            for entry in [change.old, base].compactMap({ $0 }) where entry.mode.isRegularFile {
                before.append(try await session.repository.blob(entry.id))
            }
            var after: [UInt8] = []
            if let new = change.new, new.mode.isRegularFile { after = try await session.repository.blob(new.id) }
            files.append(
                SecondLook.File(
                    path: change.path,
                    before: before,
                    after: after,
                    isExecutable: change.new?.mode == .executable
                )
            )
        }
        let look = SecondLook(files)
        return look.findings(
            contractPaths: try await contractPaths(named: look.mentionedNames),
            assertions: try await failingAssertions()
        )
    }

    /// Files and folders of the contract whose last component is among some names.
    private func contractPaths(named names: Set<String>) async throws -> Set<String> {
        guard !names.isEmpty else { return [] }
        var paths: Set<String> = []
        var seen: Set<RepositoryPath> = []
        for path in try await files().keys {
            for place in path.ancestors + [path] where seen.insert(place).inserted {
                guard let text = place.text, let last = text.split(separator: "/").last, names.contains(String(last))
                else { continue }
                // A folder belongs to the contract where anything put into it would.
                let inside = place == path ? place : place.appending(Array("any-file".utf8))
                if session.contract.isProtected(inside), !Self.manifests.contains(String(last)) { paths.insert(text) }
            }
        }
        return paths
    }

    /// Files of the contract that code outside of tests has its reasons to read.
    private static let manifests: Set<String> = [
        "package.json", "pyproject.toml", "setup.cfg", "setup.py", "Cargo.toml", "go.mod", "pom.xml", "Makefile",
        "CMakeLists.txt", "Package.swift", "tsconfig.json", "requirements.txt", ".gitignore", ".gitattributes",
        ".github", "hooks", ".gitmodules", ".npmrc", "Dockerfile", ".env", ".envrc", "composer.json", "build.gradle",
    ]

    private func files() async throws -> [RepositoryPath: TreeEntry] {
        if let headFiles { return headFiles }
        let found = try await session.repository.files(in: session.proposal.headTree)
        headFiles = found
        return found
    }

    /// Where the red targets fail: the statements of the tests, as far as their texts name a place, and their words.
    private func failingAssertions() async throws -> [String] {
        if let assertions { return assertions }
        var found: [String] = []
        var read: Set<String> = []
        let files = try await files()
        for test in record.failedTests.prefix(Self.mostAssertions) where test.isTarget {
            let text = "\(test.message)\n\(test.detail)"
            // pytest shows the statement itself, and the values of its names.
            found += text.split(separator: "\n").prefix(400).filter { $0.hasPrefix(">") || $0.hasPrefix("E ") }
                .map { String($0.dropFirst()) }
            for place in LookPlaces.find(in: text) {
                guard found.count < 4 * Self.mostAssertions, let path = LookPlaces.path(place.path, in: files),
                    session.contract.isProtected(path), read.insert("\(path):\(place.line)").inserted,
                    let entry = files[path], entry.mode.isRegularFile
                else { continue }
                let content = try await session.repository.blob(entry.id)
                if let statement = LookPlaces.statement(content, at: place.line, most: Self.statementLines) {
                    found.append(statement)
                }
            }
        }
        assertions = found
        return found
    }
}

/// Places of source files as tools write them in traces.
enum LookPlaces {
    /// `File "a/b.py", line 12`, `a/b.js:12:5`, `a/b.swift:12`.
    static func find(in text: String) -> [(path: String, line: Int)] {
        var found: [(String, Int)] = []
        for line in text.split(separator: "\n").prefix(400) {
            if let start = line.firstRange(of: "File \""), let end = line.firstRange(of: "\", line ") {
                let digits = line[end.upperBound...].prefix(while: \.isNumber)
                if start.upperBound <= end.lowerBound, let number = Int(digits) {
                    found.append((String(line[start.upperBound..<end.lowerBound]), number))
                }
                continue
            }
            for token in line.split(whereSeparator: { " \t()[]'\"`,".contains($0) }) {
                let parts = token.split(separator: ":", omittingEmptySubsequences: false)
                guard let index = parts.indices.dropFirst().first(where: { Int(parts[$0]) != nil }),
                    let number = Int(parts[index]), parts[index - 1].contains(".")
                else { continue }
                found.append((String(parts[index - 1]), number))
            }
        }
        return found
    }

    /// The file of a tree that a path from anywhere means: the longest end of it that is one.
    static func path(_ written: String, in files: [RepositoryPath: TreeEntry]) -> RepositoryPath? {
        let parts = written.split(separator: "/").filter { $0 != "." }
        return parts.indices.lazy.map { RepositoryPath(parts[$0...].joined(separator: "/")) }.first { files[$0] != nil }
    }

    /// The statement that stands at a line: as many lines as it takes to close what is open.
    ///
    /// Some runners name the last line of a statement, others the first: what is open before is taken as well.
    static func statement(_ content: [UInt8], at line: Int, most: Int) -> String? {
        let lines = content.split(separator: 0x0A, omittingEmptySubsequences: false).map {
            String(decoding: $0, as: UTF8.self)
        }
        guard lines.indices.contains(line - 1) else { return nil }
        func balance(_ text: String) -> Int {
            text.reduce(0) { $0 + ("([{".contains($1) ? 1 : ")]}".contains($1) ? -1 : 0) }
        }
        var text = lines[line - 1]
        var first = line - 1
        while balance(text) < 0, first > 0, line - first < most {
            first -= 1
            text = lines[first] + "\n" + text
        }
        var last = line
        while balance(text) > 0, last < lines.count, last - line < most {
            text += "\n" + lines[last]
            last += 1
        }
        return text
    }
}

extension LookFinding {
    /// The finding as a reason that leaves the verdict open, or as a remark.
    var reason: Reason { Reason(.reviewRequired, path.description, message) }
}
