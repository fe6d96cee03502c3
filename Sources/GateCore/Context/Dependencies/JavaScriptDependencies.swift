/// Imports of JavaScript and TypeScript: `import`, `export … from`, `require` and `import()` with a literal.
struct JavaScriptDependencies: DependencyLanguage {
    func requests(in source: SourceText) -> [ImportRequest] {
        var requests: [ImportRequest] = []
        var seen: Set<String> = []
        for index in source.tokens.indices {
            guard let name = source.text(at: index), !name.isEmpty, name.utf8.count <= 400 else { continue }
            let isNamed = source.has("from", at: index - 1) || source.has("import", at: index - 1)
            let isCalled =
                source.has("(", at: index - 1)
                && (source.has("require", at: index - 2) || source.has("import", at: index - 2)
                    || source.has("resolve", at: index - 2) && source.has("require", at: index - 4)
                    || ["mock", "unmock", "doMock", "requireActual", "importActual"]
                        .contains(source.word(at: index - 2) ?? ""))
            if isNamed || isCalled, seen.insert(name).inserted { requests.append(ImportRequest(name: name)) }
        }
        return requests
    }

    func resolve(_ request: ImportRequest, from path: String, in project: Project) -> [String] {
        let name = request.name.split(separator: "?").first.map(String.init) ?? ""
        let folder = PathText.folder(of: path)
        if name.hasPrefix("./") || name.hasPrefix("../") || name == "." || name == ".." {
            return PathText.normalised(PathText.join(folder, name)).flatMap { file($0, in: project) }.map { [$0] } ?? []
        }
        if name.hasPrefix("/") { return file(String(name.dropFirst()), in: project).map { [$0] } ?? [] }
        for place in project.javaScript.places(of: name, from: folder) {
            if let found = file(place, in: project) ?? unbuilt(place, in: project) { return [found] }
        }
        return []
    }

    private static let endings = [
        ".js", ".mjs", ".cjs", ".ts", ".tsx", ".jsx", ".mts", ".cts", ".json", ".vue", ".svelte", ".d.ts",
    ]
    private static let written = [
        ".js": [".ts", ".tsx", ".jsx"], ".mjs": [".mts"], ".cjs": [".cts"], ".jsx": [".tsx"],
    ]

    /// The file a path means: itself, with an ending, with the ending it was written with, or a folder's index.
    private func file(_ place: String, in project: Project) -> String? {
        if !place.isEmpty, project.has(place) { return place }
        if !place.isEmpty {
            for ending in Self.endings where project.has(place + ending) { return place + ending }
            for (built, sources) in Self.written where place.hasSuffix(built) {
                for ending in sources where project.has(place.dropLast(built.count) + ending) {
                    return place.dropLast(built.count) + ending
                }
            }
        }
        if let main = project.javaScript.main(of: place), main != place, let found = inside(main, in: project) {
            return found
        }
        for ending in Self.endings {
            let index = PathText.join(place, "index" + ending)
            if project.has(index) { return index }
        }
        return nil
    }

    private func inside(_ place: String, in project: Project) -> String? {
        if project.has(place) { return place }
        for ending in Self.endings {
            if project.has(place + ending) { return place + ending }
            if project.has("\(place)/index\(ending)") { return "\(place)/index\(ending)" }
        }
        return unbuilt(place, in: project)
    }

    /// Where a manifest names what a build makes, the source it is made from.
    private func unbuilt(_ place: String, in project: Project) -> String? {
        let parts = place.split(separator: "/", omittingEmptySubsequences: false).map(String.init)
        guard
            let built = parts.firstIndex(where: {
                ["dist", "build", "lib", "out", "es", "esm", "cjs", "umd"].contains($0)
            })
        else { return nil }
        let before = parts[..<built]
        let after = Array(parts[(built + 1)...])
        for source in ["src", "lib", "source"] where source != parts[built] {
            for start in after.indices {
                let path = (before + [source] + after[start...]).joined(separator: "/")
                let bare = PathText.join(PathText.folder(of: path), PathText.stem(of: path))
                for ending in Self.endings where project.has(bare + ending) { return bare + ending }
            }
            for ending in Self.endings {
                let index = (before + [source, "index" + ending]).joined(separator: "/")
                if project.has(index) { return index }
            }
        }
        return nil
    }
}
