/// A file that may hold the cause of a failure, and why it is thought so.
struct RankedFile: Sendable, Hashable {
    let path: String
    let score: Double
    /// For people and backends, strongest first.
    let reasons: [String]
}

/// Orders the files of a tree by how likely a repair touches them.
///
/// Every signal is a number from 0 to 1 with a weight; the sum decides, and the path where sums are equal. The weights
/// were set on repair commits of real projects (docs/context.md), apart from those of the delta, which keep the
/// proportions of the first system: a changed file of the context 160, one that the context imports 80, one that
/// imports some of it 60, one that something of it imports 40.
struct Ranking: Sendable {
    struct Weights: Sendable {
        var place = 60.0
        var nearTest = 30.0
        var nearPlace = 10.0
        var words = 45.0
        var declares = 30.0
        var name = 30.0
        /// Of a changed file that belongs to the failing context anyway; the others in proportion.
        var delta = 40.0
        var central = 3.0
        var aside = 0.4
    }

    let evidence: CauseEvidence
    let survey: Survey
    let isTest: @Sendable (String) -> Bool
    let weights: Weights
    /// How rare each word of the failure is among files outside the contract, by its place in the list.
    let rarity: [Double]

    init(
        evidence: CauseEvidence,
        survey: Survey,
        isTest: @escaping @Sendable (String) -> Bool,
        weights: Weights = Weights()
    ) {
        self.evidence = evidence
        self.survey = survey
        self.isTest = isTest
        self.weights = weights
        var having = [Int](repeating: 0, count: evidence.words.words.count)
        var all = 0
        for (path, uses) in survey.uses where !isTest(path) {
            all += 1
            for place in uses.keys { having[place] += 1 }
        }
        rarity = having.map { Self.rarity($0, of: all) }
    }

    /// The logarithm of how many files there are for each that has a word.
    private static func rarity(_ having: Int, of all: Int) -> Double {
        // In sixteenths, from whole numbers, so that every machine agrees.
        let ratio = (all + 1) * 65536 / max(1, having)
        let whole = ratio.bitWidth - 1 - ratio.leadingZeroBitCount
        let rest = (ratio >> max(0, whole - 4)) & 15
        return max(0, Double(whole - 16) + Double(rest) / 16)
    }

    /// Imports are followed this far.
    private static let depth = 5
    /// How much of a weight a distance keeps, from 1.
    private static let fading = [1.0, 0.65, 0.4, 0.25, 0.15]

    /// Files outside the contract that have any reason to be shown, best first.
    func files() -> [RankedFile] {
        let graph = survey.graph
        let testFiles = evidence.testFiles
        let fromTests = graph.distances(from: testFiles, most: Self.depth)
        let placed = evidence.places.map(\.path)
        let fromPlaces = graph.distances(from: placed, most: 2)
        let words = wordScores()
        let declared = declaredScores()
        let changed = Set(evidence.changed)
        let context = Set(placed).union(fromTests.filter { $0.value <= 3 }.keys).union(testFiles)
        var ranked: [RankedFile] = []
        for path in candidates(fromTests: fromTests) {
            var parts: [(value: Double, why: String)] = []
            if let index = placed.firstIndex(of: path) {
                parts.append((weights.place * max(0.3, 1 / (1 + 0.25 * Double(index))), "the failure names it"))
            }
            if let distance = fromTests[path], distance > 0 {
                let why =
                    distance == 1
                    ? "a failing test imports it" : "\(distance) imports away from a failing test"
                parts.append((weights.nearTest * Self.fading[min(distance, Self.depth) - 1], why))
            }
            if let distance = fromPlaces[path], distance > 0 {
                parts.append((weights.nearPlace * Self.fading[distance - 1], "what the failure names imports it"))
            } else if graph.needed[path]?.contains(where: { placed.prefix(5).contains($0) }) == true {
                parts.append((weights.nearPlace * 0.4, "it imports what the failure names"))
            }
            if let score = words[path] {
                parts.append((weights.words * score.value, "it shares \(Self.quoted(score.best)) with the failure"))
            }
            if let score = declared[path] {
                parts.append(
                    (weights.declares * score.value, "it declares \(Self.quoted(score.best)), which the failure uses")
                )
            }
            let name = nameScore(path)
            if name > 0 { parts.append((weights.name * name, "its name is that of a failing test")) }
            parts += deltaParts(path, changed: changed, context: context)
            let users = graph.needing[path]?.count ?? 0
            if users > 0 { parts.append((weights.central * min(1, Double(users) / 20), "")) }
            var sum = parts.reduce(0) { $0 + $1.value }
            if Surveyor.isAside(path), !placed.contains(path) { sum *= weights.aside }
            guard sum > 0 else { continue }
            let reasons = parts.filter { !$0.why.isEmpty && $0.value >= 0.5 }.sorted { $0.value > $1.value }.map(\.why)
            ranked.append(RankedFile(path: path, score: sum, reasons: reasons))
        }
        return ranked.sorted { ($1.score, $0.path) < ($0.score, $1.path) }
    }

    /// Code outside the contract, and other files that the failure or a failing test's imports lead to.
    private func candidates(fromTests: [String: Int]) -> [String] {
        var all = Set(survey.facts.keys)
        all.formUnion(evidence.places.map(\.path))
        all.formUnion(fromTests.filter { $0.value <= 2 }.keys)
        return all.filter { !isTest($0) }.sorted()
    }

    private static func quoted(_ words: [String]) -> String { words.map { "'\($0)'" }.joined(separator: ", ") }

    // MARK: words

