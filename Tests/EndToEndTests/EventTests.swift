import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("events, lines for scripts and lines for editors")
struct EventTests {
    private func lines(_ text: String) throws -> [JSONValue] {
        try text.split(separator: "\n").map { try #require(JSONValue.read(Array($0.utf8)), "\($0)") }
    }

    private func names(_ lines: [JSONValue]) -> [String] { lines.compactMap { $0["event"].string } }

    @Test("a repair is told step by step, a second run adds to the file, and all of it is as the schema says")
    func stream() async throws {
        try await Calculator.withRepository { repository in
            let file = "\(repository.scratch)/events"
            let run = try await repository.gatekeeper("run", "--events", file, "--format", "json")
            #expect(run.exitCode == 0, "\(run.standardError.text)")
            let record = try JSON.decode(RunRecord.self, from: run.standardOutput.bytes)
            let told = try lines(String(contentsOfFile: file, encoding: .utf8))
            for name in [
                "opened", "step-started", "step-ended", "failing", "backend", "attempt-started", "candidate",
                "confirming",
                "judged",
            ] {
                #expect(names(told).contains(name), "\(name)")
            }
            #expect(names(told).last == "ended")
            #expect(told.map { $0["seq"].integer } == Array(1...told.count))
            #expect(Set(told.compactMap { $0["run"].string }) == [record.id])
            #expect(
                told.first { $0["event"].string == "failing" }?["targets"].elements.map(\.string) == [Calculator.target]
            )
            #expect(told.last?["verdict"].string == "accepted")
            #expect(told.last?["applied"].bool == true)
            let again = try await repository.gatekeeper("test", "--events", file)
            #expect(again.exitCode == 0)
            let more = try lines(String(contentsOfFile: file, encoding: .utf8)).dropFirst(told.count)
            #expect(names(Array(more)) == ["resume", "ended"])
            #expect(more.first?["decision"].string == "remembered")
            // Where nobody may go on without a person, the last word before the end is what would let it.
            try repository.write("calc/core.py", Calculator.broken)
            try await repository.git("config", "gatekeeper.clarification.when", "unknown")
            let blocked = try await repository.gatekeeper("run", "--dry-run", "--events", file)
            #expect(blocked.exitCode == 125, "\(blocked.standardError.text)")
            let last = try lines(String(contentsOfFile: file, encoding: .utf8)).suffix(2)
            #expect(names(Array(last)) == ["blocked", "ended"])
            #expect(last.first?["state"].string == "clarification")
            #expect(last.first?["unblocks"].elements.isEmpty == false)
            let checked = try await SchemaTests.python(["check", file])
            #expect(checked.isSuccess, "\(checked.standardError.text)")
        }
    }

