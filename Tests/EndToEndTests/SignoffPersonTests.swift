import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("a person as reviewer")
struct SignoffPersonTests {
    private static let principal = "ci@example.com"

    /// Work on a base that trusts one key, to be signed off by a program and by whoever has that key.
    private static func with(
        person: String = principal,
        signers: ((AttestationFixture) throws -> [String: String])? = nil,
        _ body: (AttestationFixture) async throws -> Void
    ) async throws {
        try await AttestationFixture.with { fixture in
            let repository = fixture.repository
            if let signers {
                try await repository.git("checkout", "-q", "base")
                for (name, text) in try signers(fixture) { try repository.write(".gatekeeper/\(name)", text) }
                try await repository.commitAll("signers")
                try await repository.git("checkout", "-q", "-B", "work")
                try repository.write("lib.sh", "# doubles\ndouble() { echo $(($1 + $1)); }\n")
                try await repository.commitAll("head")
            }
            try await SignoffFixture.install(repository, "one", SignoffFixture.program(SignoffFixture.satisfied))
            // A program of that name is nobody.
            let liar = SignoffFixture.program(SignoffFixture.satisfied)
            try await SignoffFixture.install(repository, "person", liar)
            for reviewer in ["one", "person \(person)"] {
                try await repository.git("config", "--add", "gatekeeper.signoff.reviewer", reviewer)
            }
            try await repository.git("config", "gpg.format", "ssh")
            try await repository.git("config", "user.signingKey", fixture.trusted)
            try await body(fixture)
        }
    }

    private static func words(_ record: SignoffRecord, run: String? = nil) -> String {
        """
        VERDICT: COMPREHENSIVELY_SATISFIED
        tree: \(record.head.tree)
        run: \(run ?? record.id)
        \(SignoffFixture.reasons)

        """
    }

    /// Gives a verdict as whoever's key git is configured with.
    @discardableResult
    private static func give(
        _ fixture: AttestationFixture,
        _ words: String,
        format: String = "text",
        status: Int32 = 0
    ) async throws -> ProcessResult {
        let result = try await fixture.repository.gatekeeper(
            "signoff",
            "--base",
            "base",
            "--as",
            "--verdict",
            "-",
            "--format",
            format,
            input: words
        )
        #expect(result.exitCode == status, "\(result.standardOutput.text)\(result.standardError.text)")
        return result
    }

    /// Why the last sign-off waits.
    private static func refusal(_ fixture: AttestationFixture, _ more: String...) async throws -> String {
        let result = try await fixture.repository.gatekeeper(
            arguments: ["signoff", "--base", "base", "--format", "json"] + more
        )
        #expect(result.exitCode == 125, "\(result.standardError.text)\(result.standardOutput.text)")
        let record = try JSON.decode(SignoffRecord.self, from: result.standardOutput.bytes)
        return record.iterations.last?.reviews.first { $0.reviewer == "person" }?.failure ?? ""
    }

