import Foundation
import GateCore
import GateGit
import Testing

/// The variables of engines as their documentation lists them and as recorded jobs had them.
@Suite("what engines say of a change")
struct CIFactsTests {
    private static func id(_ digit: Character) -> ObjectID? { ObjectID(hex: String(repeating: digit, count: 40)) }
    private static let one = String(repeating: "1", count: 40)
    private static let three = String(repeating: "3", count: 40)
    private static let zeros = String(repeating: "0", count: 40)

    private static let github = [
        "GITHUB_ACTIONS": "true", "GITHUB_SERVER_URL": "https://github.com", "GITHUB_REPOSITORY": "owner/calc",
        "GITHUB_RUN_ID": "901",
    ]

    private static func read(_ engine: CIEngine, _ environment: [String: String]) throws -> CIFacts {
        try CIFacts.read(engine, environment) { path in
            guard path.hasPrefix("/events/") else { return nil }
            var folder = URL(fileURLWithPath: #filePath)
            for _ in 0..<2 { folder.deleteLastPathComponent() }
            let file = folder.appendingPathComponent("Fixtures/ci/\(path.dropFirst("/events/".count))")
            return Array(try Data(contentsOf: file))
        }
    }

    @Test("an engine is known by its own variables")
    func detection() {
        #expect(CIEngine.detect(["GITHUB_ACTIONS": "true", "CI": "true"]) == .github)
        #expect(CIEngine.detect(["GITLAB_CI": "true", "CI": "true"]) == .gitlab)
        #expect(CIEngine.detect(["JENKINS_URL": "http://127.0.0.1/"]) == .jenkins)
        #expect(CIEngine.detect(["BUILDBOT_BUILDERNAME": "part"]) == .buildbot)
        #expect(CIEngine.detect(["CI": "true", "GITHUB_ACTIONS": "false"]) == .none)
        #expect(CIEngine.detect([:]) == .none)
    }

    @Test("GitHub: a pull request is judged as it would be merged, under the policy of what it goes into")
    func pullRequest() throws {
        let facts = try Self.read(
            .github,
            Self.github.merging([
                "GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": "/events/github-pull-request.json",
                "GITHUB_SHA": Self.three, "GITHUB_REF": "refs/pull/7/merge", "GITHUB_BASE_REF": "main",
                "GITHUB_HEAD_REF": "feature/--upload-pack=touch",
            ]) { $1 }
        )
        #expect(facts.event == .request)
        #expect(facts.request == 7)
        #expect(facts.target == "main")
        #expect(facts.merge == Self.id("3"))
        #expect(facts.heads == [Self.id("3"), Self.id("2")])
        #expect(facts.bases.prefix(2) == [.firstParent, .branch("main")])
        #expect(facts.url == "https://github.com/owner/calc/actions/runs/901")
    }

    @Test("GitHub: a merge queue names both sides")
    func mergeGroup() throws {
        let facts = try Self.read(
            .github,
            Self.github.merging([
                "GITHUB_EVENT_NAME": "merge_group", "GITHUB_EVENT_PATH": "/events/github-merge-group.json",
                "GITHUB_SHA": Self.three,
            ]) { $1 }
        )
        #expect(facts.event == .queue)
        #expect(facts.heads.contains { $0 == Self.id("3") })
        #expect(facts.bases.first == Self.id("1").map { .commit($0, "base of the merge group") })
        #expect(facts.target == "main")
    }

    @Test("GitHub: a push to the main branch is held against what was there; any other against the main branch")
    func push() throws {
        let main = try Self.read(
            .github,
            Self.github.merging([
                "GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": "/events/github-push.json",
                "GITHUB_SHA": Self.three, "GITHUB_REF": "refs/heads/main",
            ]) { $1 }
        )
        #expect(main.bases == [Self.id("1").map { .commit($0, "the branch before the push") }])
        let other = try Self.read(
            .github,
            Self.github.merging([
                "GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": "/events/github-push.json",
                "GITHUB_SHA": Self.three, "GITHUB_REF": "refs/heads/feature",
            ]) { $1 }
        )
        // What the author pushed before is no authority.
        #expect(other.bases == [.branch("main")])
    }

    @Test("GitHub: with secrets at hand nothing of a request is run")
    func target() {
        #expect(throws: GateFailure.self) {
            try Self.read(.github, Self.github.merging(["GITHUB_EVENT_NAME": "pull_request_target"]) { $1 })
        }
    }

