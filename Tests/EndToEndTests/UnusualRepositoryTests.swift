import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("repositories that are unusual, and work")
struct UnusualRepositoryTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let prepare: @Sendable (TestRepository) async throws -> TestRepository
        var testDescription: String { name }

        init(_ name: String, _ prepare: @escaping @Sendable (TestRepository) async throws -> TestRepository) {
            self.name = name
            self.prepare = prepare
        }

        static func path(_ name: String) -> Case {
            Case("a path with \(name)") { try $0.moved(to: "\($0.scratch)/\(name)/repo") }
        }
    }

    static let cases: [Case] = [
        Case("a split index") { repository in
            try await repository.git("update-index", "--split-index")
            return repository
        },
        Case("an index whose checksum is left out") { repository in
            try await repository.git("config", "index.skipHash", "true")
            try repository.write("more.txt", "more\n")
            try await repository.commitAll("written with the setting")
            // A git older than 2.40 does not know the setting: leave the checksum out as a newer one would.
            let index = "\(repository.path)/.git/index"
            let content = try #require(FileManager.default.contents(atPath: index))
            try (content.dropLast(20) + Data(count: 20)).write(to: URL(fileURLWithPath: index))
            return repository
        },
        Case("a sparse index") { repository in
            try repository.write("far/away/file.txt", "far\n")
            try await repository.commitAll("a folder that is not checked out")
            try await repository.git(
                "sparse-checkout",
                "set",
                "--cone",
                "--sparse-index",
                "calc",
                "tests",
                ".gatekeeper"
            )
            #expect(repository.read("far/away/file.txt") == nil)
            return repository
        },
        Case("an index of version 4") { repository in
            try await repository.git("update-index", "--index-version", "4")
            return repository
        },
        Case("a shallow clone") { repository in
            try await repository.commitAll("one more")
            let other = "\(repository.scratch)/shallow"
            try await repository.git("clone", "-q", "--depth", "1", "file://\(repository.path)", other)
            return TestRepository(at: other, scratch: repository.scratch)
        },
        Case("a linked worktree") { repository in
            let other = "\(repository.scratch)/linked"
            try await repository.git("worktree", "add", "-q", "-b", "linked", other)
            return TestRepository(at: other, scratch: repository.scratch)
        },
        Case("a submodule") { repository in
            let library = try await TestRepository(in: repository.scratch, named: "library")
            try library.write("lib.py", "VALUE = 1\n")
            try await library.commitAll("library")
            try await repository.git(
                "-c",
                "protocol.file.allow=always",
                "submodule",
                "--quiet",
                "add",
                library.path,
                "lib"
            )
            try await repository.commitAll("with a library")
            return repository
        },
        Case("objects borrowed from another repository") { repository in
            let other = "\(repository.scratch)/borrower"
            try await repository.git("clone", "-q", "-s", repository.path, other)
            return TestRepository(at: other, scratch: repository.scratch)
        },
        Case("a detached HEAD") { repository in
            try await repository.git("checkout", "-q", "--detach")
            return repository
        },
        .path("a space"), .path("grüße-日本"), .path("a:colon"), .path("a,comma"), .path("back\\slash"),
        .path("apo'strophe"), .path("$dollar`tick"), .path("-dash"), .path("percent%41"),
        .path("upperdir=x,lowerdir=y"),
    ]

    @Test("the answer is right, a repair is written, and git sees nothing else changed", arguments: cases)
    func works(_ unusual: Case) async throws {
        try await Calculator.withRepository(broken: false) { repository in
            _ = try await expectRightAnswers(in: try await unusual.prepare(repository))
        }
    }

    @Test("a lone quotation mark in the path, which mount cannot be told, costs a level and says so")
    func quotationMark() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            let quoted = try repository.moved(to: "\(repository.scratch)/six\" wide/repo")
            let level = try await expectRightAnswers(in: quoted, atAnyLevel: true)
            if try await Self.level() == "overlay" { #expect(level.level == "namespaces") }
            if level.level != "overlay" { #expect(!level.shortfall.isEmpty) }
        }
    }

    @Test("outside the temporary folders as well")
    func elsewhere() async throws {
        try await Calculator.withRepository(broken: false) { repository in
            try await withScratchFolderOutsideTemporary { scratch in
                let other = "\(scratch)/repo"
                try FileManager.default.copyItem(atPath: repository.path, toPath: other)
                try FileManager.default.createDirectory(
                    atPath: "\(scratch)/home",
                    withIntermediateDirectories: true
                )
                _ = try await expectRightAnswers(in: TestRepository(at: other, scratch: scratch))
            }
        }
    }

    private func expectRightAnswers(
        in repository: TestRepository,
        atAnyLevel: Bool = false
    ) async throws -> RunRecord.SandboxRecord {
        let clean = try await repository.git("status", "--porcelain")
        let green = try await repository.record("test", status: 0)
        if !atAnyLevel {
            #expect(try await green.sandbox.level == Self.level(), "\(green.sandbox.shortfall)")
        }
        #expect(green.steps.first?.outcomes.count == 4)
        try repository.write("calc/core.py", Calculator.broken)
        let status = try await repository.git("status", "--porcelain")
        let index = try await repository.git("ls-files", "-s")
        let red = try await repository.record("test", status: 1)
        #expect(red.targets == [Calculator.target])
        #expect(try await repository.git("status", "--porcelain") == status)
        let program = try repository.install("backend.sh", AcceptanceEndToEndTests.backend())
        let repaired = try await repository.record("run", "--backend-command", "'\(program)'", status: 0)
        #expect(repaired.result?.applied == true)
        #expect(repository.read("calc/core.py") == Calculator.healthy)
        #expect(try await repository.git("status", "--porcelain") == clean)
        #expect(try await repository.git("ls-files", "-s") == index)
        let undone = try await repository.gatekeeper("undo")
        #expect(undone.exitCode == 0, "\(undone.standardError.text)")
        #expect(repository.read("calc/core.py") == Calculator.broken)
        #expect(try await repository.git("fsck", "--no-dangling") == "")
        return green.sandbox
    }

    /// The isolation an ordinary path reaches on this machine.
    private static func level() async throws -> String {
        try await Calculator.withRepository(broken: false) { try await $0.record("test", status: 0).sandbox.level }
    }
}
