import Foundation
import GateCore
import GateGit
import GateTestSupport
import Testing

/// Projects whose tools know the path of the checkout: what is judged must be the staged code all the same.
///
/// In each of them one part is red at the head and is loaded from the staged tree whatever happens; the other part is
/// loaded by way of the checkout's path. A wrong candidate repairs the first and breaks the second, so it passes exactly
/// where old code runs in place of its own.
@Suite("the code that runs is the staged code")
struct OwnCodeTests {
    static let levels = ["overlay", "namespaces", "process"]

    private struct Project {
        let red: String
        let linked: String
        let fix: (search: String, replace: String)
        let damage: (search: String, replace: String)

        func reply(_ isRight: Bool) -> String {
            func edit(_ path: String, _ change: (search: String, replace: String)) -> String {
                #"{"path":"\#(path)","edits":[{"search":"\#(change.search)","replace":"\#(change.replace)"}]}"#
            }
            return "{\"edits\":[" + edit(red, fix) + (isRight ? "" : "," + edit(linked, damage)) + "]}"
        }
    }

    private func verdict(
        _ repository: TestRepository,
        _ project: Project,
        isRight: Bool,
        level: String,
        without defence: String? = nil
    ) async throws -> RunRecord {
        var environment = ["GIT_GATEKEEPER_SANDBOX_LEVEL": level]
        environment["GIT_GATEKEEPER_WITHOUT"] = defence
        try await repository.git("config", "gatekeeper.trust.commands", "always")
        let result = try await repository.gatekeeper(
            arguments: ["judge", "-", "--format", "json"],
            input: project.reply(isRight),
            environment: environment
        )
        let record = try JSON.decode(RunRecord.self, from: result.standardOutput.bytes)
        #expect(record.sandbox.level == level, "\(record.sandbox.shortfall)")
        return record
    }

