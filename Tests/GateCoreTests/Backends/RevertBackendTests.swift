import GateBackends
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("Revert backend")
struct RevertBackendTests {
    @Test("planted culprits among many hunks are taken back, and nothing else", arguments: 1...3, 0..<6)
    func planted(culprits count: Int, seed: Int) async throws {
        try await withDelta(seed: seed) { delta, random in
            let culprits = Array((0..<delta.hunks).shuffled(using: &random).prefix(count)).sorted()
            let bench = delta.bench { text in culprits.allSatisfy { !text.contains("<new \($0)>") } ? .green : .red }
            let suspects = Bool.random(using: &random) ? delta.files.shuffled(using: &random) : []
            let reply = try await RevertBackend().propose(delta.request(suspects: suspects), bench: bench)
            guard case .tree(let tree) = reply.answer else {
                Issue.record("no tree: \(reply)")
                return
            }
            #expect(try await bench.text(of: tree) == delta.text(reverting: Set(culprits)))
            #expect(bench.tried.count <= 120)
            #expect(bench.tried.count == Set(bench.tried).count)
            #expect(
                reply.notes == culprits.map { delta.note($0) }.sorted { reply.notes.place($0) < reply.notes.place($1) }
            )
        }
    }

    @Test("where either of two hunks can be taken back, one of them is, and then the other", arguments: 0..<3)
    func either(seed: Int) async throws {
        try await withDelta(seed: seed) { delta, random in
            let pair = Array((0..<delta.hunks).shuffled(using: &random).prefix(2)).sorted()
            let bench = delta.bench { text in pair.allSatisfy { text.contains("<new \($0)>") } ? .red : .green }
            var found: [String] = []
            for attempt in 1...2 {
                let reply = try await RevertBackend().propose(delta.request(attempt: attempt), bench: bench)
                guard case .tree(let tree) = reply.answer else {
                    Issue.record("no tree in attempt \(attempt): \(reply)")
                    return
                }
                found.append(try await bench.text(of: tree))
            }
            #expect(Set(found) == Set(pair.map { delta.text(reverting: [$0]) }))
            let third = try await RevertBackend().propose(delta.request(attempt: 3), bench: bench)
            guard case .cannotFix(let refusal) = third.answer else {
                Issue.record("a third set: \(third)")
                return
            }
            #expect(refusal.kind == .noFix)
            #expect(refusal.reason.hasPrefix("all 2 sets of hunks found"))
        }
    }

    @Test("a set that was refused is not proposed again")
    func refusedBefore() async throws {
        try await withDelta(seed: 1) { delta, _ in
            let bench = delta.bench { $0.contains("<new 4>") ? .red : .green }
            let reply = try await RevertBackend().propose(delta.request(attempt: 2), bench: bench)
            let reason = "the only set of hunks whose reversal turns the tests green was refused"
            #expect(reply.answer == .cannotFix(CannotFix(kind: .noFix, reason: reason)))
            #expect(reply.notes == [delta.note(4) + ", refused before"])
        }
    }

    @Test("a culprit is found where taking everything back breaks what the delta newly brings", arguments: 0..<4)
    func neededHunks(seed: Int) async throws {
        try await withDelta(seed: seed) { delta, random in
            let chosen = Array((0..<delta.hunks).shuffled(using: &random).prefix(4))
            let bench = delta.bench { text in
                guard chosen.dropFirst().allSatisfy({ text.contains("<new \($0)>") }) else { return .red }
                return text.contains("<new \(chosen[0])>") ? .red : .green
            }
            let reply = try await RevertBackend().propose(delta.request(), bench: bench)
            guard case .tree(let tree) = reply.answer else {
                Issue.record("no tree: \(reply)")
                return
            }
            #expect(try await bench.text(of: tree) == delta.text(reverting: [chosen[0]]))
            #expect(bench.tried.count <= 200)
        }
    }

    @Test("protected files are never taken back, whatever that would give", arguments: 0..<3)
    func contract(seed: Int) async throws {
        try await withDelta(seed: seed) { delta, random in
            let culprit = Int.random(in: 0..<delta.hunks, using: &random)
            let file = delta.file(of: culprit)
            let bench = delta.bench(contract: [file]) { $0.contains("<new \(culprit)>") ? .red : .green }
            let reply = try await RevertBackend().propose(
                delta.request(suspects: [RepositoryPath(file)]),
                bench: bench
            )
            guard case .cannotFix(let refusal) = reply.answer else {
                Issue.record("took a protected file back: \(reply)")
                return
            }
            #expect(refusal.reason.hasPrefix("taking back all "))
            #expect(reply.notes.count == 1 && reply.notes[0].hasSuffix("changes may not be taken back"))
            for tree in bench.tried { #expect(try await bench.admits(tree)) }
            let all = delta.bench(contract: Set(delta.files.map(\.description))) { _ in .green }
            let none = try await RevertBackend().propose(delta.request(), bench: all)
            guard case .cannotFix(let reason) = none.answer else {
                Issue.record("took a protected file back: \(none)")
                return
            }
            #expect(reason.reason.hasPrefix("none of the \(delta.hunks) changes may be taken back"))
            #expect(all.tried.isEmpty)
        }
    }

    @Test("one change is spoken of as one, and a note does not repeat the reason")
    func wording() async throws {
        try await withDelta(seed: 2, files: 1, hunksPerFile: 1) { delta, _ in
            let red = try await RevertBackend().propose(delta.request(), bench: delta.bench { _ in .red })
            let useless = "taking back the only change that may be taken back does not turn the tests green"
            #expect(red.answer == .cannotFix(CannotFix(kind: .noFix, reason: useless)))
            let closed = delta.bench(contract: Set(delta.files.map(\.description))) { _ in .green }
            let none = try await RevertBackend().propose(delta.request(), bench: closed)
            let protected = "the only change may not be taken back: it is protected or out of scope"
            #expect(none.answer == .cannotFix(CannotFix(kind: .noFix, reason: protected)))
            #expect(none.notes.isEmpty)
        }
    }

    @Test("a fault in the file the failure points at costs few trials")
    func suspects() async throws {
        try await withDelta(seed: 3) { delta, _ in
            let culprit = delta.hunks - 1
            let bench = delta.bench { $0.contains("<new \(culprit)>") ? .red : .green }
            let suspects = [RepositoryPath(delta.file(of: culprit))]
            let reply = try await RevertBackend().propose(delta.request(suspects: suspects), bench: bench)
            #expect(reply.notes == [delta.note(culprit)])
            #expect(bench.tried.count <= delta.hunksPerFile)
        }
    }

    @Test("a search without an end keeps to its trials, and one without time tries nothing")
    func bounds() async throws {
        try await withDelta(seed: 5, files: 10, hunksPerFile: 25) { delta, _ in
            let red = delta.bench { _ in .unresolved }
            let reply = try await RevertBackend().propose(delta.request(), bench: red)
            let reason = "time or trials ran out before a change was found whose reversal turns the tests green"
            #expect(reply.answer == .cannotFix(CannotFix(kind: .noFix, reason: reason)))
            #expect(red.tried.count == 200)
            // Every second hunk has to go, which takes more trials than there are.
            let many = (0..<delta.hunks).filter { $0.isMultiple(of: 2) }
            let hard = delta.bench { text in many.allSatisfy { !text.contains("<new \($0)>") } ? .green : .red }
            let partial = try await RevertBackend().propose(delta.request(), bench: hard)
            guard case .tree(let tree) = partial.answer else {
                Issue.record("no tree: \(partial)")
                return
            }
            #expect(try await hard.trial(tree) == .green)
            #expect(hard.tried.count <= 201)
            #expect(partial.notes.last == "the search was cut short, so taking back less may suffice")
            let idle = delta.bench { _ in .green }
            var request = delta.request()
            request.deadline = .zero
            let late = try await RevertBackend().propose(request, bench: idle)
            guard case .cannotFix = late.answer else {
                Issue.record("found without time: \(late)")
                return
            }
            #expect(idle.tried.isEmpty)
        }
    }

    @Test("equal trees leave nothing to take back")
    func equalTrees() async throws {
        try await withDelta(seed: 1) { delta, _ in
            var request = delta.request()
            request.baseTree = request.headTree
            let reply = try await RevertBackend().propose(request, bench: delta.bench { _ in .green })
            let reason = "base and head are the same tree, so there is nothing to take back"
            #expect(reply.answer == .cannotFix(CannotFix(kind: .noFix, reason: reason)))
        }
    }
}