    /// What files share with the failure, as a part of what the best of them does.
    private func wordScores() -> [String: (value: Double, best: [String])] {
        let paths = survey.uses.keys.filter { !isTest($0) }.sorted()
        let lines = paths.map { survey.facts[$0]?.lineCount ?? 0 }
        let average = max(1, Double(lines.reduce(0, +)) / Double(max(1, lines.count)))
        let words = evidence.words.words
        var scores: [String: (value: Double, best: [String])] = [:]
        var highest = 0.0
        for path in paths {
            let length = Double(survey.facts[path]?.lineCount ?? 0) / average
            let damping = 1.2 * (0.4 + 0.6 * min(length, 8))
            var sum = 0.0
            var best: [(value: Double, word: String)] = []
            for (place, count) in (survey.uses[path] ?? [:]).sorted(by: { $0.key < $1.key }) {
                let word = words[place]
                let value =
                    Double(word.weight) * rarity[place] * Double(count)
                    / (Double(count) + damping)
                sum += value
                best.append((value, word.text))
            }
            guard sum > 0 else { continue }
            highest = max(highest, sum)
            best.sort { ($1.value, $0.word) < ($0.value, $1.word) }
            scores[path] = (sum, best.prefix(3).map(\.word))
        }
        return highest > 0 ? scores.mapValues { ($0.value / highest, $0.best) } : [:]
    }

    /// What files declare of the names that failing tests use.
    private func declaredScores() -> [String: (value: Double, best: [String])] {
        var weights: [String: Int] = [:]
        for word in evidence.words.words where word.isName { weights[word.text] = word.weight }
        var declaring: [String: [String]] = [:]
        for (path, facts) in survey.facts where !isTest(path) {
            for name in Set(facts.definitions.filter { !$0.isTitle }.map { $0.name.lowercased() })
            where weights[name] != nil {
                declaring[name, default: []].append(path)
            }
        }
        var scores: [String: (value: Double, names: [(Double, String)])] = [:]
        for (name, paths) in declaring.sorted(by: { $0.key < $1.key }) {
            // A name that many files declare leads nowhere.
            let value = Double(weights[name] ?? 0) / Double(paths.count)
            for path in paths {
                var score = scores[path] ?? (0, [])
                score.value += value
                score.names.append((value, name))
                scores[path] = score
            }
        }
        let highest = scores.values.map(\.value).max() ?? 0
        guard highest > 0 else { return [:] }
        return scores.mapValues { score in
            (score.value / highest, score.names.sorted { ($1.0, $0.1) < ($0.0, $1.1) }.prefix(3).map(\.1))
        }
    }

    // MARK: names

    private static let generic: Set = [
        "__init__", "index", "main", "mod", "lib", "init", "base", "core", "utils", "util",
    ]

    /// How well a file's name fits those of the failing tests and their files.
    private func nameScore(_ path: String) -> Double {
        var stem = PathText.stem(of: path).lowercased()
        let folder = PathText.name(of: PathText.folder(of: path)).lowercased()
        let isGeneric = Self.generic.contains(stem)
        if ["__init__", "index", "mod", "lib", "main"].contains(stem) { stem = folder }
        let own = Set(Identifiers.parts(of: stem)).subtracting(["test", "tests"])
        guard !own.isEmpty, stem.utf8.count > 1 else { return 0 }
        var best = 0.0
        for file in evidence.testFiles {
            let subject = Self.subject(of: file)
            guard !subject.isEmpty else { continue }
            var score = 0.0
            if subject == stem || subject == stem.drop(while: { $0 == "_" }) {
                score = 0.85
            } else {
                let parts = Set(Identifiers.parts(of: subject))
                let shared = parts.intersection(own).count
                if shared > 0 { score = 0.6 * Double(2 * shared) / Double(parts.count + own.count) }
            }
            if score > 0, PathText.folder(of: file).lowercased().split(separator: "/").contains(Substring(folder)) {
                score += 0.15
            }
            best = max(best, score)
        }
        for test in evidence.tests.prefix(20) {
            let names = Set(Identifiers.parts(of: String(test.id.suffix(200))))
            if own.isSubset(of: names) { best = max(best, isGeneric ? 0.2 : 0.5) }
        }
        return best
    }

    /// What a file of tests is about, by its name: `test_lexer.py`, `lexer.test.js` and `LexerTests.swift` are of lexer.
    static func subject(of file: String) -> String {
        var stem = PathText.stem(of: file).lowercased()
        for ending in [".test", ".spec", "_test", "_spec", "-test", "-spec", "tests", "test", "_tests", "spec"]
        where stem.hasSuffix(ending) && stem.count > ending.count {
            stem = String(stem.dropLast(ending.count))
            break
        }
        for start in ["test_", "test-", "tests_", "test"] where stem.hasPrefix(start) && stem.count > start.count {
            stem = String(stem.dropFirst(start.count))
            break
        }
        return stem.trimmingPrefix { $0 == "_" || $0 == "-" }.description
    }

    // MARK: delta

    private func deltaParts(
        _ path: String,
        changed: Set<String>,
        context: Set<String>
    ) -> [(value: Double, why: String)] {
        guard changed.contains(path) else { return [] }
        let one = weights.delta / 160
        var parts: [(value: Double, why: String)] = []
        if context.contains(path) { parts.append((160 * one, "this change touches it")) }
        if survey.graph.needing[path]?.contains(where: context.contains) == true {
            parts.append((80 * one, "this change touches it, and the failing code imports it"))
        }
        if survey.graph.needed[path]?.contains(where: context.contains) == true {
            parts.append((60 * one, "this change touches it"))
        }
        let shared = survey.graph.needed[path]?.contains { file in
            survey.graph.needing[file]?.contains(where: context.contains) == true
        }
        if shared == true { parts.append((40 * one, "this change touches it")) }
        if parts.isEmpty { parts.append((10 * one, "this change touches it")) }
        return parts
    }
}
