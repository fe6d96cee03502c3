/// Files that a script reads or calls: `.`, `source`, and every word that is the path of a file.
struct ShellDependencies: DependencyLanguage {
    func requests(in source: SourceText) -> [ImportRequest] {
        var requests: [ImportRequest] = []
        var seen: Set<String> = []
        for (index, token) in source.tokens.enumerated() where token.kind != .mark && token.text.utf8.count <= 200 {
            let isSourced = source.has(".", at: index - 1) || source.has("source", at: index - 1)
            for word in token.text.split(whereSeparator: { " \t\n\"'=;".contains($0) }).prefix(20) {
                let isPath = word.contains("/") || word.contains(".")
                if isPath || isSourced, word.contains(where: \.isLetter), seen.insert(String(word)).inserted {
                    requests.append(ImportRequest(name: String(word), level: isSourced ? 1 : 0))
                }
                if requests.count >= 400 { return requests }
            }
        }
        return requests
    }

    func resolve(_ request: ImportRequest, from path: String, in project: Project) -> [String] {
        var name = request.name
        // What stands before a path in a variable is a folder that nobody knows without running the script.
        if let variable = name.lastIndex(where: { $0 == "}" || $0 == ")" }) {
            name = String(name[name.index(after: variable)...])
        }
        if name.hasPrefix("$"), let slash = name.firstIndex(of: "/") { name = String(name[slash...]) }
        let isAnywhere = name != request.name || name.hasPrefix("/")
        name = String(name.drop { $0 == "/" })
        guard !name.isEmpty else { return [] }
        for folder in PathText.ancestors(of: PathText.folder(of: path)) {
            if let place = PathText.normalised(PathText.join(folder, name)), project.has(place), place != path {
                return [place]
            }
        }
        guard isAnywhere, name.contains(".") || name.contains("/") else { return [] }
        let all = project.files(endingIn: name, most: 2)
        return all.count == 1 ? all : []
    }
}
