package import GateGit

/// The policy that `init` writes down.
package enum PolicyTemplate {
    /// Makes the text for a repository.
    ///
    /// - Returns: the text, the test command in it, and how the tests run with why, for people.
    /// - Throws: `GateFailure` where no test command is given and none can be detected.
    package static func make(
        repository: GitRepository,
        testCommand: String?,
        temporaryFolder: String
    ) async throws -> (text: String, command: [String], because: String) {
        let command: [String]
        let because: String
        if let testCommand {
            guard let words = PolicyValue.words(testCommand), !words.isEmpty else {
                throw GateFailure("init.test-command", "'--test-command \(testCommand)' is not a command")
            }
            command = words
            because = "'\(PolicyValue.quoted(words))', as you said"
        } else {
            let tree = try await repository.snapshotWorkingTree(temporaryFolder: temporaryFolder).tree
            let files = Set(try await repository.files(in: tree).keys)
            let found = try await TestCommandDetection.detect(paths: files) { path in
                guard let entry = try await repository.entry(RepositoryPath(path), in: tree), entry.mode.isRegularFile
                else { return nil }
                return try await repository.blob(entry.id)
            }
            guard let found = found.best else {
                throw GateFailure(
                    "init.no-test-command",
                    "no test command could be detected in this repository",
                    hints: ["name it: git gatekeeper init --test-command 'make check'"]
                )
            }
            command = found.command
            because = "'\(PolicyValue.quoted(found.command))', because \(found.because)"
        }
        return (text(command), command, because)
    }

    /// Writes the policy, unless there is one.
    package static func write(_ text: String, into repository: GitRepository) throws {
        guard let root = repository.workingTree else {
            throw GateFailure("init.bare", "'\(repository.gitDirectory)' has no working tree to write a policy into")
        }
        let folder = try SafeFolder(path: root)
        let path = RepositoryPath(PolicyFile.path)
        guard try folder.status(path) == nil else {
            throw GateFailure(
                "init.exists",
                "'\(PolicyFile.path)' exists already, and is left as it is",
                hints: ["change it with 'git config -f \(PolicyFile.path) <key> <value>'"]
            )
        }
        if let parent = try folder.status(RepositoryPath(".gatekeeper")), parent.kind != .folder {
            throw GateFailure("init.exists", "'.gatekeeper' is not a folder, so no policy can be written into it")
        }
        try folder.write(path, content: Array(text.utf8), mode: .file)
    }

    private static func text(_ command: [String]) -> String {
        let value = PolicyValue.quoted(command).replacing("\\", with: "\\\\").replacing("\"", with: "\\\"")
        return """
            # Policy of git gatekeeper, in git-config syntax. A head is held to the policy of its base.
            # 'git gatekeeper config --list-keys' prints every key.
            [gatekeeper "check.test"]
            \tcommand = "\(value)"

            # A scenario is a named behaviour with its own tests:
            # [gatekeeper "scenario.write-read"]
            # \ttitle = what is written can be read
            # \ttests = tests/test_store.py
            # \tscope = src/**

            # Files beyond the built-in contract that no candidate may touch:
            # [gatekeeper "contract"]
            # \tprotect = docs/protocol/**

            """
    }
}
