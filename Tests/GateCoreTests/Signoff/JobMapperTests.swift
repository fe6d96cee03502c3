import Testing

@testable import GateCore

/// Job files of engines, and the exact command of each job.
@Suite("CI jobs and their commands")
struct JobMapperTests {
    /// What a job comes to: commands as typed, then what is left out, then what stands in its way.
    private struct Expected {
        var commands: [String] = []
        var leftOut: [String] = []
        var obstacles: [String] = []
    }

    private static func files(_ contents: [String: String]) -> JobFiles {
        JobFiles(contents: contents.mapValues { Array($0.utf8) })
    }

    private static func plans(_ contents: [String: String], _ job: String) throws -> [JobPlan] {
        let red = try #require(RedJob(typed: job))
        let mapper = JobMapper(head: files(contents), base: JobFiles())
        guard case .mapped(let definitions) = mapper.map(red) else { return [] }
        return definitions.map { JobPlan($0, red: red) }
    }

    private static func expect(
        _ job: String,
        _ contents: [String: String],
        _ expected: Expected,
        _ location: SourceLocation = #_sourceLocation
    ) throws {
        let plans = try plans(contents, job)
        #expect(plans.count == 1, "\(job)", sourceLocation: location)
        let plan = try #require(plans.first, sourceLocation: location)
        #expect(plan.scripts.map(\.script.typed) == expected.commands, "\(job)", sourceLocation: location)
        for (all, wanted) in [(plan.leftOut, expected.leftOut), (plan.obstacles, expected.obstacles)] {
            #expect(all.count == wanted.count, "\(job): \(all)", sourceLocation: location)
            for (one, words) in zip(all, wanted) {
                #expect(one.contains(words), "\(job): \(one)", sourceLocation: location)
            }
        }
    }

    private static let workflow = """
        name: CI
        on: [push]
        env: {LEVEL: top}
        defaults:
          run: {working-directory: pkg}
        jobs:
          plain:
            runs-on: ubuntu-latest
            steps:
              - uses: actions/checkout@v4
              - uses: actions/setup-python@v5
              - run: pip install -e .
              - name: Unit tests
                run: python -m pytest -q
              - name: Later
                run: echo later
          shells:
            runs-on: ubuntu-latest
            env: {LEVEL: job}
            steps:
              - run: |
                  set -x
                  make test && \\
                    make lint
                shell: bash
                working-directory: .
                env: {LEVEL: "it's mine"}
              - run: print(1)
                shell: python
              - run: Get-Item .
                shell: pwsh
              - run: ls
                shell: bash -l {0}
          test:
            strategy:
              matrix:
                python: [3.10, "3.11"]
                os: [ubuntu-latest, windows-latest]
                exclude: [{python: 3.10, os: windows-latest}]
                include: [{python: "3.11", os: ubuntu-latest, extra: -x}]
            runs-on: ${{ matrix.os }}
            defaults: {run: {working-directory: sub}}
            steps: [{run: "tox -e ${{ matrix.python }} ${{ matrix.extra || 'none' }}"}]
          secret:
            steps:
              - run: deploy --token ${{ secrets.DEPLOY }}
              - run: twiddle
                env: {TOKEN: "${{ secrets.OTHER }}"}
          steps-of-others:
            steps:
              - {id: a, run: "echo v=1 >> $GITHUB_OUTPUT"}
              - run: make ${{ steps.a.outputs.v }}
              - run: echo A=b >> $GITHUB_ENV
              - uses: docker/build-push-action@v6
              - {uses: actions/checkout@v4, with: {repository: other/one}}
          conditions:
            steps:
              - {if: failure(), run: make report}
              - {if: "${{ always() }}", run: make always}
              - {if: "github.event_name == 'push'", run: make push}
              - {continue-on-error: true, run: make maybe}
          served:
            services: {postgres: {image: postgres}}
            container: python:3
            steps: [{run: make db}]
          windows:
            runs-on: windows-latest
            steps: [{run: make}]
          dynamic:
            strategy: {matrix: "${{ fromJSON(needs.plan.outputs.matrix) }}"}
            steps: [{run: make}]
          out:
            steps: [{run: make, working-directory: ../elsewhere}]
          odd:
            steps:
              - {run: "make\\0 x"}
              - {run: make, env: {"A B": x}}
              - {run: make, working-directory: -x}
          calls:
            uses: ./.github/workflows/reused.yml
            with: {target: unit}
          foreign:
            uses: other/repository/.github/workflows/x.yml@main
          uses-action:
            steps:
              - name: Own action
                uses: ./.github/actions/own
                with: {what: all}
              - uses: ./.github/actions/program
        """
    private static let reused = """
        on:
          workflow_call:
            inputs: {target: {type: string}, mode: {default: fast}}
        jobs:
          inner:
            steps: [{run: "make ${{ inputs.target }} MODE=${{ inputs.mode }}"}]
        """
    private static let action = """
        inputs: {what: {default: one}}
        runs:
          using: composite
          steps:
            - {run: "./check ${{ inputs.what }}", shell: bash}
        """
    private static let github = [
        ".github/workflows/ci.yml": workflow, ".github/workflows/reused.yml": reused,
        ".github/actions/own/action.yml": action,
        ".github/actions/program/action.yaml": "runs: {using: node20, main: index.js}",
    ]

