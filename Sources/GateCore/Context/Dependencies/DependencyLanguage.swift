/// How the files of one language name each other.
///
/// Imports are read from tokens, so that comments and texts say nothing. No interpreter or compiler is asked: to parse
/// a language with its own tools would mean to run a program over hostile files outside the sandbox, in whatever
/// version the machine has, and the answer would differ from machine to machine. What scanning cannot see, an import
/// computed at run time, no parser sees either.
protocol DependencyLanguage: Sendable {
    /// What a file asks for, in the order in which it does.
    func requests(in source: SourceText) -> [ImportRequest]

    /// The files of the tree that a request means, nearest meaning first; empty for what is not of this repository.
    func resolve(_ request: ImportRequest, from path: String, in project: Project) -> [String]

    /// Files that need not be asked for: those of the same package or module that declare names this one uses.
    func neighbours(of facts: SourceFacts, in project: Project, declaring: Declarations) -> [String]

    /// Whether names that a file uses tell what it needs, so that they have to be kept.
    var needsNames: Bool { get }
}

extension DependencyLanguage {
    var needsNames: Bool { false }
    func neighbours(of facts: SourceFacts, in project: Project, declaring: Declarations) -> [String] { [] }
}

/// One import as it is written, before it is known what it means.
struct ImportRequest: Sendable, Hashable {
    /// What is asked for: a module with dots, a path, a package.
    let name: String
    /// What is taken from it, where the import says so.
    var names: [String] = []
    /// Of Python: the number of leading dots. Elsewhere 0.
    var level = 0
}

/// Which files declare a name.
struct Declarations: Sendable {
    private let files: [String: [String]]
    /// A name that more files than this declare tells nothing.
    private static let most = 8

    init(_ facts: [SourceFacts]) {
        var files: [String: [String]] = [:]
        for one in facts {
            for name in Set(one.definitions.filter { $0.depth == 0 && !$0.isTitle }.map(\.name)) {
                files[name, default: []].append(one.path)
            }
        }
        self.files = files.mapValues { $0.sorted() }
    }

    /// The files that declare one of some names and lie in a given place, without the file that asks.
    func files(declaring names: Set<String>, besides path: String, where isNear: (String) -> Bool) -> [String] {
        var found: Set<String> = []
        for name in names {
            guard let all = files[name] else { continue }
            let near = all.filter { $0 != path && isNear($0) }
            if near.count <= Self.most { found.formUnion(near) }
        }
        return found.sorted()
    }
}
