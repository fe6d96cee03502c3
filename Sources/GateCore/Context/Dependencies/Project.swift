/// The names of a tree's files, and what its manifests say of where code is found.
struct Project: Sendable {
    /// Every file whose path is text.
    let files: Set<String>
    /// Files by their last component, in path order.
    let byName: [String: [String]]
    /// Names of files by folder, in order.
    let byFolder: [String: [String]]
    let python: PythonRoots
    let javaScript: JavaScriptPackages
    /// Module paths of Go with their folders, longest first.
    let goModules: [(name: String, folder: String)]
    /// Crates by the name they are used by, with their folders.
    let crates: [String: String]
    /// Targets of Swift packages with their folders, in the order of their names.
    let swiftTargets: [(name: String, folder: String)]

    /// Names of files that are read to know where code is found.
    static let manifests: Set = [
        "package.json", "tsconfig.json", "jsconfig.json", "tsconfig.base.json", "go.mod", "Cargo.toml", "Package.swift",
    ]
    /// Manifests that are read, nearest to the root first, and their largest size in bytes.
    static let mostManifests = 200
    static let largestManifest = 512 << 10

    init(files: Set<String>, manifests: [String: [UInt8]]) {
        self.files = files
        var byName: [String: [String]] = [:]
        var byFolder: [String: [String]] = [:]
        for path in files {
            byName[PathText.name(of: path), default: []].append(path)
            byFolder[PathText.folder(of: path), default: []].append(PathText.name(of: path))
        }
        self.byName = byName.mapValues { $0.sorted() }
        self.byFolder = byFolder.mapValues { $0.sorted() }
        python = PythonRoots(byFolder: self.byFolder)
        javaScript = JavaScriptPackages(manifests: manifests)
        goModules = GoDependencies.modules(manifests)
        crates = RustDependencies.crates(manifests)
        swiftTargets = SwiftDependencies.targets(manifests, byFolder: self.byFolder)
    }

    func has(_ path: String) -> Bool { files.contains(path) }

    /// Files directly inside a folder, with their paths.
    func contents(of folder: String) -> [String] {
        (byFolder[folder] ?? []).map { PathText.join(folder, $0) }
    }

    /// Files whose path ends in the given one, in path order, at most so many.
    func files(endingIn suffix: String, most: Int = 4) -> [String] {
        guard let all = byName[PathText.name(of: suffix)] else { return [] }
        return Array(all.lazy.filter { $0 == suffix || $0.hasSuffix("/" + suffix) }.prefix(most))
    }
}
