import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// Agents that edit, with a program in their place that does what none should.
@Suite("workspaces")
struct WorkspaceTests {
    /// A program that takes the place of codex: each attempt runs the next of the given scripts in the workspace.
    private static func agent(_ repository: TestRepository, _ scripts: [String]) throws -> String {
        let cases = scripts.enumerated().map { "\($0 + 1)) \($1) ;;" }.joined(separator: "\n")
        return try repository.install(
            "agent",
            """
            #!/bin/sh
            cat >/dev/null
            echo x >>"$CODEX_HOME/count"
            case $(wc -l <"$CODEX_HOME/count" | tr -d ' ') in
            \(cases)
            esac
            echo '{"type":"thread.started","thread_id":"01a1ff13-2bb9-7572-afb7-9736f086beb7"}'
            echo '{"type":"item.completed","item":{"type":"agent_message","text":"done"}}'
            echo '{"type":"turn.completed","usage":{"input_tokens":5,"output_tokens":1}}'
            """
        )
    }

    private static func prepare(_ repository: TestRepository, _ scripts: [String]) async throws {
        let program = try agent(repository, scripts)
        try await repository.git("config", "gatekeeper.backend", "codex")
        try await repository.git("config", "gatekeeper.backend.codex.command", program)
        try await repository.git("config", "gatekeeper.backend.codex.mode", "workspace")
        try await repository.git("config", "gatekeeper.maxRetries", "\(scripts.count)")
    }

    private static let fix = "sed -i.bak '6s/+/-/' calc/core.py; rm calc/core.py.bak"

