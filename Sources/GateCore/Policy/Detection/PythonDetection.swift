/// pytest and unittest.
enum PythonDetection {
    private static let pytest = ["python3", "-m", "pytest"]

    /// pytest, where a file configures it.
    static func configured(_ tree: DetectionTree) async throws -> DetectedCommand? {
        for file in ["pytest.ini", ".pytest.ini", "pytest.toml", ".pytest.toml"] where tree.has(file) {
            return DetectedCommand(command: pytest, runner: "pytest", because: "'\(file)' configures pytest")
        }
        for (file, section) in [
            ("pyproject.toml", "[tool.pytest"), ("setup.cfg", "[tool:pytest]"), ("tox.ini", "[pytest]"),
        ]
        where try await tree.text(file).contains(section) {
            return DetectedCommand(command: pytest, runner: "pytest", because: "'\(file)' configures pytest")
        }
        if let file = tree.files(where: { $0 == "conftest.py" }).first {
            return DetectedCommand(command: pytest, runner: "pytest", because: "'\(file)' is for pytest")
        }
        return nil
    }

    /// pytest or unittest, by what the test files use.
    static func byFiles(_ tree: DetectionTree) async throws -> DetectedCommand? {
        let files = tree.files { $0.hasSuffix(".py") && ($0.hasPrefix("test") || $0.hasSuffix("_test.py")) }
        var unittests: [String] = []
        for file in files.prefix(DetectionTree.sample) {
            let text = try await tree.text(file)
            let lines = text.split(whereSeparator: \.isNewline)
            if lines.contains(where: { $0.hasPrefix("import pytest") || $0.hasPrefix("from pytest") }) {
                return DetectedCommand(command: pytest, runner: "pytest", because: "'\(file)' imports pytest")
            }
            if text.contains("unittest") {
                unittests.append(file)
            } else if lines.contains(where: { $0.hasPrefix("def test_") || $0.hasPrefix("async def test_") }) {
                return DetectedCommand(
                    command: pytest,
                    runner: "pytest",
                    because: "'\(file)' has test functions outside of classes, which only pytest runs"
                )
            }
        }
        guard let first = unittests.first else { return nil }
        return DetectedCommand(
            command: ["python3", "-m", "unittest", "discover"] + folders(unittests, tree),
            runner: "unittest",
            because: "'\(first)' uses unittest, and nothing names pytest"
        )
    }

    /// The same command with `src` on the import path, where that is where the packages lie.
    ///
    /// A package that is installed in place is found either way. One that is not would make every test fail to load.
    static func finding(_ command: DetectedCommand?, _ tree: DetectionTree) -> DetectedCommand? {
        let isPackage = { (path: String) in
            let parts = path.split(separator: "/")
            return parts.count == 3 && parts[0] == "src" && parts[2] == "__init__.py"
        }
        guard var command, tree.paths.contains(where: isPackage) else { return command }
        command.command = ["env", "PYTHONPATH=src"] + command.command
        command.because += ", and its packages lie in 'src'"
        return command
    }

    /// Options that make discovery begin at the tests' folder and import them from the right place.
    private static func folders(_ files: [String], _ tree: DetectionTree) -> [String] {
        let folder = DetectionTree.commonFolder(files)
        guard !folder.isEmpty else { return [] }
        var path = ""
        for part in folder.split(separator: "/") {
            path += path.isEmpty ? String(part) : "/\(part)"
            if !tree.has("\(path)/__init__.py") { return ["-s", folder] }
        }
        return ["-s", folder, "-t", "."]
    }
}
