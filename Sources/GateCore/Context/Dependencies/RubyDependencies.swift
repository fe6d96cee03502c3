/// Files that Ruby loads: `require`, `require_relative`, `load`, `autoload`, and constants named as files are.
struct RubyDependencies: DependencyLanguage {
    var needsNames: Bool { true }

    func requests(in source: SourceText) -> [ImportRequest] {
        var requests: [ImportRequest] = []
        for index in source.tokens.indices {
            guard let word = source.word(at: index) else { continue }
            var place = index + 1
            switch word {
            case "require", "load", "require_relative":
                if source.has("(", at: place) { place += 1 }
            case "autoload":
                while place < index + 5, source.text(at: place) == nil { place += 1 }
            default: continue
            }
            if let name = source.text(at: place), !name.isEmpty {
                requests.append(ImportRequest(name: name, level: word == "require_relative" ? 1 : 0))
            }
        }
        return requests
    }

    func resolve(_ request: ImportRequest, from path: String, in project: Project) -> [String] {
        let name = request.name.hasSuffix(".rb") ? request.name : request.name + ".rb"
        let folder = PathText.folder(of: path)
        if request.level > 0 || name.hasPrefix(".") {
            return PathText.normalised(PathText.join(folder, name)).map { project.has($0) ? [$0] : [] } ?? []
        }
        for above in PathText.ancestors(of: folder) {
            for root in ["lib", "", "test", "spec", "app"] {
                let place = PathText.join(PathText.join(above, root), name)
                if project.has(place) { return [place] }
            }
        }
        let elsewhere = project.files(endingIn: "lib/" + name, most: 2)
        return elsewhere.count == 1 ? elsewhere : []
    }

    /// `InvoiceLine` is looked for in `invoice_line.rb`, as its loaders do.
    func neighbours(of facts: SourceFacts, in project: Project, declaring: Declarations) -> [String] {
        var found: Set<String> = []
        for name in facts.names where name.utf8.first.map({ (0x41...0x5A).contains($0) }) == true {
            let files = project.byName[Identifiers.snakeCase(name) + ".rb"] ?? []
            if files.count <= 2 { found.formUnion(files) }
        }
        found.remove(facts.path)
        return found.sorted()
    }
}
