import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// The files of engines, held against the schemas that their makers publish.
@Suite("files of engines against published schemas", .enabled(if: FleetPrograms.areWanted, "'make fleet' fetches them"))
struct JobSchemaTests {
    private func check(_ schema: String, _ name: String, _ text: String) async throws {
        try await withTestRepository("schema") { repository in
            try repository.write(name, text)
            let result = try await repository.run(
                try FleetPrograms.path(of: "check-jsonschema"),
                ["--builtin-schema", schema, "--traceback-mode", "short", name]
            )
            #expect(result.isSuccess, "\(result.standardOutput.text)\(result.standardError.text)\n\(text)")
        }
    }

    @Test("GitHub's workflows", arguments: [false, true])
    func github(isFleet: Bool) async throws {
        let file = try CIJobFile.make(.github, target: "main", isFleet: isFleet)
        try await check("vendor.github-workflows", "gatekeeper.yml", file.text)
    }

    @Test("GitLab's jobs", arguments: [false, true])
    func gitlab(isFleet: Bool) async throws {
        let file = try CIJobFile.make(.gitlab, target: "main", isFleet: isFleet)
        try await check("vendor.gitlab-ci", "gatekeeper.yml", file.text)
    }

    @Test("the child pipeline that 'plan --format gitlab' prints, and the matrix for GitHub")
    func matrix() async throws {
        try await CIJob.with { job in
            let commit = try await job.push("good", ["notes": "x\n"])
            let clone = try await job.clone("clone", at: "good")
            let environment = try job.github("good", commit)
            let pipeline = try await clone.gatekeeper("plan", "--format", "gitlab", environment: environment)
            #expect(pipeline.exitCode == 0, "\(pipeline.standardError.text)")
            #expect(pipeline.standardOutput.text.contains("--base \(job.main) --head \(commit)"))
            try await check("vendor.gitlab-ci", "parts.yml", pipeline.standardOutput.text)
        }
    }

    @Test("the module for Buildbot is read by its own Python, and makes builders")
    func buildbot() async throws {
        try await withTestRepository("buildbot") { repository in
            let file = try CIJobFile.make(.buildbot, target: "main")
            try repository.write("gatekeeper_buildbot.py", file.text)
            let script = """
                import gatekeeper_buildbot
                c = {}
                gatekeeper_buildbot.add(c, repository="/nowhere", workers=["one", "two"])
                assert [b.name for b in c["builders"]] == ["gatekeeper", "gatekeeper-part"], c
                """
            let result = try await repository.run(try FleetPrograms.path(of: "python"), ["-B", "-c", script])
            #expect(result.isSuccess, "\(result.standardError.text)")
        }
    }
}
