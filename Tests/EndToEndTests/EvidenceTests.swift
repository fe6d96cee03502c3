import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("evidence")
struct EvidenceTests {
    /// A program that first proposes a wrong fix, then the right one.
    private static let twoTries = """
        #!/bin/sh
        if grep -q '"attempt" : 1,'; then new='a * b'; else new='a - b'; fi
        cat <<REPLY
        {"edits":[{"path":"calc/core.py","edits":[{"search":"def sub(a, b):\\n    return a + b",
        "replace":"def sub(a, b):\\n    return $new"}]}]}
        REPLY

        """

    @Test("a run can be shown whole, by artifact, and copied under flat names")
    func show() async throws {
        try await Calculator.withRepository { repository in
            let program = try repository.install("backend.sh", Self.twoTries)
            let folder = "\(repository.scratch)/out"
            let record = try await repository.record("run", "--backend-command", program, "--output", folder, status: 0)
            #expect(record.attempts.map(\.verdict) == ["rejected", "accepted"])

            let summary = try await repository.gatekeeper("show").standardOutput.text
            let names = summary.split(separator: "\n").drop { $0 != "artifacts:" }.dropFirst().map {
                String($0.dropFirst(2))
            }
            for name in ["context.txt", "record.json"]
                + ["request.json", "response.json", "patch.diff"].flatMap({ ["attempt-1/\($0)", "attempt-2/\($0)"] })
            { #expect(names.contains(name), "\(names)") }
            #expect(summary.contains("accepted"))

            for name in names {
                let bytes = try await repository.gatekeeper("show", record.id, name).standardOutput.bytes
                let alone = try await repository.gatekeeper("show", name).standardOutput.bytes
                #expect(bytes == alone)
                #expect(FileManager.default.contents(atPath: "\(folder)/\(name)").map { Array($0) } == bytes, "\(name)")
            }
            let patch = try await repository.gatekeeper("show", record.id, "attempt-2/patch.diff").standardOutput.text
            #expect(patch.contains("+    return a - b"))
            let context = try await repository.gatekeeper("show", record.id, "context.txt").standardOutput.text
            #expect(context.contains(Calculator.target))
            #expect(context.contains("8 != 2"))
            for name in ["patch.diff", "response.json"] {
                let flat = FileManager.default.contents(atPath: "\(folder)/\(name)").map { Array($0) }
                #expect(flat == (try await repository.gatekeeper("show", "attempt-2/\(name)").standardOutput.bytes))
            }
            let stored = try await repository.gatekeeper("show", "--format", "json").standardOutput.bytes
            #expect(try JSON.decode(RunRecord.self, from: stored).id == record.id)

            let missing = try await repository.gatekeeper("show", record.id, "nonsense.txt")
            #expect(missing.exitCode == 128)
            #expect(missing.standardError.text.contains("nonsense.txt"))
            let outside = try await repository.gatekeeper("show", record.id, "../../../config")
            #expect(outside.exitCode == 128, "\(outside.standardOutput.text)")
        }
    }

    @Test("the record says who judged what by which commands, and agrees with the working tree")
    func recordFields() async throws {
        try await Calculator.withRepository { repository in
            let program = try repository.install("backend.sh", Self.twoTries)
            let record = try await repository.record("run", "--backend-command", program, status: 0)
            let head = try await repository.git("rev-parse", "HEAD")
            #expect(record.version == 1)
            #expect(record.command == "run")
            #expect(record.repository == repository.path)
            #expect(record.base.commit == head)
            #expect(try await record.base.tree == repository.git("rev-parse", "HEAD^{tree}"))
            #expect(record.base.origin == "HEAD")
            #expect(record.head.tree != record.base.tree)
            #expect(record.targets == [Calculator.target])
            #expect(record.failure?.summary.contains("8 != 2") == true)
            #expect(!record.gate.version.isEmpty && !record.gate.libgit2.isEmpty)
            let command = try #require(record.policy.first { $0.key == "gatekeeper.check.test.command" })
            #expect(command.source.contains(".gatekeeper/config"), "\(command.source)")
            let phases = record.steps.map(\.phase)
            #expect(phases.first == "head")
            #expect(phases.contains("attempt-1") && phases.contains("attempt-2"))
            #expect(phases.contains { $0.hasPrefix("attempt-2/confirm-") })
            #expect(!phases.contains { $0.hasPrefix("attempt-1/confirm-") })
            for step in record.steps {
                #expect(step.command.first == "python3")
                let isTripwire = step.phase.hasSuffix("/tripwire")
                #expect(step.outcomes.count == (isTripwire ? 11 : 4))
                if isTripwire { #expect(step.tree != record.result?.candidate && step.exitCode == 1) }
                #expect(step.sandbox == record.sandbox.level)
                #expect(step.ending == "itself")
            }
            for step in record.steps where step.phase.contains("confirm") {
                #expect(step.pristine)
                #expect(step.tree == record.result?.candidate)
                #expect(step.exitCode == 0)
            }
            let turned = record.attempts[1].transitions.first { $0.test == Calculator.target }
            #expect(turned?.transition == "FAIL_TO_PASS")
            #expect(turned?.target == true)
            #expect(record.result?.verdict == "accepted")
            #expect(record.result?.exitStatus == 0)
            #expect(record.result?.undo?.hasPrefix("refs/gatekeeper/") == true)
            // The evidence is about the very tree the user has now.
            try await repository.git("add", "-A")
            #expect(try await repository.git("write-tree") == record.result?.candidate)
        }
    }

    @Test("the log lists every run, and nothing a later command does changes an earlier record")
    func ledgerOnlyGrows() async throws {
        try await Calculator.withRepository { repository in
            let program = try repository.install("backend.sh", AcceptanceEndToEndTests.backend())
            var known: [String: Data] = [:]
            var ids: [String] = []
            let commands: [[String]] = [
                ["test"], ["run", "--backend-command", program, "--dry-run"], ["test", "--sandbox", "off"],
                ["run", "--backend-command", program], ["test", "--fresh"],
            ]
            for command in commands {
                let result = try await repository.gatekeeper(arguments: command + ["--format", "json"])
                ids.append(try JSON.decode(RunRecord.self, from: result.standardOutput.bytes).id)
                let now = ledger(repository)
                for (name, content) in known { #expect(now[name] == content, "\(name) after \(command)") }
                #expect(now.count > known.count)
                known = now
            }
            _ = try await repository.gatekeeper("undo")
            _ = try await repository.gatekeeper("show")
            let log = try await repository.gatekeeper("log")
            #expect(ledger(repository) == known)
            let listed = log.standardOutput.text.split(separator: "\n").compactMap { line in
                ids.first { line.contains($0) }
            }
            #expect(listed == ids.reversed() || listed == ids, "\(log.standardOutput.text)")
            #expect(ids.sorted() == ids)
        }
    }

    private func ledger(_ repository: TestRepository) -> [String: Data] {
        let folder = "\(repository.path)/.git/gatekeeper/runs"
        var files: [String: Data] = [:]
        for name in FileManager.default.enumerator(atPath: folder)?.compactMap({ $0 as? String }) ?? [] {
            files[name] = FileManager.default.contents(atPath: "\(folder)/\(name)")
        }
        return files
    }
}
