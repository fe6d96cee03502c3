import GateCore
import Testing

private struct Case: Sendable, CustomTestStringConvertible {
    var command: String
    var runner: String
    var becomes: String?

    init(_ command: String, _ runner: String, _ becomes: String? = nil) {
        self.command = command
        self.runner = runner
        self.becomes = becomes
    }

    var testDescription: String { command }

    /// Words separated by spaces; what stands after `-c ` is one word.
    static func words(_ text: String) -> [String] {
        guard let range = text.ranges(of: " -c ").first else { return text.split(separator: " ").map(String.init) }
        return text[..<range.lowerBound].split(separator: " ").map(String.init) + [
            "-c", String(text[range.upperBound...]),
        ]
    }
}

private let node = "--test-reporter=/r/gatekeeper_node.mjs --test-reporter-destination=/r/node.jsonl"
private let spec = "--test-reporter=spec --test-reporter-destination=stdout"

private let cases: [Case] = [
    Case("pytest -q", "pytest", "pytest -p gatekeeper_pytest --continue-on-collection-errors -q"),
    Case("py.test", "pytest", "py.test -p gatekeeper_pytest --continue-on-collection-errors"),
    Case(".venv/bin/pytest a", "pytest", ".venv/bin/pytest -p gatekeeper_pytest --continue-on-collection-errors a"),
    Case(
        "python3.11 -X dev -m pytest x",
        "pytest",
        "python3.11 -X dev -m pytest -p gatekeeper_pytest --continue-on-collection-errors x"
    ),
    Case("python -mpytest", "pytest", "python -mpytest -p gatekeeper_pytest --continue-on-collection-errors"),
    Case(
        "uv run --with x pytest",
        "pytest",
        "uv run --with x pytest -p gatekeeper_pytest --continue-on-collection-errors"
    ),
    Case("uv run -m pytest", "pytest", "uv run -m pytest -p gatekeeper_pytest --continue-on-collection-errors"),
    Case("poetry run -- pytest", "pytest", "poetry run -- pytest -p gatekeeper_pytest --continue-on-collection-errors"),
    Case(
        "env A=1 -u B timeout -k 5 60 pytest",
        "pytest",
        "env A=1 -u B timeout -k 5 60 pytest -p gatekeeper_pytest --continue-on-collection-errors"
    ),
    Case(
        "env PYTHONPATH=src pytest",
        "pytest",
        "env PYTHONPATH=/r:src pytest -p gatekeeper_pytest --continue-on-collection-errors"
    ),
    Case(
        "coverage run -m pytest",
        "pytest",
        "coverage run -m pytest -p gatekeeper_pytest --continue-on-collection-errors"
    ),
    Case(
        "python -m coverage run -m pytest",
        "pytest",
        "python -m coverage run -m pytest -p gatekeeper_pytest --continue-on-collection-errors"
    ),
    Case(
        "sh -c make && PYTHONPATH=. pytest -q",
        "pytest",
        "sh -c make && PYTHONPATH=/r:. pytest -p gatekeeper_pytest --continue-on-collection-errors -q"
    ),
    Case("python script.py -m pytest", "exit-code"),
    Case("env -i pytest", "exit-code"),
    Case("sh -c pytest; true", "exit-code"),
    Case("sh -c pytest || true", "exit-code"),
    Case("sh -c pytest '$x'", "exit-code"),
    Case("make test", "exit-code"),
    Case("npm test", "exit-code"),
    Case("python3 -m unittest -v", "unittest", "python3 /r/gatekeeper_unittest.py -v"),
    Case("coverage run -m unittest", "unittest", "coverage run /r/gatekeeper_unittest.py"),
    Case("node --test test/", "node", "node --test \(node) \(spec) test/"),
    Case("node --import tsx --test", "node", "node --import tsx --test \(node) \(spec)"),
    Case(
        "node --test --test-reporter=dot",
        "node",
        "node --test \(node) --test-reporter-destination=stdout --test-reporter=dot"
    ),
    Case("node script.js --test", "exit-code"),
    Case("npx mocha a", "mocha", "npx mocha --reporter json --reporter-option output=/r/mocha.json a"),
    Case(
        "yarn jest a",
        "jest",
        "yarn jest --json --outputFile=/r/jest.json --testLocationInResults a"
    ),
    Case(
        "node --x node_modules/jest/bin/jest.js",
        "jest",
        "node --x node_modules/jest/bin/jest.js --json --outputFile=/r/jest.json --testLocationInResults"
    ),
    Case(
        "pnpm exec vitest run a",
        "vitest",
        "pnpm exec vitest run --reporter=default --reporter=json --outputFile.json=/r/vitest.json a"
    ),
    Case(
        "node_modules/.bin/vitest",
        "vitest",
        "node_modules/.bin/vitest --reporter=default --reporter=json --outputFile.json=/r/vitest.json --run"
    ),
    Case("vitest bench", "exit-code"),
    Case(
        "swift test --parallel --num-workers 2 --filter A",
        "swift",
        "swift test --event-stream-output-path /r/swift-testing.jsonl --filter A"
    ),
    Case("swift build", "exit-code"),
    Case(
        "cargo +nightly test --lib -- --nocapture",
        "cargo",
        "cargo +nightly test --no-fail-fast --lib -- --nocapture"
    ),
    Case("cargo nextest run", "exit-code"),
    Case("go test ./...", "go", "go test -json ./..."),
    Case("go vet ./...", "exit-code"),
    Case(
        "sh -c cmake -S . -B build && ctest --test-dir build",
        "ctest",
        "sh -c cmake -S . -B build && ctest --output-junit /r/ctest.xml --no-tests=error --test-dir build"
    ),
    Case("ctest -N", "exit-code"),
    Case("bats -p -r --formatter junit test", "tap", "bats --formatter tap -r test"),
    Case("prove -j4 -q -l t", "tap", "prove -v --nocolor --norc -l t"),
]

@Suite("runners: commands")
struct InstrumentTests {
    @Test("are recognised, and changed so that they report", arguments: cases)
    fileprivate func instrument(one: Case) {
        let command = Case.words(one.command)
        let adapter = TestRunnerRegistry.runner(for: command, format: "auto")
        #expect(adapter.name == one.runner)
        let instrumented = adapter.instrument(command, reportFolder: "/r")
        #expect(instrumented.command == Case.words(one.becomes ?? one.command))
    }

    @Test("of any kind can be given an adapter by name")
    func named() {
        for adapter in TestRunnerRegistry.all {
            #expect(TestRunnerRegistry.runner(for: ["make"], format: adapter.name).name == adapter.name)
            #expect(!adapter.instrument(["make"], reportFolder: "/r").command.isEmpty)
        }
        #expect(TestRunnerRegistry.names.first == "auto")
        #expect(Set(TestRunnerRegistry.names).count == TestRunnerRegistry.all.count + 1)
    }

    @Test("that end in pytest somewhere are reached through its environment")
    func pytestByEnvironment() {
        let instrumented = PytestRunner.instrument(["make", "test"], reportFolder: "/r")
        #expect(instrumented.command == ["make", "test"])
        #expect(
            instrumented.environment == [
                "PYTHONPATH": "/r", "PYTEST_ADDOPTS": "-p gatekeeper_pytest --continue-on-collection-errors",
            ]
        )
    }
}
