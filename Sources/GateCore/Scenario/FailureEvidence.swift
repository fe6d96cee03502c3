package import GateGit

/// What of a failure records are held against and drafted from, prepared once.
package struct FailureEvidence: Sendable, Hashable {
    /// A red test with the first words of its failure.
    package struct Test: Sendable, Hashable {
        package let id: String
        package let message: String

        package init(id: String, message: String) {
            self.id = id
            self.message = message
        }
    }

    /// The targets; every red test where there are none.
    package let tests: [Test]
    /// Files outside the contract that the failure leads to, most suspicious first.
    package let files: [RepositoryPath]
    /// Detected patterns, the primary one first.
    package let patterns: [PatternKey]
    /// Everything the failure says, in lower case with single spaces.
    private let text: String

    /// Longest text that signatures are looked for in, in characters.
    private static let mostText = 1 << 20
    private static let mostTests = 200

    /// - Parameters:
    ///   - texts: what the failure says, in any form.
    package init(tests: [Test], files: [RepositoryPath], patterns: [PatternKey], texts: [String]) {
        self.tests = tests
        self.files = files
        self.patterns = patterns
        text = Self.plain(String(texts.joined(separator: "\n").prefix(Self.mostText)))
    }

    /// - Parameter suspects: files that the failure leads to by other ways than naming them.
    package init(_ failure: FailureRecord, suspects: [RepositoryPath] = []) {
        let targets = failure.failedTests.filter(\.isTarget)
        var seen: Set<RepositoryPath> = []
        self.init(
            tests: (targets.isEmpty ? failure.failedTests : targets).map { Test(id: $0.id.name, message: $0.message) },
            files: (failure.likelyFiles + suspects).filter { seen.insert($0).inserted },
            patterns: failure.patterns.map(\.key),
            texts: failure.failedTests.prefix(Self.mostTests).flatMap { [$0.message, $0.detail] } + [failure.output]
        )
    }

    /// The first test that one of some patterns names.
    func test(like patterns: [String]) -> (pattern: String, id: String)? {
        for pattern in patterns {
            if let test = tests.first(where: { TestPattern.matches(pattern, $0.id) }) { return (pattern, test.id) }
        }
        return nil
    }

    /// The first file that lies in one of some areas.
    func file(in areas: [String]) -> (area: String, path: RepositoryPath)? {
        for area in areas {
            guard let glob = try? Glob(area) else { continue }
            if let path = files.first(where: glob.matches) { return (area, path) }
        }
        return nil
    }

    /// The first of some texts that the failure says, in any case and wrapping.
    func signature(among signatures: [String]) -> String? {
        signatures.first { text.contains(Self.plain($0)) }
    }

    private static func plain(_ text: String) -> String {
        var plain = ""
        plain.reserveCapacity(text.utf8.count)
        var wasBlank = false
        for scalar in text.lowercased().unicodeScalars {
            let isBlank = scalar.properties.isWhitespace
            if !isBlank {
                plain.unicodeScalars.append(scalar)
            } else if !wasBlank {
                plain.unicodeScalars.append(" ")
            }
            wasBlank = isBlank
        }
        return plain
    }
}
