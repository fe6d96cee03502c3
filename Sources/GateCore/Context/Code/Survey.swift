import GateGit

/// What there is to know of a tree's code for one failure: who needs whom, who declares what, who uses which words.
struct Survey: Sendable {
    let project: Project
    let facts: [String: SourceFacts]
    let graph: DependencyGraph
    /// For each file how often it uses each word of the failure, by the word's place in the list.
    let uses: [String: [Int: Int]]
    /// Files that were not read, because there are too many or they are too large.
    let unread: Int

    /// Bounds on what is read: files, bytes of one file, bytes in all.
    struct Limits: Sendable {
        var files = 4000
        var fileSize = 1 << 20
        var total = 24 << 20
    }
}

/// Reads files of the head's tree, each once, and never one that usually holds credentials.
final actor HeadFiles {
    private let repository: GitRepository
    private let entries: [String: TreeEntry]
    private var contents: [String: [UInt8]] = [:]
    private var sizes: [String: Int] = [:]
    /// Every regular file whose name is text and that may be shown.
    nonisolated let paths: Set<String>

    init(_ repository: GitRepository, tree: ObjectID) async throws {
        self.repository = repository
        var entries: [String: TreeEntry] = [:]
        for (path, entry) in try await repository.files(in: tree) where entry.mode.isRegularFile {
            guard let text = path.text, !ContextBuilder.isDenied(path) else { continue }
            entries[text] = entry
        }
        self.entries = entries
        paths = Set(entries.keys)
    }

    /// Size of a file in bytes; `nil` where there is none.
    func size(_ path: String) async throws -> Int? {
        if let known = sizes[path] { return known }
        guard let entry = entries[path] else { return nil }
        let size = try await repository.blobSize(entry.id)
        sizes[path] = size
        return size
    }

    /// Content of a text file; `nil` for one that is larger than `limit`, holds zero bytes, or is not there.
    func content(_ path: String, limit: Int) async throws -> [UInt8]? {
        if let known = contents[path] { return known.count <= limit ? known : nil }
        guard let entry = entries[path], let size = try await size(path), size <= limit else { return nil }
        let bytes = try await repository.blob(entry.id)
        guard !bytes.contains(0) else { return nil }
        contents[path] = bytes
        return bytes
    }
}

/// Makes surveys.
struct Surveyor: Sendable {
    let files: HeadFiles
    let limits: Survey.Limits

    init(_ files: HeadFiles, limits: Survey.Limits = Survey.Limits()) {
        self.files = files
        self.limits = limits
    }

    /// Reads the code of a tree, the given files first.
    ///
    /// - Parameters:
    ///   - first: files that are read whatever the bounds on the whole say.
    ///   - words: words of the failure whose use is counted.
    func survey(first: [String], words: FailureWords) async throws -> Survey {
        let project = Project(files: files.paths, manifests: try await manifests())
        var facts: [String: SourceFacts] = [:]
        var uses: [String: [Int: Int]] = [:]
        var total = 0
        var unread = 0
        var counter = WordCounter(words)
        let code = files.paths.filter { CodeLanguage(path: $0) != nil || PathText.ending(of: $0) == nil }
        // What lies near the failing tests is read before what lies elsewhere, should there be too much.
        let near = Set(first.flatMap { PathText.ancestors(of: PathText.folder(of: $0)).prefix(2) })
        let order = code.sorted {
            (first.contains($0) ? 0 : 1, near.contains(PathText.folder(of: $0)) ? 0 : 1, Self.isAside($0) ? 1 : 0, $0)
                < (
                    first.contains($1) ? 0 : 1, near.contains(PathText.folder(of: $1)) ? 0 : 1,
                    Self.isAside($1) ? 1 : 0, $1
                )
        }
        for path in order {
            guard facts.count < limits.files, total < limits.total else {
                unread += 1
                continue
            }
            guard let content = try await files.content(path, limit: limits.fileSize) else {
                if CodeLanguage(path: path) != nil { unread += 1 }
                continue
            }
            guard let language = CodeLanguage(path: path) ?? CodeLanguage(interpreter: content) else { continue }
            total += content.count
            let source = SourceText(path: path, language: language, content: content)
            facts[path] = SourceFacts(source)
            uses[path] = counter.count(in: source)
        }
        let graph = DependencyGraph(facts.keys.sorted().compactMap { facts[$0] }, in: project)
        return Survey(project: project, facts: facts, graph: graph, uses: uses, unread: unread)
    }

    /// Code that came from elsewhere, was generated, or shows how something is used.
    static func isAside(_ path: String) -> Bool {
        let aside: Set<Substring> = [
            "vendor", "vendored", "third_party", "thirdparty", "external", "node_modules", "dist", "build", "examples",
            "example", "docs", "doc", "benchmarks", "benchmark", "bench", "generated", "gen", "demo", "demos",
            "fixtures",
            "testdata", "scripts", "tools",
        ]
        let parts = path.split(separator: "/")
        return parts.dropLast().contains { aside.contains($0) } || path.hasSuffix(".min.js")
    }

    private func manifests() async throws -> [String: [UInt8]] {
        let all = files.paths.filter {
            Project.manifests.contains(PathText.name(of: $0)) && !$0.contains("node_modules/")
        }
        .sorted { ($0.count { $0 == "/" }, $0) < ($1.count { $0 == "/" }, $1) }
        var manifests: [String: [UInt8]] = [:]
        for path in all.prefix(Project.mostManifests) {
            manifests[path] = try await files.content(path, limit: Project.largestManifest)
        }
        return manifests
    }
}
