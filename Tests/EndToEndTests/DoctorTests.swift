import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("doctor, end to end")
struct DoctorTests {
    @Test("in a repository in order everything is good, and nothing is changed")
    func good() async throws {
        try await Calculator.withRepository { repository in
            let before = try await repository.state()
            let program = try repository.install("backend.sh", "#!/bin/sh\ncat >/dev/null\necho ready\n")
            let result = try await repository.gatekeeper("doctor", "--backend-command", program)
            #expect(result.exitCode == 0, "\(result.standardOutput.text)\(result.standardError.text)")
            for subject in ["git ", "libgit2", "repository", "policy", "check: test", "sandbox", "knowledge"] {
                #expect(result.standardOutput.text.contains(subject), "\(subject)")
            }
            #expect(result.standardOutput.text.contains("answers 'ready'"))
            #expect(try await repository.state() == before)
            #expect(try await repository.runs().isEmpty)
        }
    }

    @Test("what is broken is named with what to do, and the rest is looked at all the same")
    func broken() async throws {
        try await Calculator.withRepository { repository in
            try repository.write(
                ".gatekeeper/config",
                "[gatekeeper \"check.test\"]\n\tcommand = no-such-runner --all\n"
            )
            try repository.write(".gatekeeper/scenarios/x.json", "{}")
            let program = try repository.install("backend.sh", "#!/bin/sh\necho 'no credit left' >&2\nexit 3\n")
            let result = try await repository.gatekeeper("doctor", "--backend-command", program, "--format", "json")
            #expect(result.exitCode == 1)
            let object = try #require(
                JSONSerialization.jsonObject(with: Data(result.standardOutput.bytes)) as? [String: Any]
            )
            let findings = try #require(object["findings"] as? [[String: Any]])
            let broken = findings.filter { $0["state"] as? String == "broken" }
            #expect(broken.compactMap { $0["subject"] as? String } == ["check: test", "knowledge", "backend: command"])
            #expect(broken.allSatisfy { ($0["advice"] as? [String])?.isEmpty == false })
            #expect((broken.last?["detail"] as? String)?.contains("no credit left") == true)
            let offline = try await repository.gatekeeper("doctor", "--offline")
            #expect(!offline.standardOutput.text.contains("backend:"))
        }
    }

    @Test("a malformed policy, and a folder without a repository, are findings and no crash")
    func early() async throws {
        try await Calculator.withRepository { repository in
            try repository.write(".gatekeeper/config", "[gatekeeper]\n\tnonsense = 1\n")
            let result = try await repository.gatekeeper("doctor")
            #expect(result.exitCode == 1)
            #expect(result.standardOutput.text.contains("gatekeeper.nonsense"))
            let nowhere = try await repository.gatekeeper("doctor", in: repository.scratch)
            #expect(nowhere.exitCode == 1)
            #expect(nowhere.standardOutput.text.contains("BROKEN  repository"))
        }
    }
}
