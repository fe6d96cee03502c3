import Foundation
package import GateGit

/// A real repository in a scratch folder, driven by the real `git`, with nothing of the machine's configuration.
package struct TestRepository: Sendable {
    /// Absolute path of the working tree.
    package let path: String
    /// Absolute path of the folder around it: home, outside sentinels.
    package let scratch: String

    /// Makes an empty repository below `scratch`.
    package init(in scratch: String, named name: String = "repo") async throws {
        self.scratch = scratch
        path = "\(scratch)/\(name)"
        try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
        try FileManager.default.createDirectory(atPath: "\(scratch)/home", withIntermediateDirectories: true)
        try await git("init", "-q", "-b", "main")
    }

    /// Takes a repository that exists already.
    package init(at path: String, scratch: String) {
        self.path = path
        self.scratch = scratch
    }

    /// An environment built from nothing but what programs need to be found.
    package var environment: [String: String] {
        [
            "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin",
            "HOME": "\(scratch)/home", "TMPDIR": scratch, "TZ": "UTC", "LC_ALL": "C.UTF-8",
            "GIT_CONFIG_NOSYSTEM": "1", "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_AUTHOR_NAME": "A U Thor", "GIT_AUTHOR_EMAIL": "author@example.com",
            "GIT_COMMITTER_NAME": "C O Mitter", "GIT_COMMITTER_EMAIL": "committer@example.com",
            "GIT_AUTHOR_DATE": "1700000000 +0000", "GIT_COMMITTER_DATE": "1700000000 +0000",
            "GIT_CEILING_DIRECTORIES": scratch,
        ]
    }

    /// Runs the real git in the working tree and returns what it printed, without the last newline.
    @discardableResult
    package func git(_ arguments: String..., input: String? = nil) async throws -> String {
        let result = try await ProcessRunner.run(
            ProcessRequest(
                executable: "git",
                arguments: arguments,
                environment: environment,
                workingDirectory: path,
                input: input.map { Array($0.utf8) },
                limits: ProcessLimits(wallTime: .seconds(300))
            )
        )
        guard result.isSuccess else {
            throw TestRepositoryError(
                message: "git \(arguments.joined(separator: " ")): \(result.termination) \(result.standardError.text)"
            )
        }
        var text = result.standardOutput.text
        if text.hasSuffix("\n") { text.removeLast() }
        return text
    }

    /// Runs any program in the working tree.
    package func run(
        _ program: String,
        _ arguments: [String],
        environment extra: [String: String] = [:]
    ) async throws -> ProcessResult {
        try await ProcessRunner.run(
            ProcessRequest(
                executable: program,
                arguments: arguments,
                environment: environment.merging(extra) { $1 },
                workingDirectory: path,
                limits: ProcessLimits(wallTime: .seconds(300))
            )
        )
    }

    /// Writes a file below the working tree, making the folders it needs.
    package func write(_ file: String, _ content: String, executable: Bool = false) throws {
        let target = URL(fileURLWithPath: path).appendingPathComponent(file)
        try FileManager.default.createDirectory(
            at: target.deletingLastPathComponent(),
            withIntermediateDirectories: true
        )
        try Data(content.utf8).write(to: target)
        if executable { try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: target.path) }
    }

    /// Content of a file below the working tree; `nil` where there is none.
    package func read(_ file: String) -> String? {
        FileManager.default.contents(atPath: "\(path)/\(file)").map { String(decoding: $0, as: UTF8.self) }
    }

    /// Stages everything and commits it.
    @discardableResult
    package func commitAll(_ message: String) async throws -> String {
        try await git("add", "-A")
        try await git("commit", "-q", "--allow-empty", "-m", message)
        return try await git("rev-parse", "HEAD")
    }

    /// The repository through the gate's own eyes.
    package func open() async throws -> GitRepository {
        try await GitRepository(containing: path, environment: environment)
    }
}

/// A git command of a fixture that failed.
package struct TestRepositoryError: Error, CustomStringConvertible {
    package let message: String
    package var description: String { message }
}

/// Runs `body` with a fresh repository that is removed afterwards.
package func withTestRepository<R>(
    _ name: String = "test",
    _ body: (TestRepository) async throws -> R
) async throws -> R {
    try await withScratchFolder(name) { scratch in
        try await body(try await TestRepository(in: scratch))
    }
}
