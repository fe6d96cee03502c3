/// What is shown where a failure names no file and no test could be found: what says how a project is built, where it
/// begins, and the code that most of it needs.
enum Fallback {
    private static let manifests = [
        "pyproject.toml", "setup.py", "setup.cfg", "package.json", "Cargo.toml", "go.mod", "Package.swift", "pom.xml",
        "build.gradle", "build.gradle.kts", "Gemfile", "CMakeLists.txt", "Makefile", "README.md", "README.rst",
        "README",
    ]
    private static let entries: Set = ["main", "index", "app", "cli", "__main__", "lib", "server", "__init__"]

    static func files(
        _ survey: Survey,
        among paths: Set<String>,
        isTest: (String) -> Bool,
        ranked: [RankedFile]
    ) -> [RankedFile] {
        let known = Dictionary(ranked.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
        let central = survey.facts.keys.filter { !isTest($0) && !Surveyor.isAside($0) }.sorted {
            let (left, right) = (survey.graph.needing[$0]?.count ?? 0, survey.graph.needing[$1]?.count ?? 0)
            let (short, long) = (survey.facts[$0]?.lineCount ?? 0, survey.facts[$1]?.lineCount ?? 0)
            return (right, short, $0) < (left, long, $1)
        }
        let begins = central.filter { entries.contains(PathText.stem(of: $0).lowercased()) }
        var files: [RankedFile] = []
        var seen: Set<String> = []
        func add(_ some: [String], _ why: String) {
            for path in some where seen.insert(path).inserted {
                let file = known[path]
                files.append(RankedFile(path: path, score: file?.score ?? 0, reasons: [why] + (file?.reasons ?? [])))
            }
        }
        // Nothing failed that has a name: what the output's own words lead to still comes first.
        add(ranked.prefix(5).map(\.path), "the output shares words with it")
        add(manifests.filter(paths.contains), "how the project is built")
        add(Array(begins.prefix(5)), "where the program begins")
        add(Array(central.prefix(20)), "much of the code needs it")
        add(ranked.map(\.path), "")
        return files.map { RankedFile(path: $0.path, score: $0.score, reasons: $0.reasons.filter { !$0.isEmpty }) }
    }
}