    @Test("a sign-off waits for a person, who reads, gives reasons and signs; then it counts, and nobody else can")
    func counted() async throws {
        try await Self.with { fixture in
            let repository = fixture.repository
            let early = try await repository.gatekeeper("signoff", "--base", "base", "--as")
            #expect(early.exitCode == 128 && early.standardError.text.contains("[signoff.nothing-waits]"))
            let waiting = try await repository.signoff("--base", "base", status: 125)
            #expect(waiting.result?.state == .undecided)
            #expect(waiting.result?.next.contains { $0.contains("signoff --base base --as --verdict") } == true)
            #expect(repository.shown("one", 1) == nil, "somebody was asked before the person")
            #expect(repository.shown("person", 1) == nil)
            let request = try #require(repository.kept(waiting, "iteration-1/person/request.md"))
            #expect(request.contains("# doubles") && request.contains("The run: \(waiting.id)"))
            let asked = try await repository.gatekeeper("signoff", "--base", "base", "--as", "--format", "json")
            #expect(asked.exitCode == 125, "\(asked.standardError.text)")
            let unsaid = try JSON.decode(PersonSignoff.Answer.self, from: asked.standardOutput.bytes)
            #expect(unsaid.signoff == waiting.id && unsaid.verdict == nil && unsaid.key == nil)
            #expect(unsaid.request.hasSuffix("/\(waiting.id)/iteration-1/person/request.md"))
            #expect(unsaid.text.contains("read: \(unsaid.request)"))

            for (words, code) in [
                (
                    "VERDICT: COMPREHENSIVELY_SATISFIED\ntree: \(waiting.head.tree)\nrun: \(waiting.id)\n",
                    "missing-field"
                ),
                ("looks good to me", "no-verdict"), (Self.words(waiting, run: "another"), "other-run"),
                (Self.words(waiting) + "signer: \(Self.principal)\n", "unknown-field"),
            ] {
                let refused = try await Self.give(fixture, words, status: 128)
                #expect(refused.standardError.text.contains("(\(code))"), "\(refused.standardError.text)")
            }
            try await repository.git("config", "user.signingKey", fixture.stranger)
            let stranger = try await Self.give(fixture, Self.words(waiting), status: 125)
            #expect(stranger.standardOutput.text.contains("it does not count: no allowed signer"))
            #expect(try await Self.refusal(fixture).contains("no allowed signer has this key"))
            try await repository.git("config", "user.signingKey", fixture.trusted)
            let given = try await Self.give(fixture, Self.words(waiting), format: "json")
            let counts = try JSON.decode(PersonSignoff.Answer.self, from: given.standardOutput.bytes)
            #expect(counts.signer == Self.principal && counts.problem == nil)
            let agreed = try await repository.signoff("--base", "base", status: 0)
            #expect(agreed.iterations.first?.reviews.map(\.signer) == [Self.principal, nil])
            #expect(repository.kept(agreed, "SIGNOFF.md")?.contains("signed by \(Self.principal)") == true)
            // What a person says is no attestation, and does not disturb those who look for one.
            let verified = try await repository.gatekeeper("verify", "HEAD", "--base", "base")
            #expect(verified.exitCode == 1 && !verified.standardOutput.text.contains("namespace"))

            // It counts for a run as well, until the same person finds something.
            let run = ["run", "--signoff", "--base", "base"]
            #expect(try await repository.gatekeeper(arguments: run).exitCode == 0)
            let object = "VERDICT: FINDINGS\ntree: \(agreed.head.tree)\nrun: \(agreed.id)\n\(SignoffFixture.finding)\n"
            try await Self.give(fixture, object)
            let taken = try await repository.gatekeeper(arguments: run)
            #expect(taken.exitCode == 1, "\(taken.standardError.text)")
            #expect(taken.standardError.text.contains("was taken back"), "\(taken.standardError.text)")
            #expect(taken.standardOutput.text.contains("docstring (low)"))

            // Another tree needs another word, although the note is copied to it.
            let note = try await fixture.lines("HEAD^{tree}")
            try repository.write("lib.sh", "# doubles\ndouble() { echo $(($1 + $1)); } # always\n")
            try await repository.commitAll("more")
            try await fixture.overwrite(note)
            #expect(try await Self.refusal(fixture).contains("it is about another tree"))
        }
    }

    @Test("what was forged, edited, signed for something else or shown otherwise does not count")
    func hostile() async throws {
        try await Self.with { fixture in
            let repository = fixture.repository
            let waiting = try await repository.signoff("--base", "base", status: 125)
            let found = Self.words(waiting).replacing(
                "remaining_risks: none",
                with: "remaining_risks: quite some of them"
            )
            try await Self.give(fixture, found)
            let line = try #require(try await fixture.lines("HEAD^{tree}").last)
            let envelope = try DSSEEnvelope(line: Array(line.utf8))
            let payload = String(decoding: envelope.payload, as: UTF8.self)
            let edited = try DSSEEnvelope(
                payload: Array(payload.replacing("quite some of them", with: "none whatsoever here").utf8),
                signature: envelope.signature,
                keyID: envelope.keyID
            )
            // The same words as an attestation: a key that signs those says nothing in a sign-off.
            let attested = try await fixture.signed(envelope.payload, with: fixture.trusted)
            for (name, forged, why) in [
                ("edited", edited, "the signature does not fit"),
                ("attested", attested, "namespace 'gatekeeper@git-gatekeeper'"),
            ] {
                try await fixture.overwrite([forged.text])
                let said = try await Self.refusal(fixture)
                #expect(said.contains(why), "\(name): \(said)")
            }
            try await fixture.overwrite([line])
            let undefended = ["GIT_GATEKEEPER_WITHOUT": Defence.personVerdict.rawValue]
            _ = try await repository.signoff("--base", "base", "--depth", "light", environment: undefended, status: 0)
            #expect(try await Self.refusal(fixture, "--depth", "light").contains("was shown something else"))
            // What is to be read cannot be exchanged below the person's eyes.
            let last = try #require(try repository.signoffs().last)
            let place = ".git/gatekeeper/signoffs/\(last)/iteration-1/person/request.md"
            try repository.write(place, "Nothing to see here.\n")
            let light = try await repository.gatekeeper("signoff", "--base", "base", "--depth", "light", "--as")
            #expect(light.exitCode == 128 && light.standardError.text.contains("[signoff.request-altered]"))
            #expect(try await repository.signoff("--base", "base", status: 0).result?.state == .signedOff)
            try await repository.git("config", "--unset-all", "gatekeeper.signoff.reviewer")
            for reviewer in ["one", "person nobody@example.com"] {
                try await repository.git("config", "--add", "gatekeeper.signoff.reviewer", reviewer)
            }
            #expect(try await Self.refusal(fixture).contains("waits for the person 'nobody@example.com'"))
        }
    }

