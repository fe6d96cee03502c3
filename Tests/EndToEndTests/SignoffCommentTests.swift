import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("a sign-off as a comment", .serialized)
struct SignoffCommentTests {
    private typealias Fixture = SignoffFixture

    /// A program in the place of `gh` or `glab` that notes how it is called; `broken` fails where that word is called.
    private static func stand(_ repository: TestRepository, _ name: String, broken: String = "none") throws {
        _ = try repository.install(
            name,
            """
            #!/usr/bin/env python3
            import json, os, sys
            here = os.path.dirname(os.path.abspath(sys.argv[0]))
            body = sys.stdin.read() if "--body-file" in sys.argv else ""
            open(here + "/calls", "a").write(json.dumps([sys.argv[1:], body]) + "\\n")
            if sys.argv[2] == "\(broken)":
                sys.exit("HTTP 401: Bad credentials")
            if sys.argv[2] == "view":
                print(json.dumps({"number": int((sys.argv[3:] + ["0"])[0]) if sys.argv[3][0] != "-" else 7, "iid": 9}))

            """
        )
    }

    private static func calls(_ repository: TestRepository) -> [JSONValue] {
        let data = FileManager.default.contents(atPath: "\(repository.scratch)/calls") ?? Data()
        return data.split(separator: 0x0A).compactMap { JSONValue.read(Array($0)) }
    }

    private static func path(_ repository: TestRepository) -> [String: String] {
        ["PATH": "\(repository.scratch):\(Program.folder):\(repository.environment["PATH"] ?? "")"]
    }

    @Test("an agreement is posted to the request that a variable names, else to the branch's own")
    func posted() async throws {
        try await Fixture.withWork { repository in
            let mentions = Fixture.satisfied.replacing("remaining_risks: none", with: "remaining_risks: ask @everybody")
            try await Fixture.review(repository, one: mentions)
            try Self.stand(repository, "gh")
            try Self.stand(repository, "glab")
            let path = Self.path(repository)
            let named = path.merging(["PR_NUMBER": "12", "GITHUB_PR_NUMBER": "13"]) { $1 }
            let record = try await repository.signoff("--comment", "gh", environment: named, status: 0)
            #expect(record.comment?.request == 12 && record.comment?.posted == true)
            #expect(repository.kept(record, "iteration-1/preflight.md")?.contains("request 12 through gh") == true)
            let posted = try #require(Self.calls(repository).last)
            #expect(
                posted.elements.first?.elements.compactMap(\.string) == ["pr", "comment", "12", "--body-file", "-"]
            )
            let body = posted.elements.last?.string ?? ""
            #expect(body.hasPrefix("# Signed off") && body.contains("ask (at)everybody") && !body.contains("@"))
            #expect(repository.kept(record, "pr-comment.md") == body)
            let branch = try await repository.signoff("--comment", "gh", environment: path, status: 0)
            #expect(branch.comment?.request == 7)
            let merge = try await repository.signoff("--comment", "glab", environment: path, status: 0)
            #expect(merge.comment?.request == 9 && merge.comment?.posted == true)
        }
    }

    @Test("nothing is posted of what is no agreement, or where it is only to be made")
    func withheld() async throws {
        try await Fixture.withWork { repository in
            try Self.stand(repository, "gh")
            try await Fixture.review(repository)
            let dry = try await repository.signoff(
                "--comment",
                "gh",
                "--dry-run",
                environment: Self.path(repository),
                status: 0
            )
            #expect(dry.comment?.posted == false && repository.kept(dry, "pr-comment.md") != nil)
            try await Fixture.review(repository, two: Fixture.blocked)
            let blocked = try await repository.signoff(
                "--comment",
                "gh",
                environment: Self.path(repository),
                status: 125
            )
            #expect(blocked.comment == nil && repository.kept(blocked, "pr-comment.md") == nil)
            #expect(!Self.calls(repository).contains { $0.elements.first?.elements[1] == "comment" })
        }
    }

    @Test("a comment that cannot be posted is known before anybody is asked, or written down")
    func failed() async throws {
        try await Fixture.withWork { repository in
            try await Fixture.review(repository)
            try Self.stand(repository, "gh", broken: "view")
            let early = try await repository.gatekeeper(
                "signoff",
                "--comment",
                "gh",
                environment: Self.path(repository)
            )
            #expect(early.exitCode == 128 && early.standardError.text.contains("gh auth login"))
            #expect(repository.shown("one", 1) == nil)
            try Self.stand(repository, "gh", broken: "comment")
            let late = try await repository.signoff("--comment", "gh", environment: Self.path(repository), status: 125)
            #expect(late.result?.state == .signedOff && late.comment?.posted == false)
            let file = try #require(repository.kept(late, "PR_COMMENT_FAILED.md"))
            #expect(file.contains("HTTP 401") && file.contains("request 7 through gh"))
        }
    }

    @Test("the real gh posts it", .enabled(if: FleetPrograms.hasGH, "'make fleet' fetches gh"))
    func realProgram() async throws {
        try await Fixture.withWork { repository in
            try await Fixture.review(repository)
            try await GitHubStandIn.with(in: repository.scratch, repository) { server in
                let record = try await repository.signoff(
                    "--comment",
                    "gh",
                    environment: try server.environment(repository, token: "token-of-the-test")
                        .merging(["SIGNOFF_PR_NUMBER": "7"]) { $1 },
                    status: 0
                )
                #expect(record.comment?.posted == true)
                #expect(server.posted?["authorization"].string == "token token-of-the-test")
                let body = server.posted?["body"]["variables"]["input"]["body"].string
                #expect(body?.hasPrefix("# Signed off") == true)
            }
        }
    }
}
