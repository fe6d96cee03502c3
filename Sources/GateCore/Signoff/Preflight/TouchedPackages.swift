import GateGit

/// Which packages a delta touches: work on more than one of them is wide.
enum TouchedPackages {
    /// Files by which tools know a package.
    private static let manifests: Set<String> = [
        "package.json", "pyproject.toml", "setup.py", "setup.cfg", "Package.swift", "Cargo.toml", "go.mod", "pom.xml",
        "build.gradle", "build.gradle.kts", "composer.json", "mix.exs", "pubspec.yaml", "CMakeLists.txt",
    ]

    /// Folders of packages with changes, in order; `.` is the top of the repository.
    ///
    /// - Parameter files: every path of base and head.
    static func folders(of changed: [RepositoryPath], among files: Set<RepositoryPath>) -> [String] {
        groups(of: changed, among: files).map(\.folder)
    }

    /// The same, with the changed paths of each.
    static func groups(
        of changed: [RepositoryPath],
        among files: Set<RepositoryPath>
    ) -> [(folder: String, paths: [RepositoryPath])] {
        var packages: Set<String> = []
        for path in files.compactMap(\.text) where manifests.contains(name(of: path)) {
            packages.insert(folder(of: path))
        }
        var touched: [String: [RepositoryPath]] = [:]
        for path in changed {
            var place = folder(of: path.description)
            while !packages.contains(place), !place.isEmpty { place = folder(of: place) }
            touched[place.isEmpty ? "." : place, default: []].append(path)
        }
        return touched.sorted { $0.key < $1.key }.map { (folder: $0.key, paths: $0.value) }
    }

    private static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }
}
