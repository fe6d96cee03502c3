import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("attestations: making and finding them")
struct AttestationTests {
    @Test("a green run is attested, and proves commit and tree to whoever trusts the signer")
    func proven() async throws {
        try await AttestationFixture.with { fixture in
            let none = try await fixture.verify()
            #expect(!none.isProven && none.findings.isEmpty && none.next.first?.contains("attest") == true)
            try await fixture.attest()
            let verification = try await fixture.verify()
            #expect(verification.isProven)
            #expect(verification.trust.count == 1)
            let summary = try #require(verification.findings.first { $0.kind == "summary" })
            #expect(summary.proves && summary.signer == "ci@example.com" && summary.failure == nil)
            #expect(summary.message.hasPrefix("PASSED") && summary.message.contains("GATEKEEPER_GREEN"))
            let result = try #require(verification.findings.first { $0.kind == "test-result" })
            #expect(result.failure == nil && !result.proves)
            #expect(try await fixture.lines("HEAD") == fixture.lines("HEAD^{tree}"))
            let page = try await fixture.repository.gatekeeper("report", "-o", "-").standardOutput.text
            #expect(page.contains("A trusted signer proves this tree") && page.contains("GATEKEEPER_GREEN"))

            // The predicates are what their own specifications ask for.
            let payloads = try await fixture.lines().map {
                try #require(JSONValue.read(DSSEEnvelope(line: Array($0.utf8)).payload))
            }
            let test = try #require(payloads.first { $0["predicateType"].string?.contains("test-result") == true })
            #expect(test["predicate"]["result"] == "PASSED")
            #expect(
                test["predicate"]["passedTests"] == ["1 - doubles"] || test["predicate"]["passedTests"] == ["doubles"]
            )
            #expect(test["predicate"]["failedTests"] == [])
            let configuration = test["predicate"]["configuration"].elements.compactMap { $0["name"].string }
            #expect(Set(["policy", "plan", "contract", "tool", "sandbox", "command"]).isSubset(of: configuration))
            let tree = try await fixture.repository.git("rev-parse", "HEAD^{tree}")
            let commit = try await fixture.repository.git("rev-parse", "HEAD")
            #expect(
                test["subject"].elements.map { $0["digest"] } == [
                    ["gitTree": .text(tree)], ["gitCommit": .text(commit)],
                ]
            )
            let vsa = try #require(payloads.first { $0["predicateType"].string?.contains("verification") == true })
            let inputs = vsa["predicate"]["inputAttestations"].elements.compactMap { $0["digest"]["sha256"].string }
            let summaryDigest = try await fixture.summary().digest
            let others = try await fixture.lines().map { SHA256.hex($0) }.filter { $0 != summaryDigest }
            #expect(inputs == others)
        }
    }

    @Test("another commit with the same tree is proven by it, and one with another tree is not")
    func treesCarryOver() async throws {
        try await AttestationFixture.with { fixture in
            try await fixture.attest()
            let old = try await fixture.repository.git("rev-parse", "HEAD")
            try await fixture.repository.git("commit", "-q", "--amend", "-m", "said otherwise")
            #expect(try await fixture.repository.git("rev-parse", "HEAD") != old)
            #expect(try await fixture.verify().isProven)
            // Replayed: the same lines on a commit and a tree that nobody tested.
            let lines = try await fixture.lines("HEAD^{tree}")
            try fixture.repository.write("lib.sh", "double() { echo 8; }\n")
            try await fixture.repository.commitAll("another tree")
            #expect(try await fixture.verify().findings.isEmpty)
            try await fixture.overwrite(lines)
            let replayed = try await fixture.verify()
            #expect(!replayed.isProven && replayed.findings.allSatisfy { $0.failure == .subject })
        }
    }

    @Test("the working tree is attested by its tree, and found once it is committed")
    func workingTree() async throws {
        try await AttestationFixture.with { fixture in
            try fixture.repository.write("NOTES", "not committed yet\n")
            let result = try await fixture.repository.gatekeeper("test", "--base", "base", "--attest")
            #expect(result.exitCode == 0, "\(result.standardError.text)")
            #expect(try await !fixture.verify().isProven)
            try await fixture.repository.commitAll("now it is")
            #expect(try await fixture.verify().isProven)
        }
    }

    @Test("an accepted candidate is attested with where it came from, and proves the tree it makes")
    func accepted() async throws {
        try await AttestationFixture.with { fixture in
            try fixture.repository.write("lib.sh", "double() { echo $(($1 * 3)); }\n")
            let reply = #"{"edits":[{"path":"lib.sh","content":"double() { echo $(($1 * 2)); }\n"}]}"#
            let result = try await fixture.repository.gatekeeper(
                "judge",
                "-",
                "--apply",
                "--base",
                "base",
                "--attest",
                input: reply
            )
            #expect(result.exitCode == 0, "\(result.standardOutput.text)\(result.standardError.text)")
            #expect(result.standardError.text.contains("GATEKEEPER_ACCEPTED"), "\(result.standardError.text)")
            try await fixture.repository.commitAll("repaired")
            let verification = try await fixture.verify()
            #expect(verification.isProven, "\(verification.findings)")
            #expect(verification.findings.contains { $0.kind == "repair" && $0.failure == nil })
            let envelopes = try await fixture.lines("HEAD^{tree}").map { try DSSEEnvelope(line: Array($0.utf8)) }
            let repair = try #require(
                envelopes.compactMap { JSONValue.read($0.payload) }
                    .first { $0["predicateType"].string == "urn:git-gatekeeper:predicate:repair:v0.1" }
            )["predicate"]
            #expect(repair["attempt"] == 1)
            #expect(repair["candidate"]["gitTree"].string == verification.tree)
            #expect(repair["patch"].elements.first?["digest"]["sha256"].string?.count == 64)
            #expect(repair["transitions"].elements.contains { $0["transition"] == "FAIL_TO_PASS" })
            // The failing head is attested as it was, under its own tree.
            let head = try #require(repair["head"]["gitTree"].string)
            let failed = try await fixture.lines(head).map { try DSSEEnvelope(line: Array($0.utf8)) }
            #expect(failed.compactMap { JSONValue.read($0.payload) }.contains { $0["predicate"]["result"] == "FAILED" })
        }
    }

    @Test("a failure that a trusted signer saw outweighs a pass that is not newer")
    func failed() async throws {
        try await AttestationFixture.with { fixture in
            try await fixture.attest()
            #expect(try await fixture.verify().isProven)
            // A summary that says so, by the trusted signer and a moment later.
            let summary = try await fixture.summary()
            let text = String(decoding: summary.payload, as: UTF8.self)
                .replacing("\"PASSED\"", with: "\"FAILED\"")
            let failed = try await fixture.signed(Array(text.utf8), with: fixture.trusted)
            try await fixture.overwrite(fixture.lines() + [failed.text])
            let verification = try await fixture.verify()
            #expect(!verification.isProven)
            #expect(verification.failures == [.result, .result], "\(verification.findings)")
        }
    }

    @Test("what concluded nothing, or was altered, is not attested")
    func refusals() async throws {
        try await AttestationFixture.with { fixture in
            let repository = fixture.repository
            let empty = try await repository.gatekeeper("attest")
            #expect(empty.exitCode == 128 && empty.standardError.text.contains("[ledger.empty]"))

            try repository.write("lib.sh", "double() { echo 9; }\n")
            let red = try await repository.gatekeeper("test", "--base", "base", "--attest")
            #expect(red.exitCode == 1 && !red.standardError.text.contains("attested:"))
            let attested = try await repository.gatekeeper("attest")
            #expect(attested.exitCode == 0 && attested.standardOutput.text.contains("attested: FAILED"))
            try await repository.commitAll("red")
            #expect(try await fixture.verify().failures == [.result])

            try await repository.git("config", "gatekeeper.enabled", "false")
            #expect(try await repository.gatekeeper("run", "--base", "base").exitCode == 0)
            let skipped = try await repository.gatekeeper("attest")
            #expect(skipped.exitCode == 128 && skipped.standardError.text.contains("[attestation.nothing]"))
            try await repository.git("config", "--unset", "gatekeeper.enabled")

            try await repository.git("checkout", "-q", "base")
            #expect(try await repository.gatekeeper("test", "--base", "base").exitCode == 0)
            let run = try #require(
                FileManager.default.contentsOfDirectory(atPath: "\(repository.path)/.git/gatekeeper/runs").max()
            )
            let file = "\(repository.path)/.git/gatekeeper/runs/\(run)/steps/head/check-test/stdout"
            try Data("ok 1 - forged\n".utf8).write(to: URL(fileURLWithPath: file))
            let altered = try await repository.gatekeeper("attest")
            #expect(altered.exitCode == 128 && altered.standardError.text.contains("[attestation.evidence-altered]"))
        }
    }

    @Test("configured once, every pass is attested; without a usable key the verdict stands and the reason is told")
    func configured() async throws {
        try await AttestationFixture.with { fixture in
            let repository = fixture.repository
            try await repository.git("config", "gatekeeper.attest", "true")
            let run = ["test", "--head", "HEAD", "--base", "base"]
            let green = try await repository.gatekeeper(arguments: run)
            #expect(green.exitCode == 0 && green.standardError.text.contains("attested: PASSED"))
            #expect(try await fixture.verify().isProven)
            let again = try await repository.gatekeeper(arguments: run)
            #expect(again.exitCode == 0 && !again.standardError.text.contains("attested"), "noted once is enough")
            let off = try await repository.gatekeeper(arguments: run + ["--no-attest", "--fresh"])
            #expect(off.exitCode == 0 && !off.standardError.text.contains("attested"))

            try await repository.git("config", "gatekeeper.signingKey", "/nowhere/key")
            let without = try await repository.gatekeeper(arguments: run + ["--fresh"])
            #expect(without.exitCode == 0)
            #expect(without.standardError.text.contains("not attested: cannot sign with '/nowhere/key'"))
            let asked = try await repository.gatekeeper(arguments: run + ["--attest"])
            #expect(asked.exitCode == 128 && asked.standardError.text.contains("[attestation.cannot-sign]"))

            try await repository.git("config", "--unset", "gatekeeper.signingKey")
            let none = try await repository.gatekeeper(arguments: run + ["--attest"])
            #expect(none.exitCode == 128 && none.standardError.text.contains("[attestation.no-key]"))
            try await repository.git("config", "gpg.format", "ssh")
            try await repository.git("config", "user.signingKey", fixture.trusted)
            #expect(try await repository.gatekeeper(arguments: run + ["--attest"]).exitCode == 0)

            let path = try await repository.path(with: ["git", "sh", "env", "bwrap", "unshare"])
            let missing = try await repository.gatekeeper("verify", "--base", "base", environment: ["PATH": path])
            #expect(missing.exitCode == 128, "\(missing.standardError.text)")
            #expect(missing.standardError.text.contains("[attestation.no-ssh-keygen]"))
        }
    }

    @Test("a tree that is remembered is attested as the run that proved it, under the policy of now")
    func remembered() async throws {
        try await AttestationFixture.with { fixture in
            let repository = fixture.repository
            let run = ["test", "--head", "HEAD", "--base", "base"]
            #expect(try await repository.gatekeeper(arguments: run).exitCode == 0)
            // A word more in the base's policy changes what is attested, and nothing that a test depends on.
            try await repository.git("checkout", "-q", "--detach", "base")
            let config = try #require(repository.read(".gatekeeper/config"))
            try repository.write(".gatekeeper/config", "# a comment\n" + config)
            try await repository.commitAll("a comment")
            try await repository.git("branch", "-f", "base", "HEAD")
            try await repository.git("checkout", "-q", "work")
            let again = try await repository.gatekeeper(arguments: run + ["--attest", "--format", "json"])
            let record = try JSON.decode(RunRecord.self, from: again.standardOutput.bytes)
            #expect(again.exitCode == 0 && record.remembered != nil, "\(again.standardError.text)")
            let verification = try await fixture.verify()
            #expect(verification.isProven, "\(verification.findings)")
            let proven = try #require(record.remembered?.provenAt)
            let time = try #require(verification.findings.first { $0.proves }?.time)
            #expect(abs(time.timeIntervalSince(proven)) < 60)
        }
    }

    @Test("doctor says who signs and who is trusted, and what keeps a key from signing")
    func doctor() async throws {
        try await AttestationFixture.with { fixture in
            let good = try await fixture.repository.gatekeeper("doctor", "--format", "json")
            #expect(good.standardOutput.text.contains("signs as SHA256:"), "\(good.standardOutput.text)")
            try await fixture.repository.git("config", "gatekeeper.signingKey", fixture.locked)
            let bad = try await fixture.repository.gatekeeper("doctor", "--format", "json")
            #expect(bad.standardOutput.text.contains("ssh-add"), "\(bad.standardOutput.text)")
        }
    }

    @Test("parts of a divided plan prove nothing alone, and the newest of each counts")
    func parts() async throws {
        try await AttestationFixture.with { fixture in
            let repository = fixture.repository
            #expect(try await repository.gatekeeper("test", "--head", "HEAD", "--base", "base").exitCode == 0)
            var options = SessionOptions()
            options.subject = .revision("HEAD")
            options.base = "base"
            options.attests = true
            let context = GateContext(
                environment: repository.environment,
                workingDirectory: repository.path,
                now: { Date() },
                version: "test"
            )
            try await Session.open(context, options) { session in
                let run = try RunLedger(repository: session.repository).find(nil)
                let attester = try #require(try await Attester.make(session))
                for (index, matrix) in [(1, "m"), (2, "m"), (2, "other")] {
                    let part = AttestedPart(id: "p\(index)", index: index, count: 2, matrix: matrix)
                    let made = try await attester.attest(run, part: part)
                    #expect(made.levels.contains("GATEKEEPER_PART") && !made.levels.contains("GATEKEEPER_GREEN"))
                }
                let verifier = try await AttestationVerifier(session)
                let whole = try await verifier.prove()
                #expect(!whole.isProven && whole.findings.allSatisfy { $0.failure == .result })
                let lines = try await verifier.lines()
                let found = try await verifier.parts(lines, matrix: "m").counted
                #expect(found.map { $0.part?.id } == ["p1", "p2"])
                #expect(found.allSatisfy { $0.passed == true && $0.signer == "ci@example.com" })
                #expect(try await verifier.parts(lines, matrix: "none").counted.isEmpty)
            }
            // One part is said to have failed, by the same signer at the same time.
            let summary = try #require(
                try await fixture.lines().map { try DSSEEnvelope(line: Array($0.utf8)) }.first {
                    let text = String(decoding: $0.payload, as: UTF8.self)
                    return text.contains("verification_summary") && text.contains("\"p2\"") && text.contains("\"m\"")
                }
            )
            let text = String(decoding: summary.payload, as: UTF8.self)
                .replacing("\"PASSED\"", with: "\"FAILED\"")
            try await fixture.overwrite(
                fixture.lines() + [fixture.signed(Array(text.utf8), with: fixture.trusted).text]
            )
            try await Session.open(context, options) { session in
                let verifier = try await AttestationVerifier(session)
                let found = try await verifier.parts(verifier.lines(), matrix: "m").counted
                #expect(found.map(\.passed) == [true, false])
            }
        }
    }

    @Test("a key with a passphrase signs through an agent, and without one nothing is asked and nothing hangs")
    func agent() async throws {
        try await AttestationFixture.with { fixture in
            let repository = fixture.repository
            try await repository.git("config", "gatekeeper.signingKey", fixture.locked)
            let run = ["test", "--head", "HEAD", "--base", "base", "--attest"]
            let refused = try await repository.gatekeeper(arguments: run)
            #expect(refused.exitCode == 128)
            #expect(refused.standardError.text.contains("ssh-add"), "\(refused.standardError.text)")

            let script = """
                printf '#!/bin/sh\\necho "%s"\\n' "$2" > "$TMPDIR/askpass" && chmod +x "$TMPDIR/askpass"
                eval "$(ssh-agent -a "$TMPDIR/agent")" > /dev/null
                trap 'ssh-agent -k > /dev/null; for _ in $(seq 100); do [ -e "$TMPDIR/agent" ] || break; sleep 0.05; done' EXIT
                SSH_ASKPASS="$TMPDIR/askpass" SSH_ASKPASS_REQUIRE=force ssh-add -q "$1" 2> /dev/null
                git gatekeeper test --head HEAD --base base --attest
                """
            let path = "\(Program.folder):\(repository.environment["PATH"] ?? "")"
            let signed = try await repository.run(
                "sh",
                ["-c", script, "sh", fixture.locked, fixture.passphrase],
                environment: ["PATH": path]
            )
            #expect(signed.exitCode == 0, "\(signed.standardError.text)")
            #expect(signed.standardError.text.contains("attested: PASSED"))
        }
    }

    @Test("an agent that never answers is waited for in bounds")
    func deafAgent() async throws {
        try await AttestationFixture.with { fixture in
            let script = """
                import os, socket, sys, time
                s = socket.socket(socket.AF_UNIX); s.bind(sys.argv[1]); s.listen(5)
                r, w = os.pipe()
                if os.fork(): os.read(r, 1); os._exit(0)
                os.setsid(); os.close(1); os.close(2); os.write(w, b"x"); time.sleep(30)
                """
            let socket = "\(fixture.repository.scratch)/deaf"
            let listening = try await fixture.repository.run("python3", ["-c", script, socket])
            #expect(listening.isSuccess)
            var environment = fixture.repository.environment
            environment["SSH_AUTH_SOCK"] = socket
            let keygen = SSHKeygen(
                environment: environment,
                folder: fixture.repository.scratch,
                wallTime: .milliseconds(500)
            )
            let failure = await #expect(throws: GateFailure.self) {
                _ = try await keygen.sign([1], with: .file(fixture.trusted))
            }
            #expect(failure?.message.contains("ran longer than its limit") == true)
        }
    }
}
