import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// What the documents say, held against the code they speak of.
@Suite("documents")
struct DocumentTests {
    @Test("every type that the glossary names exists")
    func glossary() throws {
        let page = try #require(SourceTree.file("docs/glossary.md")).text
        let types = Set(SourceTree.sources.flatMap { SwiftCode.types($0.code, nested: true) })
        var count = 0
        for line in page.split(separator: "\n") {
            let cells = line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
            guard cells.count == 3 else { continue }
            for match in cells[2].matches(of: #/`(?<name>[A-Za-z]+)`/#) {
                count += 1
                #expect(types.contains(String(match.name)), "\(cells[0]): there is no type \(match.name)")
            }
        }
        #expect(count > 40)
    }

    @Test("every key that the page of backends sets exists, and takes what it is given")
    func backendKeys() async throws {
        let page = try #require(SourceTree.file("docs/backends.md")).text
        var text = ""
        for match in page.matches(of: #/git config --global gatekeeper\.(?<key>[a-z_.A-Z]+) (?<value>'[^']*'|[^\s#]+)/#)
        {
            let parts = match.key.split(separator: ".").map(String.init)
            let section =
                parts.count == 1 ? "[gatekeeper]" : "[gatekeeper \"\(parts.dropLast().joined(separator: "."))\"]"
            text += "\(section)\n\t\(parts.last ?? "") = \(match.value.filter { $0 != "'" })\n"
        }
        let policy = try await Self.resolve(text, isTracked: false)
        #expect(policy.effective.count >= 7)
        #expect(policy.backendSettings["codex"]?.mode.value == .workspace)
    }

    @Test("the glossary names every outcome and every transition")
    func glossaryOfValues() throws {
        let page = try #require(SourceTree.file("docs/glossary.md")).text
        for outcome in Outcome.allCases { #expect(page.contains(outcome.rawValue), "\(outcome.rawValue)") }
        for transition in Transition.allCases { #expect(page.contains(transition.rawValue), "\(transition.rawValue)") }
    }

    /// An example of docs/policy.md.
    struct Example: Sendable, CustomTestStringConvertible {
        let line: Int
        let text: String
        let isTracked: Bool
        var testDescription: String { "line \(line)" }
    }

    static let examples: [Example] = {
        var examples: [Example] = []
        var open: (line: Int, isTracked: Bool, lines: [Substring])?
        let text = SourceTree.file("docs/policy.md")?.text ?? ""
        for (index, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated() {
            if let block = open {
                if line == "```" {
                    let content = block.lines.joined(separator: "\n") + "\n"
                    examples.append(Example(line: block.line, text: content, isTracked: block.isTracked))
                    open = nil
                } else {
                    open?.lines.append(line)
                }
            } else if line == "```gitconfig" || line == "```gitconfig-user" {
                open = (index + 1, line == "```gitconfig", [])
            }
        }
        return examples
    }()

    @Test("an example of the policy page is a policy", arguments: examples)
    func policyExample(_ example: Example) async throws {
        let policy = try await Self.resolve(example.text, isTracked: example.isTracked)
        #expect(!policy.effective.isEmpty)
    }

    @Test("the policy page has examples of both files")
    func examplesAreFound() {
        #expect(Self.examples.count { $0.isTracked } >= 8)
        #expect(Self.examples.count { !$0.isTracked } >= 2)
    }

    @Test("what an example opens would be protected otherwise, and what it protects is not open anyway")
    func contractExample() async throws {
        let text = try #require(Self.examples.first { $0.text.contains("open =") }).text
        let policy = try await Self.resolve(text, isTracked: true)
        let plain = try Contract(protecting: [], opening: [], commandFiles: [])
        let real = try Contract(
            protecting: policy.protected.map(\.value),
            opening: policy.opened.map(\.value.glob),
            commandFiles: []
        )
        let opened = RepositoryPath(try #require(policy.opened.first).value.glob)
        #expect(plain.isProtected(opened))
        #expect(!real.isProtected(opened))
        let document = RepositoryPath("docs/protocol/wire.md")
        #expect(!plain.isProtected(document))
        #expect(real.isProtected(document))
    }

    @Test("the built-in values of the manual are those of the code")
    func standards() throws {
        var resolver = PolicyResolver(knownFormats: [])
        let policy = try resolver.resolve()
        let standard = Dictionary(uniqueKeysWithValues: PolicyKey.all.map { ($0.pattern, $0.standard ?? "") })
        #expect(PolicyValue.duration(standard["gatekeeper.limits.wallTime"] ?? "") == policy.limits.wallTime.value)
        #expect(PolicyValue.duration(standard["gatekeeper.limits.idleTime"] ?? "") == policy.limits.idleTime.value)
        #expect(PolicyValue.size(standard["gatekeeper.limits.output"] ?? "") == policy.limits.output.value)
        #expect(PolicyValue.size(standard["gatekeeper.limits.replyBytes"] ?? "") == policy.replyBytes.value)
        #expect(PolicyValue.integer(standard["gatekeeper.limits.files"] ?? "") == policy.candidateFiles.value)
        #expect(PolicyValue.integer(standard["gatekeeper.limits.lines"] ?? "") == policy.candidateLines.value)
        #expect(standard["gatekeeper.sandbox"] == policy.sandbox.value.rawValue)
        #expect(PolicyValue.boolean(standard["gatekeeper.requireBaseGreen"]) == policy.requireBaseGreen.value)
        #expect(PolicyValue.integer(standard["gatekeeper.maxRetries"] ?? "") == policy.maxRetries.value)
        #expect(PolicyValue.duration(standard["gatekeeper.timeBudget"] ?? "") == policy.timeBudget.value)
        #expect(PolicyValue.integer(standard["gatekeeper.jobs"] ?? "") == policy.jobs.value)
        #expect(standard["gatekeeper.backend"] == policy.backend.value)
        let timeout = PolicyValue.duration(standard["gatekeeper.backend.<name>.timeout"] ?? "")
        #expect(timeout == BackendSettings().timeout.value)
    }

    private static func resolve(_ text: String, isTracked: Bool) async throws -> ResolvedPolicy {
        try await withScratchFolder("documents") { scratch in
            let file = try PolicyFile(bytes: Array(text.utf8), place: "example", temporaryFolder: scratch)
            var resolver = PolicyResolver(knownFormats: Set(TestRunnerRegistry.names))
            if isTracked {
                resolver.add(file)
            } else {
                for assignment in file.assignments {
                    resolver.add(key: assignment.key, value: assignment.value ?? "true", source: assignment.source)
                }
            }
            return try resolver.resolve()
        }
    }
}
