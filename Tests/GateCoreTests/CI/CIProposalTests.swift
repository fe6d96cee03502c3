import GateCore
import GateGit
import GateTestSupport
import Testing

/// Base and head in real clones, as engines make them.
@Suite("base and head of a job")
struct CIProposalTests {
    /// An origin with `main` and a branch, and the merge of it as an engine makes one.
    private struct Origin {
        let repository: TestRepository
        var first = "", main = "", feature = "", merge = ""

        init(_ repository: TestRepository) async throws {
            self.repository = repository
            try repository.write("file", "one\n")
            first = try await repository.commitAll("one")
            try await repository.git("checkout", "-q", "-b", "feature")
            try repository.write("feature", "new\n")
            feature = try await repository.commitAll("feature")
            try await repository.git("checkout", "-q", "main")
            try repository.write("file", "two\n")
            main = try await repository.commitAll("two")
            try await repository.git("checkout", "-q", "--detach")
            try await repository.git("merge", "-q", "--no-edit", "feature")
            merge = try await repository.git("rev-parse", "HEAD")
            try await repository.git("update-ref", "refs/pull/7/merge", merge)
            try await repository.git("checkout", "-q", "main")
        }

        /// A clone as actions/checkout makes it: one reference, detached.
        func clone(_ name: String, reference: String, depth: Int?) async throws -> TestRepository {
            let clone = try await TestRepository(in: repository.scratch, named: name)
            try await clone.git("remote", "add", "origin", "file://\(repository.path)")
            let deep = depth.map { ["--depth=\($0)"] } ?? []
            let result = try await clone.run(
                "git",
                ["fetch", "-q", "--no-tags"] + deep + ["origin", "+\(reference):refs/remotes/pull/7/merge"]
            )
            #expect(result.isSuccess, "\(result.standardError.text)")
            try await clone.git("checkout", "-q", "--detach", "refs/remotes/pull/7/merge")
            return clone
        }

        func facts(_ base: CIFacts.Base...) throws -> CIFacts {
            var facts = CIFacts(engine: .github)
            facts.heads = [try #require(ObjectID(hex: merge)), try #require(ObjectID(hex: feature))]
            facts.merge = facts.heads[0]
            facts.target = "main"
            facts.bases = base
            return facts
        }
    }

    private func refusal(
        _ facts: CIFacts,
        _ wishes: CIProposal.Wishes,
        _ clone: TestRepository
    ) async throws -> GateFailure? {
        let repository = try await clone.open()
        do {
            _ = try await CIProposal.resolve(facts, wishes, in: repository)
            return nil
        } catch let failure as GateFailure {
            return failure
        }
    }

    @Test("a merge that the engine made is held against what it was merged into, in a clone of two commits")
    func merge() async throws {
        try await withTestRepository("origin") { repository in
            let origin = try await Origin(repository)
            let clone = try await origin.clone("clone", reference: "refs/pull/7/merge", depth: 2)
            let found = try await CIProposal.resolve(
                try origin.facts(.firstParent, .branch("main")),
                .init(),
                in: try await clone.open()
            )
            #expect(found.head.hex == origin.merge)
            #expect(found.policy?.hex == origin.main)
            #expect(found.base?.hex == origin.main)
            #expect(found.notes.isEmpty)
        }
    }

    @Test("where the base is missing it is named, with what to write into the engine's file and what to type")
    func shallow() async throws {
        try await withTestRepository("origin") { repository in
            let origin = try await Origin(repository)
            let clone = try await origin.clone("clone", reference: "refs/pull/7/merge", depth: 1)
            let facts = try origin.facts(.firstParent, .branch("main"))
            let failure = try await refusal(facts, CIProposal.Wishes(), clone)
            #expect(failure?.code == "ci.shallow")
            #expect(failure?.message.contains(origin.main) == true, "\(failure?.message ?? "")")
            let hints = failure?.hints.joined(separator: "\n") ?? ""
            #expect(hints.contains("fetch-depth: 0"))
            // What the advice says works.
            try await clone.git("fetch", "-q", "--no-tags", "origin", "+refs/heads/main:refs/remotes/origin/main")
            #expect(hints.contains("git fetch --no-tags origin +refs/heads/main:refs/remotes/origin/main"), "\(hints)")
            let found = try await CIProposal.resolve(facts, .init(), in: try await clone.open())
            #expect(found.policy?.hex == origin.main)
        }
    }

