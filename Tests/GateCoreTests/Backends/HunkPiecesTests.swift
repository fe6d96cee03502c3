import GateCore
import GateGit
import GateTestSupport
import Testing

@testable import GateBackends

@Suite("pieces of hunks")
struct HunkPiecesTests {
    @Test("all pieces together give the base, and each subset is one of the texts between", arguments: 0..<40)
    func anySubset(seed: Int) async throws {
        try await withTestRepository("pieces") { fixture in
            var random = SeededGenerator(seed: UInt64(seed))
            let repository = try await fixture.open()
            let old = Self.text("o", &random)
            let new = Self.text("n", &random)
            let base = try await tree(old, in: repository)
            let head = try await tree(new, in: repository)
            let set = try await HunkSet(repository: repository, base: base, head: head, isFine: true)
            #expect(try await set.tree(reverting: Set(0..<set.count)) == base)
            #expect(try await set.tree(reverting: []) == head)
            let known = Set(old.split(separator: "\n")).union(new.split(separator: "\n"))
            for _ in 0..<10 {
                let subset = Set((0..<set.count).filter { _ in Bool.random(using: &random) })
                let result = try await set.tree(reverting: subset)
                guard let entry = try await repository.entry(RepositoryPath("f.txt"), in: result) else { continue }
                let text = String(decoding: try await repository.blob(entry.id), as: UTF8.self)
                #expect(Set(text.split(separator: "\n")).isSubset(of: known))
            }
        }
    }

    @Test("a faulty line is taken back, and the healthy one beside it stays")
    func neighbours() async throws {
        try await withTestRepository("pieces") { fixture in
            let repository = try await fixture.open()
            let base = try await tree("same\nold 1\nold 2\nsame\n", in: repository)
            let head = try await tree("same\nneeded\nfaulty\nsame\n", in: repository)
            let bench = FakeBench(repository: repository, head: head) { lines in
                lines.contains("needed") && !lines.contains("faulty") ? .green : .red
            }
            let request = BackendRequest(
                attempt: 1,
                instructions: "repair",
                context: "",
                feedback: [],
                targets: [],
                baseTree: base,
                headTree: head,
                delta: [],
                contractGlobs: [],
                scope: [],
                suspects: [RepositoryPath("f.txt")],
                model: nil,
                session: nil,
                deadline: .seconds(600)
            )
            let reply = try await RevertBackend().propose(request, bench: bench)
            let wanted = try await tree("same\nneeded\nold 2\nsame\n", in: repository)
            #expect(reply.answer == .tree(wanted))
            #expect(reply.notes.last == "suspected: f.txt:3 (1 line)")
        }
    }

    private func tree(_ text: String, in repository: GitRepository) async throws -> ObjectID {
        let id = try await repository.writeBlob(Array(text.utf8))
        return try await repository.graft([RepositoryPath("f.txt"): TreeEntry(mode: .file, id: id)], onto: .emptyTree)
    }

    /// Lines of which some are in both texts and some are blank; the last may lack its newline.
    private static func text(_ side: String, _ random: inout SeededGenerator) -> String {
        let lines = (0..<Int.random(in: 1...30, using: &random)).map { number in
            switch Int.random(in: 0..<4, using: &random) {
            case 0: "same \(number)"
            case 1: ""
            default: "\(side) \(number)"
            }
        }
        return lines.joined(separator: "\n") + (Bool.random(using: &random) ? "\n" : "end \(side)")
    }
}
