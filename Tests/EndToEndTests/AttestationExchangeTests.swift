import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("attestations: between repositories")
struct AttestationExchangeTests {
    private static let now: @Sendable () -> Date = { Date(timeIntervalSince1970: 1_700_000_000) }

    private static func store(_ repository: TestRepository) async throws -> AttestationStore {
        AttestationStore(
            repository: try await repository.open(),
            context: GateContext(
                environment: repository.environment,
                workingDirectory: repository.path,
                now: now,
                version: "test"
            )
        )
    }

    private static func envelope(_ text: String) throws -> DSSEEnvelope {
        try DSSEEnvelope(payload: Array("{\"n\":\"\(text)\"}".utf8), signature: [1], keyID: nil)
    }

    /// A bare remote that has branch `base`, and two clones of it.
    private static func withClones(
        _ body: (AttestationFixture, TestRepository, String) async throws -> Void
    ) async throws {
        try await AttestationFixture.with { fixture in
            let one = fixture.repository
            let remote = "\(one.scratch)/remote.git"
            try await one.git("init", "-q", "--bare", remote)
            try await one.git("remote", "add", "origin", remote)
            try await one.git("push", "-q", "origin", "base", "work")
            try await one.git("clone", "-q", "-b", "work", remote, "\(one.scratch)/two")
            let two = TestRepository(at: "\(one.scratch)/two", scratch: one.scratch)
            try await body(fixture, two, remote)
        }
    }

    @Test("what one machine attests proves the commit on another, through nothing but git")
    func twoMachines() async throws {
        try await Self.withClones { fixture, two, remote in
            try await fixture.attest()
            let pushed = try await fixture.repository.gatekeeper("attest", "--push", "origin")
            #expect(pushed.exitCode == 0, "\(pushed.standardError.text)")
            let before = try await two.gatekeeper("verify", "--base", "origin/base")
            #expect(before.exitCode == 1)
            let after = try await two.gatekeeper("verify", "--base", "origin/base", "--fetch", "origin")
            #expect(after.exitCode == 0, "\(after.standardOutput.text)\(after.standardError.text)")
            #expect(after.standardOutput.text.contains("proven"))
            // By its address, too.
            #expect(try await Self.store(two).fetch(from: remote).isFound)
            let nobody = try await two.gatekeeper("verify", "--base", "origin/base", "--fetch", "\(remote)-not")
            #expect(nobody.exitCode == 128 && nobody.standardError.text.contains("[attestation.fetch]"))
        }
    }

    @Test("fetching merges lines, and never overwrites what is here")
    func union() async throws {
        try await Self.withClones { fixture, two, _ in
            let here = try await Self.store(fixture.repository)
            let there = try await Self.store(two)
            let head = try #require(ObjectID(hex: try await two.git("rev-parse", "HEAD")))
            #expect(try await !here.fetch(from: "origin").isFound)
            try await here.add([Self.envelope("a"), Self.envelope("b")], to: [head])
            #expect(try await here.push(to: "origin").isPushed)
            #expect(try await !here.push(to: "origin").isPushed)
            try await there.add([Self.envelope("b"), Self.envelope("c")], to: [head])
            #expect(try await there.push(to: "origin").isPushed)
            #expect(try await here.fetch(from: "origin").isNew)
            #expect(try await !here.fetch(from: "origin").isNew)
            for store in [here, there] {
                let lines = try await store.envelopes(for: head)
                let all = try ["a", "b", "c"].map { try Self.envelope($0).line }
                #expect(Set(lines) == Set(all) && lines.count == 3)
            }
            // Git reads what we wrote, and we read what git wrote, in whatever depth of folders.
            let shown = try await fixture.repository.git("notes", "--ref", "gatekeeper", "show", head.hex)
            #expect(shown.split(separator: "\n").count == 3)
            try await fixture.repository.git("notes", "--ref", "gatekeeper", "append", "-m", "by hand", head.hex)
            #expect(try await here.envelopes(for: head).contains(Array("by hand".utf8)))
            #expect(try await here.push(to: "origin").isPushed)
            #expect(try await there.fetch(from: "origin").isNew)
            #expect(try await there.envelopes(for: head).count == 4)
            // Adding what is there already changes nothing.
            let tip = try await fixture.repository.git("rev-parse", "refs/notes/gatekeeper")
            try await here.add([Self.envelope("a")], to: [head])
            #expect(try await fixture.repository.git("rev-parse", "refs/notes/gatekeeper") == tip)
        }
    }

