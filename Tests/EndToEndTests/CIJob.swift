import Foundation
import GateCore
import GateGit
import GateTestSupport

/// A bare server with a healthy project, and clones of it as engines make them. Tests are a script of sh.
struct CIJob {
    static let policy = """
        [gatekeeper "check.test"]
        \tcommand = sh tests/run.sh
        [gatekeeper "check.lint"]
        \tcommand = sh lint.sh
        \tkind = lint
        [gatekeeper "scenario.sum"]
        \tcommand = sh tests/sum.sh

        """
    static let healthy = "answer=42\nsum=5\n"

    let scratch: String
    /// Where everybody works before it is pushed.
    let desk: TestRepository
    /// Absolute path of the bare repository.
    let server: String
    /// Tip of `main` on the server.
    let main: String

    static func with<R>(_ body: (CIJob) async throws -> R) async throws -> R {
        try await withTestRepository("ci") { desk in
            let server = "\(desk.scratch)/server.git"
            try desk.write("values", healthy)
            try desk.write(
                "tests/run.sh",
                ". ./values\nif [ \"$answer\" = 42 ]; then exit 0; fi\necho \"the answer is $answer\"\nexit 1\n"
            )
            try desk.write("tests/sum.sh", ". ./values\n[ \"$sum\" = 5 ]\n")
            try desk.write("lint.sh", "! grep -q TODO values\n")
            try desk.write(".gatekeeper/config", policy)
            let main = try await desk.commitAll("a project")
            try await desk.git("init", "-q", "--bare", "-b", "main", server)
            try await desk.git("remote", "add", "origin", "file://\(server)")
            try await desk.git("push", "-q", "origin", "main")
            return try await body(CIJob(scratch: desk.scratch, desk: desk, server: server, main: main))
        }
    }

    /// Commits on a branch at the desk and pushes it.
    func push(_ branch: String, _ files: [String: String]) async throws -> String {
        try await desk.git("checkout", "-q", "-B", branch, "main")
        for (name, content) in files { try desk.write(name, content) }
        let commit = try await desk.commitAll(branch)
        try await desk.git("push", "-q", "--force", "origin", branch)
        return commit
    }

    /// A clone that is detached at a branch of the server, with all branches of the remote.
    func clone(_ name: String, at branch: String) async throws -> TestRepository {
        let clone = try await TestRepository(in: scratch, named: name)
        try await clone.git("remote", "add", "origin", "file://\(server)")
        try await clone.git("fetch", "-q", "origin")
        try await clone.git("checkout", "-q", "--detach", "origin/\(branch)")
        return clone
    }

    /// What the server has under a name; `nil` where there is nothing.
    func onServer(_ reference: String) async throws -> String? {
        let line = try await desk.git("ls-remote", "origin", reference)
        return line.split(separator: "\t").first.map(String.init)
    }

    /// The variables of a push that GitHub Actions would set, with a summary to write into.
    func github(_ branch: String, _ commit: String) throws -> [String: String] {
        let event = "\(scratch)/event.json"
        let text = """
            {"ref": "refs/heads/\(branch)", "before": "\(String(repeating: "0", count: 40))", "after": "\(commit)",
             "repository": {"default_branch": "main"}}
            """
        try Data(text.utf8).write(to: URL(fileURLWithPath: event))
        return [
            "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": event, "GITHUB_SHA": commit,
            "GITHUB_REF": "refs/heads/\(branch)", "GITHUB_STEP_SUMMARY": "\(scratch)/summary.md",
        ]
    }

    func read(_ name: String) -> String? {
        FileManager.default.contents(atPath: "\(scratch)/\(name)").map { String(decoding: $0, as: UTF8.self) }
    }
}
