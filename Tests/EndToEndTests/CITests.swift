import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("the job of a CI engine")
struct CITests {
    @Test("a green commit is green, whatever lies in the working tree; a red one is red")
    func greenAndRed() async throws {
        try await CIJob.with { job in
            let good = try await job.push("good", ["notes": "hello\n"])
            let clone = try await job.clone("clone", at: "good")
            try clone.write("values", "answer=1\n")
            let green = try await clone.record("ci", environment: try job.github("good", good), status: 0)
            #expect(green.head.commit == good)
            #expect(green.base.commit == job.main)
            #expect(Set(green.steps.map(\.step)) == ["check:lint", "check:test", "scenario:sum"])
            let bad = try await job.push("bad", ["values": "answer=41\nsum=5\n"])
            try await clone.git("fetch", "-q", "origin")
            try clone.write("values", CIJob.healthy)
            try await clone.git("checkout", "-q", "--detach", "origin/bad")
            let red = try await clone.record("ci", environment: try job.github("bad", bad), status: 1)
            #expect(red.result?.verdict == "rejected")
            #expect(red.backend == nil)
        }
    }

    @Test("a red scenario is red although every check is green, and the other way round")
    func parts() async throws {
        try await CIJob.with { job in
            let branch = try await job.push("bad", ["values": "answer=42\nsum=6\n"])
            let clone = try await job.clone("clone", at: "bad")
            let red = try await clone.record("ci", environment: try job.github("bad", branch), status: 1)
            #expect(red.parts?.all == ["scenario:sum", "check:lint", "check:test"] || red.parts?.all.count == 3)
            let first = try await clone.record(
                "ci",
                "--shard",
                "1/3",
                "--no-attest",
                environment: try job.github("bad", branch),
                status: 1
            )
            #expect(first.parts?.own == ["scenario:sum"])
            let others = try await clone.record(
                "ci",
                "--shard",
                "2/3",
                "--no-attest",
                environment: try job.github("bad", branch),
                status: 0
            )
            #expect(others.parts?.own.count == 1)
            #expect(others.parts?.plan == first.parts?.plan)
        }
    }

    @Test("who changes the policy is held to the one of the target branch as it is now, even from an old base")
    func policyOfTip() async throws {
        try await CIJob.with { job in
            let lax = "[gatekeeper \"check.test\"]\n\tcommand = true\n"
            let commit = try await job.push("cheat", [".gatekeeper/config": lax, "values": "answer=1\nsum=5\n"])
            let clone = try await job.clone("clone", at: "cheat")
            let red = try await clone.record("ci", environment: try job.github("cheat", commit), status: 1)
            #expect(red.notes.contains { $0.contains("the head changes '.gatekeeper/config'") })
            // The main branch grows stricter; a branch that left it before is held to that.
            let old = try await job.push("old", ["values": "answer=42\nsum=5\nTODO=1\n"])
            try await job.desk.git("checkout", "-q", "main")
            let strict = CIJob.policy + "[gatekeeper \"check.strict\"]\n\tcommand = sh tests/strict.sh\n\tkind = lint\n"
            try job.desk.write(".gatekeeper/config", strict)
            let tip = try await job.desk.commitAll("stricter")
            try await job.desk.git("push", "-q", "origin", "main")
            try await clone.git("fetch", "-q", "origin")
            try await clone.git("checkout", "-q", "--detach", "origin/old")
            let result = try await clone.gatekeeper(
                "ci",
                "--format",
                "json",
                environment: try job.github("old", old)
            )
            let record = try JSON.decode(RunRecord.self, from: result.standardOutput.bytes)
            #expect(record.base.commit == job.main)
            #expect(record.steps.contains { $0.step == "check:strict" })
            #expect(record.policy.contains { $0.source.contains(String(tip.prefix(10))) })
            #expect(result.standardError.text.contains("the head does not contain \(tip.prefix(10))"))
        }
    }

