/// Swift imports modules, not files: a file needs those files of its own module and of the package's other modules that
/// declare the names it uses.
struct SwiftDependencies: DependencyLanguage {
    var needsNames: Bool { true }

    func requests(in source: SourceText) -> [ImportRequest] {
        source.tokens.indices.compactMap { index in
            guard source.has("import", at: index) else { return nil }
            var place = index + 1
            if ["struct", "class", "enum", "protocol", "func", "typealias", "let", "var"]
                .contains(source.word(at: place) ?? "")
            {
                place += 1
            }
            return source.word(at: place).map { ImportRequest(name: $0) }
        }
    }

    func resolve(_ request: ImportRequest, from path: String, in project: Project) -> [String] { [] }

    func neighbours(of facts: SourceFacts, in project: Project, declaring: Declarations) -> [String] {
        let imported = Set(facts.requests.map(\.name))
        var folders = project.swiftTargets.filter { imported.contains($0.name) }.map(\.folder)
        // The module a file lies in is the one whose folder is the longest beginning of its path.
        let own = project.swiftTargets.filter { facts.path.hasPrefix($0.folder + "/") }
            .max { $0.folder.utf8.count < $1.folder.utf8.count }
        folders.append(own?.folder ?? PathText.folder(of: facts.path))
        return declaring.files(declaring: facts.names, besides: facts.path) { path in
            path.hasSuffix(".swift") && folders.contains { $0.isEmpty || path.hasPrefix($0 + "/") }
        }
    }

    /// Targets by the usual layout and by the `path:` that a manifest gives.
    static func targets(
        _ manifests: [String: [UInt8]],
        byFolder: [String: [String]]
    ) -> [(name: String, folder: String)] {
        var targets: [String: String] = [:]
        let roots = manifests.keys.filter { PathText.name(of: $0) == "Package.swift" }.map(PathText.folder)
        for folder in byFolder.keys.sorted() {
            let parts = folder.split(separator: "/").map(String.init)
            for root in roots {
                let depth = root.isEmpty ? 0 : root.split(separator: "/").count
                guard parts.count > depth + 1, root.isEmpty || folder.hasPrefix(root + "/"),
                    ["Sources", "Source", "src", "Tests"].contains(parts[depth])
                else { continue }
                let name = parts[depth + 1]
                if targets[name] == nil { targets[name] = parts.prefix(depth + 2).joined(separator: "/") }
            }
        }
        for (path, content) in manifests.sorted(by: { $0.key < $1.key })
        where PathText.name(of: path) == "Package.swift" {
            let source = SourceText(path: path, language: .swift, content: content)
            var name: String?
            for index in source.tokens.indices where source.has(":", at: index + 1) {
                guard let text = source.text(at: index + 2) else { continue }
                if source.has("name", at: index) { name = text }
                if source.has("path", at: index), let owner = name,
                    let folder = PathText.normalised(PathText.join(PathText.folder(of: path), text)), !folder.isEmpty
                {
                    targets[owner] = folder
                }
            }
        }
        return targets.map { ($0.key, $0.value) }.sorted { $0.name < $1.name }
    }
}
