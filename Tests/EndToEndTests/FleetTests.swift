import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("parts, evidence and the decision over it")
struct FleetTests {
    /// A key of `ssh-keygen`, and the configuration of a machine that signs with it.
    private struct Signer {
        let environment: [String: String]
        let allowed: String

        init(_ name: String, _ job: CIJob) async throws {
            let folder = "\(job.scratch)/\(name)"
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
            let made = try await job.desk.run("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", "\(folder)/key"])
            try #require(made.isSuccess, "\(made.standardError.text)")
            try Data("[gatekeeper]\n\tsigningKey = \(folder)/key\n".utf8)
                .write(to: URL(fileURLWithPath: "\(folder)/config"))
            environment = ["GIT_CONFIG_GLOBAL": "\(folder)/config"]
            allowed = "\(name)@example.com " + (try String(contentsOfFile: "\(folder)/key.pub", encoding: .utf8))
        }
    }

    /// Lets the target branch trust somebody.
    private func trust(_ signer: Signer, _ job: CIJob) async throws {
        try job.desk.write(".gatekeeper/allowed_signers", signer.allowed)
        try await job.desk.commitAll("signers")
        try await job.desk.git("push", "-q", "origin", "main")
    }

    private func decision(_ clone: TestRepository, _ environment: [String: String], _ extra: String...) async throws
        -> FleetDecision
    {
        let result = try await clone.gatekeeper(
            arguments: ["ci", "--merge", "--format", "json"] + extra,
            environment: environment
        )
        let decision = try JSON.decode(FleetDecision.self, from: result.standardOutput.bytes)
        #expect(result.exitCode == decision.exitStatus, "\(result.standardError.text)")
        return decision
    }

    @Test("what is missing is named and decides nothing; green only when every part is; then the whole is proven")
    func merge() async throws {
        try await CIJob.with { job in
            let signer = try await Signer("fleet", job)
            try await trust(signer, job)
            let commit = try await job.push("good", ["notes": "x\n"])
            let environment = try job.github("good", commit).merging(signer.environment) { $1 }
            // Three machines, each with a clone of its own.
            let one = try await job.clone("one", at: "good")
            let two = try await job.clone("two", at: "good")
            let decider = try await job.clone("decider", at: "good")
            let none = try await decision(decider, environment)
            #expect(none.verdict == "undecided" && none.parts.allSatisfy { $0.state == .missing })
            for (clone, shard) in [(one, "1/3"), (two, "2/3")] {
                _ = try await clone.record("ci", "--shard", shard, environment: environment, status: 0)
            }
            let early = try await decision(decider, environment)
            #expect(early.exitStatus == 125)
            #expect(early.parts.map(\.state) == [.passed, .passed, .missing])
            #expect(early.next.first?.contains("git gatekeeper ci --shard 3/3") == true)
            // Parts of another division are parts of another plan.
            #expect(try await decision(decider, environment, "--shards", "2").parts.allSatisfy { $0.state == .missing })
            _ = try await one.record("ci", "--shard", "3/3", environment: environment, status: 0)
            let verify = try await decider.gatekeeper("verify", "--base", "origin/main", environment: environment)
            #expect(verify.exitCode == 1, "a part proves the whole: \(verify.standardOutput.text)")
            let late = try await decision(decider, environment, "--attest")
            #expect(late.verdict == "green")
            #expect(late.parts.allSatisfy { $0.signer == "fleet@example.com" })
            // Where a sign-off is asked for as well, all parts together are not enough.
            let withheld = try await decision(decider, environment, "--signoff")
            #expect(withheld.verdict == "undecided" && withheld.parts.allSatisfy { $0.state == .passed })
            #expect(
                withheld.next.contains { $0.contains("git gatekeeper signoff --head \(commit)") },
                "\(withheld.next)"
            )
            // Whoever trusts the signer need not run anything of it again.
            let other = try await job.clone("other", at: "good")
            let trusting = try await other.gatekeeper("ci", "--trust-attestations", environment: environment)
            #expect(trusting.exitCode == 0, "\(trusting.standardOutput.text)")
            #expect(trusting.standardOutput.text.contains("found green by fleet@example.com"))
            #expect(try await other.runs().isEmpty)
            let part = try await other.gatekeeper(
                "ci",
                "--shard",
                "2/3",
                "--trust-attestations",
                environment: environment
            )
            #expect(part.standardOutput.text.contains("part 2/3 was found green by"), "\(part.standardOutput.text)")
            #expect(try await other.runs().isEmpty)
        }
    }

    @Test("one red part rejects, and a part that was run again counts as it is now")
    func red() async throws {
        try await CIJob.with { job in
            let signer = try await Signer("fleet", job)
            try await trust(signer, job)
            let commit = try await job.push("bad", ["values": "answer=42\nsum=6\n"])
            let environment = try job.github("bad", commit).merging(signer.environment) { $1 }
            let clone = try await job.clone("clone", at: "bad")
            for (shard, status) in [("1/3", 1), ("2/3", 0), ("3/3", 0)] as [(String, Int32)] {
                _ = try await clone.record("ci", "--shard", shard, environment: environment, status: status)
            }
            let decision = try await decision(clone, environment)
            #expect(decision.verdict == "rejected")
            #expect(decision.parts.map(\.state) == [.failed, .passed, .passed])
        }
    }

    @Test("evidence of a key that the target branch does not trust is none, whatever the head says of it")
    func untrusted() async throws {
        try await CIJob.with { job in
            let signer = try await Signer("fleet", job)
            let stranger = try await Signer("stranger", job)
            try await trust(signer, job)
            let commit = try await job.push("cheat", [".gatekeeper/allowed_signers": stranger.allowed])
            let environment = try job.github("cheat", commit).merging(stranger.environment) { $1 }
            let clone = try await job.clone("clone", at: "cheat")
            for shard in ["1/3", "2/3", "3/3"] {
                _ = try await clone.record("ci", "--shard", shard, environment: environment, status: 0)
            }
            let decision = try await decision(clone, environment)
            #expect(decision.verdict == "undecided")
            #expect(decision.parts.allSatisfy { $0.state == .missing })
            #expect(decision.refused.contains { $0.hasPrefix("signer: ") }, "\(decision.refused)")
            let trusting = try await clone.gatekeeper(
                "ci",
                "--shard",
                "1/3",
                "--trust-attestations",
                environment: environment
            )
            #expect(!trusting.standardOutput.text.contains("found green by"))
        }
    }

    @Test("without a key a part is not even begun; it can be signed afterwards, in a step that runs nothing")
    func later() async throws {
        try await CIJob.with { job in
            let signer = try await Signer("fleet", job)
            try await trust(signer, job)
            let commit = try await job.push("good", ["notes": "x\n"])
            let environment = try job.github("good", commit)
            let clone = try await job.clone("clone", at: "good")
            let refused = try await clone.gatekeeper("ci", "--shard", "1/3", environment: environment)
            #expect(refused.exitCode == 128, "\(refused.standardOutput.text)")
            #expect(try await clone.runs().isEmpty)
            _ = try await clone.record("ci", "--shard", "1/3", "--no-attest", environment: environment, status: 0)
            let key = "\(job.scratch)/fleet/key"
            let signed = try await clone.gatekeeper("attest", "--key", key, "--push", "origin")
            #expect(signed.exitCode == 0, "\(signed.standardError.text)")
            let decider = try await job.clone("decider", at: "good")
            #expect(try await decision(decider, environment).parts.map(\.state) == [.passed, .missing, .missing])
        }
    }
}
