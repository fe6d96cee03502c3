import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("a sign-off as an attestation")
struct SignoffAttestationTests {
    @Test("an agreement is signed with the run that was green afterwards, and verify names both")
    func agreement() async throws {
        try await AttestationFixture.with { fixture in
            let repository = fixture.repository
            try await SignoffFixture.review(repository)
            let record = try await repository.signoff("--base", "base", "--attest", status: 0)
            let attested = try #require(record.attested)
            #expect(attested.envelopes.count == 3 && attested.notes != nil)
            let verified = try await repository.gatekeeper("verify", "HEAD", "--base", "base")
            #expect(verified.exitCode == 0, "\(verified.standardError.text)")
            #expect(verified.standardOutput.text.contains("signed off by one, two"))
        }
    }

    @Test("what is no agreement is not signed, and a key that is missing is known before anybody is asked")
    func withheld() async throws {
        try await AttestationFixture.with { fixture in
            let repository = fixture.repository
            try await SignoffFixture.review(repository, one: SignoffFixture.objects)
            let record = try await repository.signoff("--base", "base", "--attest", status: 1)
            #expect(record.attested == nil)
            #expect(try await repository.git("for-each-ref", "refs/notes") == "")
            try await SignoffFixture.review(repository)
            try await repository.git("config", "gatekeeper.signingKey", "\(repository.scratch)/nowhere")
            let asked = try await repository.gatekeeper("signoff", "--base", "base", "--attest")
            #expect(asked.exitCode == 128)
            #expect(repository.shown("two", 2) == nil)
        }
    }
}