    @Test("events go to a descriptor or to standard output; a link, a folder and a closed descriptor are refused")
    func places() async throws {
        try await Calculator.withRepository { repository in
            let out = try await repository.gatekeeper("test", "--events", "-")
            #expect(out.exitCode == 1)
            #expect(names(try lines(out.standardOutput.text)).last == "ended")
            #expect(out.standardError.text.contains("baseline.red"))
            let script = "git gatekeeper test --fresh --events fd:3 3>\"$0\" >/dev/null 2>&1"
            let file = "\(repository.scratch)/descriptor"
            let path = ["PATH": "\(Program.folder):\(repository.environment["PATH"] ?? "")"]
            let shell = try await repository.run("sh", ["-c", script, file], environment: path)
            #expect(shell.exitCode == 1)
            #expect(names(try lines(String(contentsOfFile: file, encoding: .utf8))).first == "opened")
            let link = "\(repository.scratch)/link"
            try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: file)
            for place in [link, repository.scratch, "fd:77", "fd:-1", "fd:x", "\(repository.scratch)/no/file"] {
                let refused = try await repository.gatekeeper("test", "--events", place)
                #expect(refused.exitCode == 128, "\(place)")
                #expect(refused.standardError.text.contains("[events.place]"), "\(place)")
            }
            let both = try await repository.gatekeeper("test", "--events", "-", "--format", "json")
            #expect(both.exitCode == 129)
        }
    }

    @Test("a reader that goes away or reads nothing does not stop the run")
    func readers() async throws {
        try await withTestRepository("readers") { repository in
            let name = String(repeating: "n", count: 400)
            try repository.write(
                "tests/run.sh",
                "echo 1..400\nfor i in $(seq 400); do echo \"not ok $i - \(name)$i\"; done\nexit 1\n"
            )
            try repository.write(
                ".gatekeeper/config",
                "[gatekeeper \"check.test\"]\n\tcommand = sh tests/run.sh\n\tformat = tap\n"
            )
            try await repository.commitAll("red")
            let path = ["PATH": "\(Program.folder):\(repository.environment["PATH"] ?? "")"]
            let gone = try await repository.run(
                "sh",
                ["-c", "{ git gatekeeper test --events fd:3 3>&1 >/dev/null; echo \"status $?\" >&2; } | head -n 1"],
                environment: path
            )
            #expect(gone.standardError.text.contains("status 1"))
            #expect(gone.standardError.text.contains("events are not written any more"))
            let stalled = try await repository.run(
                "sh",
                [
                    "-c",
                    "mkfifo \"$0\"; sleep 60 <\"$0\" & git gatekeeper test --fresh --events \"$0\"; code=$?; kill $!; exit $code",
                    "\(repository.scratch)/pipe",
                ],
                environment: path
            )
            #expect(stalled.exitCode == 1, "\(stalled.standardError.text)")
            #expect(stalled.standardError.text.contains("nobody reads them"))
        }
    }

    @Test("scripts get lines that say the same as the record, with names as git quotes them or ended by NUL")
    func porcelain() async throws {
        try await Calculator.withRepository { repository in
            let test = try await repository.gatekeeper("test", "--porcelain")
            #expect(test.exitCode == 1)
            let text = test.standardOutput.text
            #expect(text.contains("\nverdict rejected red 1\n"))
            #expect(text.contains("\nred failed \(Calculator.target)\n"))
            #expect(text.contains("\nreason baseline.red -\n"))
            let judged = try await repository.gatekeeper(
                "judge",
                "--porcelain",
                "-",
                "-z",
                input: Calculator.patch("a + b", "a - b")
            )
            #expect(judged.exitCode == 0, "\(judged.standardError.text)")
            let records = judged.standardOutput.bytes.split(separator: 0).map { String(decoding: $0, as: UTF8.self) }
            #expect(records.contains("path calc/core.py"))
            #expect(records.contains { $0.hasPrefix("candidate ") && $0.hasSuffix(" accepted aside -") })
            #expect(!judged.standardOutput.bytes.contains(UInt8(ascii: "\n")))
            let log = try await repository.gatekeeper("log", "--porcelain=v1")
            #expect(log.standardOutput.text.split(separator: "\n").map { $0.split(separator: " ").count } == [9, 9])
            let status = try await repository.gatekeeper("status", "--porcelain")
            #expect(status.standardOutput.text.contains("branch refs/heads/main\nunproven\nchanged 1\n"))
            let verify = try await repository.gatekeeper("verify", "--porcelain", "HEAD")
            #expect(verify.exitCode == 1)
            #expect(verify.standardOutput.text.hasPrefix("unproven "))
            for wrong in [
                ["--porcelain=v9"], ["-z"], ["--porcelain", "--problems"], ["--porcelain", "--format", "json"],
            ] {
                let refused = try await repository.gatekeeper(arguments: ["test"] + wrong)
                #expect(refused.exitCode == 129, "\(wrong)")
            }
        }
    }

    @Test("editors find what failed by the patterns that are shipped, and GitLab by its own report")
    func problems() async throws {
        try await Calculator.withRepository { repository in
            let result = try await repository.gatekeeper("test", "--problems", "--quiet")
            #expect(result.exitCode == 1)
            let line = String(try #require(result.standardOutput.text.split(separator: "\n").first))
            for (file, keys) in [
                ("problem-matcher.json", ["problemMatcher", "pattern"]),
                ("vscode-tasks.json", ["tasks", "problemMatcher"]),
            ] {
                let place = URL(fileURLWithPath: "\(ManualTests.root)/integrations/editors/\(file)")
                var value = try #require(JSONValue.read(Array(Data(contentsOf: place))))
                for key in keys { value = value[key].elements.first ?? value[key] }
                let pattern = value["pattern"].isObject ? value["pattern"] : value
                let found = try NSRegularExpression(pattern: try #require(pattern["regexp"].string))
                    .firstMatch(in: line, range: NSRange(line.startIndex..., in: line))
                let match = try #require(found, "\(line)")
                func group(_ name: String) throws -> String {
                    let range = match.range(at: try #require(pattern[name].integer))
                    return String(line[try #require(Range(range, in: line))])
                }
                #expect(try group("file") == "tests/test_core.py")
                #expect(try group("line") == "11")
                #expect(try group("severity") == "error")
                #expect(try group("code") == "test-failed")
                #expect(try group("message").contains(Calculator.target))
            }
            try await repository.commitAll("broken")
            let job = try await repository.gatekeeper(
                "ci",
                "--base",
                "HEAD~1",
                "--engine",
                "none",
                "--codequality",
                "quality.json"
            )
            #expect(job.exitCode == 1)
            let issues = try #require(JSONValue.read(Array((repository.read("quality.json") ?? "").utf8))).elements
            // What GitLab's own parser asks of each: description, fingerprint, severity, and a place with a path and a line.
            #expect(issues.count == Set(issues.map { $0["fingerprint"].string }).count)
            let issue = try #require(issues.first)
            #expect(issue["description"].string?.contains(Calculator.target) == true)
            #expect(issue["severity"].string == "major")
            #expect(issue["location"]["path"].string == "tests/test_core.py")
            #expect(issue["location"]["lines"]["begin"].integer == 11)
        }
    }
}
