import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

@Suite("repositories the gate cannot judge")
struct UnsupportedRepositoryTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let name: String
        let complaint: String
        /// Makes the repository unsupported, and says which folder to run in where it is another one.
        let spoil: @Sendable (TestRepository) async throws -> TestRepository?
        var testDescription: String { name }

        init(
            _ name: String,
            _ complaint: String,
            _ spoil: @escaping @Sendable (TestRepository) async throws -> TestRepository?
        ) {
            self.name = name
            self.complaint = complaint
            self.spoil = spoil
        }

        /// Keys of the repository's own configuration.
        static func config(_ name: String, _ complaint: String, _ pairs: [(String, String)]) -> Case {
            Case(name, complaint) { repository in
                for (key, value) in pairs { try await repository.git("config", key, value) }
                return nil
            }
        }
    }

    static let cases: [Case] = [
        Case("objects stored as SHA-256", "sha256") { repository in
            let other = "\(repository.scratch)/wide"
            try await repository.git("init", "-q", "-b", "main", "--object-format=sha256", other)
            let wide = TestRepository(at: other, scratch: repository.scratch)
            try wide.write("a.txt", "a\n")
            try await wide.commitAll("first")
            return wide
        },
        .config(
            "references stored as reftable",
            "refstorage",
            [("extensions.refstorage", "reftable"), ("core.repositoryformatversion", "1")]
        ),
        Case("a real partial clone", "is a partial clone") { repository in
            try await repository.git("config", "uploadpack.allowFilter", "true")
            let other = "\(repository.scratch)/partial"
            try await repository.git("clone", "-q", "--filter=blob:none", "file://\(repository.path)", other)
            return TestRepository(at: other, scratch: repository.scratch)
        },
        .config("a key that makes a partial clone", "is a partial clone", [("extensions.partialClone", "origin")]),
        .config("a remote that promises objects", "is a partial clone", [("remote.origin.promisor", "true")]),
        .config(
            "configuration of its own for each worktree",
            "extension 'worktreeconfig'",
            [("core.repositoryformatversion", "1"), ("extensions.worktreeConfig", "true")]
        ),
        .config(
            "precious objects",
            "extension 'preciousobjects'",
            [("core.repositoryformatversion", "1"), ("extensions.preciousObjects", "true")]
        ),
        .config(
            "an extension nobody knows",
            "fromthefuture",
            [("extensions.fromTheFuture", "true"), ("core.repositoryformatversion", "1")]
        ),
        Case("grafted history", "info/grafts") { repository in
            try repository.write(".git/info/grafts", try await repository.git("rev-parse", "HEAD") + "\n")
            return nil
        },
        Case("a bare repository", "bare") { repository in
            let other = "\(repository.scratch)/bare.git"
            try await repository.git("clone", "-q", "--bare", repository.path, other)
            return TestRepository(at: other, scratch: repository.scratch)
        },
        Case("paths that are not merged", "calc/core.py") { repository in
            try await repository.git("checkout", "-q", "--", ".")
            try await repository.git("checkout", "-q", "-b", "other")
            try repository.write("calc/core.py", Calculator.healthy.replacing("a + b", with: "b + a"))
            try await repository.commitAll("other")
            try await repository.git("checkout", "-q", "main")
            try repository.write("calc/core.py", Calculator.healthy.replacing("a + b", with: "sum((a, b))"))
            try await repository.commitAll("mine")
            _ = try? await repository.git("merge", "-q", "other")
            return nil
        },
    ]

    @Test("each is refused with one clear error before anything is changed", arguments: cases)
    func refused(_ unsupported: Case) async throws {
        try await Calculator.withRepository { repository in
            let used = try await unsupported.spoil(repository) ?? repository
            try await expectRefusal(of: used, unsupported.complaint)
        }
    }

    @Test(
        "a repository of another user is refused, with the command that allows it",
        .enabled(if: geteuid() == 0, "only root can give a repository to another user")
    )
    func foreign() async throws {
        try await Calculator.withRepository { repository in
            let changed = try await ProcessRunner.run(
                ProcessRequest(
                    executable: "chown",
                    arguments: ["-R", "65534", repository.path],
                    environment: repository.environment,
                    workingDirectory: "/"
                )
            )
            #expect(changed.isSuccess)
            try await expectRefusal(of: repository, "belongs to another user", hint: "safe.directory")
        }
    }

    private func expectRefusal(
        of repository: TestRepository,
        _ complaint: String,
        hint: String? = nil
    ) async throws {
        let before = repository.allFiles()
        for command in ["test", "run"] {
            let result = try await repository.gatekeeper(command)
            let text = result.standardError.text
            #expect(result.exitCode == 128, "\(text)")
            #expect(text.lowercased().contains(complaint.lowercased()), "\(text)")
            #expect(
                text.split(separator: "\n").filter { $0.hasPrefix("error:") || $0.hasPrefix("fatal:") }.count == 1,
                "\(text)"
            )
            if let hint { #expect(text.contains(hint), "\(text)") }
            #expect(result.standardOutput.total == 0)
            #expect(repository.allFiles() == before)
            for folder in [".git/gatekeeper/runs", "gatekeeper/runs"] {
                #expect(!FileManager.default.fileExists(atPath: "\(repository.path)/\(folder)"))
            }
        }
    }
}
