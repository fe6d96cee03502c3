import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// Clones and variables as engines make them, from the push to the verdict.
@Suite("jobs in the shape of each engine")
struct CIEngineTests {
    /// A clone that has one reference of the server, as deep as the engine fetches it.
    private func clone(_ job: CIJob, _ name: String, _ references: [String], depth: Int?) async throws -> TestRepository
    {
        let clone = try await TestRepository(in: job.scratch, named: name)
        try await clone.git("remote", "add", "origin", "file://\(job.server)")
        let deep = depth.map { ["--depth=\($0)"] } ?? []
        let result = try await clone.run("git", ["fetch", "-q", "--no-tags"] + deep + ["origin"] + references)
        try #require(result.isSuccess, "\(result.standardError.text)")
        try await clone.git("checkout", "-q", "--detach", "FETCH_HEAD")
        return clone
    }

    @Test("GitHub: the merge of a request in a clone of two commits, green and red")
    func pullRequest() async throws {
        try await CIJob.with { job in
            for (branch, values, status) in [("good", "answer=42\nsum=5\n#\n", 0), ("bad", "answer=41\nsum=5\n", 1)]
                as [(String, String, Int32)]
            {
                let head = try await job.push(branch, ["values": values])
                // The branch that it goes into has gone on meanwhile, as it does.
                try await job.desk.git("checkout", "-q", "main")
                try job.desk.write("other-\(branch)", "x\n")
                let tip = try await job.desk.commitAll("main goes on")
                try await job.desk.git("push", "-q", "origin", "main")
                try await job.desk.git("checkout", "-q", "--detach", "main")
                try await job.desk.git("merge", "-q", "--no-edit", branch)
                let merge = try await job.desk.git("rev-parse", "HEAD")
                try await job.desk.git("push", "-q", "origin", "HEAD:refs/pull/7/merge", "--force")
                try await job.desk.git("checkout", "-q", "main")
                let event = """
                    {"number": 7, "pull_request": {"head": {"sha": "\(head)"}, "base": {"ref": "main", "sha": "\(job.main)"}}}
                    """
                try Data(event.utf8).write(to: URL(fileURLWithPath: "\(job.scratch)/event.json"))
                let clone = try await clone(job, "clone-\(branch)", ["refs/pull/7/merge"], depth: 2)
                let record = try await clone.record(
                    "ci",
                    environment: [
                        "GITHUB_ACTIONS": "true", "GITHUB_EVENT_NAME": "pull_request", "GITHUB_SHA": merge,
                        "GITHUB_EVENT_PATH": "\(job.scratch)/event.json", "GITHUB_REF": "refs/pull/7/merge",
                        "GITHUB_BASE_REF": "main", "GITHUB_HEAD_REF": branch,
                    ],
                    status: status
                )
                #expect(record.head.commit == merge)
                #expect(record.base.commit == tip)
            }
        }
    }

    @Test("GitLab: a merge request in a shallow clone is told what to write, and then judged")
    func mergeRequest() async throws {
        try await CIJob.with { job in
            let head = try await job.push("bad", ["values": "answer=41\nsum=5\n"])
            let clone = try await clone(job, "clone", ["refs/heads/bad"], depth: 1)
            let environment = [
                "GITLAB_CI": "true", "CI_PIPELINE_SOURCE": "merge_request_event", "CI_COMMIT_SHA": head,
                "CI_MERGE_REQUEST_IID": "3", "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
                "CI_DEFAULT_BRANCH": "main",
            ]
            let shallow = try await clone.gatekeeper("ci", environment: environment)
            #expect(shallow.exitCode == 128)
            let log = shallow.standardOutput.text + shallow.standardError.text
            #expect(log.contains("GIT_DEPTH") && log.contains("[ci.shallow]"), "\(log)")
            try await clone.git("fetch", "-q", "--unshallow", "origin", "+refs/heads/main:refs/remotes/origin/main")
            let red = try await clone.gatekeeper("ci", environment: environment)
            #expect(red.exitCode == 1, "\(red.standardError.text)")
            #expect(red.standardOutput.text.contains("section_start:"))
            #expect(red.standardOutput.text.contains("the answer is 41"))
        }
    }

    @Test("Jenkins: a target whose name a shell would run is a name and nothing else")
    func hostileTarget() async throws {
        try await CIJob.with { job in
            let target = "x$(touch${IFS}owned);`touch${IFS}owned`'\""
            try await job.desk.git("branch", target, "main")
            try await job.desk.git("push", "-q", "origin", "refs/heads/\(target)")
            let head = try await job.push("good", ["notes": "x\n"])
            let clone = try await clone(job, "clone", ["+refs/heads/good:refs/remotes/origin/good"], depth: nil)
            let environment = [
                "JENKINS_URL": "http://127.0.0.1/", "CHANGE_ID": "4", "CHANGE_TARGET": target, "GIT_COMMIT": head,
            ]
            let missing = try await clone.gatekeeper("ci", environment: environment)
            #expect(missing.exitCode == 128)
            // What the hint says can be typed as it stands.
            let log = missing.standardOutput.text + missing.standardError.text
            let hint = try #require(log.split(separator: "\n").first { $0.contains("git fetch --no-tags") }, "\(log)")
            let command = hint.split(separator: ": ", maxSplits: 2).last.map(String.init) ?? ""
            let typed = try await clone.run("sh", ["-c", command])
            #expect(typed.isSuccess, "\(command): \(typed.standardError.text)")
            let green = try await clone.gatekeeper("ci", environment: environment)
            #expect(green.exitCode == 0, "\(green.standardOutput.text)\(green.standardError.text)")
            #expect(clone.read("owned") == nil)
            // In the file for a child pipeline it does not stand at all.
            let plan = try await clone.gatekeeper("plan", "--format", "gitlab", environment: environment)
            #expect(plan.exitCode == 0 && !plan.standardOutput.text.contains("touch"))
        }
    }
}
