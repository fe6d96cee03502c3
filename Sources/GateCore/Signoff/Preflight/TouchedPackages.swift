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
        var packages: Set<String> = []
        for path in files.compactMap(\.text) where manifests.contains(name(of: path)) {
            packages.insert(folder(of: path))
        }
        var touched: Set<String> = []
        for path in changed.map(\.description) {
            var place = folder(of: path)
            while !packages.contains(place), !place.isEmpty { place = folder(of: place) }
            touched.insert(place.isEmpty ? "." : place)
        }
        return touched.sorted()
    }

    private static func name(of path: String) -> String {
        path.split(separator: "/").last.map(String.init) ?? path
    }

    private static func folder(of path: String) -> String {
        path.lastIndex(of: "/").map { String(path[..<$0]) } ?? ""
    }
}
