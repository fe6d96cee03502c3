/// Which file of a tree needs which, as far as files were read.
struct DependencyGraph: Sendable {
    /// For each file those it needs, in the order in which it names them.
    let needed: [String: [String]]
    /// For each file those that need it, in path order.
    let needing: [String: [String]]

    /// A file with more imports than this is an index, and the rest of them says nothing.
    private static let mostImports = 400

    init(_ all: [SourceFacts], in project: Project) {
        let declarations = Declarations(all)
        var needed: [String: [String]] = [:]
        var needing: [String: [String]] = [:]
        for facts in all {
            let files = Self.files(neededBy: facts, in: project, declarations)
            needed[facts.path] = files
            for file in files { needing[file, default: []].append(facts.path) }
        }
        self.needed = needed
        self.needing = needing.mapValues { $0.sorted() }
    }

    private static func files(
        neededBy facts: SourceFacts,
        in project: Project,
        _ declarations: Declarations
    ) -> [String] {
        let language = facts.language.dependencies
        var files: [String] = []
        var seen: Set<String> = [facts.path]
        func add(_ found: [String]) {
            for file in found where files.count < mostImports && seen.insert(file).inserted { files.append(file) }
        }
        for request in facts.requests { add(language.resolve(request, from: facts.path, in: project)) }
        add(language.neighbours(of: facts, in: project, declaring: declarations))
        // A text that is the path of a file: data that is read, a program that is called.
        let folder = PathText.folder(of: facts.path)
        for text in facts.mentions {
            for place in [text, PathText.join(folder, text)] {
                if let path = PathText.normalised(place), project.has(path) { add([path]) }
            }
        }
        return files
    }

    /// How many imports lie between some files and every other one, at most so many: 0 for the files themselves.
    func distances(from starts: [String], most: Int) -> [String: Int] {
        var distances: [String: Int] = [:]
        var frontier: [String] = []
        for start in starts where distances[start] == nil {
            distances[start] = 0
            frontier.append(start)
        }
        for distance in stride(from: 1, through: most, by: 1) where !frontier.isEmpty {
            var next: [String] = []
            for file in frontier {
                for other in needed[file] ?? [] where distances[other] == nil {
                    distances[other] = distance
                    next.append(other)
                }
            }
            frontier = next
        }
        return distances
    }
}
