/// Imports of Java and Kotlin: by package, and files of the same package that are named after what is used.
struct JavaDependencies: DependencyLanguage {
    var needsNames: Bool { true }

    func requests(in source: SourceText) -> [ImportRequest] {
        var requests: [ImportRequest] = []
        for index in source.tokens.indices where source.has("import", at: index) && source.beginsLine(index) {
            let start = source.has("static", at: index + 1) ? index + 2 : index + 1
            let (words, end) = source.path(at: start, separator: ".")
            guard !words.isEmpty else { continue }
            let takesAll = source.has("*", at: end) || source.has(".", at: end) && source.has("*", at: end + 1)
            requests.append(ImportRequest(name: words.joined(separator: "."), names: takesAll ? ["*"] : []))
        }
        return requests
    }

    func resolve(_ request: ImportRequest, from path: String, in project: Project) -> [String] {
        let parts = request.name.split(separator: ".").map(String.init)
        guard parts.count > 1 else { return [] }
        // The last words may name a member, or a type inside a type.
        for count in stride(from: parts.count, to: max(parts.count - 3, 1), by: -1) {
            let place = parts.prefix(count).joined(separator: "/")
            for ending in [".java", ".kt"] {
                let found = project.files(endingIn: place + ending)
                if !found.isEmpty { return found }
            }
        }
        // A function of Kotlin lies in a file of any name, as everything does behind a star.
        let isAll = request.names == ["*"]
        let package = (isAll ? parts : parts.dropLast()).joined(separator: "/")
        return isAll ? Self.files(ofPackage: package, in: project) : []
    }

    private static func files(ofPackage package: String, in project: Project) -> [String] {
        var found: [String] = []
        for folder in project.byFolder.keys.sorted() where folder == package || folder.hasSuffix("/" + package) {
            found += project.contents(of: folder).filter { $0.hasSuffix(".java") || $0.hasSuffix(".kt") }
        }
        return Array(found.prefix(100))
    }

    func neighbours(of facts: SourceFacts, in project: Project, declaring: Declarations) -> [String] {
        let package = Self.package(of: facts.path)
        let imported = Set(facts.requests.map { $0.name.split(separator: ".").dropLast().joined(separator: "/") })
        return declaring.files(declaring: facts.names, besides: facts.path) { path in
            let other = Self.package(of: path)
            return (path.hasSuffix(".java") || path.hasSuffix(".kt"))
                && (other == package || imported.contains { !$0.isEmpty && (other == $0 || other.hasSuffix("/" + $0)) })
        }
    }

    /// The folder of a package below its root of sources.
    private static func package(of path: String) -> String {
        let folder = PathText.folder(of: path)
        for root in [
            "src/main/java/", "src/test/java/", "src/main/kotlin/", "src/test/kotlin/", "src/", "test/", "tests/",
        ] {
            if let range = folder.firstRange(of: root),
                range.lowerBound == folder.startIndex || folder[..<range.lowerBound].hasSuffix("/")
            {
                return String(folder[range.upperBound...])
            }
        }
        return folder
    }
}
