import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// A repository whose base names a signer, with a head that is to be proven.
struct AttestationFixture: Sendable {
    let repository: TestRepository
    /// The keys of a trusted signer, of a stranger, and one with a passphrase; all in the scratch folder.
    let trusted: String
    let stranger: String
    let locked: String
    let passphrase = "correct horse"

    static let tests = """
        #!/bin/sh
        . ./lib.sh
        echo 1..1
        if [ "$(double 4)" = 8 ]; then echo "ok 1 - doubles"; else echo "not ok 1 - doubles"; exit 1; fi

        """

    /// Runs `body` on branch `work`, one commit ahead of `base`.
    static func with<R>(_ body: (AttestationFixture) async throws -> R) async throws -> R {
        try await withTestRepository("attest") { repository in
            let fixture = AttestationFixture(
                repository: repository,
                trusted: "\(repository.scratch)/trusted",
                stranger: "\(repository.scratch)/stranger",
                locked: "\(repository.scratch)/locked"
            )
            for (path, word) in [(fixture.trusted, ""), (fixture.stranger, ""), (fixture.locked, fixture.passphrase)] {
                let made = try await repository.run(
                    "ssh-keygen",
                    ["-q", "-t", "ed25519", "-N", word, "-C", "test", "-f", path]
                )
                #expect(made.isSuccess, "\(made.standardError.text)")
            }
            try repository.write("lib.sh", "double() { echo $(($1 * 2)); }\n")
            try repository.write("tests/run.sh", Self.tests)
            try repository.write(
                ".gatekeeper/config",
                "[gatekeeper \"check.test\"]\n\tcommand = sh tests/run.sh\n\tformat = tap\n"
            )
            try repository.write(".gatekeeper/allowed_signers", try fixture.allow(fixture.trusted))
            try await repository.commitAll("base")
            try await repository.git("branch", "base")
            try await repository.git("checkout", "-q", "-b", "work")
            try repository.write("lib.sh", "# doubles\ndouble() { echo $(($1 + $1)); }\n")
            try await repository.commitAll("head")
            try await repository.git("config", "gatekeeper.signingKey", fixture.trusted)
            return try await body(fixture)
        }
    }

    /// A line of an allowed-signers file.
    func allow(_ key: String, as principal: String = "ci@example.com", options: String = "") throws -> String {
        let text = try String(contentsOfFile: "\(key).pub", encoding: .utf8)
        let words = text.split(separator: " ").prefix(2).joined(separator: " ")
        return "\(principal) \(options.isEmpty ? "" : options + " ")\(words)\n"
    }

    /// Tests and attests the head.
    func attest(_ arguments: String...) async throws {
        let result = try await repository.gatekeeper(
            arguments: ["test", "--head", "HEAD", "--base", "base", "--attest"] + arguments
        )
        #expect(result.exitCode == 0, "\(result.standardOutput.text)\(result.standardError.text)")
        #expect(result.standardError.text.contains("attested: PASSED"))
    }

    /// What `verify` says, with its exit status held to it.
    func verify(_ revision: String = "HEAD", base: String? = "base", _ more: String...) async throws -> Verification {
        let result = try await repository.gatekeeper(
            arguments: ["verify", revision, "--format", "json"] + (base.map { ["--base", $0] } ?? []) + more
        )
        #expect([0, 1].contains(result.exitCode), "\(result.standardError.text)")
        let verification = try JSON.decode(Verification.self, from: result.standardOutput.bytes)
        #expect((result.exitCode == 0) == verification.isProven)
        return verification
    }

    /// The lines noted of an object, as git itself shows them.
    func lines(_ object: String = "HEAD") async throws -> [String] {
        try await repository.git("notes", "--ref", "gatekeeper", "show", object).split(separator: "\n").map(String.init)
    }

    /// Puts lines in the place of what is noted of an object, as anybody can who may push.
    func overwrite(_ lines: [String], on objects: [String] = ["HEAD", "HEAD^{tree}"]) async throws {
        let blob = try await repository.git(
            "hash-object",
            "-w",
            "--stdin",
            input: lines.joined(separator: "\n") + "\n"
        )
        for object in objects {
            let id = try await repository.git("rev-parse", object)
            try await repository.git("notes", "--ref", "gatekeeper", "add", "-f", "-C", blob, id)
        }
    }

    /// Signs a payload as the gate would.
    func signed(_ payload: [UInt8], with key: String) async throws -> DSSEEnvelope {
        let keygen = SSHKeygen(environment: repository.environment, folder: repository.scratch)
        let bytes = DSSEEnvelope.preAuthenticationEncoding(type: DSSEEnvelope.statementType, body: payload)
        let signature = try await keygen.sign(bytes, with: .file(key))
        return try DSSEEnvelope(payload: payload, signature: signature.bytes, keyID: signature.fingerprint)
    }

    /// The summary among the noted lines.
    func summary() async throws -> DSSEEnvelope {
        let envelopes = try await lines().map { try DSSEEnvelope(line: Array($0.utf8)) }
        return try #require(
            envelopes.first { String(decoding: $0.payload, as: UTF8.self).contains("verification_summary") }
        )
    }
}

extension Verification {
    /// What fails first of each summary, or of everything where none could be told.
    var failures: [Failure?] {
        let summaries = findings.filter { $0.kind == "summary" }
        return (summaries.isEmpty ? findings : summaries).map(\.failure)
    }
}

extension DSSEEnvelope {
    var text: String { String(decoding: line, as: UTF8.self) }
}
