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
            let made = try await job.desk.run(
                "openssl",
                [
                    "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-keyout", "\(job.scratch)/key.pem", "-out",
                    "\(job.scratch)/cert.pem", "-days", "2", "-subj", "/CN=localhost", "-addext",
                    "subjectAltName=DNS:localhost",
                ]
            )
            try #require(made.isSuccess, "\(made.standardError.text)")
            var root = URL(fileURLWithPath: #filePath)
            for _ in 0..<2 { root.deleteLastPathComponent() }
            let request = ProcessRequest(
                executable: "python3",
                arguments: ["-B", root.appendingPathComponent("Support/github_server.py").path]
                    + ["cert.pem", "key.pem", "log", "port"].map { "\(job.scratch)/\($0)" },
                environment: job.desk.environment,
                workingDirectory: job.scratch,
                limits: ProcessLimits(wallTime: .seconds(300), grace: .milliseconds(100))
            )
            let server = Task { _ = try? await ProcessRunner.run(request) }
            defer { server.cancel() }
            try await waitForFile("\(job.scratch)/port")
            let port = job.read("port") ?? ""
            let result = try await clone.gatekeeper(
                "ci",
                "--on-fix",
                "comment",
                "--backend",
                "revert",
                environment: [
                    "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request",
                    "GITHUB_EVENT_PATH": "\(job.scratch)/event.json", "GITHUB_SHA": commit,
                    "GITHUB_REF": "refs/pull/7/head", "GITHUB_BASE_REF": "main",
                    "PATH": "\(try FleetPrograms.folderOfGH()):\(Program.folder):\(clone.environment["PATH"] ?? "")",
                    "SSL_CERT_FILE": "\(job.scratch)/cert.pem", "GH_HOST": "localhost:\(port)",
                    "GH_REPO": "localhost:\(port)/owner/calc", "GH_ENTERPRISE_TOKEN": "token-of-the-job",
                    "GH_NO_UPDATE_NOTIFIER": "1",
                ]
            )
            #expect(result.exitCode == 1, "\(result.standardOutput.text)\(result.standardError.text)")
            #expect(result.standardOutput.text.contains("the fix is a comment of request 7"))
            let log = (job.read("log") ?? "").split(separator: "\n").compactMap { JSONValue.read(Array($0.utf8)) }
            let posted = try #require(log.last { $0["body"]["query"].string?.contains("addComment") == true })
            #expect(posted["authorization"].string == "token token-of-the-job")
            #expect(log.first?["body"]["variables"]["pr_number"].integer == 7)
            let body = posted["body"]["variables"]["input"]["body"].string ?? ""
            #expect(body.hasPrefix("## git gatekeeper: ") && body.contains("+answer=42"), "\(body)")
        }
    }
}
