import GateCore
import GateGit
import Testing

@Suite("Contract")
struct ContractTests {
    @Test(
        "what decides which tests run, and how they are judged, is protected in every ecosystem",
        arguments: [
            // Tests and what they compare with.
            "tests/test_core.py", "test/a.js", "src/__tests__/a.ts", "app/tests.py", "src/parser/tests.rs",
            "lib/test.py",
            "pkg/a_test.go", "src/a.spec.ts", "src/a.test.tsx", "spec/spec_helper.rb", "gems/x/spec/spec_helper.rb",
            "src/test/java/AddTest.java", "src/AddTest.java", "src/AddTests.cs", "src/AddTest.php", "src/AddTest.kt",
            "src/AddSpec.scala", "Tests/CoreTests/AddTests.swift", "Sources/AddTests.swift", "App.Tests/Add.cs",
            "src/__mocks__/fs.js", "e2e/login.js", "cypress/support/index.js", "features/steps/a.rb",
            "integration_tests/a.py", "browser-tests/a.js", "src/__snapshots__/a.snap", "a/__image_snapshots__/b.png",
            "src/a.golden", "src/a.approved.txt", "pkg/testdata/a.txt", "fixtures/a.json", "cassettes/a.yaml", "t/00.t",
            "test.bats", "src/test_utils/a.py", "src/test-utils/a.js", "TESTS/A.PY", "ﬁxtures/a",
            // Runners and builds.
            "conftest.py", "src/conftest.py", "pytest.ini", "tox.ini", "setup.cfg", "setup.py", "pyproject.toml",
            "noxfile.py",
            "requirements-dev.txt", "package.json", "package-lock.json", "bun.lock", "bunfig.toml", "deno.jsonc",
            ".npmrc",
            "jest.config.js", "jest.setup.ts", "src/setupTests.js", "vite.config.ts", "vitest.config.ts",
            "vitest.setup.ts",
            "karma.conf.js", "playwright.config.ts", "cypress.config.js", "ava.config.js", ".mocharc.yml",
            "tsconfig.json",
            "Makefile", "sub/makefile", "GNUmakefile", "rules.mk", "justfile", "Taskfile.yml", "CMakeLists.txt",
            "meson.build", "BUILD.bazel", "MODULE.bazel", ".bazelrc", "build.gradle.kts", "pom.xml",
            "Package.swift", "Package@swift-5.9.swift", "Cargo.toml", "build.rs", ".cargo/config.toml", "go.mod",
            "Gemfile",
            "phpunit.xml", "composer.json", "mix.exs", "Directory.Build.props", "turbo.json", "nx.json",
            // Linters and analysers, because checks may be those.
            ".eslintrc.json", "eslint.config.mjs", "ruff.toml", "mypy.ini", ".flake8", ".pylintrc",
            "pyrightconfig.json",
            ".swiftlint.yml", ".golangci.yml", "clippy.toml", "biome.json", ".semgrepignore", ".shellcheckrc",
            // The repository and its machines.
            ".github/workflows/ci.yml", ".gitlab-ci.yml", ".gitattributes", "sub/.gitattributes", ".gitmodules",
            ".gitignore", ".husky/pre-push", ".gatekeeper/config", "Dockerfile", "AGENTS.md", ".env", ".envrc",
        ]
    )
    func protected(path: String) throws {
        let contract = try Contract(protecting: [], opening: [], commandFiles: [])
        #expect(contract.isProtected(RepositoryPath(path)))
    }

    @Test(
        "code, and names that only resemble tests, are free",
        arguments: [
            "src/calc.py", "lib/latest.py", "src/contest/a.py", "src/testimony.py", "src/attestation.swift",
            "src/inspector.rb", "src/specification.md", "README.md", "docs/a.md", "src/hooks/useThing.ts",
            "src/fixture.py",
            "Sources/Core/Contests.swift", "bin/tool.sh", "src/build.py", "workspace/a.py", "src/i18n/global.json",
            "src/features/a.ts", "lib/Latest.java", "src/testing.md", "src/contract.go",
        ]
    )
    func free(path: String) throws {
        let contract = try Contract(protecting: [], opening: [], commandFiles: [])
        #expect(!contract.isProtected(RepositoryPath(path)))
    }

    @Test("policy adds to the contract and opens it, in whatever case it is written")
    func policy() throws {
        let contract = try Contract(
            protecting: ["Golden/", "/Rules/*.YAML"],
            opening: ["package.json", "Tests/generated/**"],
            commandFiles: [RepositoryPath("Tools/Run.sh")]
        )
        let rows: [(String, Bool)] = [
            ("a/golden/x", true), ("rules/a.yaml", true), ("rules/deep/a.yaml", false), ("PACKAGE.json", false),
            ("tests/generated/a.py", false), ("tests/a.py", true), ("tools/run.sh", true), ("tools/other.sh", false),
        ]
        for (path, expected) in rows {
            #expect(contract.isProtected(RepositoryPath(path)) == expected, "\(path)")
        }
        #expect(throws: GlobError.self) { _ = try Contract(protecting: ["["], opening: [], commandFiles: []) }
    }