    @Test("a head that is behind keeps its own base, and is held to the policy of the branch as it is now")
    func behind() async throws {
        try await withTestRepository("origin") { repository in
            let origin = try await Origin(repository)
            let clone = try await origin.clone("clone", reference: "refs/heads/feature", depth: nil)
            try await clone.git("fetch", "-q", "origin", "+refs/heads/main:refs/remotes/origin/main")
            let found = try await CIProposal.resolve(
                try origin.facts(.firstParent, .branch("main")),
                .init(),
                in: try await clone.open()
            )
            #expect(found.head.hex == origin.feature)
            #expect(found.policy?.hex == origin.main)
            #expect(found.base?.hex == origin.first)
            #expect(found.notes.count == 2)
        }
    }

    @Test("the same in a clone that does not reach back far enough says so")
    func shallowFork() async throws {
        try await withTestRepository("origin") { repository in
            let origin = try await Origin(repository)
            let clone = try await origin.clone("clone", reference: "refs/heads/feature", depth: 1)
            try await clone.git("fetch", "-q", "--depth=1", "origin", "+refs/heads/main:refs/remotes/origin/main")
            let facts = try origin.facts(.branch("main"))
            let failure = try await refusal(facts, CIProposal.Wishes(), clone)
            #expect(failure?.code == "ci.shallow")
            #expect(failure?.hints.contains { $0.contains("--unshallow") } == true)
            try await clone.git("fetch", "-q", "--unshallow", "--no-tags", "origin")
            #expect(try await CIProposal.resolve(facts, .init(), in: try await clone.open()).base?.hex == origin.first)
        }
    }

    @Test("another commit than the engine's is not judged in its name; a wish on the command line says otherwise")
    func otherHead() async throws {
        try await withTestRepository("origin") { repository in
            let origin = try await Origin(repository)
            let clone = try await origin.clone("clone", reference: "refs/heads/main", depth: nil)
            try await clone.git("fetch", "-q", "origin", "+refs/heads/*:refs/remotes/origin/*")
            let facts = try origin.facts(.branch("main"))
            let failure = try await refusal(facts, CIProposal.Wishes(), clone)
            #expect(failure?.code == "ci.other-head")
            let wish = CIProposal.Wishes(base: origin.first, head: "origin/feature")
            let found = try await CIProposal.resolve(facts, wish, in: try await clone.open())
            #expect(found.head.hex == origin.feature)
            #expect(found.policy?.hex == origin.first)
            let option = CIProposal.Wishes(base: "--output=owned", head: nil)
            var plain = facts
            plain.heads = []
            let refused = try await refusal(plain, option, clone)
            #expect(refused?.code == "ci.no-base")
        }
    }

    @Test("a merge into something that is not on the target branch is nobody's base")
    func foreignMerge() async throws {
        try await withTestRepository("origin") { repository in
            var origin = try await Origin(repository)
            // Somebody who may push branches makes a merge whose first parent is their own.
            try await repository.git("checkout", "-q", "--detach", "feature")
            try await repository.git("merge", "-q", "--no-edit", "main")
            origin.merge = try await repository.git("rev-parse", "HEAD")
            try await repository.git("update-ref", "refs/pull/7/merge", origin.merge)
            let clone = try await origin.clone("clone", reference: "refs/pull/7/merge", depth: nil)
            try await clone.git("fetch", "-q", "origin", "+refs/heads/main:refs/remotes/origin/main")
            let facts = try origin.facts(.firstParent, .branch("main"))
            let failure = try await refusal(facts, CIProposal.Wishes(), clone)
            #expect(failure?.code == "ci.foreign-merge")
        }
    }
}
