import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

@Suite("CI jobs that are red, before a sign-off", .serialized)
struct SignoffReconcileTests {
    private typealias Fixture = SignoffFixture

    /// The job wants a docstring, of which no test of the gate knows anything.
    private static let workflow = """
        name: CI
        on: [push]
        jobs:
          integration:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - name: Documented
                run: python3 ci_check.py
          database:
            services: {postgres: {image: postgres}}
            steps: [{run: python3 -c 'import calc'}]
          missing:
            steps: [{run: no-such-program-here --check}]
          doubtful:
            steps:
              - run: pip install -r requirements.txt
              - {name: Import, run: python3 -c 'import calc'}
          built:
            steps:
              - {name: Build, run: "python3 -c 'raise SystemExit(3)'"}
              - {name: Import, run: python3 -c 'import calc'}
          other-version:
            strategy: {matrix: {python: ["2.4"]}}
            steps:
              - {uses: actions/setup-python@v5, with: {python-version: "${{ matrix.python }}"}}
              - run: python3 -c 'import calc'

        """
    private static let check = """
        from calc import core
        if not core.mul.__doc__:
            print("token: " + "ghp_" + "a" * 36)
            raise SystemExit("mul is not documented")

        """

    private static func withWork(_ body: (TestRepository) async throws -> Void) async throws {
        try await Fixture.withWork { repository in
            try repository.write(".github/workflows/ci.yml", workflow)
            try repository.write("ci_check.py", check)
            try await repository.git("add", ".github", "ci_check.py")
            try await repository.git("commit", "-q", "-m", "what CI runs")
            try await Fixture.review(repository)
            try await body(repository)
        }
    }

    /// A fixer that answers with one edit after another, and reports on the job.
    private static func install(fixer edits: [String], in repository: TestRepository) async throws {
        try await Fixture.install(
            repository,
            "mender",
            """
            #!/usr/bin/env python3
            import json, os, sys
            request = json.load(sys.stdin)
            here = os.path.dirname(os.path.abspath(sys.argv[0]))
            if request.get("purpose") == "probe":
                print("GATEKEEPER-READY")
            elif request.get("purpose") == "fix-report":
                print(json.dumps({"fixes": [{"finding_id": "ci-1-integration", "done": "mul is documented", "proof": "the job"}]}))
            else:
                turn = 1
                while os.path.exists(here + "/repair-%d" % turn):
                    turn += 1
                open(here + "/repair-%d" % turn, "w").write(json.dumps(request))
                edits = [\(edits.joined(separator: ", "))]
                print(json.dumps({"edits": [edits[min(turn, len(edits)) - 1]]}))

            """
        )
        try await repository.git("config", "gatekeeper.signoff.fixer", "mender")
    }

    private static func edit(_ doc: String) -> String {
        #"{"path": "calc/core.py", "edits": [{"search": "def mul(a, b):\n", "replace": "def mul(a, b):\n    \#(doc)\n"}]}"#
    }

    private static func shown(_ repository: TestRepository, _ name: String) -> String? {
        FileManager.default.contents(atPath: "\(repository.scratch)/\(name)").map {
            String(decoding: $0, as: UTF8.self)
        }
    }

