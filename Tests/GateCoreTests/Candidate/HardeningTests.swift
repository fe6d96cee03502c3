import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// Ways round the rules that do not look like breaking one.
@Suite("Admission: ways round the rules")
struct HardeningTests {
    @Test("files that make a folder look like a repository are refused, a folder called objects is not")
    func embeddedRepository() async throws {
        try await AdmissionFixture.with { fixture in
            let bare = try await fixture.submit(
                reply: edits([
                    ("src/sub/HEAD", "ref: refs/heads/main\n"), ("src/sub/objects/keep", ""), ("src/sub/refs/keep", ""),
                    ("src/sub/config", "[core]\n\tfsmonitor = ./evil\n"),
                ])
            )
            #expect(bare.codes.contains("tree.embedded-repo"))
            let folded = try await fixture.submit(
                reply: edits([("src/sub/head", "x\n"), ("src/sub/Objects/a", "x\n"), ("src/sub/REFS/a", "x\n")])
            )
            #expect(folded.codes.contains("tree.embedded-repo"))
            let honest = try await fixture.submit(
                reply: edits([("src/objects/a.py", "x\n"), ("src/refs/a.py", "x\n")])
            )
            #expect(honest.codes.isEmpty)
        }
    }

    @Test("the last missing part of a repository is refused where the head holds the rest")
    func embeddedRepositoryCompleted() async throws {
        try await AdmissionFixture.with { fixture in
            let blob = try await fixture.repository.writeBlob(Array("x\n".utf8))
            let head = try await fixture.tree([
                "100644 \(blob)\tdata/objects/a", "100644 \(blob)\tdata/refs/a",
            ])
            let builder = CandidateBuilder(
                repository: fixture.repository,
                head: head,
                temporaryFolder: fixture.temporary
            )
            let edit = Edit(path: RepositoryPath("data/HEAD"), change: .content(Array("ref: refs/heads/x\n".utf8)))
            guard case .candidate(let candidate, let declared) = try await builder.build(.edits([edit])) else {
                Issue.record("no candidate")
                return
            }
            let findings = try await Admission(contract: fixture.contract, limits: CandidateLimits(), scope: [])
                .findings(candidate, declared: declared, head: head, repository: fixture.repository)
            #expect(findings.map(\.code) == ["tree.embedded-repo"])
        }
    }

    @Test("an invisible character more is refused, also where the file already holds one")
    func invisibleCharacters() async throws {
        try await AdmissionFixture.with { fixture in
            let holding = try await fixture.repository.writeBlob(Array("a = '\u{200d}'\n".utf8))
            let head = try await fixture.tree(["100644 \(holding)\tsrc/emoji.py"])
            func codes(_ path: String, _ text: String) async throws -> [String] {
                let builder = CandidateBuilder(
                    repository: fixture.repository,
                    head: head,
                    temporaryFolder: fixture.temporary
                )
                let edit = Edit(path: RepositoryPath(path), change: .content(Array(text.utf8)))
                guard case .candidate(let candidate, let declared) = try await builder.build(.edits([edit])) else {
                    return ["no candidate"]
                }
                return try await Admission(contract: fixture.contract, limits: CandidateLimits(), scope: [])
                    .findings(candidate, declared: declared, head: head, repository: fixture.repository).map(\.code)
            }
            #expect(try await codes("src/emoji.py", "b = '\u{200d}'\n") == [])
            #expect(try await codes("src/emoji.py", "a = '\u{200d}'\nif\u{200d}x = 1\n") == ["content.bidi"])
            #expect(try await codes("src/emoji.py", "a = ''\n") == [])
            for scalar in [
                "\u{3164}", "\u{115f}", "\u{1160}", "\u{ffa0}", "\u{ad}", "\u{e0101}", "\u{34f}", "\u{2028}",
            ] {
                #expect(try await codes("src/new.py", "x\(scalar) = 1\n") == ["content.bidi"])
            }
            // A byte order mark at the start, and what follows a picture to colour it, hide nothing.
            #expect(try await codes("src/new.cs", "\u{feff}class A {}\n") == [])
            #expect(try await codes("src/new.py", "x = '\u{26a0}\u{fe0f}'\n") == [])
            #expect(try await codes("src/new.py", "x = 1\u{feff}\n") == ["content.bidi"])
        }
    }

    @Test(
        "control characters that hide text on a screen or split lines unseen are refused",
        arguments: [
            ("safe()\revil()\n", ["content.control"]), ("x = 1 \u{1b}[8m\n", ["content.control"]),
            ("x\u{8}\n", ["content.control"]), ("x\u{9b}8m\n", ["content.control"]), ("a\r\nb\r\n", []),
            ("\tx\n\u{c}\n", []),
        ]
    )
    func controlCharacters(text: String, expected: [String]) async throws {
        try await AdmissionFixture.with { fixture in
            let result = try await fixture.submit(reply: edits([("src/new.py", text)]))
            #expect(result.codes == expected)
        }
    }

