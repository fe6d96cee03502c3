/// Modules of Rust: `mod`, `use`, and paths through `crate`, `super`, `self` and the workspace's crates.
struct RustDependencies: DependencyLanguage {
    func requests(in source: SourceText) -> [ImportRequest] {
        var requests: [ImportRequest] = []
        var index = 0
        var pathOfNext: String?
        while index < source.tokens.count, requests.count < 2000 {
            if source.has("path", at: index), source.has("[", at: index - 1), source.has("=", at: index + 1) {
                pathOfNext = source.text(at: index + 2)
            }
            if source.has("mod", at: index), let name = source.word(at: index + 1), source.has(";", at: index + 2) {
                requests.append(ImportRequest(name: pathOfNext.map { "path:" + $0 } ?? "mod:" + name))
                pathOfNext = nil
                index += 3
                continue
            }
            if source.has("use", at: index) {
                index = use(source, index + 1, before: [], into: &requests, depth: 0)
                continue
            }
            // A path in the code itself, where one begins.
            if let first = source.word(at: index), source.has(":", at: index + 1), source.has(":", at: index + 2),
                !source.has(":", at: index - 1)
            {
                let (words, end) = source.path(at: index, separator: "::")
                if words.count > 1, first.utf8.first.map({ $0 >= 0x61 }) == true {
                    requests.append(ImportRequest(name: words.joined(separator: "::")))
                }
                index = max(end, index + 1)
                continue
            }
            index += 1
        }
        return requests
    }

    /// A tree of `use`, spread out into paths.
    private func use(
        _ source: SourceText,
        _ start: Int,
        before: [String],
        into requests: inout [ImportRequest],
        depth: Int
    ) -> Int {
        var words = before
        var index = start
        while index < source.tokens.count, requests.count < 2000 {
            if let word = source.word(at: index) {
                if word == "as" {
                    index += 2
                    continue
                }
                words.append(word)
                index += 1
            } else if source.has("{", at: index), depth < 8 {
                index += 1
                while index < source.tokens.count, !source.has("}", at: index) {
                    let next = use(source, index, before: words, into: &requests, depth: depth + 1)
                    index = max(next, index + 1)
                    if source.has(",", at: index - 1) { continue }
                }
                words = before
                index += 1
                if depth == 0 { return index }
            } else if source.has(",", at: index) {
                if words.count > before.count { requests.append(ImportRequest(name: words.joined(separator: "::"))) }
                return index + 1
            } else if source.has("}", at: index) || source.has(";", at: index) {
                if words.count > before.count { requests.append(ImportRequest(name: words.joined(separator: "::"))) }
                return source.has(";", at: index) ? index + 1 : index
            } else {
                index += 1
            }
        }
        return index
    }

    func resolve(_ request: ImportRequest, from path: String, in project: Project) -> [String] {
        let folder = PathText.folder(of: path)
        if request.name.hasPrefix("path:") {
            let place = PathText.normalised(PathText.join(folder, String(request.name.dropFirst(5))))
            return place.map { project.has($0) ? [$0] : [] } ?? []
        }
        let own = Self.folderOfModules(path)
        if request.name.hasPrefix("mod:") {
            return module([String(request.name.dropFirst(4))], below: own, in: project)
        }
        var words = request.name.split(separator: "::").map(String.init)
        guard let first = words.first else { return [] }
        switch first {
        case "crate":
            guard let root = root(of: folder, in: project) else { return [] }
            return module(Array(words.dropFirst()), below: root, in: project)
        case "self": return module(Array(words.dropFirst()), below: own, in: project)
        case "super":
            var place = own
            while words.first == "super" {
                words.removeFirst()
                place = PathText.folder(of: place)
            }
            // A file of a folder is a module of the folder's own module.
            return module(words, below: place, in: project) + owner(of: place, in: project)
        default:
            if let crate = project.crates[first] {
                let source = PathText.join(crate, "src")
                let found = module(Array(words.dropFirst()), below: source, in: project)
                return found.isEmpty ? [PathText.join(source, "lib.rs")].filter(project.has) : found
            }
            return module(words, below: own, in: project)
        }
    }

    /// The file of the longest beginning of a path that is a module.
    private func module(_ words: [String], below folder: String, in project: Project) -> [String] {
        for count in stride(from: min(words.count, 12), to: 0, by: -1) {
            let place = PathText.join(folder, words.prefix(count).joined(separator: "/"))
            for file in ["\(place).rs", "\(place)/mod.rs"] where project.has(file) { return [file] }
        }
        return words.isEmpty ? [] : owner(of: folder, in: project)
    }

    /// The file that is the module of a folder.
    private func owner(of folder: String, in project: Project) -> [String] {
        [
            "\(folder).rs", PathText.join(folder, "mod.rs"), PathText.join(folder, "lib.rs"),
            PathText.join(folder, "main.rs"),
        ]
        .first(where: project.has).map { [$0] } ?? []
    }

    /// Where the modules of a file lie.
    private static func folderOfModules(_ path: String) -> String {
        let folder = PathText.folder(of: path)
        return ["lib", "main", "mod"].contains(PathText.stem(of: path)) || folder.hasSuffix("tests")
            || folder == "tests"
            ? folder : PathText.join(folder, PathText.stem(of: path))
    }

    /// The folder of the crate's own sources around a folder.
    private func root(of folder: String, in project: Project) -> String? {
        PathText.ancestors(of: folder).first {
            project.has(PathText.join($0, "lib.rs")) || project.has(PathText.join($0, "main.rs"))
        }
    }

    /// Crates of the repository by the name that `use` has for them.
    static func crates(_ manifests: [String: [UInt8]]) -> [String: String] {
        var crates: [String: String] = [:]
        for (path, content) in manifests.sorted(by: { $0.key < $1.key }) where PathText.name(of: path) == "Cargo.toml" {
            var table = ""
            for line in String(decoding: LineText.withNewlines(content), as: UTF8.self).split(separator: "\n") {
                let line = line.drop { $0 == " " }
                if line.hasPrefix("[") { table = String(line.prefix { $0 != "]" }) }
                guard line.hasPrefix("name"), table == "[package" || table == "[lib",
                    let open = line.firstIndex(of: "\"")
                else { continue }
                let name = String(line[line.index(after: open)...].prefix { $0 != "\"" }).replacing("-", with: "_")
                if crates[name] == nil { crates[name] = PathText.folder(of: path) }
            }
        }
        return crates
    }
}
