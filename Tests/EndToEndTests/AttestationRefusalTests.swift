import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// Each forgery is refused, for the right reason.
@Suite("attestations: what is refused, and why")
struct AttestationRefusalTests {
    /// A change of the signed statement that a trusted signer, or somebody with their key, would sign all the same.
    struct Lie: Sendable, CustomTestStringConvertible {
        let what: String
        let failure: Verification.Failure
        let change: @Sendable (inout JSONValue) -> Void
        var testDescription: String { what }
    }

    static let lies: [Lie] = [
        Lie(what: "another tree", failure: .subject) {
            $0["subject"] = [["digest": ["gitTree": .text(String(repeating: "1", count: 40))]]]
        },
        Lie(what: "a summary of another tree than its subject", failure: .subject) {
            $0["predicate"]["resourceUri"] = .text("gitoid:tree:sha1:" + String(repeating: "1", count: 40))
        },
        Lie(what: "another plan", failure: .malformed) { $0["predicate"]["policy"]["annotations"]["plan"] = "x" },
        Lie(what: "a day in the future", failure: .freshness) {
            $0["predicate"]["timeVerified"] = .text(Date(timeIntervalSinceNow: 86_400).formatted(.iso8601))
        },
        Lie(what: "two months old", failure: .freshness) {
            $0["predicate"]["timeVerified"] = .text(Date(timeIntervalSinceNow: -60 * 86_400).formatted(.iso8601))
        },
        Lie(what: "failed", failure: .result) { $0["predicate"]["verificationResult"] = "FAILED" },
        Lie(what: "not green", failure: .result) { $0["predicate"]["verifiedLevels"] = ["GATEKEEPER_ACCEPTED"] },
        Lie(what: "a part", failure: .result) {
            $0["predicate"]["urn:git-gatekeeper:part"] = ["id": "a", "index": 1, "count": 2, "matrix": "m"]
        },
        Lie(what: "another verifier", failure: .malformed) { $0["predicate"]["verifier"]["id"] = "urn:other" },
        Lie(what: "no statement", failure: .malformed) { $0["_type"] = "https://in-toto.io/Statement/v0.1" },
        Lie(what: "no time", failure: .malformed) { $0["predicate"]["timeVerified"] = nil },
        Lie(what: "a type in place of a text", failure: .malformed) { $0["predicate"]["verificationResult"] = 1 },
    ]

    @Test("a statement that does not prove this is refused although its signature is good")
    func lies() async throws {
        try await AttestationFixture.with { fixture in
            try await fixture.attest()
            let honest = try await fixture.summary()
            for lie in Self.lies {
                var document = try #require(JSONValue.read(honest.payload))
                lie.change(&document)
                let payload = Array(try JSON.encode(document, pretty: false).dropLast())
                try await fixture.overwrite([fixture.signed(payload, with: fixture.trusted).text])
                let verification = try await fixture.verify()
                #expect(!verification.isProven, "\(lie.what)")
                #expect(verification.failures == [lie.failure], "\(lie.what): \(verification.findings)")
            }
            // What a signature covers is JSON with one meaning, or nothing.
            let text = String(decoding: honest.payload, as: UTF8.self)
            let deep = String(repeating: "[", count: 50) + String(repeating: "]", count: 50)
            for payload in [
                text.replacing(
                    "\"verificationResult\"",
                    with: "\"verificationResult\":\"FAILED\",\"verificationResult\""
                ),
                "{\"x\":\(deep),\(text.dropFirst())", text + "{}", "[\(text)]", "null",
            ] {
                try await fixture.overwrite([fixture.signed(Array(payload.utf8), with: fixture.trusted).text])
                #expect(try await fixture.verify().failures == [.malformed], "\(payload.prefix(80))")
            }
            try await fixture.overwrite([fixture.signed(honest.payload, with: fixture.trusted).text])
            #expect(try await fixture.verify().isProven)
        }
    }