    @Test("everybody's notes are kept, however many write at the same time")
    func concurrentAdds() async throws {
        try await withTestRepository("notes") { repository in
            let head = try #require(ObjectID(hex: try await repository.commitAll("one")))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for number in 0..<6 {
                    tasks.addTask {
                        let store = try await Self.store(repository)
                        for round in 0..<4 { try await store.add([Self.envelope("\(number)-\(round)")], to: [head]) }
                    }
                }
                try await tasks.waitForAll()
            }
            #expect(try await Self.store(repository).envelopes(for: head).count == 24)
            #expect(try await repository.git("fsck", "--strict", "--no-dangling") == "")
        }
    }

    @Test("everybody's pushes arrive, however many push at the same time")
    func concurrentPushes() async throws {
        try await Self.withClones { fixture, two, remote in
            let head = try #require(ObjectID(hex: try await two.git("rev-parse", "HEAD")))
            try await withThrowingTaskGroup(of: Void.self) { tasks in
                for (number, repository) in [fixture.repository, two].enumerated() {
                    tasks.addTask {
                        let store = try await Self.store(repository)
                        for round in 0..<3 {
                            try await store.add([Self.envelope("\(number)-\(round)")], to: [head])
                            try await store.push(to: "origin")
                        }
                    }
                }
                try await tasks.waitForAll()
            }
            let bare = TestRepository(at: remote, scratch: two.scratch)
            #expect(try await Self.store(bare).envelopes(for: head).count == 6)
        }
    }

    @Test("a note has a largest size: the newest lines stay")
    func capped() async throws {
        try await withTestRepository("notes") { repository in
            let head = try #require(ObjectID(hex: try await repository.commitAll("one")))
            let store = try await Self.store(repository)
            try await store.add((0..<512).map { try Self.envelope("old \($0)") }, to: [head])
            try await store.add([Self.envelope("new")], to: [head])
            let lines = try await store.envelopes(for: head)
            let newest = try Self.envelope("new").line
            #expect(lines.count == 512 && lines.first == newest)
            let large = String(repeating: "x", count: 600 << 10)
            for number in 0..<8 { try await store.add([Self.envelope("\(number)\(large)")], to: [head]) }
            let kept = try await store.envelopes(for: head)
            #expect(kept.reduce(0) { $0 + $1.count + 1 } <= 4 << 20 && kept.count >= 4)
            let last = try Self.envelope("7\(large)").line
            #expect(kept.first == last)
        }
    }

    @Test("remotes are configured once, and the configuration is afterwards as it was, byte for byte")
    func remotes() async throws {
        try await Self.withClones { fixture, two, remote in
            let store = try await Self.store(two)
            try await two.git("remote", "add", "other", "\(remote)-2")
            let before = two.read(".git/config")
            #expect(try await store.configureRemotes() == ["origin", "other"])
            #expect(try await store.configureRemotes() == [])
            // Without notes on the other side a plain fetch goes on working.
            try await two.git("fetch", "-q", "origin")
            try await fixture.attest()
            #expect(try await Self.store(fixture.repository).push(to: "origin").isPushed)
            try await two.git("fetch", "-q", "origin")
            #expect(try await two.git("for-each-ref", "refs/notes") == "")
            #expect(try await two.git("for-each-ref", "refs/gatekeeper/notes/origin").contains("gatekeeper"))
            #expect(try await store.unconfigureRemotes() == ["origin", "other"])
            #expect(two.read(".git/config") == before)
            #expect(try await two.git("for-each-ref", "refs/gatekeeper/notes") == "")
        }
    }

    @Test("a remote that is an option, or a program, is none")
    func hostileRemotes() async throws {
        try await withTestRepository("notes") { repository in
            try await repository.commitAll("one")
            let store = try await Self.store(repository)
            for remote in ["", "--upload-pack=touch x", "ext::sh -c 'touch x'"] {
                await #expect(throws: GateFailure.self) { try await store.fetch(from: remote) }
            }
            #expect(repository.read("x") == nil)
        }
    }

    @Test("a push takes its attestations along, and the server believes them in place of a run")
    func server() async throws {
        try await Self.withClones { fixture, _, remote in
            let one = fixture.repository
            let bare = TestRepository(at: remote, scratch: one.scratch)
            // What a clone gets by default is what a server protects.
            try await one.git("push", "-q", "origin", "base:main")
            try await bare.git("symbolic-ref", "HEAD", "refs/heads/main")
            #expect(try await bare.gatekeeper("install", "pre-receive", in: remote).exitCode == 0)
            #expect(try await one.gatekeeper("install").exitCode == 0)
            func push(_ refspec: String, _ configuration: String...) async throws -> ProcessResult {
                try await one.run(
                    "git",
                    configuration.flatMap { ["-c", $0] } + ["push", "origin"]
                        + refspec.split(separator: " ").map(String.init),
                    environment: ["PATH": "\(Program.folder):\(one.environment["PATH"] ?? "")"]
                )
            }
            // Without an attestation the server runs the tests itself.
            let plain = try await push("work:main")
            #expect(
                plain.exitCode == 0 && !plain.standardError.text.contains("proven by"),
                "\(plain.standardError.text)"
            )
            #expect(try await bare.git("rev-parse", "main") == (try await one.git("rev-parse", "work")))
            #expect(try await one.git("ls-remote", "origin", "refs/notes/*") == "")

            try one.write("NOTES", "one\n")
            try await one.commitAll("attested on the way")
            let attested = try await push("work:main", "gatekeeper.attest=true")
            let said = attested.standardError.text
            #expect(attested.exitCode == 0, "\(said)")
            #expect(said.contains("attestations are noted on 'origin' too"), "\(said)")
            #expect(said.contains("proven by an attestation of ci@example.com"), "\(said)")

            // Notes may come in the very push that they prove, although they lie in quarantine then.
            try one.write("NOTES", "two\n")
            try await one.commitAll("attested beforehand")
            #expect(
                try await one.gatekeeper("test", "--head", "HEAD", "--base", "origin/main", "--attest").exitCode == 0
            )
            let together = try await push("work:main refs/notes/gatekeeper")
            #expect(together.exitCode == 0, "\(together.standardError.text)")
            #expect(together.standardError.text.contains("proven by"), "\(together.standardError.text)")

            // A stranger's word is no word: the tests are run, and stop what is red.
            try one.write("lib.sh", "double() { echo 9; }\n")
            try await one.commitAll("red")
            #expect(try await one.gatekeeper("test", "--head", "HEAD", "--base", "origin/main").exitCode == 1)
            let lie = try await fixture.signed(
                Array(
                    String(decoding: try await summary(fixture, "HEAD~1").payload, as: UTF8.self)
                        .replacing(
                            try await one.git("rev-parse", "HEAD~1^{tree}"),
                            with: try await one.git("rev-parse", "HEAD^{tree}")
                        ).utf8
                ),
                with: fixture.stranger
            )
            try await fixture.overwrite([lie.text])
            let red = try await push("--no-verify work:main refs/notes/gatekeeper")
            #expect(red.exitCode != 0 && !red.standardError.text.contains("proven by"), "\(red.standardError.text)")

            // A server that would attest what it receives writes no note that a refused push takes away again.
            try await bare.git("config", "gatekeeper.attest", "true")
            try await bare.git("config", "gatekeeper.signingKey", fixture.trusted)
            let before = try await bare.git("rev-parse", "refs/notes/gatekeeper")
            try one.write("lib.sh", "double() { echo $(($1 * 2)); }\n")
            try await one.commitAll("green again")
            #expect(try await push("--no-verify work:main").exitCode == 0)
            #expect(try await bare.git("rev-parse", "refs/notes/gatekeeper") == before)
            #expect(try await bare.git("fsck", "--no-dangling") == "")
        }
    }

    private func summary(_ fixture: AttestationFixture, _ object: String) async throws -> DSSEEnvelope {
        try #require(
            try await fixture.lines(object).map { try DSSEEnvelope(line: Array($0.utf8)) }.first {
                String(decoding: $0.payload, as: UTF8.self).contains("verification_summary")
            }
        )
    }

    @Test("install lets a plain fetch bring attestations, which count at once, and uninstall takes that back")
    func installed() async throws {
        try await Self.withClones { fixture, two, _ in
            let before = two.read(".git/config")
            let installed = try await two.gatekeeper("install")
            #expect(installed.exitCode == 0 && installed.standardError.text.contains("notes of 'origin' are fetched"))
            try await fixture.attest()
            #expect(try await Self.store(fixture.repository).push(to: "origin").isPushed)
            #expect(try await two.gatekeeper("verify", "--base", "origin/base").exitCode == 1)
            try await two.git("fetch", "-q")
            #expect(try await two.gatekeeper("verify", "--base", "origin/base").exitCode == 0)
            #expect(try await two.git("for-each-ref", "refs/notes") == "")
            #expect(try await two.gatekeeper("uninstall").exitCode == 0)
            #expect(two.read(".git/config") == before)
        }
    }
}