    @Test("a workflow of GitHub: shells, folders, variables, and what cannot be done here")
    func workflows() throws {
        let top = "cd pkg && env LEVEL=top bash -e -c"
        try Self.expect(
            "plain",
            Self.github,
            Expected(
                commands: ["(\(top) 'python -m pytest -q')", "(\(top) 'echo later')"],
                leftOut: ["Run pip install -e .: it needs a network or a system: pip install -e ."]
            )
        )
        // Where the step that failed is known, what follows it has nothing to say.
        try Self.expect(
            "CI / plain::Unit tests",
            Self.github,
            Expected(commands: ["(\(top) 'python -m pytest -q')"], leftOut: ["pip install"])
        )
        try Self.expect(
            "plain::Run pip install -e .",
            Self.github,
            Expected(
                commands: ["(\(top) 'python -m pytest -q')", "(\(top) 'echo later')"],
                leftOut: ["pip install"],
                obstacles: ["the step that failed, 'Run pip install -e .', is not run here"]
            )
        )
        try Self.expect(
            "shells",
            Self.github,
            Expected(
                commands: [
                    "(cd . && env 'LEVEL=it'\\''s mine' bash --noprofile --norc -eo pipefail -c "
                        + "'set -x\nmake test && \\\n  make lint')",
                    "(cd pkg && env LEVEL=job python -c 'print(1)')", "(cd pkg && env LEVEL=job bash -l -c ls)",
                ],
                leftOut: ["shell 'pwsh'"]
            )
        )
        try Self.expect(
            "secret",
            Self.github,
            Expected(leftOut: ["secret DEPLOY", "secret OTHER (TOKEN)"], obstacles: ["nothing of it"])
        )
        try Self.expect(
            "steps-of-others",
            Self.github,
            Expected(
                commands: ["(\(top) 'echo v=1 >> $GITHUB_OUTPUT')"],
                leftOut: ["steps.a.outputs.v", "GITHUB_ENV", "docker/build-push-action@v6", "'repository'"]
            )
        )
        try Self.expect(
            "conditions",
            Self.github,
            Expected(commands: ["(\(top) 'make always')", "(\(top) 'make maybe')"], leftOut: ["only the engine knows"])
        )
        try Self.expect(
            "served",
            Self.github,
            Expected(commands: ["(\(top) 'make db')"], obstacles: ["services: postgres"])
        )
        try Self.expect("windows", Self.github, Expected(commands: ["(\(top) make)"], obstacles: ["'windows-latest'"]))
        try Self.expect("dynamic", Self.github, Expected(obstacles: ["strategy.matrix"]))
        try Self.expect(
            "out",
            Self.github,
            Expected(leftOut: ["is none of the repository"], obstacles: ["nothing of it"])
        )
        try Self.expect(
            "odd",
            Self.github,
            Expected(
                leftOut: ["zero byte", "no shell has a variable 'A B'", "folder '-x'"],
                obstacles: ["nothing of it"]
            )
        )
        try Self.expect(
            "plain::Nonsense",
            Self.github,
            Expected(
                commands: ["(\(top) 'python -m pytest -q')", "(\(top) 'echo later')"],
                leftOut: ["pip install"],
                obstacles: ["no step 'Nonsense'"]
            )
        )
    }

    @Test("instances of a matrix, workflows that are called, and actions of the repository")
    func instances() throws {
        func command(_ text: String) -> String { "(cd sub && env LEVEL=top bash -e -c 'tox -e \(text)')" }
        try Self.expect("test (3.1, ubuntu-latest)", Self.github, Expected(commands: [command("3.1 none")]))
        try Self.expect("CI / test (3.11, ubuntu-latest, -x)", Self.github, Expected(commands: [command("3.11 -x")]))
        try Self.expect(
            "test (3.11, windows-latest)",
            Self.github,
            Expected(commands: [command("3.11 none")], obstacles: ["'windows-latest'"])
        )
        #expect(try Self.plans(Self.github, "test").count == 3)
        #expect(try Self.plans(Self.github, "test (3.1, windows-latest)").isEmpty)
        try Self.expect("calls / inner", Self.github, Expected(commands: ["bash -e -c 'make unit MODE=fast'"]))
        try Self.expect("foreign", Self.github, Expected(obstacles: ["other/repository"]))
        try Self.expect(
            "uses-action::Own action",
            Self.github,
            Expected(
                commands: ["env LEVEL=top bash --noprofile --norc -eo pipefail -c './check all'"],
                leftOut: ["'./.github/actions/program' is a program"]
            )
        )
    }