/// A delta of many one-line hunks in several files of a real repository.
private struct PlantedDelta: Sendable {
    let repository: GitRepository
    let base: ObjectID
    let head: ObjectID
    let files: [RepositoryPath]
    let hunksPerFile: Int

    var hunks: Int { files.count * hunksPerFile }

    init(repository: GitRepository, files count: Int, hunksPerFile: Int) async throws {
        self.repository = repository
        self.hunksPerFile = hunksPerFile
        files = (0..<count).map { RepositoryPath("src/part\($0)/file\($0).txt") }
        var trees: [ObjectID] = []
        for everyone in [true, false] {
            var entries: [RepositoryPath: TreeEntry?] = [:]
            for (number, file) in files.enumerated() {
                let text = Self.text(file: number, hunksPerFile: hunksPerFile) { _ in everyone }
                entries[file] = TreeEntry(mode: .file, id: try await repository.writeBlob(Array(text.utf8)))
            }
            trees.append(try await repository.graft(entries, onto: .emptyTree))
        }
        (base, head) = (trees[0], trees[1])
    }

    /// Hunk 3 of each five adds a line, the rest change one.
    private static func text(file: Int, hunksPerFile: Int, isReverted: (Int) -> Bool) -> String {
        (0..<hunksPerFile).map { place in
            let hunk = file * hunksPerFile + place
            let old = hunk % 5 == 3 ? "" : "<old \(hunk)>\n"
            return (isReverted(hunk) ? old : "<new \(hunk)>\n") + "same \(hunk)\n"
        }.joined()
    }