    @Test("what the user's configuration allows of a patch makes no difference")
    func configuredWhitespace() async throws {
        try await AdmissionFixture.with { fixture in
            try await fixture.fixture.git("config", "apply.ignoreWhitespace", "change")
            try await fixture.fixture.git("config", "apply.whitespace", "fix")
            let loose =
                "--- a/src/calc/core.py\n+++ b/src/calc/core.py\n@@ -1,2 +1,2 @@\n def  sub(a, b):\n-  return a + b\n+  return a - b\n"
            #expect(try await fixture.submit(reply: loose).codes == ["parse.does-not-apply"])
            let trailing = "--- a/src/a.py\n+++ b/src/a.py\n@@ -1,2 +1,2 @@\n-one\n+1  \n two\n"
            let result = try await fixture.submit(reply: trailing)
            #expect(try await fixture.content("src/a.py", in: result.tree)?.hasPrefix("1  \ntwo\n") == true)
        }
    }

    @Test(
        "short names of other files, and more names of devices, are refused",
        arguments: [
            "GITMOD~1", "CONFTE~1.PY", "src/pyproj~1.tom", "gi7eba~1", "src/conin$", "src/COM\u{b9}.txt",
            "src/nul .txt",
        ]
    )
    func windowsNames(path: String) async throws {
        let finding = PathRules.finding(RepositoryPath(path))
        #expect(finding?.code == "path.charset" || finding?.code == "path.dotgit-alias", "\(path)")
    }

    @Test(
        "names that only resemble those are let through",
        arguments: [
            "src/a~b.py", "src/draft~", "src/console.py", "src/common.py", "src/nulls.py", "src/auxiliary/x",
            "v~10.py.bak",
        ]
    )
    func harmlessNames(path: String) { #expect(PathRules.finding(RepositoryPath(path)) == nil) }

    @Test("folders that differ in case only are one folder on some systems")
    func twinFolders() async throws {
        try await AdmissionFixture.with { fixture in
            let twins = try await fixture.submit(reply: edits([("New/a.py", "x\n"), ("new/b.py", "y\n")]))
            #expect(twins.codes == ["path.fold-collision"])
            let nested = try await fixture.submit(reply: edits([("new/One", "x\n"), ("new/one/b.py", "y\n")]))
            #expect(nested.codes == ["path.fold-collision"])
        }
    }

    @Test("where a contract file is a link, what it points at belongs to the contract")
    func linkedContract() async throws {
        try await AdmissionFixture.with { fixture in
            let repository = fixture.repository
            let file = try await repository.writeBlob(Array("1\n".utf8))
            let toFolder = try await repository.writeBlob(Array("../data/cases".utf8))
            let toFile = try await repository.writeBlob(Array("shared/settings.ini".utf8))
            let onward = try await repository.writeBlob(Array("../other".utf8))
            let outside = try await repository.writeBlob(Array("../../outside".utf8))
            let head = try await fixture.tree([
                "120000 \(toFolder)\ttests/cases", "100644 \(file)\tdata/cases/a.txt", "100644 \(file)\tdata/free.txt",
                "120000 \(toFile)\tpytest.ini", "100644 \(file)\tshared/settings.ini",
                "120000 \(onward)\tdata/cases/onward", "100644 \(file)\tdata/other/b.txt",
                "120000 \(outside)\ttests/outside",
            ])
            func codes(_ path: String) async throws -> [String] {
                let builder = CandidateBuilder(repository: repository, head: head, temporaryFolder: fixture.temporary)
                let edit = Edit(path: RepositoryPath(path), change: .content(Array("2\n".utf8)))
                guard case .candidate(let candidate, let declared) = try await builder.build(.edits([edit])) else {
                    return ["no candidate"]
                }
                return try await Admission(contract: fixture.contract, limits: CandidateLimits(), scope: [])
                    .findings(candidate, declared: declared, head: head, repository: repository).map(\.code)
            }
            #expect(try await codes("data/cases/a.txt") == ["contract.modified"])
            #expect(try await codes("data/cases/new.txt") == ["contract.added"])
            #expect(try await codes("shared/settings.ini") == ["contract.modified"])
            #expect(try await codes("data/other/b.txt") == ["contract.modified"])
            #expect(try await codes("data/free.txt") == [])
        }
    }

    @Test(
        "a reply that gives one key twice is refused",
        arguments: [
            #"{"edits":[{"path":"a","content":"x"}],"edits":[{"path":"b","content":"y"}]}"#,
            #"{"edits":[{"path":"a","path":"b","content":"x"}]}"#,
            #"{"edits":[{"path":"a","content":"x","cont\u0065nt":"y"}]}"#,
            #"{"cannot_fix":{"reason":"a","reason":"b"}}"#,
        ]
    )
    func doubledKeys(reply: String) {
        guard case .failure(let refusal) = ReplyParser.parse(Array(reply.utf8)) else {
            Issue.record("taken")
            return
        }
        #expect(refusal.findings.map(\.code) == ["parse.duplicate-key"])
    }

    @Test(
        "equal keys of different objects, and keys inside texts, are no doubles",
        arguments: [
            #"{"edits":[{"path":"a","content":"x"},{"path":"b","content":"y"}]}"#,
            #"{"edits":[{"path":"a","content":"{\"path\":1,\"path\":2}"}]}"#,
            #"{"edits":[{"path":"edits","edits":[{"search":"path","replace":"path"}]}]}"#,
        ]
    )
    func singleKeys(reply: String) {
        guard case .success = ReplyParser.parse(Array(reply.utf8)) else {
            Issue.record("refused")
            return
        }
    }
}