    @Test("GitLab: merge requests, merged results, branches and new branches")
    func gitlab() throws {
        let common = ["GITLAB_CI": "true", "CI_COMMIT_SHA": Self.three, "CI_DEFAULT_BRANCH": "main"]
        let request = common.merging([
            "CI_PIPELINE_SOURCE": "merge_request_event", "CI_MERGE_REQUEST_IID": "12",
            "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main", "CI_MERGE_REQUEST_DIFF_BASE_SHA": Self.one,
            "CI_JOB_URL": "https://gitlab.example/owner/calc/-/jobs/5", "CI_COMMIT_BEFORE_SHA": Self.zeros,
            "CI_MERGE_REQUEST_EVENT_TYPE": "detached",
        ]) { $1 }
        let detached = try Self.read(.gitlab, request)
        #expect(detached.event == .request)
        #expect(detached.request == 12)
        #expect(detached.merge == nil)
        #expect(detached.bases.first == .branch("main"))
        #expect(detached.url == "https://gitlab.example/owner/calc/-/jobs/5")
        let merged = try Self.read(.gitlab, request.merging(["CI_MERGE_REQUEST_EVENT_TYPE": "merged_result"]) { $1 })
        #expect(merged.merge == Self.id("3"))
        #expect(merged.bases.first == .firstParent)
        let branch = try Self.read(
            .gitlab,
            common.merging(["CI_COMMIT_BRANCH": "feature", "CI_COMMIT_BEFORE_SHA": Self.one]) { $1 }
        )
        #expect(branch.bases == [.branch("main")])
        let main = try Self.read(
            .gitlab,
            common.merging(["CI_COMMIT_BRANCH": "main", "CI_COMMIT_BEFORE_SHA": Self.zeros]) { $1 }
        )
        #expect(main.bases == [.branch("main")])
    }

    @Test("Jenkins: changes go into their target; a branch without one has to be told")
    func jenkins() throws {
        let change = try Self.read(
            .jenkins,
            ["CHANGE_ID": "4", "CHANGE_TARGET": "main", "GIT_COMMIT": Self.three, "BUILD_URL": "http://ci.example/7/"]
        )
        #expect(change.bases == [.branch("main")])
        #expect(change.request == 4)
        let main = try Self.read(
            .jenkins,
            [
                "BRANCH_NAME": "main", "BRANCH_IS_PRIMARY": "true", "GIT_COMMIT": Self.three,
                "GIT_PREVIOUS_SUCCESSFUL_COMMIT": Self.one,
            ]
        )
        #expect(main.bases == [Self.id("1").map { .commit($0, "the branch before the push") }])
        #expect(try Self.read(.jenkins, ["BRANCH_NAME": "feature"]).bases.isEmpty)
        let told = try Self.read(.jenkins, ["BRANCH_NAME": "feature", "GIT_GATEKEEPER_TARGET": "main"])
        #expect(told.bases == [.branch("main")])
    }

    @Test("Buildbot: what the factory hands over")
    func buildbot() throws {
        let facts = try Self.read(
            .buildbot,
            [
                "BUILDBOT_BUILDERNAME": "part", "BUILDBOT_BRANCH": "feature", "BUILDBOT_GOT_REVISION": Self.three,
                "GIT_GATEKEEPER_TARGET": "main", "BUILDBOT_BUILD_URL": "http://127.0.0.1:8010/#/builders/1/builds/2",
            ]
        )
        #expect(facts.heads == [Self.id("3")])
        #expect(facts.bases == [.branch("main")])
    }

    @Test(
        "a value that cannot be what it is meant to be stops the job, and is never taken for something else",
        arguments: [
            ("GITHUB_BASE_REF", "--upload-pack=touch owned"), ("GITHUB_BASE_REF", "main\n::set-output name=x::y"),
            ("GITHUB_BASE_REF", "../../etc"), ("GITHUB_BASE_REF", "main..evil"), ("GITHUB_BASE_REF", "$(id)`id`:x"),
            ("GITHUB_SHA", "HEAD"), ("GITHUB_SHA", "--all"), ("GITHUB_SHA", "3333"),
        ]
    )
    func hostile(name: String, value: String) {
        var environment = Self.github
        environment["GITHUB_EVENT_NAME"] = "pull_request"
        environment["GITHUB_SHA"] = Self.three
        environment[name] = value
        #expect(throws: GateFailure.self) { try Self.read(.github, environment) }
    }

    @Test("an address that is not plain is left out")
    func addresses() throws {
        for url in ["javascript:alert(1)", "https://x\" onclick=y", "https://token@host/x", "https://a b"] {
            #expect(try Self.read(.jenkins, ["BUILD_URL": url]).url == nil)
        }
    }
}
