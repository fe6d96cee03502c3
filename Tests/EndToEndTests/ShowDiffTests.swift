import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("what a candidate changes, as git shows it")
struct ShowDiffTests {
    /// First a wrong candidate, then a right one.
    private static let twoTries = """
        #!/bin/sh
        if grep -q '"attempt" : 1,'; then new='a * b'; else new='a - b'; fi
        cat <<REPLY
        {"edits":[{"path":"calc/core.py","edits":[{"search":"def sub(a, b):\\n    return a + b",
        "replace":"def sub(a, b):\\n    return $new"}]}]}
        REPLY

        """

    @Test(
        "the accepted candidate or the one of an attempt, by the user's settings of diff, and no program of an attribute"
    )
    func diff() async throws {
        try await Calculator.withRepository { repository in
            // What is tracked names a driver, and the user happens to have one of that name that runs something.
            try repository.write(".gitattributes", "*.py diff=python-with-more\n")
            let sentinel = "\(repository.scratch)/ran"
            for (key, value) in [
                ("diff.python-with-more.textconv", "touch '\(sentinel)'; cat"),
                ("diff.python-with-more.command", "touch '\(sentinel)'; echo"),
                ("diff.external", "touch '\(sentinel)'; echo"), ("diff.noprefix", "true"),
                ("diff.python-with-more.xfuncname", "^(return .*)$"),
            ] { try await repository.git("config", key, value) }
            let program = try repository.install("backend.sh", Self.twoTries)
            let record = try await repository.record("run", "--backend-command", program, status: 0)
            #expect(record.result?.next.first?.contains("git gatekeeper show --diff") == true)

            let accepted = try await repository.gatekeeper("show", "--diff")
            #expect(accepted.exitCode == 0, "\(accepted.standardError.text)")
            let text = accepted.standardOutput.text
            #expect(text.contains("-    return a + b\n+    return a - b\n"), "\(text)")
            #expect(text.contains("--- calc/core.py"), "the user's own settings do not count: \(text)")
            // The user's own uncommitted work is on both sides.
            #expect(!text.contains(".gitattributes"))
            let first = try await repository.gatekeeper("show", record.id, "--diff", "--attempt", "1").standardOutput
                .text
            #expect(first.contains("+    return a * b"))
            #expect(!FileManager.default.fileExists(atPath: sentinel), "a program that an attribute names was started")
            let trees = [record.head.tree, try #require(record.attempts.last?.candidate)]
            let plain = try await repository.run("git", ["diff"] + trees)
            #expect(
                FileManager.default.fileExists(atPath: sentinel),
                "the trap does not even close for git itself: \(plain)"
            )

            let none = try await repository.gatekeeper("show", "--diff", "--attempt", "7")
            #expect(
                none.exitCode == 128 && none.standardError.text.contains("attempt 1, 2"),
                "\(none.standardError.text)"
            )
            for wrong in [["--diff", "--verify"], ["--attempt", "1"], ["--diff", "--format", "json"]] {
                #expect(try await repository.gatekeeper(arguments: ["show"] + wrong).exitCode == 129)
            }
            let green = try await repository.record("test", "--fresh", status: 0)
            let nothing = try await repository.gatekeeper("show", green.id, "--diff")
            #expect(
                nothing.exitCode == 128 && nothing.standardError.text.contains("has no candidate [show.no-candidate]")
            )
        }
    }
}