    @Test("a pipeline of GitLab: includes, extends, references, anchors, and parallel jobs")
    func pipelines() throws {
        let files = [
            ".gitlab-ci.yml": """
            include:
              - local: /ci/common.yml
              - project: other/group
                file: x.yml
            default: {image: python:3.12}
            variables: {COLOR: "never"}
            .setup: &setup {before_script: [pip install -e .]}
            .snippets: {check: [make check, make more]}
            unit:
              <<: *setup
              extends: [.base, .slow]
              script: [pytest -q, [!reference [.snippets, check]]]
            same: {script: make x, before_script: [cd sub, export A=b]}
            wide: {script: make, parallel: {matrix: [{PY: ["3.11", "3.12"], DB: pg}]}}
            deploy: {trigger: other/project}
            served: {services: [postgres], script: make}
            lost: {extends: .nowhere, script: make}
            """,
            "ci/common.yml": """
            .base: {variables: {LEVEL: base, COLOR: always}}
            .slow: {variables: {LEVEL: slow}}
            """,
        ]
        func command(_ variables: String, _ text: String) -> String { "env \(variables) bash -eo pipefail -c \(text)" }
        try Self.expect(
            "unit",
            files,
            Expected(
                commands: [command("CI_JOB_NAME=unit COLOR=always LEVEL=slow", "'pytest -q\nmake check\nmake more'")],
                leftOut: ["before_script: it needs a network"]
            )
        )
        try Self.expect(
            "same",
            files,
            Expected(commands: [command("CI_JOB_NAME=same COLOR=never", "'cd sub\nexport A=b\nmake x'")])
        )
        try Self.expect(
            "wide: [3.12, pg]",
            files,
            Expected(commands: [command("CI_JOB_NAME=wide COLOR=never DB=pg PY=3.12", "make")])
        )
        try Self.expect("deploy", files, Expected(obstacles: ["another pipeline"]))
        try Self.expect(
            "served",
            files,
            Expected(commands: [command("CI_JOB_NAME=served COLOR=never", "make")], obstacles: ["services"])
        )
        try Self.expect("lost", files, Expected(obstacles: ["'.nowhere', which is not here"]))
        #expect(JobMapper(head: Self.files(files), base: JobFiles()).problems.contains { $0.contains("other/group") })
    }

