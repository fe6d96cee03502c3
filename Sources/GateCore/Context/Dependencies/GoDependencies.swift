/// Imports of Go: the module path of the nearest `go.mod`, and files of the same package that declare what is used.
struct GoDependencies: DependencyLanguage {
    var needsNames: Bool { true }

    func requests(in source: SourceText) -> [ImportRequest] {
        var requests: [ImportRequest] = []
        var index = 0
        while index < source.tokens.count, requests.count < 500 {
            guard source.has("import", at: index), source.beginsLine(index) else {
                index += 1
                continue
            }
            index += 1
            guard source.has("(", at: index) else {
                if source.text(at: index) == nil { index += 1 }
                if let name = source.text(at: index) { requests.append(ImportRequest(name: name)) }
                continue
            }
            while index < source.tokens.count, !source.has(")", at: index) {
                if let name = source.text(at: index) { requests.append(ImportRequest(name: name)) }
                index += 1
            }
        }
        return requests
    }

    func resolve(_ request: ImportRequest, from path: String, in project: Project) -> [String] {
        for module in project.goModules where request.name == module.name || request.name.hasPrefix(module.name + "/") {
            let rest = String(request.name.dropFirst(module.name.count).drop { $0 == "/" })
            let files = Self.package(in: PathText.join(module.folder, rest), of: project)
            if !files.isEmpty { return files }
        }
        guard let relative = request.name.hasPrefix(".") ? request.name : nil,
            let folder = PathText.normalised(PathText.join(PathText.folder(of: path), relative))
        else { return [] }
        return Self.package(in: folder, of: project)
    }

    func neighbours(of facts: SourceFacts, in project: Project, declaring: Declarations) -> [String] {
        let folder = PathText.folder(of: facts.path)
        return declaring.files(declaring: facts.names, besides: facts.path) {
            PathText.folder(of: $0) == folder && $0.hasSuffix(".go")
        }
    }

    private static func package(in folder: String, of project: Project) -> [String] {
        project.contents(of: folder).filter { $0.hasSuffix(".go") && !$0.hasSuffix("_test.go") }
    }

    /// Module paths with their folders, longest first, so that a module inside another wins.
    static func modules(_ manifests: [String: [UInt8]]) -> [(name: String, folder: String)] {
        manifests.filter { PathText.name(of: $0.key) == "go.mod" }.compactMap { path, content in
            for line in String(decoding: LineText.withNewlines(content), as: UTF8.self).split(separator: "\n") {
                let words = line.split(whereSeparator: { $0 == " " || $0 == "\t" })
                if words.count >= 2, words[0] == "module" {
                    return (words[1].filter { $0 != "\"" }, PathText.folder(of: path))
                }
            }
            return nil
        }
        .sorted { ($1.name.utf8.count, $0.name, $0.folder) < ($0.name.utf8.count, $1.name, $1.folder) }
    }
}
