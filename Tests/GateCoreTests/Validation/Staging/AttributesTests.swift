import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("attributes of staged trees")
struct AttributesTests {
    @Test("line endings follow the staged tree, not the user's files", arguments: [true, false])
    func lineEndings(_ startsAtBase: Bool) async throws {
        try await withTestRepository("attributes") { fixture in
            try fixture.write("a.txt", "one\n")
            try fixture.write("deep/b.txt", "one\n")
            try fixture.write("deep/down/.gitattributes", "c.txt -text\n")
            try fixture.write("deep/down/c.txt", "one\n")
            try fixture.write("a\nb.txt", "one\n")
            let base = try await fixture.commitAll("base")
            try fixture.write(".gitattributes", "*.txt text eol=crlf\n")
            let repository = try await fixture.open()
            let head = try await repository.snapshotWorkingTree(temporaryFolder: fixture.scratch).tree
            let old = try await repository.tree(ofCommit: #require(ObjectID(hex: base)))
            let pool = WorktreePool(folder: "\(fixture.scratch)/pool", repository: repository)
            let worktree = try await pool.take()
            let files = { (name: String) in
                FileManager.default.contents(atPath: "\(worktree.files)/\(name)").map {
                    String(decoding: $0, as: UTF8.self)
                }
            }
            for tree in startsAtBase ? [old, head, old] : [head, old, head] {
                try await worktree.stage(tree, keepingOutputs: true)
                let ending = tree == head ? "\r\n" : "\n"
                for name in ["a.txt", "deep/b.txt", "a\nb.txt"] { #expect(files(name) == "one\(ending)", "\(name)") }
                #expect(files("deep/down/c.txt") == "one\n")
            }
        }
    }

    @Test("a file that a check changed is written again with the endings of its tree")
    func restored() async throws {
        try await withTestRepository("attributes") { fixture in
            try fixture.write(".gitattributes", "*.txt text eol=crlf\n")
            try fixture.write("a.txt", "one\n")
            let commit = try await fixture.commitAll("base")
            try fixture.write(".gitattributes", "*.txt -text\n")
            let repository = try await fixture.open()
            let tree = try await repository.tree(ofCommit: #require(ObjectID(hex: commit)))
            let worktree = try await WorktreePool(folder: "\(fixture.scratch)/pool", repository: repository).take()
            try await worktree.stage(tree, keepingOutputs: true)
            try await worktree.expose()
            try Data("two\n".utf8).write(to: URL(fileURLWithPath: "\(worktree.files)/a.txt"))
            try await worktree.stage(tree, keepingOutputs: true)
            #expect(FileManager.default.contents(atPath: "\(worktree.files)/a.txt") == Data("one\r\n".utf8))
        }
    }
}
