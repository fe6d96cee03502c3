import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("acceptance")
struct AcceptanceEndToEndTests {
    /// A backend that answers with the healthy file, and does something else first.
    static func backend(_ first: String = "") -> String {
        let reply =
            #"{"edits":[{"path":"calc/core.py","edits":[{"search":"def sub(a, b):\n    return a + b","#
            + #""replace":"def sub(a, b):\n    return a - b"}]}]}"#
        return "#!/bin/sh\ncat >/dev/null\n\(first)\ncat <<'REPLY'\n\(reply)\nREPLY\n"
    }

    private func install(_ script: String, in repository: TestRepository) throws -> String {
        let path = "\(repository.scratch)/backend.sh"
        try Data(script.utf8).write(to: URL(fileURLWithPath: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
        return path
    }

    @Test("a proven fix is written, and the index and other files stay as they are")
    func accepted() async throws {
        try await Calculator.withRepository { repository in
            try repository.write("notes.txt", "mine, untracked\n")
            let index = try await repository.git("ls-files", "-s")
            let program = try install(Self.backend(), in: repository)
            let result = try await repository.gatekeeper("run", "--backend-command", program)
            #expect(result.exitCode == 0, "\(result.standardError.text)")
            #expect(repository.read("calc/core.py") == Calculator.healthy)
            #expect(repository.read("notes.txt") == "mine, untracked\n")
            #expect(try await repository.git("ls-files", "-s") == index)
            let again = try await repository.gatekeeper("run")
            #expect(again.exitCode == 0)
            #expect(again.standardOutput.text.contains("green"))
        }
    }

    @Test("a dry run proves a fix, keeps it aside and exits 1, because the tree is still broken")
    func dryRun() async throws {
        try await Calculator.withRepository { repository in
            let before = try await repository.state()
            let program = try install(Self.backend(), in: repository)
            for flag in ["--dry-run", "--dryRun"] {
                let result = try await repository.gatekeeper("run", "--backend-command", program, flag)
                #expect(result.exitCode == 1, "\(result.standardError.text)")
                #expect(result.standardOutput.text.contains("accepted"))
            }
            #expect(try await repository.state() == before)
            let kept = try await repository.git("for-each-ref", "--format=%(refname)", "refs/gatekeeper/candidates/")
            #expect(kept.split(separator: "\n").count == 2)
            let applied = try await repository.gatekeeper("apply")
            #expect(applied.exitCode == 0, "\(applied.standardError.text)")
            #expect(repository.read("calc/core.py") == Calculator.healthy)
        }
    }

    @Test("a file that changes while the tests run is left as the user wrote it, and the fix is kept")
    func moved() async throws {
        try await Calculator.withRepository { repository in
            let program = try install(
                Self.backend("printf '# mine\\n' >>\(repository.path)/calc/core.py"),
                in: repository
            )
            let result = try await repository.gatekeeper("run", "--backend-command", program)
            #expect(result.exitCode == 125, "\(result.standardError.text)")
            #expect(repository.read("calc/core.py") == Calculator.broken + "# mine\n")
            #expect(result.standardOutput.text.contains("refs/gatekeeper/candidates/"))
        }
    }

    @Test("--commit commits the accepted tree with trailers, and undo takes all of it back")
    func commit() async throws {
        try await Calculator.withRepository { repository in
            let head = try await repository.git("rev-parse", "HEAD")
            let before = try await repository.state()
            let program = try install(Self.backend(), in: repository)
            let result = try await repository.gatekeeper("run", "--backend-command", program, "--commit")
            #expect(result.exitCode == 0, "\(result.standardError.text)")
            #expect(try await repository.git("rev-parse", "HEAD^") == head)
            #expect(try await repository.git("status", "--porcelain") == "")
            let message = try await repository.git("log", "-1", "--format=%B")
            #expect(message.contains("Gatekeeper-Run: "))
            #expect(message.contains("Gatekeeper-Base: \(head)"))
            let undone = try await repository.gatekeeper("undo")
            #expect(undone.exitCode == 0, "\(undone.standardError.text)")
            #expect(try await repository.state() == before)
        }
    }

    @Test(
        "killed at any step that writes, everything is as before or as accepted after the next command",
        arguments: FaultPoint.names
    )
    func killed(at point: String) async throws {
        try await Calculator.withRepository { repository in
            try repository.write("old.txt", "to be removed\n")
            try await repository.commitAll("one more file")
            try repository.write("calc/core.py", Calculator.broken)
            let reply =
                #"{"edits":[{"path":"calc/core.py","edits":[{"search":"def sub(a, b):\n    return a + b","#
                + #""replace":"def sub(a, b):\n    return a - b"}]},{"path":"old.txt","delete":true},"#
                + #"{"path":"calc/deep/new.py","content":"NEW = 1\n"}]}"#
            for commits in [false, true] {
                let before = try await repository.state()
                let arguments = ["judge", "-", "--apply"] + (commits ? ["--commit"] : [])
                let result = try await repository.gatekeeper(
                    arguments: arguments,
                    input: reply,
                    environment: ["GIT_GATEKEEPER_FAULT": point]
                )
                let next = try await repository.gatekeeper("log")
                #expect(next.exitCode == 0, "\(next.standardError.text)")
                let after = try await repository.state()
                let isAccepted =
                    repository.read("calc/core.py") == Calculator.healthy && repository.read("old.txt") == nil
                    && repository.read("calc/deep/new.py") == "NEW = 1\n"
                #expect(after == before || isAccepted, "\(point): \(result.termination) \(next.standardError.text)")
                if isAccepted {
                    if commits { #expect(try await repository.git("status", "--porcelain") == "") }
                    let undone = try await repository.gatekeeper("undo")
                    #expect(undone.exitCode == 0, "\(point): \(undone.standardError.text)")
                    #expect(try await repository.state() == before, "\(point)")
                }
                let leftovers = try await repository.git("status", "--porcelain", "--ignored")
                #expect(!leftovers.contains(".gatekeeper-"), "\(leftovers)")
            }
        }
    }
}
