package import GateGit

/// Guesses how a repository runs its tests, from the names of its files and a few of their contents.
///
/// A guess is for repositories without a policy; it is always announced with its reason. What a project configures
/// comes before what its file names merely suggest, and anything that gives outcomes by test before an exit code:
/// pytest's configuration, `package.json`, `Package.swift`, `Cargo.toml`, `go.mod`, CMake, then test files by name
/// (pytest, unittest, `node:test`, bats, `t/*.t`), last a Makefile's target.
package struct TestCommandDetection: Sendable {
    /// The first guess; `nil` where nothing looks like tests.
    package var best: DetectedCommand?
    /// What else would be possible, in order of precedence.
    package var alternatives: [DetectedCommand]

    /// Looks at a tree.
    ///
    /// - Parameters:
    ///   - paths: every file of the tree.
    ///   - read: the content of a file, `nil` where it is not there; called for a bounded number of files.
    /// - Throws: what `read` throws.
    package static func detect(
        paths: Set<RepositoryPath>,
        read: @escaping (String) async throws -> [UInt8]?
    ) async throws -> TestCommandDetection {
        let tree = DetectionTree(paths: Set(paths.compactMap(\.text)), read: read)
        var found: [DetectedCommand] = []
        if let command = PythonDetection.finding(try await PythonDetection.configured(tree), tree) {
            found.append(command)
        }
        found += try await JavaScriptDetection.configured(tree)
        found += try await BuildToolDetection.configured(tree)
        if let command = PythonDetection.finding(try await PythonDetection.byFiles(tree), tree) {
            found.append(command)
        }
        if let command = try await JavaScriptDetection.byFiles(tree) { found.append(command) }
        found += BuildToolDetection.byFiles(tree)
        if let command = try await BuildToolDetection.makefile(tree) { found.append(command) }
        var runners: Set<String> = []
        found = found.filter { runners.insert($0.runner).inserted }
        return TestCommandDetection(best: found.first, alternatives: Array(found.dropFirst()))
    }
}

/// The files of a tree, and what is in them.
struct DetectionTree {
    /// Most files of one kind whose content is looked at.
    static let sample = 40

    let paths: Set<String>
    let read: (String) async throws -> [UInt8]?

    func has(_ path: String) -> Bool { paths.contains(path) }

    /// The text of a file; empty where it is not there.
    func text(_ path: String) async throws -> String {
        guard has(path), let bytes = try await read(path) else { return "" }
        return String(decoding: bytes.prefix(1 << 20), as: UTF8.self)
    }

    /// Files whose last component fits, shallowest first, without those of dependencies.
    func files(where fits: (String) -> Bool) -> [String] {
        paths.filter { path in
            let parts = path.split(separator: "/")
            let others: Set<Substring> = ["node_modules", "vendor", "third_party", ".venv", "venv", "site-packages"]
            return fits(parts.last.map(String.init) ?? "") && !parts.contains(where: others.contains)
        }.sorted { left, right in
            let depths = (left.split(separator: "/").count, right.split(separator: "/").count)
            return depths.0 == depths.1 ? left < right : depths.0 < depths.1
        }
    }

    /// The deepest folder that all paths are in; empty for the root.
    static func commonFolder(_ paths: [String]) -> String {
        var common: [Substring]?
        for path in paths {
            let parts = Array(path.split(separator: "/").dropLast())
            guard let old = common else {
                common = parts
                continue
            }
            common = zip(old, parts).prefix { $0 == $1 }.map(\.0)
        }
        return (common ?? []).joined(separator: "/")
    }
}
