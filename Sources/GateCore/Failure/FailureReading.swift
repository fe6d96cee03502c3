import GateGit

/// What the texts of a failure say: places, patterns, files. Read once, in time that grows with their length.
struct FailureReading {
    /// Most frames that are kept.
    static let frameLimit = 200
    /// Most bytes of all texts that are searched for frames.
    private static let frameBudget = 512 << 10
    /// Most files that are suspected.
    static let suspectLimit = 50

    /// Innermost first, those of targets before those of others.
    let frames: [FailureFrame]
    /// Where each red test itself says it failed: the first frame of its own words.
    let places: [FailureRecord.TestKey: FailureFrame]
    private let reader: PatternReader
    /// Files that texts name without saying a line, in the order of reading.
    private let mentions: [RepositoryPath]
    private let resolver: PathResolver

    init(
        runs: [StepRun],
        failedTests: [FailureRecord.FailedTest],
        flaky: FlakyTests,
        resolver: PathResolver
    ) {
        self.resolver = resolver
        let texts = FailureText.all(of: runs, failedTests: failedTests)
        let telling = Set(failedTests.filter { !$0.isCollection && !($0.message + $0.detail).isEmpty }.map(\.step))
        let weak = Set(runs.filter { $0.report.strength == .weak || $0.process.ending != .itself }.map(\.step.id))
        let unloaded = Set(runs.filter { !$0.observation.problems.isEmpty }.map(\.step.id))
        var reader = PatternReader(
            resolver: resolver,
            speaking: weak.union(unloaded).union(
                Set(runs.map(\.step.id)).subtracting(telling)
            )
        )
        let scanner = FrameScanner(resolver: resolver)
        var frames: [FailureFrame] = []
        var mentions: [RepositoryPath] = []
        var seen: Set<FailureFrame> = []
        var places: [FailureRecord.TestKey: FailureFrame] = [:]
        var left = Self.frameBudget
        for text in texts {
            reader.read(text)
            if frames.count < Self.frameLimit, left > 0 {
                let lines = Array(OutputLine.bounded(text.lines, toBytes: left))
                left -= lines.map { $0.bytes.count + 1 }.reduce(0, +)
                let found = scanner.frames(in: lines, near: text.folder)
                if let test = text.test, let first = found.first {
                    let key = FailureRecord.TestKey(step: text.step, test: test)
                    if places[key] == nil { places[key] = first }
                }
                for frame in found where seen.insert(frame).inserted {
                    frames.append(frame)
                    if frames.count == Self.frameLimit { break }
                }
            }
            if mentions.count < Self.suspectLimit {
                mentions += Mentions.find(in: text.lines, resolver, most: Self.suspectLimit - mentions.count)
            }
        }
        for test in failedTests.prefix(Self.frameLimit) where frames.count < Self.frameLimit {
            guard let file = test.file, let path = resolver.resolve(Array(file.utf8)[...], allowsBaseName: true) else {
                continue
            }
            let key = FailureRecord.TestKey(step: test.step, test: test.id)
            if places[key] == nil { places[key] = FailureFrame(path: path, line: test.line) }
            // A runner's own word on the place adds nothing where the trace has it.
            if frames.contains(where: { $0.path == path && $0.line == test.line }) { continue }
            frames.append(FailureFrame(path: path, line: test.line))
        }
        let known = Set(runs.map(\.step.id))
        reader.note(
            .flaky,
            flaky.tests.filter { known.contains($0.key) }.flatMap { step, tests in
                tests.map { DetectedPattern.Place(step: step, test: $0, stream: .message, line: 1, isOwnError: false) }
            }
            .sorted { ($0.step, $0.test?.name ?? "") < ($1.step, $1.test?.name ?? "") }
            .prefix(PatternReader.placeLimit).map { $0 }
        )
        self.frames = frames
        self.places = places
        self.mentions = mentions
        self.reader = reader
    }

    var stricken: [PatternReader.Stricken: PatternKey] { reader.stricken }

    func patterns(isEnvironment: Bool) -> [DetectedPattern] { reader.patterns(isEnvironment: isEnvironment) }

    /// Files outside the contract, most suspicious first: those of frames, those of patterns, those that are named.
    func suspects(isContract: (RepositoryPath) -> Bool) -> [RepositoryPath] {
        let named = reader.patterns(isEnvironment: false).compactMap { $0.fields[.file] }
            .compactMap { resolver.resolve(Array($0.utf8)[...]) }
        var seen: Set<RepositoryPath> = []
        var suspects: [RepositoryPath] = []
        for path in frames.map(\.path) + named + mentions where seen.insert(path).inserted && !isContract(path) {
            suspects.append(path)
            if suspects.count == Self.suspectLimit { break }
        }
        return suspects
    }
}
