import Foundation
import GateGit
import GateTestSupport
import Testing

/// A project whose test is one line of sh, a bare repository it is pushed to, and the real git between them.
struct HookWorld: Sendable {
    let repository: TestRepository
    /// The bare repository, as `origin`.
    let remote: TestRepository

    /// Red where the file `value` does not say so; the comment makes every text another blob.
    static let good = "good\n"
    static let bad = "bad\n"

    /// Runs `body` in a world whose first commit, a green one, is on the remote already.
    static func with<R>(_ name: String = "hook", _ body: (HookWorld) async throws -> R) async throws -> R {
        try await withScratchFolder(name) { scratch in
            let repository = try await TestRepository(in: scratch)
            let remote = TestRepository(at: "\(scratch)/remote.git", scratch: scratch)
            try await repository.git("init", "-q", "--bare", "-b", "main", remote.path)
            try await repository.git("remote", "add", "origin", remote.path)
            try repository.write(".gatekeeper/config", "[gatekeeper \"check.test\"]\n\tcommand = sh test.sh\n")
            try repository.write("test.sh", "grep -q good value\n")
            try repository.write("value", good)
            try await repository.commitAll("a green start")
            try await repository.git("push", "-q", "origin", "main")
            return try await body(HookWorld(repository: repository, remote: remote))
        }
    }

    /// Commits a value on the current branch.
    @discardableResult
    func commit(_ value: String, _ message: String = "change") async throws -> String {
        try repository.write("value", value)
        return try await repository.commitAll(message)
    }

    /// Runs git as a user does, with the built program on the path.
    func git(
        _ arguments: String...,
        environment extra: [String: String] = [:],
        in folder: String? = nil
    ) async throws -> ProcessResult {
        var environment = repository.environment
        environment["PATH"] = "\(Program.folder):\(environment["PATH"] ?? "/usr/bin:/bin")"
        return try await ProcessRunner.run(
            ProcessRequest(
                executable: "git",
                arguments: arguments,
                environment: environment.merging(extra) { $1 },
                workingDirectory: folder ?? repository.path,
                limits: ProcessLimits(wallTime: .seconds(300))
            )
        )
    }

    /// What a reference of the remote names; `nil` where it does not exist.
    func remoteHead(_ reference: String = "refs/heads/main") async throws -> String? {
        let text = try await repository.git("ls-remote", remote.path, reference)
        return text.split(separator: "\t").first.map(String.init)
    }
}
