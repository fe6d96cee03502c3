import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("digests in the evidence")
struct DigestsTests {
    private static let fix =
        #"{"edits":[{"path":"calc/core.py","edits":[{"search":"def sub(a, b):\n    return a + b","#
        + #""replace":"def sub(a, b):\n    return a - b"}]}]}"#

    @Test("a run names what it rests on, and equal things have equal digests")
    func named() async throws {
        try await Calculator.withRepository { repository in
            try await repository.git("config", "gatekeeper.environment", "API_TOKEN=hunter-22-value")
            let first = try await repository.record("judge", "-", input: Self.fix, status: 0)
            let again = try await repository.record("judge", "-", input: Self.fix, status: 0)
            let digests = try #require(first.digests)
            let others = try #require(again.digests)
            for digest in [digests.policy, digests.contract, digests.plan, digests.tool, digests.sandbox] {
                #expect(digest.utf8.count == 64)
            }
            #expect(digests.policyFile == (try await repository.git("rev-parse", "HEAD:.gatekeeper/config")))
            #expect(digests.policy == others.policy && digests.contract == others.contract)
            #expect(digests.plan == others.plan && digests.tool == others.tool && digests.sandbox == others.sandbox)
            #expect(digests.tools.map(\.name).contains("python3"))
            #expect(digests.tools.first { $0.name == "python3" }?.path?.hasPrefix("/") == true)
            for step in first.steps {
                #expect(step.environment?.contains("PATH") == true)
                #expect(step.environment?.contains("API_TOKEN") == true)
                #expect(step.reports?.isEmpty == false)
                #expect(step.standardErrorDigest?.utf8.count == 64)
            }
            try await repository.git("config", "gatekeeper.contract.protect", "docs/**")
            try await repository.git("config", "gatekeeper.limits.wallTime", "7m")
            try await repository.git("config", "gatekeeper.sandbox", "off")
            let changed = try await repository.record("judge", "-", input: Self.fix, status: 0)
            let new = try #require(changed.digests)
            #expect(new.policy != digests.policy)
            #expect(new.contract != digests.contract)
            #expect(new.plan != digests.plan)
            if first.sandbox.level != "process" { #expect(new.sandbox != digests.sandbox) }
        }
    }

    @Test("the digest of an output is that of its file, by another tool")
    func bytes() async throws {
        try await Calculator.withRepository { repository in
            let record = try await repository.record("test", status: 1)
            let step = try #require(record.steps.first)
            let name = try #require(step.standardError)
            let file = "\(repository.path)/.git/gatekeeper/runs/\(record.id)/\(name)"
            let sum = try await ProcessRunner.run(
                ProcessRequest(
                    executable: "sh",
                    arguments: ["-c", "sha256sum \"$1\" || shasum -a 256 \"$1\"", "sh", file],
                    environment: repository.environment,
                    workingDirectory: repository.path,
                    limits: ProcessLimits(wallTime: .seconds(60))
                )
            )
            #expect(String(sum.standardOutput.text.prefix(64)) == step.standardErrorDigest)
        }
    }

    @Test("what was altered, removed or added afterwards is named")
    func verify() async throws {
        try await Calculator.withRepository { repository in
            let record = try await repository.record("judge", "-", input: Self.fix, status: 0)
            let folder = "\(repository.path)/.git/gatekeeper/runs/\(record.id)"
            let altered = try #require(record.steps.first?.standardError)
            let intact = try await repository.gatekeeper("show", record.id, "--verify")
            #expect(intact.exitCode == 0, "\(intact.standardOutput.text)")
            #expect(intact.standardOutput.text.hasPrefix("run \(record.id) is as it was written"))

            try Data("another".utf8).write(to: URL(fileURLWithPath: "\(folder)/\(altered)"))
            try FileManager.default.removeItem(atPath: "\(folder)/attempt-1/patch.diff")
            try Data("new".utf8).write(to: URL(fileURLWithPath: "\(folder)/note"))
            let broken = try await repository.gatekeeper("show", record.id, "--verify")
            #expect(broken.exitCode == 1)
            #expect(
                broken.standardOutput.text.split(separator: "\n").prefix(3)
                    == ["altered: \(altered)", "missing: attempt-1/patch.diff", "added: note"]
            )
            let json = try await repository.gatekeeper("show", record.id, "--verify", "--format", "json")
            #expect(try JSON.decode(EvidenceCheck.self, from: json.standardOutput.bytes).altered == [altered])

            let text = try String(contentsOfFile: "\(folder)/record.json", encoding: .utf8)
            try Data(text.replacing("\"accepted\"", with: "\"rejected\"").utf8)
                .write(to: URL(fileURLWithPath: "\(folder)/record.json"))
            let forged = try await repository.gatekeeper("show", record.id, "--verify")
            #expect(forged.standardOutput.text.contains("altered: record.json"))
            let wrong = try await repository.gatekeeper("show", record.id, altered, "--verify")
            #expect(wrong.exitCode == 129)
        }
    }
}