    /// - Parameter builds: whether the project's tools write into a carried folder, which only an overlay allows.
    private func expectJustice(
        _ repository: TestRepository,
        _ project: Project,
        level: String,
        builds: Bool = false
    ) async throws {
        let wrong = try await verdict(repository, project, isRight: false, level: level)
        let right = try await verdict(repository, project, isRight: true, level: level)
        if level == "process" {
            for record in [wrong, right] {
                #expect(record.result?.verdict == "undecided", "\(record.result.debugDescription)")
                let reason = record.result?.reasons.first { $0.code == "sandbox.loaded-elsewhere" }
                #expect(reason?.message.contains("install bubblewrap") == true, "\(record.result.debugDescription)")
            }
        } else if level == "namespaces", builds {
            for record in [wrong, right] { #expect(record.result?.verdict == "undecided") }
        } else {
            #expect(wrong.result?.verdict == "rejected", "\(wrong.result.debugDescription)")
            #expect(right.result?.verdict == "accepted", "\(right.result.debugDescription)")
        }
    }

    private static let python = Project(
        red: "app.py",
        linked: "src/calc/core.py",
        fix: ("return a - b", "return a + b"),
        damage: ("return a * b", "return a")
    )

    /// A Python project installed in place; by pip where it can do so offline, else with the file pip would write.
    private func withPython(
        inOwnFolder: Bool = true,
        _ body: (TestRepository) async throws -> Void
    ) async throws {
        try await withTestRepository("editable") { repository in
            try repository.write(
                "pyproject.toml",
                """
                [build-system]
                requires = ["setuptools"]
                build-backend = "setuptools.build_meta"
                [project]
                name = "calc"
                version = "1"

                """
            )
            try repository.write("setup.cfg", "[options]\npackage_dir = =src\npackages = calc\n")
            try repository.write("src/calc/__init__.py", "")
            try repository.write("src/calc/core.py", "def product(a, b):\n    return a * b\n")
            try repository.write("app.py", "def total(a, b):\n    return a + b\n")
            try repository.write("tests/__init__.py", "")
            try repository.write(
                "tests/test_all.py",
                """
                import unittest

                import app
                from calc import core


                class AllTests(unittest.TestCase):
                    def test_total(self):
                        self.assertEqual(app.total(2, 3), 5)

                    def test_product(self):
                        self.assertEqual(core.product(2, 3), 6)

                """
            )
            try repository.write(".gitignore", ".venv/\n*.egg-info/\n__pycache__/\n")
            let environment = inOwnFolder ? ".venv" : "\(repository.scratch)/environment"
            try repository.write(
                ".gatekeeper/config",
                "[gatekeeper \"check.test\"]\n\tcommand = python -m unittest discover -t . -s tests\n"
            )
            try await repository.commitAll("two parts")
            try repository.write("app.py", "def total(a, b):\n    return a - b\n")
            let script = """
                python3 -m venv --system-site-packages --without-pip "$1" || exit
                "$1/bin/python" -m pip install -q --no-index --no-build-isolation --no-deps -e . >/dev/null 2>&1 ||
                    echo "$PWD/src" > "$(echo "$1"/lib/python*/site-packages)/calc.pth"
                """
            let made = try await ProcessRunner.run(
                ProcessRequest(
                    executable: "/bin/sh",
                    arguments: ["-c", script, "sh", environment],
                    environment: repository.environment,
                    workingDirectory: repository.path,
                    limits: ProcessLimits(wallTime: .seconds(600))
                )
            )
            #expect(made.isSuccess, "\(made.standardError.text)")
            try await body(repository)
        }
    }

    @Test("a Python project installed in place, in its own virtual environment", arguments: levels)
    func editable(level: String) async throws {
        try await withPython { repository in
            try repository.write(
                ".gatekeeper/config",
                "[gatekeeper \"check.test\"]\n\tcommand = .venv/bin/python -m unittest discover -t . -s tests\n"
            )
            try await repository.git("commit", "-q", "-m", "policy", ".gatekeeper")
            try await expectJustice(repository, Self.python, level: level)
        }
    }

    @Test("a Python project installed in place, in an environment elsewhere", arguments: levels)
    func editableElsewhere(level: String) async throws {
        try await withPython(inOwnFolder: false) { repository in
            let python = "\(repository.scratch)/environment/bin/python"
            try repository.write(
                ".gatekeeper/config",
                "[gatekeeper \"check.test\"]\n\tcommand = \(python) -m unittest discover -t . -s tests\n"
            )
            try await repository.git("commit", "-q", "-m", "policy", ".gatekeeper")
            try await expectJustice(repository, Self.python, level: level)
            guard level == "process" else { return }
            let fooled = try await verdict(
                repository,
                Self.python,
                isRight: false,
                level: level,
                without: "loaded-from"
            )
            #expect(fooled.result?.verdict == "accepted", "the case shows nothing: \(fooled.result.debugDescription)")
        }
    }

    @Test("a workspace whose package is a link in node_modules", arguments: levels)
    func workspace(level: String) async throws {
        try await withTestRepository("workspace") { repository in
            try repository.write(".gitignore", "node_modules\n")
            try repository.write("package.json", "{\"name\": \"shop\", \"workspaces\": [\"packages/*\"]}\n")
            try repository.write("packages/area/package.json", "{\"name\": \"area\", \"main\": \"index.js\"}\n")
            try repository.write("packages/area/index.js", "module.exports = (a, b) => a * b;\n")
            try repository.write("app.js", "exports.total = (a, b) => a + b;\n")
            try repository.write(
                "test/all.test.js",
                """
                const test = require('node:test');
                const assert = require('node:assert');
                test('total', () => assert.strictEqual(require('../app.js').total(2, 3), 5));
                test('area', () => assert.strictEqual(require('area')(2, 3), 6));

                """
            )
            try repository.write(
                ".gatekeeper/config",
                "[gatekeeper \"check.test\"]\n\tcommand = node --test test/all.test.js\n"
            )
            try await repository.commitAll("a workspace")
            try repository.write("app.js", "exports.total = (a, b) => a - b;\n")
            try FileManager.default.createDirectory(
                atPath: "\(repository.path)/node_modules",
                withIntermediateDirectories: true
            )
            try FileManager.default.createSymbolicLink(
                atPath: "\(repository.path)/node_modules/area",
                withDestinationPath: "../packages/area"
            )
            let project = Project(
                red: "app.js",
                linked: "packages/area/index.js",
                fix: ("a - b", "a + b"),
                damage: ("a * b", "a")
            )
            try await expectJustice(repository, project, level: level)
            guard level == "process" else { return }
            let fooled = try await verdict(repository, project, isRight: false, level: level, without: "loaded-from")
            #expect(fooled.result?.verdict == "accepted", "the case shows nothing: \(fooled.result.debugDescription)")
        }
    }

    @Test("a package's .build folder", .timeLimit(.minutes(30)), arguments: levels)
    func swiftPackage(level: String) async throws {
        try await withTestRepository("package") { repository in
            try repository.write(".gitignore", ".build\n")
            try repository.write(
                "Package.swift",
                """
                // swift-tools-version: 5.9
                import PackageDescription
                let package = Package(
                    name: "shop",
                    targets: [.target(name: "Area"), .executableTarget(name: "shop", dependencies: ["Area"])]
                )

                """
            )
            try repository.write("Sources/Area/Area.swift", "public func area(_ a: Int, _ b: Int) -> Int { a * b }\n")
            try repository.write(
                "Sources/shop/main.swift",
                """
                import Area
                import Glibc
                func total(_ a: Int, _ b: Int) -> Int { a + b }
                print("1..2")
                print((total(2, 3) == 5 ? "" : "not ") + "ok 1 - total")
                print((area(2, 3) == 6 ? "" : "not ") + "ok 2 - area")
                if total(2, 3) != 5 || area(2, 3) != 6 { exit(1) }

                """
            )
            try repository.write("test.sh", "swift build -q >&2 && .build/debug/shop\n")
            try repository.write(
                ".gatekeeper/config",
                """
                [gatekeeper]
                \tcarry = .build
                [gatekeeper "check.test"]
                \tcommand = sh test.sh
                \tformat = tap

                """
            )
            try await repository.commitAll("a package")
            try repository.write(
                "Sources/shop/main.swift",
                try #require(repository.read("Sources/shop/main.swift")).replacing("{ a + b }", with: "{ a - b }")
            )
            let built = try await ProcessRunner.run(
                ProcessRequest(
                    executable: "swift",
                    arguments: ["build", "-q"],
                    environment: repository.environment,
                    workingDirectory: repository.path,
                    limits: ProcessLimits(wallTime: .seconds(900))
                )
            )
            #expect(built.isSuccess, "\(built.standardError.text)\(built.standardOutput.text)")
            let project = Project(
                red: "Sources/shop/main.swift",
                linked: "Sources/Area/Area.swift",
                fix: ("{ a - b }", "{ a + b }"),
                damage: ("a * b", "a")
            )
            try await expectJustice(repository, project, level: level, builds: true)
        }
    }

    private static let cmake = Programs.find("cmake", in: ProcessInfo.processInfo.environment) != nil

    @Test("a build folder of CMake", .enabled(if: cmake, "cmake is not installed"), arguments: levels)
    func cmakeBuild(level: String) async throws {
        try await withTestRepository("cmake") { repository in
            try repository.write(".gitignore", "build\n")
            try repository.write(
                "CMakeLists.txt",
                """
                cmake_minimum_required(VERSION 3.10)
                project(shop C)
                add_executable(shop app.c area.c)

                """
            )
            try repository.write("area.c", "int area(int a, int b) { return a * b; }\n")
            let app = """
                #include <stdio.h>
                int area(int, int);
                static int total(int a, int b) { return a + b; }
                int main(void) {
                    printf("1..2\\n%sok 1 - total\\n", total(2, 3) == 5 ? "" : "not ");
                    printf("%sok 2 - area\\n", area(2, 3) == 6 ? "" : "not ");
                    return total(2, 3) != 5 || area(2, 3) != 6;
                }

                """
            try repository.write("app.c", app)
            try repository.write("test.sh", "cmake --build build >&2 && build/shop\n")
            try repository.write(
                ".gatekeeper/config",
                """
                [gatekeeper]
                \tcarry = build
                [gatekeeper "check.test"]
                \tcommand = sh test.sh
                \tformat = tap

                """
            )
            try await repository.commitAll("a program")
            try repository.write("app.c", app.replacing("return a + b", with: "return a - b"))
            let made = try await ProcessRunner.run(
                ProcessRequest(
                    executable: "/bin/sh",
                    arguments: ["-c", "cmake -S . -B build && cmake --build build"],
                    environment: repository.environment,
                    workingDirectory: repository.path,
                    limits: ProcessLimits(wallTime: .seconds(600))
                )
            )
            #expect(made.isSuccess, "\(made.standardError.text)")
            let project = Project(
                red: "app.c",
                linked: "area.c",
                fix: ("return a - b", "return a + b"),
                damage: ("a * b", "a")
            )
            try await expectJustice(repository, project, level: level, builds: true)
        }
    }
}