    @Test("a refusal says which pattern covers the path")
    func reason() throws {
        let contract = try Contract(
            protecting: ["golden/"],
            opening: [],
            commandFiles: [RepositoryPath("tools/run.sh")]
        )
        #expect(contract.cover(of: RepositoryPath("a/golden/x")) == .pattern("golden/"))
        #expect(contract.cover(of: RepositoryPath("Makefile")) == .pattern("makefile"))
        #expect(contract.cover(of: RepositoryPath("tools/run.sh")) == .command)
        #expect(contract.cover(of: RepositoryPath("src/a.py")) == nil)
        let entry = TreeEntry(mode: .file, id: .emptyTree)
        let finding = try #require(
            contract.findings([TreeChange(path: RepositoryPath("a/golden/x"), old: entry, new: nil)]).first
        )
        #expect(finding.code == "contract.removed")
        #expect(finding.message.contains("'golden/'"))
    }

    @Test(
        "files that a command names are found wherever its words hide them",
        arguments: [
            (["sh", "tools/run.sh"], "tools/run.sh"), (["./run.sh"], "run.sh"),
            (["sh", "-c", "cd x && ./go.sh; y"], "go.sh"),
            (["pytest", "--config-file=conf/a.ini"], "conf/a.ini"), (["pytest", "-cconf/a.ini"], "conf/a.ini"),
            (["pytest", "checks/a.py::test_x[1]"], "checks/a.py"), (["env", "FILE=checks/a.txt", "x"], "checks/a.txt"),
            (["python", "-m", "checks.main"], "checks/main.py"), (["python", "-m", "checks"], "checks/__main__.py"),
            (["python", "-m", "unittest", "checks.core.TestA.test_b"], "checks/core.py"),
            (["node", "--require", "./setup.js", "x"], "setup.js"), (["sh", "./a/../tools/run.sh"], "tools/run.sh"),
        ]
    )
    func commandFiles(command: [String], expected: String) {
        #expect(Contract.filesNamed(by: command).contains(RepositoryPath(expected)))
    }

    @Test("nothing outside the repository, and no option, is taken for a file")
    func commandFilesOutside() {
        let named = Contract.filesNamed(by: ["/bin/sh", "-e", "../up.sh", "a/../../b", "", "."])
        #expect(named.allSatisfy { !$0.bytes.isEmpty && PathRules.finding($0) == nil })
        #expect(!named.contains(RepositoryPath("up.sh")))
        #expect(!named.contains(RepositoryPath("b")))
    }

    @Test("files that were run as tests belong to it, and names that a runner looks for, unless they tell nothing")
    func reportedTests() throws {
        let plain = try Contract(protecting: [], opening: ["checks/open.py"], commandFiles: [])
        let contract = plain.covering(
            [RepositoryPath("checks/Sums.py"), RepositoryPath("checks/open.py")],
            patterns: ["check_*.py", "*.py", "*", "["]
        )
        func cover(_ path: String) -> Contract.Cover? { contract.cover(of: RepositoryPath(path)) }
        #expect(cover("checks/sums.py") == .reported)
        #expect(cover("deep/down/check_more.py") == .named("check_*.py"))
        for path in ["checks/open.py", "src/calc.py", "checks/other.py"] { #expect(cover(path) == nil, "\(path)") }
        #expect(contract.listing != plain.listing)
    }

    @Test("laying the base's contract over a tree takes back changes, and drops what governs how tests run")
    func restoring() throws {
        let contract = try Contract(protecting: [], opening: ["tests/open.py"], commandFiles: [])
        let one = TreeEntry(mode: .file, id: .emptyTree)
        let two = TreeEntry(mode: .executable, id: .emptyTree)
        func change(_ path: String, _ old: TreeEntry?, _ new: TreeEntry?) -> TreeChange {
            TreeChange(path: RepositoryPath(path), old: old, new: new)
        }
        let changes = [
            change("calc.py", one, two), change("conftest.py", nil, two), change("pytest.ini", nil, two),
            change("setup.cfg", one, two), change("tests/gone.py", one, nil), change("tests/new.py", nil, two),
            change("tests/open.py", one, two), change("tests/test_a.py", one, two),
        ]
        let entries = contract.restoring(changes)
        let dropped = entries.filter { $0.value == nil }.keys.map(\.description).sorted()
        #expect(dropped == ["conftest.py", "pytest.ini"])
        let restored = entries.filter { $0.value == one }.keys.map(\.description).sorted()
        #expect(restored == ["setup.cfg", "tests/gone.py", "tests/test_a.py"])
        #expect(entries.count == 5)
        let drift = ContractDrift(changes, contract: contract)
        #expect(drift.isDrift && drift.others == 2)
        #expect(drift.summary == "3 added, 2 changed, 1 removed, together with 2 other files")
        #expect(!ContractDrift(Array(changes.dropFirst(7)), contract: contract).isDrift)
    }

    @Test("the digest follows what is protected and nothing else")
    func digest() throws {
        let one = try Contract(
            protecting: ["a", "b"],
            opening: ["c"],
            commandFiles: [RepositoryPath("x"), RepositoryPath("y")]
        )
        let same = try Contract(
            protecting: ["a", "b"],
            opening: ["c"],
            commandFiles: [RepositoryPath("y"), RepositoryPath("x")]
        )
        let other = try Contract(protecting: ["a", "b", "c"], opening: [], commandFiles: [RepositoryPath("x")])
        #expect(one.listing == same.listing)
        #expect(one.listing != other.listing)
    }
}
