import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// Whose policy a proposal is held to.
@Suite("Authority of policies")
struct PolicyLoaderTests {
    private static func text(_ command: String) -> String { "[gatekeeper \"check.test\"]\n\tcommand = \(command)\n" }

    /// The command and the notes that a run on the working tree would have.
    private func load(
        _ repository: TestRepository,
        base: String? = nil
    ) async throws -> (command: String?, source: String?, notes: [String]) {
        let opened = try await repository.open()
        let folder = "\(repository.scratch)/private-\(UUID().uuidString.prefix(8))"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let proposal = try await ProposalBuilder.make(.workingTree, of: opened, base: base, temporaryFolder: folder)
        let policy = try await PolicyLoader.load(
            proposal: proposal,
            repository: opened,
            options: SessionOptions(),
            environment: repository.environment,
            temporaryFolder: folder
        )
        let setting = policy.effective.first { $0.key == "gatekeeper.check.test.command" }
        return (setting?.value, setting?.source.description, policy.notes)
    }

    @Test("a named base with a policy holds a head that changed it, and the head is told so")
    func namedBase() async throws {
        try await withTestRepository { repository in
            try repository.write(PolicyFile.path, Self.text("make strict"))
            let base = try await repository.commitAll("strict")
            try repository.write(PolicyFile.path, Self.text("true"))
            try await repository.commitAll("loose")
            try repository.write(PolicyFile.path, Self.text("looser"))
            let found = try await load(repository, base: "HEAD^")
            #expect(found.command == "make strict")
            #expect(found.source?.contains(base.prefix(10)) == true, "\(found.source ?? "")")
            #expect(found.notes.count == 1)
            #expect(found.notes.first?.contains("counts once it is in the base") == true, "\(found.notes)")
        }
    }

    @Test("a head that removes the policy of a named base is held to it all the same")
    func removed() async throws {
        try await withTestRepository { repository in
            try repository.write(PolicyFile.path, Self.text("make strict"))
            try await repository.commitAll("strict")
            try await repository.git("rm", "-q", PolicyFile.path)
            try await repository.commitAll("none")
            let found = try await load(repository, base: "HEAD^")
            #expect(found.command == "make strict")
            #expect(found.notes.first?.contains("counts once it is in the base") == true, "\(found.notes)")
        }
    }

    @Test("a named base without a policy leaves the working tree's to serve, and the report says so")
    func baseWithoutPolicy() async throws {
        try await withTestRepository { repository in
            try await repository.commitAll("nothing yet")
            try repository.write(PolicyFile.path, Self.text("make mine"))
            let found = try await load(repository, base: "HEAD")
            #expect(found.command == "make mine")
            #expect(found.source?.contains("working tree") == true, "\(found.source ?? "")")
            #expect(found.notes == ["the policy is read from the working tree, because the base has none"])
        }
    }

    @Test("the merge base with upstream decides, not upstream's tip and not the head")
    func upstream() async throws {
        try await withTestRepository { repository in
            try repository.write(PolicyFile.path, Self.text("make agreed"))
            let fork = try await repository.commitAll("agreed")
            try await repository.git("checkout", "-q", "-b", "theirs")
            try repository.write(PolicyFile.path, Self.text("make newer"))
            try await repository.commitAll("newer upstream")
            try await repository.git("checkout", "-q", "main")
            try repository.write(PolicyFile.path, Self.text("true"))
            try await repository.commitAll("looser here")
            try await repository.git("branch", "-q", "--set-upstream-to", "theirs")
            let found = try await load(repository)
            #expect(found.command == "make agreed")
            #expect(found.source?.contains(fork.prefix(10)) == true, "\(found.source ?? "")")
            #expect(found.notes.first?.contains(fork.prefix(10)) == true, "\(found.notes)")
        }
    }

    @Test("without upstream and base the working tree's policy serves, and a change of it is told")
    func ownHead() async throws {
        try await withTestRepository { repository in
            try repository.write(PolicyFile.path, Self.text("make committed"))
            try await repository.commitAll("committed")
            #expect(try await load(repository).notes == [])
            try repository.write(PolicyFile.path, Self.text("make edited"))
            let found = try await load(repository)
            #expect(found.command == "make edited")
            #expect(found.notes == ["the policy is read from the working tree, because the base is your own HEAD"])
        }
    }

    @Test("before the first commit the working tree's policy serves")
    func unborn() async throws {
        try await withTestRepository { repository in
            try repository.write(PolicyFile.path, Self.text("make first"))
            let found = try await load(repository)
            #expect(found.command == "make first")
            #expect(found.notes == ["the policy is read from the working tree, because the base has none"])
        }
    }

    @Test("a detected command is named with why, and only where nothing is configured anywhere")
    func detection() async throws {
        try await withTestRepository { repository in
            try repository.write("tests/__init__.py", "")
            try repository.write("tests/test_a.py", "import unittest\n")
            try repository.write("Makefile", "test:\n\tpython3 -m unittest\n")
            try await repository.commitAll("no policy")
            let found = try await load(repository)
            #expect(found.command != nil)
            #expect(found.notes.count == 1)
            let note = try #require(found.notes.first)
            #expect(note.hasPrefix("no check is configured; running '"), "\(note)")
            #expect(note.contains("because ") && note.contains("git gatekeeper init"), "\(note)")
            try await repository.git("config", "gatekeeper.check.test.command", "make mine")
            let configured = try await load(repository)
            #expect(configured.command == "make mine")
            #expect(configured.notes == [])
        }
    }

    @Test("a policy that is a link in the base stops everything, wherever it leads")
    func link() async throws {
        try await withTestRepository { repository in
            try repository.write("elsewhere", Self.text("true"))
            try repository.write(".gatekeeper/x", "")
            try FileManager.default.createSymbolicLink(
                atPath: "\(repository.path)/\(PolicyFile.path)",
                withDestinationPath: "../elsewhere"
            )
            try await repository.commitAll("a link")
            let failure = await #expect(throws: GateFailure.self) { try await load(repository, base: "HEAD") }
            #expect(failure?.code == "policy.not-a-file")
        }
    }
}
