import Foundation
import GateGit
import GateTestSupport
import Testing

/// The working tree as a tree, compared with what git's own `add -A` and `write-tree` make of a copied index.
@Suite("Snapshot of the working tree")
struct SnapshotTests {
    struct Scenario: Sendable, CustomTestStringConvertible {
        let name: String
        let change: @Sendable (TestRepository) async throws -> Void
        init(_ name: String, _ change: @escaping @Sendable (TestRepository) async throws -> Void) {
            (self.name, self.change) = (name, change)
        }
        var testDescription: String { name }
    }

    static let scenarios: [Scenario] = [
        Scenario("nothing changed") { _ in },
        Scenario("modified") { try $0.write("a.txt", "changed\n") },
        Scenario("staged") {
            try $0.write("a.txt", "staged\n")
            try await $0.git("add", "a.txt")
        },
        Scenario("staged and modified again") {
            try $0.write("a.txt", "staged\n")
            try await $0.git("add", "a.txt")
            try $0.write("a.txt", "and more\n")
        },
        Scenario("staged and put back") {
            try $0.write("a.txt", "staged\n")
            try await $0.git("add", "a.txt")
            try $0.write("a.txt", "one\n")
        },
        Scenario("deleted") { try FileManager.default.removeItem(atPath: "\($0.path)/a.txt") },
        Scenario("deletion staged") { try await $0.git("rm", "-q", "a.txt") },
        Scenario("removed from the index and kept") { try await $0.git("rm", "-q", "--cached", "a.txt") },
        Scenario("added and deleted again") {
            try $0.write("new.txt", "x\n")
            try await $0.git("add", "new.txt")
            try FileManager.default.removeItem(atPath: "\($0.path)/new.txt")
        },
        Scenario("untracked") { try $0.write("deep/er/new.txt", "new\n") },
        Scenario("untracked and empty") { try $0.write("new/__init__.py", "") },
        Scenario("ignored") {
            try $0.write(".gitignore", "*.log\nbuild/\n")
            try $0.write("x.log", "no\n")
            try $0.write("build/out", "no\n")
        },
        Scenario("ignored but tracked") {
            try $0.write("kept.log", "one\n")
            try await $0.git("add", "-f", "kept.log")
            try $0.write(".gitignore", "*.log\n")
            try $0.write("kept.log", "two, longer\n")
        },
        Scenario("executable bit set and cleared") {
            let manager = FileManager.default
            try manager.setAttributes([.posixPermissions: 0o755], ofItemAtPath: "\($0.path)/a.txt")
            try manager.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\($0.path)/run.sh")
        },
        Scenario("file mode not trusted") {
            try await $0.git("config", "core.fileMode", "false")
            try $0.write("run.sh", "#!/bin/sh\nexit 1\n")
            try FileManager.default.setAttributes([.posixPermissions: 0o644], ofItemAtPath: "\($0.path)/run.sh")
        },
        Scenario("symbolic links") {
            try FileManager.default.createSymbolicLink(atPath: "\($0.path)/new-link", withDestinationPath: "/nowhere")
            try FileManager.default.removeItem(atPath: "\($0.path)/a.txt")
            try FileManager.default.createSymbolicLink(atPath: "\($0.path)/a.txt", withDestinationPath: "run.sh")
            try FileManager.default.removeItem(atPath: "\($0.path)/link")
            try $0.write("link", "now a file\n")
        },
        Scenario("a folder replaced by a link to elsewhere") {
            try FileManager.default.removeItem(atPath: "\($0.path)/folder")
            try FileManager.default.createSymbolicLink(atPath: "\($0.path)/folder", withDestinationPath: "/etc")
        },
        Scenario("file to folder and folder to file") {
            try FileManager.default.removeItem(atPath: "\($0.path)/a.txt")
            try $0.write("a.txt/inside", "x\n")
            try FileManager.default.removeItem(atPath: "\($0.path)/folder")
            try $0.write("folder", "x\n")
        },
        Scenario("strange names") {
            for name in [
                "new\nline", "quote\"d", " space ", "tab\there", "back\\slash", "-dash", "*.star", "\u{fc}ber",
                ":colon",
            ] {
                try $0.write(name, "x\n")
            }
        },
        Scenario("a name that is not UTF-8") {
            let bytes: [CChar] = Array($0.path.utf8CString.dropLast()) + [0x2F, CChar(bitPattern: 0xFF), 0x78, 0]
            let file = fopen(bytes, "w")
            #expect(file != nil)
            if let file { fclose(file) }
        },
        Scenario("line endings by attribute") {
            try $0.write(".gitattributes", "*.txt text eol=crlf\n*.bin -text\n")
            try $0.write("a.txt", "one\r\ntwo\r\n")
            try $0.write("new.txt", "new\r\n")
            try $0.write("new.bin", "new\r\n")
        },
        Scenario("automatic line endings") {
            try await $0.git("config", "core.autocrlf", "true")
            try $0.write("new.txt", "one\r\ntwo\r\n")
        },
        Scenario("a filter") {
            try await $0.git("config", "filter.upper.clean", "tr a-z A-Z")
            try $0.write(".gitattributes", "*.up filter=upper\n")
            try $0.write("new.up", "shout\n")
        },
        Scenario("intent to add") {
            try $0.write("later.txt", "later\n")
            try await $0.git("add", "-N", "later.txt")
        },
        Scenario("a rename") { try await $0.git("mv", "a.txt", "b.txt") },
        Scenario("everything deleted") {
            for name in ["a.txt", "run.sh", "link", "folder"] {
                try FileManager.default.removeItem(atPath: "\($0.path)/\(name)")
            }
        },
        Scenario("a dirty submodule") {
            try await $0.git("init", "-q", "-b", "main", "sub")
            try $0.write("sub/x", "x\n")
            try await $0.git("-C", "sub", "add", "x")
            try await $0.git("-C", "sub", "commit", "-q", "-m", "sub")
            try await $0.git("-c", "advice.addEmbeddedRepo=false", "add", "sub")
            try await $0.git("commit", "-q", "-m", "with sub")
            try $0.write("sub/x", "changed\n")
            try $0.write("sub/untracked", "y\n")
        },
    ]

