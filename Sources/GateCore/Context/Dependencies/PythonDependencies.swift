/// Imports of Python: absolute and relative, packages with and without `__init__.py`, `src` layouts, `conftest.py`.
struct PythonDependencies: DependencyLanguage {
    func requests(in source: SourceText) -> [ImportRequest] {
        var requests: [ImportRequest] = []
        for index in source.tokens.indices {
            if source.has("import", at: index), startsStatement(source, index) {
                requests += modules(source, from: index + 1)
            } else if source.has("from", at: index), startsStatement(source, index) {
                if let request = from(source, index + 1) { requests.append(request) }
            } else if source.has("import_module", at: index) || source.has("__import__", at: index),
                source.has("(", at: index + 1), let name = source.text(at: index + 2)
            {
                requests.append(ImportRequest(name: name))
            }
        }
        return requests
    }

    private func startsStatement(_ source: SourceText, _ index: Int) -> Bool {
        source.beginsLine(index) || source.has(";", at: index - 1) || source.has(":", at: index - 1)
    }

    /// `import a.b as c, d`
    private func modules(_ source: SourceText, from start: Int) -> [ImportRequest] {
        var requests: [ImportRequest] = []
        var index = start
        while requests.count < 100 {
            let (words, end) = source.path(at: index, separator: ".")
            guard !words.isEmpty else { break }
            requests.append(ImportRequest(name: words.joined(separator: ".")))
            index = end
            if source.has("as", at: index) { index += 2 }
            guard source.has(",", at: index) else { break }
            index += 1
        }
        return requests
    }

    /// `from ..a.b import c as d, e`
    private func from(_ source: SourceText, _ start: Int) -> ImportRequest? {
        var index = start
        var level = 0
        while source.has(".", at: index), level < 32 {
            level += 1
            index += 1
        }
        var name = ""
        if !source.has("import", at: index) {
            let (words, end) = source.path(at: index, separator: ".")
            name = words.joined(separator: ".")
            index = end
        }
        guard source.has("import", at: index), level > 0 || !name.isEmpty else { return nil }
        index += 1
        var isOpen = false
        if source.has("(", at: index) {
            isOpen = true
            index += 1
        }
        var names: [String] = []
        while names.count < 400, source.tokens.indices.contains(index) {
            guard let word = source.word(at: index) else {
                if source.has("*", at: index) { names.append("*") }
                break
            }
            names.append(word)
            index += 1
            if source.has("as", at: index) { index += 2 }
            guard source.has(",", at: index) else { break }
            index += 1
            if source.has("\\", at: index) { index += 1 }
            if isOpen, source.has(")", at: index) { break }
        }
        return ImportRequest(name: name, names: names, level: level)
    }

    func resolve(_ request: ImportRequest, from path: String, in project: Project) -> [String] {
        let parts = request.name.split(separator: ".").map(String.init)
        let folder = PathText.folder(of: path)
        if request.level > 0 {
            guard let start = above(folder, by: request.level - 1) else { return [] }
            return module(parts, request.names, below: start, in: project)
        }
        for root in project.python.roots(for: folder) {
            let found = module(parts, request.names, below: root, in: project)
            if !found.isEmpty { return found }
        }
        // A root that no layout tells: the one place where such a module lies.
        guard let first = parts.first else { return [] }
        let places = project.python.packages[first] ?? []
        return places.count == 1 ? module(parts, request.names, below: places[0], in: project) : []
    }

    private func above(_ folder: String, by levels: Int) -> String? {
        var folder = folder
        for _ in 0..<levels {
            guard !folder.isEmpty else { return nil }
            folder = PathText.folder(of: folder)
        }
        return folder
    }

    /// The file of a module, those of the names taken from it that are modules themselves, and the packages around it,
    /// because importing runs them first.
    private func module(_ parts: [String], _ names: [String], below root: String, in project: Project) -> [String] {
        var found: [String] = []
        let place = PathText.join(root, parts.joined(separator: "/"))
        if let file = file(place, in: project) { found.append(file) }
        let isFolder = found.isEmpty || PathText.stem(of: found[0]) == "__init__"
        if isFolder {
            for name in names where name != "*" {
                if let file = file(PathText.join(place, name), in: project) { found.append(file) }
            }
        }
        guard !found.isEmpty else { return [] }
        var around = root
        for part in parts.dropLast() {
            around = PathText.join(around, part)
            let file = "\(around)/__init__.py"
            if project.has(file), !found.contains(file) { found.append(file) }
        }
        return found
    }

    private func file(_ place: String, in project: Project) -> String? {
        guard !place.isEmpty else { return project.has("__init__.py") ? "__init__.py" : nil }
        return [
            "\(place).py", "\(place)/__init__.py", "\(place).pyi", "\(place)/__init__.pyi", "\(place).pyx",
        ].first(where: project.has)
    }

    /// Fixtures come from the `conftest.py` of every folder above.
    func neighbours(of facts: SourceFacts, in project: Project, declaring: Declarations) -> [String] {
        let name = PathText.name(of: facts.path)
        guard name.hasPrefix("test") || name.hasSuffix("_test.py") else { return [] }
        return PathText.ancestors(of: PathText.folder(of: facts.path)).map { PathText.join($0, "conftest.py") }
            .filter(project.has)
    }
}

/// Folders from which absolute imports of Python are resolved.
struct PythonRoots: Sendable {
    /// Top-level packages and modules with the folders they lie in.
    let packages: [String: [String]]
    private let common: [String]
    private let isPackage: Set<String>

    init(byFolder: [String: [String]]) {
        var isPackage: Set<String> = []
        for (folder, names) in byFolder where names.contains("__init__.py") { isPackage.insert(folder) }
        var packages: [String: Set<String>] = [:]
        for folder in isPackage where !folder.isEmpty {
            let above = PathText.folder(of: folder)
            if above.isEmpty || !isPackage.contains(above) {
                packages[PathText.name(of: folder), default: []].insert(above)
            }
        }
        for (folder, names) in byFolder where !isPackage.contains(folder) {
            for name in names where name.hasSuffix(".py") {
                packages[String(name.dropLast(3)), default: []].insert(folder)
            }
        }
        self.isPackage = isPackage
        self.packages = packages.mapValues { $0.sorted() }
        common = ["", "src", "lib", "python"]
    }

    /// Roots for a file, nearest meaning first: the usual ones, and the first folder above that is no package, which is
    /// what pytest puts on the path.
    func roots(for folder: String) -> [String] {
        var own = folder
        while !own.isEmpty, isPackage.contains(own) { own = PathText.folder(of: own) }
        var roots = common
        if !roots.contains(own) { roots.append(own) }
        // A script finds its neighbours, whatever pytest would do.
        if !roots.contains(folder) { roots.append(folder) }
        for above in PathText.ancestors(of: own) where !roots.contains("\(PathText.join(above, "src"))") {
            roots.append(PathText.join(above, "src"))
        }
        return roots
    }
}
