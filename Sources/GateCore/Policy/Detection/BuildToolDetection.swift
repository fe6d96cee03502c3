/// Swift, Rust, Go, CMake, shell and Perl tests, and Makefiles.
enum BuildToolDetection {
    /// Builds with CMake first, then runs the tests; the adapter for ctest knows this shape.
    static let cmake = ["sh", "-c", "cmake -S . -B build && cmake --build build && ctest --test-dir build"]

    /// Build tools whose manifests lie at the root.
    static func configured(_ tree: DetectionTree) async throws -> [DetectedCommand] {
        var found: [DetectedCommand] = []
        if try await tree.text("Package.swift").contains(".testTarget(") {
            found.append(
                DetectedCommand(
                    command: ["swift", "test"],
                    runner: "swift",
                    because: "'Package.swift' has a test target"
                )
            )
        }
        if tree.has("Cargo.toml") {
            found.append(
                DetectedCommand(command: ["cargo", "test"], runner: "cargo", because: "'Cargo.toml' is at the root")
            )
        }
        if tree.has("go.mod"), let file = tree.files(where: { $0.hasSuffix("_test.go") }).first {
            found.append(
                DetectedCommand(command: ["go", "test", "./..."], runner: "go", because: "'\(file)' is a Go test")
            )
        }
        let lists = try await tree.text("CMakeLists.txt").lowercased()
        if lists.contains("enable_testing(") || lists.contains("include(ctest)") {
            found.append(
                DetectedCommand(command: cmake, runner: "ctest", because: "'CMakeLists.txt' turns testing on")
            )
        }
        return found
    }

    /// bats and prove, by the names of test files.
    static func byFiles(_ tree: DetectionTree) -> [DetectedCommand] {
        let bats = tree.files { $0.hasSuffix(".bats") }
        if let first = bats.first {
            let folder = DetectionTree.commonFolder(bats)
            return [
                DetectedCommand(
                    command: ["bats", "-r", folder.isEmpty ? "." : folder],
                    runner: "tap",
                    because: "'\(first)' is a bats test"
                )
            ]
        }
        let perl = tree.files { $0.hasSuffix(".t") }.filter { $0.hasPrefix("t/") }
        guard let first = perl.first else { return [] }
        let library = tree.paths.contains { $0.hasPrefix("lib/") } ? ["-l"] : []
        return [
            DetectedCommand(
                command: ["prove"] + library + ["-r", "t"],
                runner: "tap",
                because: "'\(first)' is a TAP test"
            )
        ]
    }

    /// A Makefile's `test` or `check`: an exit code is all that can be had of it.
    static func makefile(_ tree: DetectionTree) async throws -> DetectedCommand? {
        for file in ["GNUmakefile", "makefile", "Makefile"] where tree.has(file) {
            let lines = try await tree.text(file).split(whereSeparator: \.isNewline)
            for target in ["test", "check"] where lines.contains(where: { isRule($0, for: target) }) {
                return DetectedCommand(
                    command: ["make", target],
                    runner: "exit-code",
                    because: "'\(file)' has the target '\(target)'; only its exit code is known"
                )
            }
            return nil
        }
        return nil
    }

    private static func isRule(_ line: Substring, for target: String) -> Bool {
        guard let colon = line.firstIndex(of: ":"), !line.hasPrefix("\t"), !line.hasPrefix("#") else { return false }
        let isAssignment = line[line.index(after: colon)...].hasPrefix("=")
        return !isAssignment && line[..<colon].split(separator: " ").contains { $0 == target }
    }
}
