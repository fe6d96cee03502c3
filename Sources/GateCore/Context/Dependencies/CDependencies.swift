/// Includes of C, C++ and Objective-C, and the sources beside a header.
struct CDependencies: DependencyLanguage {
    func requests(in source: SourceText) -> [ImportRequest] {
        var requests: [ImportRequest] = []
        for index in source.tokens.indices
        where (source.has("include", at: index) || source.has("import", at: index)) && source.has("#", at: index - 1) {
            if let name = source.text(at: index + 1) {
                requests.append(ImportRequest(name: name, level: 1))
            } else if source.has("<", at: index + 1) {
                let line = source.line(source.tokens[index].line)
                if let open = line.firstIndex(of: "<"), let close = line[open...].firstIndex(of: ">") {
                    requests.append(ImportRequest(name: String(line[line.index(after: open)..<close])))
                }
            }
        }
        return requests
    }

    func resolve(_ request: ImportRequest, from path: String, in project: Project) -> [String] {
        let folder = PathText.folder(of: path)
        var header: String?
        if request.level > 0 {
            header = PathText.normalised(PathText.join(folder, request.name)).flatMap { project.has($0) ? $0 : nil }
        }
        if header == nil {
            header = ["", "include", "src", "lib", "source", "inc"].lazy
                .compactMap { PathText.normalised(PathText.join($0, request.name)) }.first(where: project.has)
        }
        if header == nil {
            let all = project.files(endingIn: request.name, most: 2)
            // Headers of the system have short names that many repositories hold as well.
            if all.count == 1, request.level > 0 || request.name.contains("/") { header = all[0] }
        }
        return header.map { [$0] + Self.sources(of: $0, in: project) } ?? []
    }

    /// What lies behind a header: a file of the same stem, beside it or elsewhere.
    private static func sources(of header: String, in project: Project) -> [String] {
        guard ["h", "hh", "hpp", "hxx"].contains(PathText.ending(of: header) ?? "") else { return [] }
        let stem = PathText.stem(of: header)
        var found: [String] = []
        for ending in ["c", "cc", "cpp", "cxx", "m", "mm"] {
            let name = "\(stem).\(ending)"
            let beside = PathText.join(PathText.folder(of: header), name)
            if project.has(beside) { found.append(beside) } else { found += (project.byName[name] ?? []).prefix(2) }
        }
        return Array(found.prefix(4))
    }
}
