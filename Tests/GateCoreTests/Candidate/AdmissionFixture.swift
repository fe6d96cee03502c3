import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// A small real repository with tests, a tracked link, an executable, and a folder beside it that nothing may touch.
struct AdmissionFixture: Sendable {
    let fixture: TestRepository
    let repository: GitRepository
    let head: ObjectID
    let contract: Contract
    let temporary: String

    /// What a reply came to.
    struct Result: Sendable {
        var codes: [String]
        var tree: ObjectID?
        var paths: [String] = []
        var messages: [String] = []
    }

    static func with<R>(_ body: (AdmissionFixture) async throws -> R) async throws -> R {
        try await withTestRepository("admission") { fixture in
            let outside = "\(fixture.scratch)/outside"
            try FileManager.default.createDirectory(atPath: outside, withIntermediateDirectories: true)
            try Data("sentinel\n".utf8).write(to: URL(fileURLWithPath: "\(outside)/evil.txt"))
            for (path, content) in files { try fixture.write(path, content) }
            try fixture.write("bin/tool.sh", "#!/bin/sh\necho 1\n", executable: true)
            try FileManager.default.createSymbolicLink(atPath: "\(fixture.path)/lnk", withDestinationPath: "../outside")
            try await fixture.git("config", "core.precomposeunicode", "false")
            try await fixture.commitAll("head")
            let repository = try await fixture.open()
            let commit = try #require(try await repository.resolveCommit("HEAD"))
            let temporary = "\(fixture.scratch)/temporary"
            try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
            return try await body(
                AdmissionFixture(
                    fixture: fixture,
                    repository: repository,
                    head: try await repository.tree(ofCommit: commit),
                    contract: try Contract(protecting: [], opening: [], commandFiles: [RepositoryPath("tools/check")]),
                    temporary: temporary
                )
            )
        }
    }

    static let files: [(String, String)] = [
        ("src/calc/__init__.py", ""),
        ("src/calc/core.py", "def sub(a, b):\n    return a + b\n\n\ndef add(a, b):\n    return a + b\n"),
        ("src/a.py", "one\ntwo\nthree\nfour\nfive\nsix\nseven\neight\nnine\nten\n"),
        ("src/crlf.txt", "one\r\ntwo\r\nthree\r\n"), ("src/noeol.txt", "one\ntwo"), ("src/big/one.py", "1\n"),
        ("src/big/two.py", "2\n"), ("src/data.bin", "a\0b\n"), ("src/sp ace.txt", "one\n"),
        ("src/tr\u{e4}nen.txt", "one\n"), ("tests/test_core.py", "def test_sub():\n    assert sub(5, 3) == 2\n"),
        ("tests/__snapshots__/x.snap", "snap\n"), ("docs/readme.md", "# read\n"), ("Makefile", "test:\n\tpytest\n"),
        ("package.json", "{\"scripts\":{\"test\":\"node --test\"}}\n"),
        ("pyproject.toml", "[tool.pytest.ini_options]\n"),
        (".github/workflows/ci.yml", "on: push\n"), (".gatekeeper/config", "[gatekeeper]\n\tmaxRetries = 2\n"),
        ("tools/check", "#!/bin/sh\n"), ("empty.txt", ""),
    ]

    /// Reads a reply as a run would: parsed, built, admitted.
    func submit(reply: String, limits: CandidateLimits = CandidateLimits(), scope: [String] = []) async throws -> Result
    {
        switch ReplyParser.parse(Array(reply.utf8), limit: limits.replyBytes) {
        case .failure(let refusal):
            return Result(codes: refusal.findings.map(\.code), messages: refusal.findings.map(\.message))
        case .success(let answer): return try await submit(answer, limits: limits, scope: scope)
        }
    }

    func submit(_ answer: Answer, limits: CandidateLimits = CandidateLimits(), scope: [String] = []) async throws
        -> Result
    {
        let builder = CandidateBuilder(repository: repository, head: head, temporaryFolder: temporary)
        switch try await builder.build(answer) {
        case .refused(let findings): return Result(codes: findings.map(\.code), messages: findings.map(\.message))
        case .candidate(let candidate, let declared):
            let admission = Admission(contract: contract, limits: limits, scope: try scope.map { try Glob($0) })
            let findings = try await admission.findings(
                candidate,
                declared: declared,
                head: head,
                repository: repository
            )
            return Result(
                codes: findings.map(\.code),
                tree: candidate.tree,
                paths: candidate.changes.map { "\($0.path)" },
                messages: findings.map(\.message)
            )
        }
    }

    /// A tree made by git itself, as an embedded backend or a commit would give it.
    func tree(_ lines: [String], onto commit: Bool = true) async throws -> ObjectID {
        let index = "\(fixture.scratch)/tree-\(UUID().uuidString.prefix(8)).index"
        if commit { _ = try await repository.command.output(["read-tree", head.hex], indexFile: index) }
        let input = lines.joined(separator: "\n") + "\n"
        _ = try await repository.command.output(
            ["update-index", "--add", "--replace", "--index-info"],
            input: Array(input.utf8),
            indexFile: index
        )
        let written = try await repository.command.output(["write-tree"], indexFile: index)
        return try #require(ObjectID(hex: String(decoding: written.prefix(40), as: UTF8.self)))
    }

    func content(_ path: String, in tree: ObjectID?) async throws -> String? {
        guard let tree, let entry = try await repository.entry(RepositoryPath(path), in: tree) else { return nil }
        return String(decoding: try await repository.blob(entry.id), as: UTF8.self)
    }

    /// Everything that no candidate may change before it is accepted, as text.
    func untouchables() async throws -> String {
        var text = try await fixture.git("status", "--porcelain=v2", "--branch")
        text += try await fixture.git("for-each-ref")
        for path in [".git/index", ".git/HEAD", ".git/config", "../outside/evil.txt"] {
            text +=
                "\(path) \(FileManager.default.contents(atPath: "\(fixture.path)/\(path)")?.base64EncodedString() ?? "-")\n"
        }
        for folder in [fixture.path, "\(fixture.scratch)/outside", "\(fixture.path)/.git/hooks"] {
            let names = try FileManager.default.subpathsOfDirectory(atPath: folder).filter {
                !$0.hasPrefix(".git/objects")
            }.sorted()
            text += names.joined(separator: "\n")
        }
        return text
    }
}

/// A reply with whole new contents.
func edits(_ files: [(String, String)]) -> String {
    let list = files.map { ["path": $0.0, "content": $0.1] }
    let data = try? JSONSerialization.data(withJSONObject: ["edits": list])
    return String(decoding: data ?? Data(), as: UTF8.self)
}

/// A patch that adds one file of one line.
func adding(_ path: String, mode: String = "100644", line: String = "evil") -> String {
    "diff --git a/\(path) b/\(path)\nnew file mode \(mode)\n--- /dev/null\n+++ b/\(path)\n@@ -0,0 +1 @@\n+\(line)\n"
}