    private static func populated(_ fixture: TestRepository) async throws {
        try fixture.write("a.txt", "one\n")
        try fixture.write("folder/x", "x\n")
        try fixture.write("folder/y", "y\n")
        try fixture.write("run.sh", "#!/bin/sh\n", executable: true)
        try FileManager.default.createSymbolicLink(atPath: "\(fixture.path)/link", withDestinationPath: "a.txt")
        try await fixture.commitAll("first")
    }

    /// Git's own answer, from a copy of the index.
    private static func oracle(_ fixture: TestRepository) async throws -> String {
        let copy = "\(fixture.scratch)/oracle.index"
        try? FileManager.default.removeItem(atPath: copy)
        try FileManager.default.copyItem(atPath: "\(fixture.path)/.git/index", toPath: copy)
        for arguments in [["add", "-A"], ["write-tree"]] {
            let result = try await ProcessRunner.run(
                ProcessRequest(
                    executable: "git",
                    arguments: ["-c", "advice.addEmbeddedRepo=false"] + arguments,
                    environment: fixture.environment.merging(["GIT_INDEX_FILE": copy]) { _, new in new },
                    workingDirectory: fixture.path
                )
            )
            #expect(result.isSuccess, "\(result.standardError.text)")
            if arguments == ["write-tree"] { return String(result.standardOutput.text.prefix(40)) }
        }
        return ""
    }