    @Test("a red job is replayed by its own command; a green gate nearby does not close it; what cannot run stays open")
    func open() async throws {
        try await Self.withWork { repository in
            let before = try await repository.state()
            let red = try await repository.signoff("--ci-job", "integration", status: 1)
            #expect(red.result?.state == .findings && red.iterations.first?.reviews.isEmpty == true)
            #expect(red.iterations.first?.gate.verdict == "green")
            let row = try #require(red.reconciliation?.rows.first)
            #expect(row.state == .reproducedRed && row.supporting == ["check:test"] && row.engine == "github")
            #expect(row.command == "bash -e -c 'python3 ci_check.py'" && row.file == ".github/workflows/ci.yml")
            #expect(row.evidence.contains("mul is not documented"))
            let output = try #require(repository.kept(red, row.artifacts.first ?? ""))
            #expect(output.contains("mul is not documented") && !output.contains("ghp_aaaa"))
            let report = try #require(repository.kept(red, "NOT_SIGNED_OFF.md"))
            #expect(report.contains("green nearby, supporting only: check:test"))
            #expect(repository.kept(red, "iteration-1/reconcile.md")?.contains("reproduced-red") == true)
            #expect(repository.shown("one", 1) == nil)

            let unmapped = try await repository.signoff("--ci-job", "nightly", status: 1)
            #expect(unmapped.result?.state == .preflight && unmapped.reconciliation?.rows.first?.state == .unmapped)
            #expect(unmapped.iterations.isEmpty && unmapped.result?.reasons.first?.contains("integration") == true)
            let stuck = try await repository.signoff("--ci-job", "database", "--ci-job", "integration", status: 125)
            #expect(stuck.result?.state == .blocked && stuck.iterations.isEmpty)
            #expect(stuck.reconciliation?.rows.map(\.state) == [.notReplayable, .notReplayed])
            #expect(repository.kept(stuck, "BLOCKED_NO_COMMIT.md")?.contains("needs services: postgres") == true)
            let lacking = try await repository.signoff("--ci-job", "missing", status: 125)
            #expect(lacking.reconciliation?.rows.first?.evidence.contains("this machine lacks") == true)
            // What runs of it is green, and something else may have been red.
            let doubtful = try await repository.signoff("--ci-job", "doubtful", status: 125)
            #expect(doubtful.reconciliation?.rows.first?.evidence.contains("it is not known whether") == true)
            // What was green there, and is red here, says nothing of what was red there.
            let built = try await repository.signoff("--ci-job", "built::Import", status: 125)
            #expect(built.reconciliation?.rows.first?.evidence.hasPrefix("a step before the one that failed") == true)
            // The very command, and another tool under its name.
            let version = try await repository.signoff("--ci-job", "other-version (2.4)", status: 125)
            #expect(
                version.reconciliation?.rows.first?.evidence.hasPrefix("the job has python 2.4, and here is") == true
            )
            #expect(try await repository.state() == before)

            let known = try await repository.signoff("--ci-job", "doubtful::Import", status: 0)
            #expect(known.result?.state == .signedOff && known.reconciliation?.rows.first?.state == .replayedGreen)
            #expect(repository.shown("one", 1)?.contains("replayed-green") == true)
            // The user's own word on what a job runs comes first.
            try await repository.git(
                "config",
                "gatekeeper.signoff.job.database.command",
                "python3 -c 'import calc.core'"
            )
            let named = try await repository.signoff("--ci-job", "database", status: 0)
            #expect(named.reconciliation?.rows.first?.engine == "policy")
            #expect(named.reconciliation?.rows.first?.command == "python3 -c 'import calc.core'")
        }
    }

    @Test("a fixer is told what the job printed, and its repair counts once the job's own command is green with it")
    func repaired() async throws {
        try await Self.withWork { repository in
            let neuter = #"{"path": "ci_check.py", "content": "print('fine')\n"}"#
            try await Self.install(
                fixer: [neuter, Self.edit("# The product."), Self.edit("'''The product.'''")],
                in: repository
            )
            let record = try await repository.signoff("--ci-job", "CI / integration::Documented", status: 0)
            #expect(record.result?.state == .signedOff && record.iterations.count == 2)
            let fix = try #require(record.iterations.first?.fix)
            #expect(
                fix.tries == 3 && fix.verdict == "accepted" && record.iterations.first?.open == ["ci-1-integration"]
            )
            #expect(Self.shown(repository, "repair-1")?.contains("mul is not documented") == true)
            #expect(Self.shown(repository, "repair-2")?.contains("names") == true)
            #expect(Self.shown(repository, "repair-3")?.contains("is reproduced-red with it") == true)
            #expect(record.reconciliation?.rows.map(\.state) == [.replayedGreen])
            #expect(repository.kept(record, "iteration-1/reconcile.md")?.contains("reproduced-red") == true)
            #expect(repository.kept(record, "iteration-2/reconcile.md")?.contains("replayed-green") == true)
            #expect(repository.kept(record, "SIGNOFF.md")?.contains("mender on ci-1-integration: accepted") == true)
            #expect(repository.read("calc/core.py")?.contains("'''The product.'''") == true)
            #expect(repository.read("ci_check.py") == Self.check)
        }
    }

    @Test("without that defence a fixer makes a job green by rewriting what it runs")
    func neutered() async throws {
        try await Self.withWork { repository in
            try await Self.install(fixer: [#"{"path": "ci_check.py", "content": "print('fine')\n"}"#], in: repository)
            let bare = ["GIT_GATEKEEPER_WITHOUT": Defence.contract.rawValue]
            _ = try await repository.signoff("--ci-job", "integration", environment: bare, status: 0)
            #expect(repository.read("ci_check.py") == "print('fine')\n")
        }
    }

    @Test("a job of a hostile head reaches nothing outside, and needs trust where nothing isolates it")
    func hostile() async throws {
        try await Self.withWork { repository in
            try repository.write(
                ".github/workflows/own.yml",
                """
                jobs:
                  grab:
                    steps:
                      - run: |
                          touch '\(repository.scratch)/grabbed' "$HOME/grabbed" || true
                          echo owned > calc/core.py
                          git config --file .git/config gatekeeper.enabled false || true
                  integration:
                    steps: [{run: "true"}]

                """
            )
            let before = try await repository.state()
            let record = try await repository.signoff("--ci-job", "grab", status: 0)
            #expect(record.reconciliation?.rows.first?.state == .replayedGreen)
            #expect(Self.shown(repository, "grabbed") == nil)
            #expect(try await repository.state() == before)
            // A head that adds a job of a red one's name does not replace it.
            let both = try await repository.signoff("--ci-job", "integration", status: 1)
            #expect(both.reconciliation?.rows.map(\.state) == [.reproducedRed, .replayedGreen])
            // Trust in the checks is no trust in what a job file names.
            #expect(try await repository.gatekeeper("trust").exitCode == 0)
            let bare = ["GIT_GATEKEEPER_SANDBOX_LEVEL": "process"]
            let refused = try await repository.gatekeeper(
                arguments: ["signoff", "--ci-job", "grab"],
                environment: bare
            )
            #expect(refused.exitCode == 128 && refused.standardError.text.contains("trust.unknown-commands"))
            #expect(refused.standardError.text.contains("own.yml"), "\(refused.standardError.text)")
            #expect(Self.shown(repository, "grabbed") == nil)
        }
    }

    @Test("red jobs come from a report of the engine, or from its program; what is no report stops")
    func reports() async throws {
        try await Self.withWork { repository in
            let view = """
                {"headSha":"abc","jobs":[{"name":"integration","conclusion":"failure","steps":[
                {"name":"Documented","conclusion":"failure"}]},{"name":"other","conclusion":"success","steps":[]}]}
                """
            _ = try repository.install("report.json", view)
            let file = try await repository.signoff("--ci-report", "\(repository.scratch)/report.json", status: 1)
            #expect(file.reconciliation?.rows.map(\.job) == ["integration"])
            _ = try repository.install(
                "gh",
                """
                #!/usr/bin/env python3
                import sys
                if sys.argv[1:3] == ["pr", "checks"]:
                    print('[{"name":"integration","workflow":"CI","state":"FAILURE","link":"https://github.com/o/r/actions/runs/7/job/1"}]')
                    sys.exit(1)
                assert sys.argv[1:4] == ["run", "view", "7"], sys.argv
                print(open("\(repository.scratch)/report.json").read())

                """
            )
            let path = ["PATH": "\(repository.scratch):\(Program.folder):\(repository.environment["PATH"] ?? "")"]
            let asked = try await repository.signoff("--ci", "gh", environment: path, status: 1)
            #expect(asked.reconciliation?.rows.map(\.source) == ["'gh run view 7', on commit abc"])
            #expect(asked.reconciliation?.rows.first?.state == .reproducedRed)
            _ = try repository.install("report.json", "{}")
            for arguments in [["--ci-report", "\(repository.scratch)/report.json"], ["--ci-report", "nowhere.json"]] {
                let wrong = try await repository.gatekeeper(arguments: ["signoff"] + arguments, environment: [:])
                #expect(wrong.exitCode == 128 && wrong.standardError.text.contains("signoff.ci"))
            }
        }
    }

    @Test("preflight names what a commit and a push would take, and what the work has not touched")
    func reach() async throws {
        try await Fixture.withWork { repository in
            try await Fixture.review(repository)
            try await repository.git("update-ref", "refs/remotes/origin/main", "HEAD")
            try await repository.git("config", "remote.origin.url", "https://nowhere.invalid/x")
            try await repository.git("commit", "-q", "--allow-empty", "-m", "ahead")
            try repository.write(".git/info/exclude", "local/\n")
            try repository.write("local/settings.json", "{}")
            try repository.write("calc/extra.py", "# @generated by hand\nSETTINGS = 'local/settings.json'\n")
            let branch = try await repository.git("symbolic-ref", "--short", "HEAD")
            try await repository.git("update-ref", "refs/remotes/origin/\(branch)", "HEAD~1")
            let record = try await repository.signoff("--base", "HEAD", status: 0)
            func detail(_ name: String) -> String { record.preflight.first { $0.name == name }?.detail ?? "" }
            #expect(detail("commit").contains("changed and not staged: calc/core.py; untracked: calc/extra.py"))
            #expect(detail("push").contains("1 commits ahead, 0 behind"), "\(detail("push"))")
            #expect(detail("pull request").contains("no variable names one"))
            #expect(record.reconciliation?.untracked == ["calc/extra.py"])
            #expect(record.reconciliation?.generated == ["calc/extra.py"])
            #expect(record.reconciliation?.ignored == ["local/"])
            try await repository.git("config", "gatekeeper.signoff.expectedPath", "docs/**")
            let missing = try await repository.signoff("--base", "HEAD", status: 1)
            #expect(missing.result?.state == .preflight)
            #expect(missing.result?.reasons.first?.hasPrefix("expected path 'docs/**': nothing that changed") == true)
        }
    }
}
