import GateGit
import GateTestSupport
import Testing

@testable import GateBackends

@Suite("Units of a delta")
struct HunkSetTests {
    @Test("any subset of hunks taken back gives the text with just those replaced", arguments: 0..<40)
    func anySubset(seed: Int) async throws {
        try await withTestRepository("hunkset") { fixture in
            var random = SeededGenerator(seed: UInt64(seed))
            let repository = try await fixture.open()
            let lines = TextModel(random: &random)
            let base = try await tree(["f.txt": lines.base], in: repository)
            let head = try await tree(["f.txt": lines.head], in: repository)
            let set = try await HunkSet(repository: repository, base: base, head: head)
            #expect(set.count == lines.edits)
            #expect(try await set.tree(reverting: []) == head)
            #expect(try await set.tree(reverting: Set(0..<set.count)) == base)
            for _ in 0..<20 {
                let subset = Set((0..<set.count).filter { _ in Bool.random(using: &random) })
                let result = try await set.tree(reverting: subset)
                let id = try #require(try await repository.entry(RepositoryPath("f.txt"), in: result)?.id)
                #expect(try await repository.blob(id) == lines.text(reverting: subset))
            }
        }
    }

    @Test("files added, removed, moded, binary and linked are units of their own, and taking all back gives the base")
    func wholeFiles() async throws {
        try await withTestRepository("hunkset") { fixture in
            try fixture.write("both.sh", "1\n2\n3\n4\n5\n")
            try fixture.write("gone.txt", "gone\n")
            try fixture.write("data.bin", "a\0b")
            try fixture.write("deep/er/mode.sh", "#!/bin/sh\n")
            try fixture.write("swap", "file\n")
            try fixture.write("folder/x", "x\n")
            try fixture.write("folder/y", "y\n")
            try fixture.write("kind", "now a file\n")
            let base = try await fixture.commitAll("base")
            try await fixture.git("rm", "-q", "gone.txt", "swap", "folder/x", "folder/y", "kind")
            try fixture.write("both.sh", "one\n2\n3\n4\nfive\n", executable: true)
            try fixture.write("data.bin", "a\0c")
            try fixture.write("deep/er/mode.sh", "#!/bin/sh\n", executable: true)
            try fixture.write("swap/inside", "now a folder\n")
            try fixture.write("folder", "now a file\n")
            try fixture.write("new/file.txt", "new\n")
            try await fixture.git("config", "core.symlinks", "true")
            let link = try await fixture.git("hash-object", "-w", "--stdin", input: "target")
            try await fixture.git("add", "-A")
            try await fixture.git("update-index", "--add", "--cacheinfo", "120000,\(link),kind")
            try await fixture.git("commit", "-q", "-m", "head")
            let repository = try await fixture.open()
            let old = try await repository.tree(ofCommit: try #require(ObjectID(hex: base)))
            let head = try await fixture.git("rev-parse", "HEAD^{tree}")
            let new = try #require(ObjectID(hex: head))
            let set = try await HunkSet(repository: repository, base: old, head: new)
            #expect(
                set.units.map(\.summary) == [
                    "both.sh (mode 100644 to 100755)", "both.sh:1 (1 line)", "both.sh:5 (1 line)",
                    "data.bin (whole file)", "deep/er/mode.sh (mode 100644 to 100755)",
                    "folder (file and folder swapped)", "gone.txt (whole file, removed)", "kind (whole file)",
                    "new/file.txt (whole file, added)", "swap (file and folder swapped)",
                ]
            )
            #expect(try await set.tree(reverting: Set(0..<set.count)) == old)
            #expect(try await set.tree(reverting: []) == new)
            // Each unit alone changes the paths it names and nothing else.
            let units = set.units
            for (index, unit) in units.enumerated() {
                let tree = try await set.tree(reverting: [index])
                let changed = try await repository.changes(from: new, to: tree)
                #expect(!changed.isEmpty)
                for change in changed { #expect(change.path.hasPrefix(unit.path), "\(unit.summary)") }
            }
        }
    }

    @Test("submodules are left out, with whatever stood at their path")
    func submodules() async throws {
        try await withTestRepository("hunkset") { fixture in
            try fixture.write("a.txt", "a\n")
            try fixture.write("lib/inner.c", "int x;\n")
            let base = try await fixture.commitAll("base")
            try fixture.write("a.txt", "b\n")
            try await fixture.git("rm", "-q", "-r", "lib")
            try await fixture.git("add", "a.txt")
            try await fixture.git("update-index", "--add", "--cacheinfo", "160000,\(base),lib")
            try await fixture.git("commit", "-q", "-m", "head")
            let repository = try await fixture.open()
            let old = try await repository.tree(ofCommit: try #require(ObjectID(hex: base)))
            let new = try #require(ObjectID(hex: try await fixture.git("rev-parse", "HEAD^{tree}")))
            let set = try await HunkSet(repository: repository, base: old, head: new)
            #expect(set.units.map(\.summary) == ["a.txt:1 (1 line)"])
            #expect(set.leftOut.map(\.description) == ["lib", "lib/inner.c"])
            let tree = try await set.tree(reverting: [0])
            #expect(try await repository.entry(RepositoryPath("lib"), in: tree)?.mode == .gitlink)
        }
    }

    private func tree(_ files: [String: [UInt8]], in repository: GitRepository) async throws -> ObjectID {
        var entries: [RepositoryPath: TreeEntry?] = [:]
        for (path, bytes) in files {
            entries[RepositoryPath(path)] = TreeEntry(mode: .file, id: try await repository.writeBlob(bytes))
        }
        return try await repository.graft(entries, onto: .emptyTree)
    }
}

/// A text before and after random edits that never touch each other, with the truth about each of them.
private struct TextModel {
    private enum Piece {
        case same([UInt8])
        case edit(old: [UInt8], new: [UInt8])
    }

    private var pieces: [Piece] = []
    private(set) var edits = 0

    init(random: inout SeededGenerator) {
        var counter = 0
        // Every line is unique, so that there is one way only to see the difference.
        func lines(_ range: ClosedRange<Int>) -> [UInt8] {
            (0..<Int.random(in: range, using: &random)).flatMap { _ -> [UInt8] in
                counter += 1
                let ending = Bool.random(using: &random) ? "\n" : "\r\n"
                return Array("\(counter)".utf8) + [0xFF, 0xC3] + Array(ending.utf8)
            }
        }
        if Bool.random(using: &random) { pieces.append(.same(lines(1...4))) }
        for _ in 0..<Int.random(in: 1...25, using: &random) {
            switch Int.random(in: 0..<3, using: &random) {
            case 0: pieces.append(.edit(old: lines(1...3), new: []))
            case 1: pieces.append(.edit(old: [], new: lines(1...3)))
            default: pieces.append(.edit(old: lines(1...3), new: lines(1...3)))
            }
            edits += 1
            pieces.append(.same(lines(1...4)))
        }
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            // A last line that gains or loses its newline.
            let last = lines(1...1)
            let bare = Array(last.dropLast())
            let gains = Bool.random(using: &random)
            pieces.append(.edit(old: gains ? bare : last, new: gains ? last : bare))
            edits += 1
        case 1:
            pieces.append(.edit(old: [], new: Array(lines(1...2).dropLast())))
            edits += 1
        case 2: pieces.append(.same(Array(lines(1...2).dropLast())))
        default: break
        }
    }

    var base: [UInt8] { text(reverting: Set(0..<edits)) }
    var head: [UInt8] { text(reverting: []) }

    func text(reverting subset: Set<Int>) -> [UInt8] {
        var number = 0
        var text: [UInt8] = []
        for piece in pieces {
            switch piece {
            case .same(let bytes): text += bytes
            case .edit(let old, let new):
                text += subset.contains(number) ? old : new
                number += 1
            }
        }
        return text
    }
}