    /// Index bytes, references and the times of every file.
    private static func traces(_ fixture: TestRepository) async throws -> String {
        var text = FileManager.default.contents(atPath: "\(fixture.path)/.git/index")?.base64EncodedString() ?? "none"
        text += FileManager.default.contents(atPath: "\(fixture.path)/.git/HEAD")?.base64EncodedString() ?? "none"
        text += try await fixture.git("for-each-ref")
        let found = try SafeFolder(path: fixture.path).walk(maximum: 10_000)
        for item in found.sorted(by: { $0.path < $1.path }) where !item.path.bytes.starts(with: ".git".utf8) {
            text += "\(item.path) \(item.status)\n"
        }
        return text
    }

    @Test("a snapshot is the tree that git would write, and leaves no trace", arguments: scenarios)
    func sameAsGit(_ scenario: Scenario) async throws {
        try await withTestRepository("snapshot") { fixture in
            try await Self.populated(fixture)
            try await scenario.change(fixture)
            let temporary = "\(fixture.scratch)/temporary"
            try FileManager.default.createDirectory(atPath: temporary, withIntermediateDirectories: true)
            let before = try await Self.traces(fixture)
            let repository = try await fixture.open()
            let snapshot = try await repository.snapshotWorkingTree(temporaryFolder: temporary)
            // Asked twice with the same folder, because a run snapshots more than once.
            let again = try await repository.snapshotWorkingTree(temporaryFolder: temporary)
            let after = try await Self.traces(fixture)
            #expect(after == before)
            #expect(again == snapshot)
            let expected = try await Self.oracle(fixture)
            #expect(snapshot.tree.hex == expected)
        }
    }

    @Test("a branch without commits is a difference from the empty tree")
    func unborn() async throws {
        try await withTestRepository("unborn") { fixture in
            let repository = try await fixture.open()
            let empty = try await repository.snapshotWorkingTree(temporaryFolder: fixture.scratch)
            #expect(empty.tree == .emptyTree && empty.headCommit == nil && empty.headTree == .emptyTree)
            try fixture.write("a.txt", "one\n")
            let snapshot = try await repository.snapshotWorkingTree(temporaryFolder: fixture.scratch)
            #expect(snapshot.changedPaths == [RepositoryPath("a.txt")])
            try await fixture.git("add", "-A")
            let expected = try await fixture.git("write-tree")
            #expect(snapshot.tree.hex == expected)
        }
    }

    @Test("what is staged is said, and an embedded repository is named and left alone")
    func facts() async throws {
        try await withTestRepository("facts") { fixture in
            try await Self.populated(fixture)
            let repository = try await fixture.open()
            try fixture.write("a.txt", "more\n")
            #expect(try await !repository.snapshotWorkingTree(temporaryFolder: fixture.scratch).hasStagedChanges)
            try await fixture.git("add", "a.txt")
            try await fixture.git("init", "-q", "inner")
            try fixture.write("inner/x", "x\n")
            let snapshot = try await repository.snapshotWorkingTree(temporaryFolder: fixture.scratch)
            #expect(snapshot.hasStagedChanges)
            #expect(snapshot.changedPaths == [RepositoryPath("a.txt")])
            #expect(snapshot.embeddedRepositories == [RepositoryPath("inner")])
        }
    }

    @Test("unmerged paths are an error that names one")
    func unmerged() async throws {
        try await withTestRepository("unmerged") { fixture in
            try await Self.populated(fixture)
            try await fixture.git("checkout", "-q", "-b", "other")
            try fixture.write("a.txt", "other\n")
            try await fixture.commitAll("other")
            try await fixture.git("checkout", "-q", "main")
            try fixture.write("a.txt", "main\n")
            try await fixture.commitAll("main")
            await #expect(throws: TestRepositoryError.self) { try await fixture.git("merge", "-q", "other") }
            let repository = try await fixture.open()
            let error = await #expect(throws: GitError.self) {
                _ = try await repository.snapshotWorkingTree(temporaryFolder: fixture.scratch)
            }
            #expect(error?.message.contains("'a.txt' is unmerged") == true)
        }
    }
}
