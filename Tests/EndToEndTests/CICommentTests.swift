import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// The real `gh` against a server on this machine that answers as GitHub's API does.
@Suite("comments through the real gh", .enabled(if: FleetPrograms.hasGH, "'make fleet' fetches gh"))
struct CICommentTests {
    @Test("the fix becomes a comment of the job's own request, with the job's own token")
    func comment() async throws {
        try await CIJob.with { job in
            let commit = try await job.push("bad", ["values": "answer=41\nsum=5\n"])
            let clone = try await job.clone("clone", at: "bad")
            let event = """
                {"number": 7, "pull_request": {"head": {"sha": "\(commit)"}, "base": {"ref": "main", "sha": "\(job.main)"}}}
                """
            try Data(event.utf8).write(to: URL(fileURLWithPath: "\(job.scratch)/event.json"))
            try await GitHubStandIn.with(in: job.scratch, job.desk) { server in
                let result = try await clone.gatekeeper(
                    "ci",
                    "--on-fix",
                    "comment",
                    "--backend",
                    "revert",
                    environment: try server.environment(clone, token: "token-of-the-job").merging([
                        "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request",
                        "GITHUB_EVENT_PATH": "\(job.scratch)/event.json", "GITHUB_SHA": commit,
                        "GITHUB_REF": "refs/pull/7/head", "GITHUB_BASE_REF": "main",
                    ]) { $1 }
                )
                #expect(result.exitCode == 1, "\(result.standardOutput.text)\(result.standardError.text)")
                #expect(result.standardOutput.text.contains("the fix is a comment of request 7"))
                let posted = try #require(server.posted)
                #expect(posted["authorization"].string == "token token-of-the-job")
                #expect(server.log.first?["body"]["variables"]["pr_number"].integer == 7)
                let body = posted["body"]["variables"]["input"]["body"].string ?? ""
                #expect(body.hasPrefix("## git gatekeeper: ") && body.contains("+answer=42"), "\(body)")
            }
        }
    }
}
