import GateGit
import GateTestSupport
import Testing

@Suite("Hunks")
struct HunkTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let old: String?
        let new: String?
        let expected: [TextHunk]?
        var testDescription: String { "\(old.debugDescription) to \(new.debugDescription)" }
    }

    static let cases: [Case] = [
        Case(old: "a\nb\nc\n", new: "a\nB\nc\n", expected: [hunk(2, 1, 2, 1, "b\n", "B\n")]),
        Case(old: "a\nb\n", new: "x\na\nb\n", expected: [hunk(0, 0, 1, 1, "", "x\n")]),
        Case(old: "a\nb\n", new: "a\nb\nx\ny\n", expected: [hunk(2, 0, 3, 2, "", "x\ny\n")]),
        Case(old: "x\na\nb\n", new: "a\nb\n", expected: [hunk(1, 1, 0, 0, "x\n", "")]),
        Case(old: "a\nx\nb\n", new: "a\nb\n", expected: [hunk(2, 1, 1, 0, "x\n", "")]),
        Case(old: "a\nb", new: "a\nb\n", expected: [hunk(2, 1, 2, 1, "b", "b\n")]),
        Case(old: "a\n", new: "a\nb", expected: [hunk(1, 0, 2, 1, "", "b")]),
        Case(old: "a\r\nb\r\n", new: "a\r\nc\r\n", expected: [hunk(2, 1, 2, 1, "b\r\n", "c\r\n")]),
        Case(old: nil, new: "a\n", expected: [hunk(0, 0, 1, 1, "", "a\n")]),
        Case(old: "a\n", new: nil, expected: [hunk(1, 1, 0, 0, "a\n", "")]),
        Case(old: "a\n", new: "a\n", expected: []),
        Case(old: "a\0b\n", new: "a\0c\n", expected: nil),
        Case(
            old: "1\n2\n3\n4\n5\n",
            new: "1\ntwo\n3\n5\nsix\n",
            expected: [hunk(2, 1, 2, 1, "2\n", "two\n"), hunk(4, 1, 3, 0, "4\n", ""), hunk(5, 0, 5, 1, "", "six\n")]
        ),
    ]

    @Test("the hunks between two blobs are git's, without context", arguments: cases)
    func hunks(of item: Case) async throws {
        try await withTestRepository { fixture in
            let repository = try await fixture.open()
            var ids: [ObjectID?] = []
            for text in [item.old, item.new] {
                if let text { ids.append(try await repository.writeBlob(Array(text.utf8))) } else { ids.append(nil) }
            }
            #expect(try await repository.hunks(old: ids[0], new: ids[1]) == item.expected)
        }
    }

    @Test("the unified diff of two trees does not depend on configuration and is confined to the paths given")
    func unifiedDiff() async throws {
        try await withTestRepository { fixture in
            try fixture.write("a.txt", "one\n")
            try fixture.write("b[1].txt", "two\n")
            let first = try await fixture.commitAll("first")
            try fixture.write("a.txt", "ONE\n")
            try fixture.write("b[1].txt", "TWO\n")
            let second = try await fixture.commitAll("second")
            try await fixture.git("config", "diff.noprefix", "true")
            try await fixture.git("config", "diff.external", "false")
            try await fixture.git("config", "color.ui", "always")
            let repository = try await fixture.open()
            let from = try await repository.tree(ofCommit: try #require(ObjectID(hex: first)))
            let to = try await repository.tree(ofCommit: try #require(ObjectID(hex: second)))
            let whole = String(decoding: try await repository.unifiedDiff(from: from, to: to), as: UTF8.self)
            #expect(whole.hasPrefix("diff --git a/a.txt b/a.txt\nindex "))
            #expect(whole.contains("\n-two\n+TWO\n"))
            let one = try await repository.unifiedDiff(from: from, to: to, paths: [RepositoryPath("b[1].txt")])
            #expect(!String(decoding: one, as: UTF8.self).contains("a.txt"))
            #expect(String(decoding: one, as: UTF8.self).contains("+TWO\n"))
            let odd = try await repository.unifiedDiff(from: from, to: to, paths: [RepositoryPath(bytes: [0xFF])])
            #expect(String(decoding: odd, as: UTF8.self) == whole)
        }
    }
}

private func hunk(
    _ oldStart: Int,
    _ oldCount: Int,
    _ newStart: Int,
    _ newCount: Int,
    _ removed: String,
    _ added: String
) -> TextHunk {
    TextHunk(
        oldStart: oldStart,
        oldCount: oldCount,
        newStart: newStart,
        newCount: newCount,
        removed: Array(removed.utf8),
        added: Array(added.utf8)
    )
}