    @Test("what is no candidate is refused with its reason, and what is one is taken as it lies there")
    func harvest() async throws {
        try await Calculator.withRepository { repository in
            try repository.write(".gitignore", "*.log\n")
            try await repository.git("add", ".gitignore")
            try await repository.git("commit", "-qm", "ignore", "--", ".gitignore")
            try await Self.prepare(
                repository,
                [
                    ":",
                    "mkdir -p .git/hooks; echo x >.git/hooks/pre-push",
                    "mkfifo pipe",
                    "ln -s /etc/passwd calc/link.py",
                    "rm tests/test_core.py",
                    "head -c 20000000 /dev/zero >big",
                    "rm calc/core.py; mkdir calc/core.py; echo x >calc/core.py/x",
                    "cd .. && rm -rf files && ln -s \(repository.scratch)/elsewhere files",
                    "mkdir -p calc/__pycache__; echo x >calc/__pycache__/core.pyc; echo x >run.log; sleep 300 & "
                        + "touch calc/core.py; \(Self.fix)",
                ]
            )
            let before = Calculator.broken
            let elsewhere = "\(repository.scratch)/elsewhere"
            try FileManager.default.createDirectory(atPath: elsewhere, withIntermediateDirectories: true)
            let record = try await repository.record("run", "--dry-run", environment: [:], status: 1)
            let codes = record.attempts.map {
                $0.reasons.first?.message.split(separator: ":").first.map(String.init) ?? ""
            }
            #expect(
                codes.dropLast() == [
                    "workspace.unchanged", "path.dotgit", "workspace.special", "mode.symlink", "contract.removed",
                    "workspace.too-large", "path.df-conflict", "workspace.unreadable",
                ],
                "\(codes)"
            )
            #expect(record.attempts.last?.verdict == "accepted")
            #expect(record.attempts.last?.paths == ["calc/core.py"])
            #expect(record.attempts.last?.notes.contains { $0.contains("run.log") } == true)
            #expect(repository.read("calc/core.py") == before)
            #expect(try await !Self.lives(in: repository.scratch))
            // Where a link took the place of the folder, nothing was written through it.
            #expect(try FileManager.default.contentsOfDirectory(atPath: elsewhere) == [])
        }
    }

    @Test("where nothing holds an agent, what it did to the repository is found")
    func outside() async throws {
        try await Calculator.withRepository { repository in
            let root = repository.path
            try await Self.prepare(
                repository,
                [
                    "echo '#!/bin/sh' >\(root)/.git/hooks/pre-push; \(Self.fix)",
                    "printf '[core]\\n\\tpager = x\\n' >>\(root)/.git/config; \(Self.fix)",
                    "echo x >\(root)/planted.py; \(Self.fix)",
                ]
            )
            try await repository.git("config", "gatekeeper.sandbox", "off")
            let record = try await repository.record("run", environment: [:], status: 125)
            let messages = record.attempts.map { $0.reasons.first?.message ?? "" }
            for (message, name) in zip(messages, ["hooks/pre-push", "config", "planted.py"]) {
                #expect(message.hasPrefix("workspace.outside") && message.contains(name), "\(message)")
            }
            #expect(repository.read("calc/core.py") == Calculator.broken)
        }
    }

    @Test("what attempts took is added up, shown, and ends the loop where policy bounds it")
    func budget() async throws {
        try await Calculator.withRepository { repository in
            try await Self.prepare(repository, [":", Self.fix])
            try await repository.git("config", "gatekeeper.budget.tokens", "6")
            let record = try await repository.record("run", environment: [:], status: 1)
            #expect(record.attempts.count == 1 && record.result?.stopReason == "token-budget")
            #expect(record.attempts.first?.usage?.inputTokens == 5 && record.backend?.name == "codex")
            let shown = try await repository.gatekeeper("show", record.id)
            #expect(shown.standardOutput.text.contains("usage: 5 tokens in, 1 out"))
        }
    }

    @Test(
        "Ctrl-C ends an agent with all it started, and nothing is recorded as a result",
        arguments: ["agent", "curl"]
    )
    func interrupt(what: String) async throws {
        try await Calculator.withRepository { repository in
            let ready = "\(repository.scratch)/ready"
            let before = try await repository.state()
            try await ModelServer.with(#"[{"silent":true}]"#, in: "\(repository.scratch)") { server in
                if what == "agent" {
                    try await Self.prepare(repository, ["sleep 300 & (setsid sleep 300 &) ; touch \(ready); sleep 300"])
                    try await repository.git("config", "gatekeeper.sandbox", "off")
                } else {
                    try await repository.git("config", "gatekeeper.backend", "chat")
                    try await repository.git("config", "gatekeeper.model", "m")
                    try await repository.git(
                        "config",
                        "gatekeeper.backend.chat.endpoint",
                        "http://127.0.0.1:\(server.port)/v1"
                    )
                }
                let run = Task {
                    try await repository.run(
                        "/bin/sh",
                        ["-c", "\(Program.folder)/git-gatekeeper run & echo $! >\(repository.scratch)/pid; wait $!"]
                    )
                }
                if what == "agent" {
                    try await waitForFile(ready)
                } else {
                    for _ in 0..<600 where try server.requests().isEmpty {
                        try await Task.sleep(for: .milliseconds(50))
                    }
                }
                _ = try await repository.run("/bin/sh", ["-c", "kill -INT $(cat \(repository.scratch)/pid)"])
                #expect(try await run.value.exitCode == 130)
                #expect(try await !Self.lives(in: repository.path))
            }
            let records = try await repository.runs()
            #expect(records.count == 1)
            let shown = try await repository.gatekeeper("log")
            #expect(!shown.standardOutput.text.contains("rejected") && !shown.standardOutput.text.contains("accepted"))
            _ = before
        }
    }

    /// Whether any process works in a folder or below it: those of agents and of curl have private folders there.
    private static func lives(in folder: String) async throws -> Bool {
        for _ in 0..<50 {
            let found = try await ProcessRunner.run(
                ProcessRequest(
                    executable: "/bin/sh",
                    arguments: [
                        "-c",
                        "for p in /proc/[0-9]*; do readlink $p/cwd; done 2>/dev/null | grep -F \(folder)/ | grep -v model-server",
                    ],
                    environment: ["PATH": "/usr/bin:/bin"],
                    workingDirectory: "/"
                )
            )
            if !found.isSuccess { return false }
            try await Task.sleep(for: .milliseconds(100))
        }
        return true
    }
}
