import GateCore
import GateGit
import Testing

private struct Case: Sendable, CustomTestStringConvertible {
    var name: String
    var files: [String: String]
    var command: [String]?
    var runner: String?
    var others: [String] = []

    var testDescription: String { name }
}

private let cmake = ["sh", "-c", "cmake -S . -B build && cmake --build build && ctest --test-dir build"]
private let unittest = "import unittest\nclass T(unittest.TestCase): pass\n"

private let cases: [Case] = [
    Case(name: "nothing", files: ["README.md": ""]),
    Case(name: "pytest.ini", files: ["pytest.ini": ""], command: ["python3", "-m", "pytest"], runner: "pytest"),
    Case(
        name: "a pyproject that configures pytest",
        files: ["pyproject.toml": "[tool.pytest.ini_options]\n"],
        command: ["python3", "-m", "pytest"],
        runner: "pytest"
    ),
    Case(name: "a pyproject that does not", files: ["pyproject.toml": "[project]\n"]),
    Case(
        name: "conftest.py",
        files: ["tests/conftest.py": ""],
        command: ["python3", "-m", "pytest"],
        runner: "pytest"
    ),
    Case(
        name: "plain test functions",
        files: ["tests/test_a.py": "def test_a():\n    pass\n"],
        command: ["python3", "-m", "pytest"],
        runner: "pytest"
    ),
    Case(
        name: "unittest in a package",
        files: ["tests/__init__.py": "", "tests/test_a.py": unittest, "a.py": ""],
        command: ["python3", "-m", "unittest", "discover", "-s", "tests", "-t", "."],
        runner: "unittest"
    ),
    Case(
        name: "packages in src",
        files: ["tests/test_a.py": unittest, "src/shop/__init__.py": ""],
        command: ["env", "PYTHONPATH=src", "python3", "-m", "unittest", "discover", "-s", "tests"],
        runner: "unittest"
    ),
    Case(
        name: "unittest in a plain folder",
        files: ["tests/test_a.py": unittest],
        command: ["python3", "-m", "unittest", "discover", "-s", "tests"],
        runner: "unittest"
    ),
    Case(
        name: "unittest at the root",
        files: ["test_a.py": unittest, "sub/test_b.py": unittest],
        command: ["python3", "-m", "unittest", "discover"],
        runner: "unittest"
    ),
    Case(
        name: "unittest beside pytest",
        files: ["tests/test_a.py": unittest, "tests/test_b.py": "import pytest\n"],
        command: ["python3", "-m", "pytest"],
        runner: "pytest"
    ),
    Case(
        name: "a script with node --test",
        files: ["package.json": #"{"scripts": {"test": "node --test test/"}}"#],
        command: ["node", "--test", "test/"],
        runner: "node"
    ),
    Case(
        name: "files that import node:test",
        files: ["a.test.js": "const { test } = require('node:test');"],
        command: ["node", "--test"],
        runner: "node"
    ),
    Case(
        name: "a jest script with options",
        files: ["package.json": #"{"scripts": {"test": "cross-env NODE_ENV=test jest --runInBand"}}"#],
        command: ["env", "NODE_ENV=test", "node_modules/.bin/jest", "--runInBand"],
        runner: "jest"
    ),
    Case(
        name: "a vitest dependency behind a script with a pipe",
        files: ["package.json": #"{"scripts": {"test": "lint | cat"}, "devDependencies": {"vitest": "1"}}"#],
        command: ["node_modules/.bin/vitest", "run"],
        runner: "vitest"
    ),
    Case(
        name: "mocha behind a linter",
        files: ["package.json": #"{"scripts": {"test": "eslint . && mocha"}}"#],
        command: ["node_modules/.bin/mocha"],
        runner: "mocha"
    ),
    Case(
        name: "a Swift package",
        files: ["Package.swift": "targets: [.testTarget(name: \"T\")]"],
        command: ["swift", "test"],
        runner: "swift"
    ),
    Case(name: "a crate", files: ["Cargo.toml": ""], command: ["cargo", "test"], runner: "cargo"),
    Case(
        name: "a Go module",
        files: ["go.mod": "", "a/a_test.go": ""],
        command: ["go", "test", "./..."],
        runner: "go"
    ),
    Case(name: "CMake", files: ["CMakeLists.txt": "enable_testing()\n"], command: cmake, runner: "ctest"),
    Case(
        name: "bats",
        files: ["test/a.bats": "", "test/x/b.bats": ""],
        command: ["bats", "-r", "test"],
        runner: "tap"
    ),
    Case(name: "Perl", files: ["t/a.t": "", "lib/A.pm": ""], command: ["prove", "-l", "-r", "t"], runner: "tap"),
    Case(
        name: "a Makefile",
        files: ["Makefile": "TEST := 1\nall test: build\n\tfalse\n"],
        command: ["make", "test"],
        runner: "exit-code"
    ),
    Case(
        name: "several, configuration first and the Makefile last",
        files: [
            "Makefile": "test:\n", "test/a.bats": "", "Cargo.toml": "", "pytest.ini": "",
            "node_modules/x/a.test.js": "require('node:test')",
        ],
        command: ["python3", "-m", "pytest"],
        runner: "pytest",
        others: ["cargo", "tap", "exit-code"]
    ),
]

@Suite("detection of the test command")
struct TestCommandDetectionTests {
    @Test("guesses from a repository's files", arguments: cases)
    fileprivate func guesses(one: Case) async throws {
        let detection = try await TestCommandDetection.detect(paths: Set(one.files.keys.map { RepositoryPath($0) })) {
            one.files[$0].map { Array($0.utf8) }
        }
        #expect(detection.best?.command == one.command)
        #expect(detection.best?.runner == one.runner)
        #expect(detection.alternatives.map(\.runner) == one.others)
        for found in [detection.best].compactMap(\.self) + detection.alternatives {
            #expect(TestRunnerRegistry.runner(for: found.command, format: nil).name == found.runner)
            #expect(!found.because.isEmpty)
        }
    }
}