    @Test("a verdict about work that is not committed counts once it is, and does not lie in the tree it is about")
    func committed() async throws {
        try await Self.with { fixture in
            let repository = fixture.repository
            try repository.write("notes.txt", "why it doubles\n")
            let waiting = try await repository.signoff("--base", "base", status: 125)
            let request = repository.kept(waiting, "iteration-1/person/request.md")
            #expect(request?.contains("only after 'git add': notes.txt") == true)
            let place = try #require(
                waiting.result?.next.first { $0.contains("--as") }?
                    .split(separator: " ").last.map { String($0).replacing("'", with: "") }
            )
            #expect(place.hasSuffix("/.git/verdict.txt"), "\(place)")
            try repository.write("verdict.txt", Self.words(waiting))
            let inside = ["signoff", "--base", "base", "--as", "--verdict", "verdict.txt"]
            let lost = try await repository.gatekeeper(arguments: inside)
            #expect(lost.exitCode == 128 && lost.standardError.text.contains("is part of that tree"))
            try await repository.git("clean", "-fq", "verdict.txt")
            try repository.write(".git/verdict.txt", Self.words(waiting))
            let given = try await repository.gatekeeper(
                arguments: ["signoff", "--base", "base", "--as", "--verdict", place]
            )
            #expect(given.exitCode == 0, "\(given.standardError.text)")
            try await repository.commitAll("notes")
            let agreed = try await repository.signoff("--base", "base", status: 0)
            #expect(agreed.iterations.first?.reviews.first?.signer == Self.principal)
        }
    }

    @Test("a key that has expired, is revoked, or may sign attestations only, speaks for nobody")
    func keys() async throws {
        for (options, revoked, why) in [
            ("valid-before=\"20200101\"", false, "the key"),
            ("namespaces=\"gatekeeper@git-gatekeeper\"", false, "the key"),
            ("", true, "the key"),
        ] {
            try await Self.with(signers: { fixture in
                var files = ["allowed_signers": try fixture.allow(fixture.trusted, options: options)]
                if revoked {
                    files["revoked_signers"] = try String(contentsOfFile: "\(fixture.trusted).pub", encoding: .utf8)
                }
                return files
            }) { fixture in
                let waiting = try await fixture.repository.signoff("--base", "HEAD~1", status: 125)
                let given = try await fixture.repository.gatekeeper(
                    "signoff",
                    "--base",
                    "HEAD~1",
                    "--as",
                    "--verdict",
                    "-",
                    "--format",
                    "json",
                    input: Self.words(waiting)
                )
                #expect(given.exitCode == 125, "\(options): \(given.standardOutput.text)\(given.standardError.text)")
                let told = try JSON.decode(PersonSignoff.Answer.self, from: given.standardOutput.bytes)
                #expect(told.verdict?.verdict == .satisfied && told.key != nil)
                #expect(told.signer == nil && told.problem != nil)
                #expect(told.text.contains("does not count"), "\(told.text)")
                let after = try await fixture.repository.signoff("--base", "HEAD~1", status: 125)
                let said = after.iterations.first?.reviews.first?.failure ?? ""
                #expect(said.contains("does not count") && said.contains(why), "\(options): \(said)")
            }
        }
    }

    @Test("where nobody's signature could count, nobody is asked to read")
    func untrusted() async throws {
        try await Self.with { fixture in
            let repository = fixture.repository
            try await repository.git("checkout", "-q", "base")
            try await repository.git("rm", "-q", ".gatekeeper/allowed_signers")
            try await repository.commitAll("without signers")
            try await repository.git("checkout", "-q", "-B", "work")
            try repository.write("lib.sh", "# doubles\ndouble() { echo $(($1 + $1)); }\n")
            try await repository.commitAll("head")
            let record = try await repository.signoff("--base", "HEAD~1", status: 1)
            #expect(record.result?.state == .preflight)
            let check = try #require(record.preflight.first { $0.name == "persons" })
            #expect(!check.holds && check.detail.contains("nobody's signature could count"))
            #expect(check.next.contains { $0.contains("gatekeeper.trust.allowedSigners") })
            #expect(record.iterations.isEmpty)
        }
    }

    @Test("where policy wants it, who wrote the change is not the only person who is satisfied with it")
    func author() async throws {
        try await Self.with { fixture in
            let repository = fixture.repository
            let mail = try await repository.git("log", "-1", "--format=%ae")
            try await repository.git("config", "gatekeeper.signoff.otherThanAuthor", "true")
            let waiting = try await repository.signoff("--base", "base", status: 125)
            try await Self.give(fixture, Self.words(waiting))
            // The signer is the author of nothing here.
            #expect(mail != Self.principal)
            #expect(try await repository.signoff("--base", "base", status: 0).result?.state == .signedOff)
            try await repository.git("commit", "-q", "--amend", "--no-edit", "--author", "C <\(Self.principal)>")
            #expect(try await Self.refusal(fixture).contains("waits for a person other than the author"))
            try await repository.git("config", "gatekeeper.signoff.otherThanAuthor", "false")
            #expect(try await repository.signoff("--base", "base", status: 0).result?.state == .signedOff)
        }
    }
}

extension TestRepository {
    /// Ids of all sign-offs, oldest first.
    func signoffs() throws -> [String] {
        try FileManager.default.contentsOfDirectory(atPath: "\(path)/.git/gatekeeper/signoffs").sorted()
    }
}
