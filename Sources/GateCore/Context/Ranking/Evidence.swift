import GateGit

/// What a failure says of where its cause may lie, before any code was read.
struct CauseEvidence: Sendable {
    /// A place that the failure names.
    struct Place: Sendable, Hashable {
        let path: String
        /// Lines that it names, innermost frame first.
        let lines: [Int]
    }

    /// Places outside the tests, most suspicious first.
    var places: [Place] = []
    /// Changed files, in path order.
    var changed: [String] = []
    var tests: [FailingTest] = []
    var words = FailureWords()

    /// Files that hold failing tests, in the order of the tests.
    var testFiles: [String] {
        var seen: Set<String> = []
        return tests.map(\.file).filter { seen.insert($0).inserted }
    }
}

/// Gathers the evidence of a failure.
struct EvidenceReader: Sendable {
    let files: HeadFiles
    let isTest: @Sendable (String) -> Bool

    /// Failing tests that are looked up, and files that are searched for those whose ids name no file.
    private static let mostTests = 40
    private static let mostSearched = 600
    private static let largestFile = 1 << 20
    /// Bytes of the output that are searched for names of files.
    private static let mostOutput = 64 << 10
    /// Lines of one file that count: a recursion names the same ones for ever.
    private static let mostLines = 20

    func read(_ record: FailureRecord, delta: [TreeChange]) async throws -> CauseEvidence {
        var evidence = CauseEvidence()
        evidence.places = places(record)
        evidence.changed = delta.compactMap(\.path.text)
        var words = FailureWords()
        words.add(text: record.summary, weight: 4, most: 60)
        let finder = TestFinder(files: files.paths, isTest: isTest)
        var sources: [String: (SourceText, [Definition])] = [:]
        var searched: [String: [(path: String, lines: ClosedRange<Int>)]]?
        for test in record.failedTests.prefix(Self.mostTests) {
            words.add(text: test.message, weight: 4, most: 120)
            words.add(text: test.detail, weight: 2, most: 400)
            let (file, names) = finder.taken(apart: test.id.name)
            for name in names.suffix(3) { words.add(text: name, weight: 6, most: 30) }
            if let file {
                let (source, definitions) = try await load(file, &sources)
                let lines = TestFinder.lines(of: names, in: definitions)
                evidence.tests.append(FailingTest(id: test.id.name, isTarget: test.isTarget, file: file, lines: lines))
                if let source { add(lines, of: source, to: &words) }
            } else {
                if searched == nil { searched = try await search() }
                // The first of the names, from the inside out, that some file of tests declares.
                let found = names.reversed().lazy.compactMap { searched?[$0] }.first ?? []
                for place in found.prefix(3) {
                    evidence.tests.append(
                        FailingTest(id: test.id.name, isTarget: test.isTarget, file: place.path, lines: place.lines)
                    )
                    let (source, _) = try await load(place.path, &sources)
                    if let source { add(place.lines, of: source, to: &words) }
                }
            }
        }
        if evidence.tests.isEmpty {
            // A runner that names no test still prints where it stood.
            for (path, line) in testFrames(record) {
                let (source, definitions) = try await load(path, &sources)
                let lines = line.flatMap { line in definitions.last { $0.lines.contains(line) }?.lines }
                evidence.tests.append(FailingTest(id: path, isTarget: true, file: path, lines: lines))
                if let source { add(lines, of: source, to: &words) }
            }
        }
        if record.failedTests.isEmpty { words.add(text: record.output, weight: 2, most: 600) }
        words.close()
        evidence.words = words
        return evidence
    }

    /// The first files of tests that frames name, with the lines they name; else those that the output does.
    private func testFrames(_ record: FailureRecord) -> [(path: String, line: Int?)] {
        var found: [(path: String, line: Int?)] = []
        for frame in record.frames {
            guard found.count < 5, let path = frame.path.text, isTest(path), CodeLanguage(path: path) != nil,
                files.paths.contains(path), !found.contains(where: { $0.path == path })
            else { continue }
            found.append((path, frame.line))
        }
        if !found.isEmpty { return found }
        let ends: Set<UInt8> = [0x20, 0x09, 0x0A, 0x0D, 0x22, 0x27, 0x28, 0x29, 0x2C, 0x3A, 0x60]
        for word in Array(record.output.utf8.prefix(Self.mostOutput)).split(whereSeparator: ends.contains)
        where found.count < 5 && word.count <= 400 {
            let path = String(decoding: word, as: UTF8.self)
            if files.paths.contains(path), isTest(path), CodeLanguage(path: path) != nil,
                !found.contains(where: { $0.path == path })
            {
                found.append((path, nil))
            }
        }
        return found
    }

    /// Files that the failure points at, in its order, each with the lines that frames name.
    private func places(_ record: FailureRecord) -> [CauseEvidence.Place] {
        var lines: [String: [Int]] = [:]
        for frame in record.frames {
            if let path = frame.path.text, let line = frame.line { lines[path, default: []].append(line) }
        }
        var places: [CauseEvidence.Place] = []
        var seen: Set<String> = []
        for path in (record.likelyFiles + record.frames.map(\.path)).compactMap(\.text)
        where files.paths.contains(path) && !isTest(path) && seen.insert(path).inserted {
            let named = lines[path] ?? []
            places.append(CauseEvidence.Place(path: path, lines: Array(named.prefix(Self.mostLines))))
        }
        return places
    }

    private func load(
        _ path: String,
        _ sources: inout [String: (SourceText, [Definition])]
    ) async throws -> (SourceText?, [Definition]) {
        if let known = sources[path] { return (known.0, known.1) }
        guard let language = CodeLanguage(path: path),
            let content = try await files.content(path, limit: Self.largestFile)
        else { return (nil, []) }
        let source = SourceText(path: path, language: language, content: content)
        let definitions = Definitions.find(in: source)
        sources[path] = (source, definitions)
        return (source, definitions)
    }

    /// What a test says itself: its names and its literals. Without a body only what the file imports is known.
    private func add(_ lines: ClosedRange<Int>?, of source: SourceText, to words: inout FailureWords) {
        for (index, token) in source.tokens.enumerated() {
            let isInside = lines?.contains(token.line) ?? true
            guard isInside else { continue }
            switch token.kind {
            case .word:
                // What is called, or belongs to something, says more than a variable.
                let isTelling = source.has("(", at: index + 1) || source.has(".", at: index - 1)
                words.add(name: token.text, weight: lines == nil ? 2 : isTelling ? 10 : 6)
            case .text: words.add(text: token.text, weight: lines == nil ? 1 : 3, most: 60)
            default: break
            }
        }
    }

    /// Names declared in files of tests, with their places.
    private func search() async throws -> [String: [(path: String, lines: ClosedRange<Int>)]] {
        var found: [String: [(path: String, lines: ClosedRange<Int>)]] = [:]
        let all = files.paths.filter { CodeLanguage(path: $0) != nil && isTest($0) }.sorted()
        for path in all.prefix(Self.mostSearched) {
            var sources: [String: (SourceText, [Definition])] = [:]
            let (_, definitions) = try await load(path, &sources)
            for one in definitions { found[one.name, default: []].append((path, one.lines)) }
        }
        return found
    }
}