    @Test("what differs between base and head has to be green as both have it; policy comes before either")
    func sides() throws {
        func one(_ run: String) -> JobFiles {
            Self.files([".github/workflows/a.yml": "jobs: {test: {steps: [{run: \(run)}]}}"])
        }
        let red = try #require(RedJob(typed: "test"))
        func commands(_ mapper: JobMapper) -> [String] {
            guard case .mapped(let all) = mapper.map(red) else { return [] }
            return all.flatMap { JobPlan($0, red: red).scripts.map(\.script.typed) }
        }
        #expect(commands(JobMapper(head: one("make"), base: one("make"))) == ["bash -e -c make"])
        #expect(commands(JobMapper(head: one("'true'"), base: one("make"))) == ["bash -e -c make", "bash -e -c true"])
        #expect(commands(JobMapper(head: JobFiles(), base: one("make"))) == ["bash -e -c make"])
        let named = Sourced(["python3", "-m", "unittest", "a b"], PolicySource.flag("x"))
        #expect(
            commands(JobMapper(head: one("make"), base: one("make"), commands: ["test": named]))
                == ["python3 -m unittest 'a b'"]
        )
        guard
            case .unmapped(let why) = JobMapper(head: one("make"), base: JobFiles()).map(RedJob(name: "x", source: ""))
        else {
            Issue.record("x is mapped")
            return
        }
        #expect(why.contains("there are: test"))
        let two = JobMapper(
            head: Self.files([
                ".github/workflows/a.yml": "{name: A, jobs: {test: {steps: [{run: one}]}}}",
                ".github/workflows/b.yml": "{name: B, jobs: {test: {steps: [{run: two}]}}}",
            ]),
            base: JobFiles()
        )
        #expect(commands(two) == ["bash -e -c one", "bash -e -c two"])
        guard case .mapped(let own) = two.map(RedJob(name: "test", source: "", workflow: "B")) else {
            Issue.record("the job of B is not mapped")
            return
        }
        #expect(own.map(\.file) == [".github/workflows/b.yml"])
        let program = JobMapper(head: JobFiles(programs: ["Jenkinsfile"]), base: JobFiles())
        guard case .unmapped(let other) = program.map(red) else {
            Issue.record("a program is mapped")
            return
        }
        #expect(other.contains("'Jenkinsfile' is a program"))
    }

    private static let bomb =
        "a0: &a0 [x, x]\n"
        + (1...40).map { "a\($0): &a\($0) [*a\($0 - 1), *a\($0 - 1), *a\($0 - 1), *a\($0 - 1)]\n" }.joined()

    /// Files that are not read, with what is said of each.
    private static let hostile: [(String, String)] = [
        ("", "no job file"),
        ("jobs: {test: {steps: [{run: make}]}}\njobs: {}", "'jobs' comes twice"),
        ("jobs: {test: {steps: [{run: make, run: 'true'}]}}", "'run' comes twice"),
        (bomb, "its anchors written out"),
        (bomb + "? *a40\n: x\n", "keys that are no words"), (bomb + "{*a40 : x}\n", "keys that are no words"),
        (bomb + "k: {[*a40]: x}\n", "keys that are no words"),
        ((0...80).map { "a\($0): &a\($0) x\n" }.joined(), "more than 64 anchors"),
        (String(repeating: "[", count: 4000), "more than 32 brackets"),
        (String(repeating: "- ", count: 4000) + "x", "lists in a line"),
        (
            (0...60).map { String(repeating: " ", count: $0) + "a:\n" }.joined(),
            "nested deeper than 48 levels"
        ),
        ("jobs: &j {test: *k}", "undefined alias"), ("jobs: \"unclosed", "no YAML that can be read"),
        ("jobs: {}\n---\njobs: {}", "another document"), ("a: !!binary @@@\n\u{0}", "no YAML that can be read"),
        (String(repeating: "# long\n", count: 40_000), "more than 262144 are not read"),
        ("x: [\n" + String(repeating: "1,\n", count: 21_000) + "]", "more than 20000 values"),
    ]

    @Test("a file that is made to exhaust or to confuse is not read, and says why", arguments: hostile.indices)
    func refused(_ index: Int) throws {
        let (text, words) = Self.hostile[index]
        let mapper = JobMapper(head: Self.files([".github/workflows/ci.yml": text]), base: JobFiles())
        guard case .unmapped(let why) = mapper.map(RedJob(name: "test", source: "")) else {
            Issue.record("mapped: \(text.prefix(80))")
            return
        }
        #expect(why.contains(words), "\(text.prefix(80))")
    }

    @Test("a job's tool of one version is met by that version and by no other")
    func tools() throws {
        func tool(_ uses: String, _ with: String) throws -> JobTool? {
            let files = [
                ".github/workflows/a.yml": "jobs: {t: {steps: [{uses: \(uses), with: {\(with)}}, {run: make}]}}"
            ]
            return try #require(try Self.plans(files, "t").first).tools.first
        }
        let python = try #require(try tool("actions/setup-python@v5", "python-version: '3.11'"))
        #expect(python.isMet(by: "Python 3.11.7\n") && !python.isMet(by: "Python 3.1.1") && !python.isMet(by: ""))
        #expect(!python.isMet(by: "Python 3.12.1") && !python.isMet(by: "Python 3.11.7\n[PyPy 7.3]"))
        let pypy = try #require(try tool("actions/setup-python@v5", "python-version: pypy3.11"))
        #expect(pypy.isMet(by: "Python 3.11.7\n[PyPy 7.3]") && !pypy.isMet(by: "Python 3.11.7"))
        #expect(try tool("actions/setup-node@v4", "node-version: 20")?.isMet(by: "v20.20.2") == true)
        #expect(try tool("actions/setup-java@v4", "java-version: 8")?.isMet(by: "openjdk 1.8.0_1") == true)
        for open in ["python-version: 3.x", "python-version: '>=3.9'", "python-version: '${{ env.X }}'", "cache: pip"] {
            #expect(try tool("actions/setup-python@v5", open) == nil, "\(open)")
        }
        #expect(JobTool.of(image: "docker.io/library/python:3.12-slim")?.isMet(by: "Python 3.12.0") == true)
        #expect(JobTool.of(image: "golang:1.22")?.isMet(by: "go version go1.22.5 linux/amd64") == true)
        #expect(JobTool.of(image: "pypy:3.10")?.version == "pypy3.10")
        for image in ["python", "python:latest", "mine/tools:3.1", "ubuntu:24.04"] {
            #expect(JobTool.of(image: image) == nil)
        }
    }
}