    @Test("what tests print can give the engine no command, and is shown all the same")
    func fences() async throws {
        try await CIJob.with { job in
            let hostile = "::error::owned\\n::stop-commands::x\\n##[error]owned\\n::x::"
            let commit = try await job.push(
                "bad",
                ["values": "answer=41\nsum=5\n", "tests/run.sh": "printf '\(hostile)\\n'\nexit 1\n"]
            )
            let clone = try await job.clone("clone", at: "bad")
            let result = try await clone.gatekeeper("ci", environment: try job.github("bad", commit))
            #expect(result.exitCode == 1)
            #expect(result.standardError.total == 0)
            let commands = GitHubLog.commands(in: result.standardOutput.text)
            #expect(
                !commands.contains { $0.contains("owned") && !$0.hasPrefix("::error ") && !$0.hasPrefix("::warning ") }
            )
            #expect(result.standardOutput.text.contains("owned"))
            #expect(commands.contains { $0.hasPrefix("::error ") })
            // Whoever changes the tests with the code is named.
            #expect(commands.contains { $0.hasPrefix("::warning file=tests/run.sh") })
            let summary = job.read("summary.md") ?? ""
            #expect(summary.contains("## git gatekeeper: red"))
            #expect(!summary.contains("\n::"))
        }
    }

    @Test("without the fence what tests print would be a command")
    func withoutFences() async throws {
        try await CIJob.with { job in
            let script = "printf '::error::owned\\n'\nexit 1\n"
            let commit = try await job.push("bad", ["tests/run.sh": script])
            let clone = try await job.clone("clone", at: "bad")
            for (without, isOwned) in [("", false), ("log-fences", true)] {
                var environment = try job.github("bad", commit)
                environment["GIT_GATEKEEPER_WITHOUT"] = without
                let result = try await clone.gatekeeper("ci", environment: environment)
                let commands = GitHubLog.commands(in: result.standardOutput.text)
                #expect(commands.contains("::error::owned") == isOwned, "\(without): \(commands)")
            }
        }
    }

    @Test("without the tip's policy a branch could go back to where less was asked of it")
    func withoutTipPolicy() async throws {
        try await CIJob.with { job in
            let old = try await job.push("old", ["values": "answer=42\nsum=5\nhole=1\n"])
            try await job.desk.git("checkout", "-q", "main")
            let strict =
                CIJob.policy + "[gatekeeper \"check.strict\"]\n\tcommand = sh -c '! grep hole values'\n\tkind = lint\n"
            try job.desk.write(".gatekeeper/config", strict)
            try await job.desk.commitAll("stricter")
            try await job.desk.git("push", "-q", "origin", "main")
            let clone = try await job.clone("clone", at: "old")
            for (without, status) in [("tip-policy", 0), ("", 1)] as [(String, Int32)] {
                var environment = try job.github("old", old)
                environment["GIT_GATEKEEPER_WITHOUT"] = without
                _ = try await clone.record("ci", environment: environment, status: status)
            }
        }
    }

    @Test("a fix is offered and the job stays red: a folder, and a branch that nothing is forced over")
    func offers() async throws {
        try await CIJob.with { job in
            let commit = try await job.push("bad", ["values": "answer=41\nsum=5\n"])
            let clone = try await job.clone("clone", at: "bad")
            let environment = try job.github("bad", commit)
            let before = try await job.desk.git("ls-remote", "origin", "refs/heads/bad", "refs/heads/main")
            let first = try await clone.gatekeeper(
                "ci",
                "--on-fix",
                "artifact",
                "--on-fix",
                "push",
                "--backend",
                "revert",
                environment: environment
            )
            #expect(first.exitCode == 1, "\(first.standardOutput.text)\(first.standardError.text)")
            #expect(clone.read("gatekeeper-fix/fix.patch")?.contains("+answer=42") == true)
            #expect(clone.read("gatekeeper-fix/record.json")?.contains("\"accepted\"") == true)
            let branch = "refs/heads/gatekeeper/fix/\(commit)"
            let fix = try #require(try await job.onServer(branch), "\(first.standardOutput.text)")
            // What is offered is the child of what was judged.
            try await job.desk.git("fetch", "-q", "origin", branch)
            #expect(try await job.desk.git("rev-parse", "FETCH_HEAD^") == commit)
            #expect(try await job.desk.git("show", "FETCH_HEAD:values") == "answer=42\nsum=5")
            // Somebody else's branch of that name is never moved.
            try await job.desk.git("push", "-q", "--force", "origin", "\(job.main):\(branch)")
            let second = try await clone.gatekeeper(
                "ci",
                "--on-fix",
                "push",
                "--backend",
                "revert",
                environment: environment
            )
            #expect(second.exitCode == 1)
            #expect(try await job.onServer(branch) == job.main)
            #expect(fix != job.main)
            #expect(second.standardOutput.text.contains("it is left as it is"))
            #expect(try await job.desk.git("ls-remote", "origin", "refs/heads/bad", "refs/heads/main") == before)
        }
    }

    @Test("a comment is posted through the engine's own program, on the request of the job, as text and nothing else")
    func comment() async throws {
        try await CIJob.with { job in
            let commit = try await job.push("bad", ["values": "answer=41\nsum=5\n"])
            let clone = try await job.clone("clone", at: "bad")
            let tools = "\(job.scratch)/tools"
            try FileManager.default.createDirectory(atPath: tools, withIntermediateDirectories: true)
            _ = try clone.install(
                "tools/gh",
                "#!/bin/sh\necho \"$@\" >\(job.scratch)/called\ncat >\(job.scratch)/body\n"
            )
            let event = "\(job.scratch)/event.json"
            let text = """
                {"number": 7, "pull_request": {"head": {"sha": "\(commit)"}, "base": {"ref": "main", "sha": "\(job.main)"}}}
                """
            try Data(text.utf8).write(to: URL(fileURLWithPath: event))
            let path = clone.environment["PATH"] ?? ""
            let result = try await clone.gatekeeper(
                "ci",
                "--on-fix",
                "comment",
                "--backend",
                "revert",
                environment: [
                    "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": event,
                    "GITHUB_SHA": commit, "GITHUB_REF": "refs/pull/7/head", "GITHUB_BASE_REF": "main",
                    "PATH": "\(tools):\(Program.folder):\(path)",
                ]
            )
            #expect(result.exitCode == 1, "\(result.standardOutput.text)")
            #expect(job.read("called") == "pr comment 7 --body-file -\n")
            #expect(job.read("body")?.contains("+answer=42") == true)
        }
    }

    @Test("three jobs: the one that tests holds no key, the one that asks holds no repository, the third one proves")
    func handover() async throws {
        try await CIJob.with { job in
            let commit = try await job.push("bad", ["values": "answer=41\nsum=5\n"])
            let clone = try await job.clone("clone", at: "bad")
            let environment = try job.github("bad", commit)
            let first = try await clone.gatekeeper(
                "ci",
                "--handover",
                "\(job.scratch)/handover",
                environment: environment
            )
            #expect(first.exitCode == 1, "\(first.standardOutput.text)")
            #expect(job.read("handover/request.json")?.contains("check:test") == true)
            let answer = #"{"edits":[{"path":"values","content":"answer=42\nsum=5\n"}]}"#
            let script = """
                [{"text": \(String(decoding: try JSON.encode(answer), as: UTF8.self))}]
                """
            let nowhere = "\(job.scratch)/nowhere"
            try FileManager.default.createDirectory(atPath: nowhere, withIntermediateDirectories: true)
            try await ModelServer.with(script, in: job.scratch) { server in
                let asked = try await clone.gatekeeper(
                    "ask",
                    "../handover/request.json",
                    "--output",
                    "../reply.json",
                    "--backend",
                    "chat",
                    "--model",
                    "m",
                    "--endpoint",
                    "http://127.0.0.1:\(server.port)/v1",
                    in: nowhere
                )
                #expect(asked.exitCode == 0, "\(asked.standardError.text)")
                let agent = try await clone.gatekeeper(
                    "ask",
                    "../handover/request.json",
                    "--output",
                    "../no.json",
                    "--backend",
                    "codex",
                    in: nowhere
                )
                #expect(agent.exitCode == 128)
            }
            let third = try await clone.gatekeeper(
                "ci",
                "--candidate",
                "../reply.json",
                "--on-fix",
                "artifact",
                environment: environment
            )
            #expect(third.exitCode == 1, "\(third.standardOutput.text)")
            #expect(clone.read("gatekeeper-fix/fix.patch")?.contains("+answer=42") == true)
            try Data(#"{"edits":[{"path":"tests/run.sh","content":"exit 0\n"}]}"#.utf8)
                .write(to: URL(fileURLWithPath: "\(job.scratch)/cheat.json"))
            let cheat = try await clone.record(
                "ci",
                "--candidate",
                "../cheat.json",
                environment: environment,
                status: 1
            )
            #expect(cheat.result?.verdict == "rejected")
        }
    }

    @Test("what cannot be found is named, with what to do, and nothing is judged")
    func errors() async throws {
        try await CIJob.with { job in
            let commit = try await job.push("good", ["notes": "x\n"])
            let clone = try await job.clone("clone", at: "good")
            let none = try await clone.gatekeeper("ci")
            #expect(none.exitCode == 128)
            #expect(none.standardError.text.contains("--base origin/main"))
            var wrong = try job.github("good", commit)
            wrong["GITHUB_SHA"] = job.main
            wrong["GITHUB_EVENT_NAME"] = "workflow_dispatch"
            let other = try await clone.gatekeeper("ci", environment: wrong)
            #expect(other.exitCode == 128)
            #expect(other.standardError.text.contains("[ci.other-head]"))
            #expect(try await clone.gatekeeper("ci", "--shard", "3/2").exitCode == 129)
            let flags = try await clone.gatekeeper("ci", "--base", "origin/main")
            #expect(flags.exitCode == 0, "\(flags.standardError.text)")
        }
    }
}

/// Reads a log as GitHub's runner does: which lines are commands to it.
enum GitHubLog {
    static func commands(in log: String) -> [String] {
        var commands: [String] = []
        var stopped: String?
        for raw in log.split(whereSeparator: { $0 == "\n" || $0 == "\r\n" || $0 == "\r" }) {
            let line = String(raw.drop(while: \.isWhitespace))
            if let token = stopped {
                if line == "::\(token)::" { stopped = nil }
                continue
            }
            if line.hasPrefix("::stop-commands::") {
                stopped = String(line.dropFirst("::stop-commands::".count))
            } else if line.hasPrefix("::") || line.contains("##[") {
                commands.append(line)
            }
        }
        return commands
    }
}