    @Test("a signature that was forged, moved, edited or made for something else is refused")
    func signatures() async throws {
        try await AttestationFixture.with { fixture in
            let repository = fixture.repository
            try await fixture.attest()
            let honest = try await fixture.summary()
            let text = String(decoding: honest.payload, as: UTF8.self)

            func expect(_ envelope: String, _ failure: Verification.Failure?, _ says: String = "") async throws {
                try await fixture.overwrite([envelope])
                let verification = try await fixture.verify()
                #expect(verification.failures == [failure], "\(verification.findings)")
                #expect(verification.isProven == (failure == nil))
                if !says.isEmpty { #expect(verification.findings.first?.message.contains(says) == true) }
            }

            // Forged: the same words, by a key that nobody knows.
            let forged = try await fixture.signed(honest.payload, with: fixture.stranger)
            try await expect(forged.text, .signer)
            // Re-keyed: the stranger's signature under the name of the trusted key.
            let renamed = try DSSEEnvelope(payload: honest.payload, signature: forged.signature, keyID: honest.keyID)
            try await expect(renamed.text, .signer)
            // A key id is a hint and nothing else.
            let unnamed = try DSSEEnvelope(payload: honest.payload, signature: honest.signature, keyID: nil)
            try await expect(unnamed.text, nil)
            // Edited: every byte counts, wherever it is.
            for edit in [
                text.replacing("PASSED", with: "FAILED"), text + " ",
                text.replacing("GATEKEEPER_ISOLATED", with: "GATEKEEPER_ISOLATEX"),
            ] where edit != text {
                let edited = try DSSEEnvelope(
                    payload: Array(edit.utf8),
                    signature: honest.signature,
                    keyID: honest.keyID
                )
                try await expect(edited.text, .signature, "edited")
            }
            // Moved: a good signature over another statement.
            let other = try await fixture.signed(Array("{}".utf8), with: fixture.trusted)
            let moved = try DSSEEnvelope(payload: honest.payload, signature: other.signature, keyID: honest.keyID)
            try await expect(moved.text, .signature)
            // Made for commits: the trusted key, git's own namespace.
            let message = "\(repository.scratch)/message"
            try Data(honest.signedBytes).write(to: URL(fileURLWithPath: message))
            let made = try await repository.run(
                "ssh-keygen",
                ["-q", "-Y", "sign", "-n", "git", "-f", fixture.trusted, message]
            )
            #expect(made.isSuccess)
            let armored = try String(contentsOfFile: "\(message).sig", encoding: .utf8)
            let ofGit = try DSSEEnvelope(
                payload: honest.payload,
                signature: SSHSignature(armored: armored).bytes,
                keyID: nil
            )
            try await expect(ofGit.text, .signature, "namespace 'git'")
            // The same with the name of our namespace written over git's.
            var bytes = try SSHSignature(armored: armored).bytes
            let place = try #require(bytes.firstRange(of: [0, 0, 0, 3] + Array("git".utf8)))
            let space = Array(SSHKeygen.namespace.utf8)
            bytes.replaceSubrange(place, with: [0, 0, 0, UInt8(space.count)] + space)
            try await expect(try DSSEEnvelope(payload: honest.payload, signature: bytes, keyID: nil).text, .signature)
            // Confused: a type that is signed, and not ours.
            try await expect(
                honest.text.replacing("application/vnd.in-toto+json", with: "application/vnd.other+json"),
                .malformed
            )
            try await expect(
                honest.text.replacing("\"signatures\":[", with: "\"signatures\":[{\"sig\":\"AAAA\"},"),
                .malformed,
                "2 signatures"
            )
            // What is only noise does not stand in the way of what is good.
            let lines = ["", "\u{1B}]0;title\u{7}", String(repeating: "x", count: 3 << 20), "{}", honest.text]
            try await fixture.overwrite(lines)
            let noisy = try await fixture.verify()
            #expect(noisy.isProven && noisy.findings.filter { $0.failure == .malformed }.count == 3)
            let shown = try await repository.gatekeeper("verify", "--base", "base")
            #expect(!shown.standardOutput.bytes.contains(0x1B))
            // A note that is larger than any of ours is not read at all.
            try await fixture.overwrite([honest.text, String(repeating: "y", count: 5 << 20)])
            #expect(try await fixture.verify().findings.isEmpty)
        }
    }

    @Test("whom nobody trusts, or nobody any more, is refused")
    func signers() async throws {
        try await AttestationFixture.with { fixture in
            let repository = fixture.repository
            try await fixture.attest()

            /// Another base with other lists, under which the head is verified.
            func base(_ files: [String: String]) async throws -> String {
                try await repository.git("checkout", "-q", "--detach", "base")
                for (path, text) in files { try repository.write(path, text) }
                let id = try await repository.commitAll("other lists")
                try await repository.git("checkout", "-q", "work")
                return id
            }
            let list = ".gatekeeper/allowed_signers"
            let wanted: [(String, [String: String], Verification.Failure?, String)] = [
                ("another key", [list: try fixture.allow(fixture.stranger)], .signer, ""),
                (
                    "expired",
                    [list: try fixture.allow(fixture.trusted, options: "valid-before=\"20200101\"")], .signer, "expired"
                ),
                (
                    "not yet",
                    [list: try fixture.allow(fixture.trusted, options: "valid-after=\"20990101\"")], .signer,
                    "not yet valid"
                ),
                (
                    "for git alone",
                    [list: try fixture.allow(fixture.trusted, options: "namespaces=\"git\"")], .signer, "namespace"
                ),
                (
                    "for us alone",
                    [
                        list: try fixture.allow(
                            fixture.trusted,
                            options: "namespaces=\"git,\(SSHKeygen.namespace)\""
                        )
                    ], nil, ""
                ),
                (
                    "revoked by the base",
                    [
                        ".gatekeeper/revoked_signers": try String(
                            contentsOfFile: "\(fixture.trusted).pub",
                            encoding: .utf8
                        )
                    ],
                    .signer, ""
                ),
                ("revoked others", [".gatekeeper/revoked_signers": ""], nil, ""),
                ("a list that is none", [".gatekeeper/revoked_signers": "garbage\n"], .signer, ""),
                (
                    "two principals of which the second is expired",
                    [
                        list: try fixture.allow(fixture.trusted, as: "a@x", options: "valid-before=\"20200101\"")
                            + fixture.allow(fixture.trusted, as: "b@x")
                    ], nil, ""
                ),
            ]
            for (what, files, failure, says) in wanted {
                let base = try await base(files)
                let verification = try await fixture.verify(base: base)
                #expect(verification.failures.allSatisfy { $0 == failure }, "\(what): \(verification.findings)")
                #expect(verification.isProven == (failure == nil), "\(what)")
                if !says.isEmpty {
                    #expect(verification.findings.first?.message.contains(says) == true, "\(verification.findings)")
                }
            }
            // Revoked on this machine.
            try await repository.git("config", "gatekeeper.trust.revoked", "\(fixture.trusted).pub")
            #expect(try await fixture.verify().failures.allSatisfy { $0 == .signer })
            try await repository.git("config", "gatekeeper.trust.revoked", "\(repository.scratch)/missing")
            let missing = try await repository.gatekeeper("verify", "--base", "base")
            #expect(missing.exitCode == 128 && missing.standardError.text.contains("[attestation.signers]"))
        }
    }

    @Test("a head cannot let its own signer in")
    func ownList() async throws {
        try await AttestationFixture.with { fixture in
            let repository = fixture.repository
            try repository.write(".gatekeeper/allowed_signers", try fixture.allow(fixture.stranger))
            try await repository.commitAll("trust me")
            try await repository.git("config", "gatekeeper.signingKey", fixture.stranger)
            try await fixture.attest()
            #expect(try await fixture.verify().failures.allSatisfy { $0 == .signer })
            // Without anybody else's word to be held to, nobody is trusted.
            let alone = try await fixture.verify(base: nil)
            #expect(alone.failures.allSatisfy { $0 == .signer } && alone.trust.isEmpty && !alone.next.isEmpty)
            // Switched off, the head's list would count: this is what stops it.
            let naive = try await repository.gatekeeper(
                "verify",
                "--base",
                "base",
                environment: ["GIT_GATEKEEPER_WITHOUT": "base-signers"]
            )
            #expect(naive.exitCode == 0)
            // The user may trust a signer that no base names.
            let list = "\(repository.scratch)/signers"
            try Data(try fixture.allow(fixture.stranger, as: "me").utf8).write(to: URL(fileURLWithPath: list))
            try await repository.git("config", "gatekeeper.trust.allowedSigners", list)
            #expect(try await fixture.verify().isProven)
            #expect(try await fixture.verify(base: nil).isProven)
        }
    }

    @Test("a proof holds under the policy it was made under, and for as long as policy says")
    func policy() async throws {
        try await AttestationFixture.with { fixture in
            let repository = fixture.repository
            try await fixture.attest()
            try await repository.git("config", "gatekeeper.trust.maxAge", "1ms")
            #expect(try await fixture.verify().failures == [.freshness])
            try await repository.git("config", "--unset", "gatekeeper.trust.maxAge")

            // The base asks for more now.
            try await repository.git("checkout", "-q", "--detach", "base")
            let config = try #require(repository.read(".gatekeeper/config"))
            try repository.write(".gatekeeper/config", config + "[gatekeeper]\n\ttripwires = required\n")
            let stricter = try await repository.commitAll("stricter")
            try await repository.git("checkout", "-q", "work")
            let other = try await fixture.verify(base: stricter)
            #expect(other.failures == [.policy])
            let message = try #require(other.findings.first { $0.kind == "summary" }?.message)
            #expect(message.contains("the tracked policy, the rules") && !message.contains("the plan"))

            // A signer who loosened their own rules does not prove anything under the base's.
            for setting in [
                ("gatekeeper.contract.open", "tests/** -- mine"),
                ("gatekeeper.check.test.command", "sh tests/run.sh all"),
                ("gatekeeper.secondLook", "off"), ("gatekeeper.check.test.timeout", "3h"),
            ] {
                try await repository.git("notes", "--ref", "gatekeeper", "remove", "HEAD", "HEAD^{tree}")
                try await repository.git("config", setting.0, setting.1)
                try await fixture.attest()
                try await repository.git("config", "--unset", setting.0)
                #expect(try await fixture.verify().failures == [.policy], "\(setting)")
            }
            // Where isolation is required, a run without it is no proof.
            try await repository.git("notes", "--ref", "gatekeeper", "remove", "HEAD", "HEAD^{tree}")
            try await fixture.attest("--sandbox", "off")
            #expect(try await fixture.verify().isProven)
            try await repository.git("config", "gatekeeper.sandbox", "required")
            #expect(try await fixture.verify().failures == [.policy])
        }
    }

    @Test("each defence is what stops it")
    func withoutDefences() async throws {
        try await AttestationFixture.with { fixture in
            let repository = fixture.repository
            try await fixture.attest()
            let honest = try await fixture.summary()
            func passes(without defence: String) async throws -> Bool {
                try await repository.gatekeeper(
                    "verify",
                    "--base",
                    "base",
                    environment: ["GIT_GATEKEEPER_WITHOUT": defence]
                ).exitCode == 0
            }
            try await fixture.overwrite([fixture.signed(honest.payload, with: fixture.stranger).text])
            #expect(try await !fixture.verify().isProven)
            #expect(try await passes(without: "signatures"))
            try await fixture.overwrite([honest.text])
            try await repository.git("config", "gatekeeper.trust.maxAge", "1ms")
            #expect(try await !fixture.verify().isProven)
            #expect(try await passes(without: "attested-policy"))
            try await repository.git("config", "--unset", "gatekeeper.trust.maxAge")
            try repository.write("lib.sh", "double() { echo 8; }\n")
            try await repository.commitAll("another tree")
            try await fixture.overwrite([honest.text])
            #expect(try await !fixture.verify().isProven)
            #expect(try await passes(without: "attested-subject"))
        }
    }
}
