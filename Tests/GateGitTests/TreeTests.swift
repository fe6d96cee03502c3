import GateGit
import GateTestSupport
import Testing

@Suite("Trees")
struct TreeTests {
    @Test("differences between trees are those git sees, and grafting them gives git's own tree")
    func changesAndGraft() async throws {
        try await withTestRepository { fixture in
            try fixture.write("a.txt", "one\n")
            try fixture.write("deep/er/b.txt", "two\n")
            try fixture.write("swap", "file\n")
            try fixture.write("folder/x", "x\n")
            let first = try await fixture.commitAll("first")
            try fixture.write("a.txt", "changed\n")
            try await fixture.git("rm", "-q", "swap", "folder/x", "deep/er/b.txt")
            try fixture.write("swap/inside", "now a folder\n")
            try fixture.write("folder", "now a file\n")
            try fixture.write("run.sh", "#!/bin/sh\n", executable: true)
            let second = try await fixture.commitAll("second")
            let repository = try await fixture.open()
            let old = try #require(ObjectID(hex: try await fixture.git("rev-parse", "\(first)^{tree}")))
            let new = try #require(ObjectID(hex: try await fixture.git("rev-parse", "\(second)^{tree}")))
            let changes = try await repository.changes(from: old, to: new)
            let expected = try await fixture.git("diff-tree", "-r", "--no-renames", "--name-only", first, second)
            #expect(changes.map(\.path.description) == expected.split(separator: "\n").map(String.init).sorted())
            let grafted = try await repository.graft(
                Dictionary(uniqueKeysWithValues: changes.map { ($0.path, $0.new) }),
                onto: old
            )
            #expect(grafted == new)
        }
    }

    @Test("a repository that libgit2 would misread is refused by name", arguments: ["sha256", "partialclone"])
    func refusals(kind: String) async throws {
        try await withTestRepository { fixture in
            if kind == "sha256" {
                try await fixture.git("init", "-q", "--object-format=sha256", "other")
            } else {
                try await fixture.git("init", "-q", "other")
                try await fixture.git("-C", "other", "config", "remote.origin.promisor", "true")
            }
            let error = await #expect(throws: GitError.self) {
                _ = try await GitRepository(containing: "\(fixture.path)/other", environment: fixture.environment)
            }
            #expect(error?.code == .unsupportedRepository)
        }
    }
}