    func text(reverting subset: Set<Int>) -> String {
        files.indices.map { Self.text(file: $0, hunksPerFile: hunksPerFile, isReverted: subset.contains) }.joined()
    }

    func file(of hunk: Int) -> String { files[hunk / hunksPerFile].description }

    func note(_ hunk: Int) -> String { "suspected: \(file(of: hunk)):\(hunk % hunksPerFile * 2 + 1) (1 line)" }

    func bench(contract: Set<String> = [], rule: @escaping @Sendable (Set<Substring>) -> Trial) -> FakeBench {
        FakeBench(repository: repository, head: head, contract: contract, rule: rule)
    }

    func request(attempt: Int = 1, suspects: [RepositoryPath] = []) -> BackendRequest {
        BackendRequest(
            attempt: attempt,
            instructions: "repair",
            context: "",
            feedback: [],
            targets: [],
            baseTree: base,
            headTree: head,
            delta: [],
            contractGlobs: [],
            scope: [],
            suspects: suspects,
            model: nil,
            session: nil,
            deadline: .seconds(600)
        )
    }
}

/// Runs a test with 30 to 60 hunks in 3 to 6 files, unless it wants other numbers.
private func withDelta(
    seed: Int,
    files: Int? = nil,
    hunksPerFile: Int? = nil,
    _ body: (PlantedDelta, inout SeededGenerator) async throws -> Void
) async throws {
    try await withTestRepository("revert") { fixture in
        var random = SeededGenerator(seed: UInt64(seed))
        let count = files ?? Int.random(in: 3...6, using: &random)
        let delta = try await PlantedDelta(
            repository: try await fixture.open(),
            files: count,
            hunksPerFile: hunksPerFile ?? 10
        )
        try await body(delta, &random)
    }
}

extension [String] {
    fileprivate func place(_ element: String) -> Int { firstIndex(of: element) ?? Int.max }
}
