import GateGit

/// Recognises known ways to fail in the texts of a failure.
struct PatternReader {
    /// Most places of one pattern that are kept.
    static let placeLimit = 20
    /// Bytes of one text that are read, and of all texts together.
    private static let textLimit = 256 << 10
    private static let budget = 1 << 20
    private var left = PatternReader.budget

    private let resolver: PathResolver
    /// Steps whose output speaks for itself, because no test of theirs says why it is red.
    private let speaking: Set<String>
    private var found: [Finding] = []
    private var index: [Kind: Int] = [:]
    private var struck: [Stricken: PatternKey] = [:]
    /// Tests and steps whose own error is another one, whatever else they say.
    private var objected: Set<Stricken> = []

    /// Tests, and whole steps, whose own error is the environment's, by what it is.
    var stricken: [Stricken: PatternKey] { struck.filter { !objected.contains($0.key) } }

    private struct Kind: Hashable {
        let key: PatternKey
        let cause: PatternKey.Cause
    }

    private struct Finding {
        let kind: Kind
        let fields: [DetectedPattern.Field: String]
        var places: [DetectedPattern.Place]
    }

    /// A test, or a whole step.
    struct Stricken: Hashable {
        let step: String
        let test: TestID?
    }

    init(resolver: PathResolver, speaking: Set<String>) {
        self.resolver = resolver
        self.speaking = speaking
    }

    /// Reads a text.
    mutating func read(_ text: FailureText) {
        if text.test == nil, !speaking.contains(text.step) { return }
        let lines = Array(OutputLine.bounded(text.lines, toBytes: min(Self.textLimit, left)))
        left -= lines.map(\.bytes.count).reduce(0, +)
        let whole = Array(lines.map(\.bytes).joined(separator: [0x0A]))
        let first = text.lines.first { !$0.isEmpty }?.number
        var hits: [(line: OutputLine, rule: PatternRule, fields: [DetectedPattern.Field: String])] = []
        var foreign = false
        for (number, raw) in lines.enumerated() {
            let line = raw.withoutGutter
            guard !line.isEmpty, !line.isNoise else { continue }
            let isHead = raw.number == 1 || line.indent == 0
            if let (rule, match) = PatternTable.all.match(
                line,
                isHead: isHead,
                below: lines[(number + 1)...],
                in: whole
            ) {
                hits.append((line, rule, fields(rule, match, lines, number, in: text)))
                let isForeign = (rule.cause ?? rule.key.cause) != .environment
                foreign = foreign || isForeign
                if isForeign, raw.number == first { objected.insert(Stricken(step: text.step, test: text.test)) }
            } else if isHead, Self.isFailure(line) {
                foreign = true
                if raw.number == first { objected.insert(Stricken(step: text.step, test: text.test)) }
            } else if text.test == nil, Self.isPanic(line) {
                foreign = true
            }
        }
        for hit in hits {
            let isOwn = text.test == nil ? !foreign : hit.line.number == first
            add(hit.rule, hit.fields, hit.line.number, isOwn: isOwn, text)
        }
        readPairs(lines, text)
    }

    /// Notes a pattern that was found by other means than words.
    mutating func note(_ key: PatternKey, _ places: [DetectedPattern.Place]) {
        guard !places.isEmpty else { return }
        found.append(Finding(kind: Kind(key: key, cause: key.cause), fields: [:], places: places))
    }

    /// What was found, the primary pattern first: by precedence, but the environment only where it is to blame for
    /// everything.
    func patterns(isEnvironment: Bool) -> [DetectedPattern] {
        let order = Dictionary(uniqueKeysWithValues: PatternKey.allCases.enumerated().map { ($1, $0) })
        func rank(_ entry: (offset: Int, element: Finding)) -> (Int, Int, Int) {
            let kind = entry.element.kind
            let isBlamed = kind.cause != .environment || isEnvironment
            return (isBlamed ? 0 : 1, order[kind.key] ?? 0, entry.offset)
        }
        return found.enumerated().sorted { rank($0) < rank($1) }.map {
            entry in
            DetectedPattern(
                key: entry.element.kind.key,
                cause: entry.element.kind.cause,
                guidance: Guidance.text(entry.element.kind.key, cause: entry.element.kind.cause, entry.element.fields),
                fields: entry.element.fields,
                places: entry.element.places
            )
        }
    }

    private mutating func add(
        _ rule: PatternRule,
        _ fields: [DetectedPattern.Field: String],
        _ line: Int,
        isOwn: Bool,
        _ text: FailureText
    ) {
        var cause = rule.cause ?? rule.key.cause
        if rule.key == .missingModule, rule.cause == nil { cause = causeOfMissing(fields) }
        let place = DetectedPattern.Place(
            step: text.step,
            test: text.test,
            stream: text.stream,
            line: line,
            isOwnError: isOwn
        )
        if isOwn, cause == .environment {
            struck[Stricken(step: text.step, test: text.test)] = rule.key
        }
        let kind = Kind(key: rule.key, cause: cause)
        if let old = index[kind] {
            if found[old].places.count < Self.placeLimit { found[old].places.append(place) }
            // The same error, read again where more is said of it.
            let isSame = fields[.message] == found[old].fields[.message] || found[old].fields[.message] == nil
            if found[old].fields[.file] == nil, fields[.file] != nil, isSame {
                found[old] = Finding(
                    kind: kind,
                    fields: found[old].fields.merging(fields) { mine, _ in mine },
                    places: found[old].places
                )
            }
            return
        }
        index[kind] = found.count
        found.append(Finding(kind: kind, fields: fields, places: [place]))
    }

    /// Whether a module that is missing was meant to be in the repository.
    private func causeOfMissing(_ fields: [DetectedPattern.Field: String]) -> PatternKey.Cause {
        guard fields[.missingName] == nil, let module = fields[.module] else { return .code }
        if module.hasPrefix(".") || module.hasPrefix("/") || module.hasPrefix("crate::") { return .code }
        let top = module.split { $0 == "." || $0 == "/" || $0 == ":" }.first.map(String.init) ?? module
        return resolver.hasTop(top) ? .code : .configuration
    }

    /// A line that says that something failed, in words that are no pattern.
    private static func isFailure(_ line: OutputLine) -> Bool {
        let beginnings: [StaticString] = [
            "FAIL", "Assertion", "not ok", "--- FAIL", "✖", "✘", "✗", "error:", "error[",
        ]
        if beginnings.contains(where: { line.hasPrefix($0) }) { return true }
        // `ValueError: …`, `java.lang.IllegalStateException: …`
        let type = line.bytes.prefix { $0 != UInt8(ascii: ":") && $0 != 0x20 }
        return type.count < line.bytes.count
            && (type.ends(with: "Error".utf8) || type.ends(with: "Exception".utf8)) && line.bytes[type.count] == 0x3A
    }

    /// A crash in whose next line the error stands; in the words of a test that line is its message.
    private static func isPanic(_ line: OutputLine) -> Bool { line.hasPrefix("panic:") || line.hasPrefix("thread '") }

    // MARK: - Fields

    private func fields(
        _ rule: PatternRule,
        _ match: LineTemplate.Match,
        _ lines: [OutputLine],
        _ number: Int,
        in text: FailureText
    ) -> [DetectedPattern.Field: String] {
        let isFile: (String) -> Bool = { name in
            resolver.resolve(Array(name.utf8)[...], allowsBaseName: true, near: text.folder) != nil
        }
        var fields = Neighbourhood(lines: lines, number: number, isFile: isFile).fields(of: rule)
        if match.ranges["file"] != nil {
            // A place from elsewhere is none in this file.
            fields[.line] = nil
            fields[.column] = nil
        }
        for field in DetectedPattern.Field.allCases {
            if let said = match.text(field.rawValue) { fields[field] = said }
        }
        if let tool = rule.tool { fields[.tool] = tool }
        if [.syntaxError, .compileError, .typeError].contains(rule.key) {
            let words = Diagnosis(match)
            if let message = words.message { fields[.message] = message }
            if let code = words.code { fields[.code] = code }
        }
        return tidy(fields, near: text.folder)
    }

    private func tidy(
        _ fields: [DetectedPattern.Field: String],
        near folder: [[UInt8]]
    ) -> [DetectedPattern.Field: String] {
        var tidied: [DetectedPattern.Field: String] = [:]
        for (field, value) in fields {
            var text = Excerpt.line(Excerpt.visible(value), maximum: 300)
            while text.hasPrefix(" ") { text.removeFirst() }
            while text.hasSuffix(":") || text.hasSuffix(" ") || text.hasSuffix(";") { text.removeLast() }
            if field == .file {
                let path = resolver.resolve(Array(value.utf8)[...], allowsBaseName: true, near: folder)
                if path == nil, text.hasPrefix("/") || text.hasPrefix("<") { continue }
                text = path?.description ?? text
            }
            if field == .validValues { text.removeAll { $0 == "`" } }
            if !text.isEmpty { tidied[field] = text }
        }
        // A line of a file that is not ours says nothing.
        if fields[.file] != nil, tidied[.file] == nil {
            tidied[.line] = nil
            tidied[.column] = nil
        }
        return tidied
    }

    // MARK: - Assertions of several lines

    private mutating func readPairs(_ lines: [OutputLine], _ text: FailureText) {
        var actual: [Int: (line: Int, at: Int, value: String)] = [:]
        var expected: [Int: (line: Int, at: Int, value: String)] = [:]
        for (at, line) in lines.enumerated() where !line.isEmpty && line.bytes.count < 1000 {
            for (number, pair) in PatternRule.pairs.enumerated() {
                if let value = pair.actual.match(line)?.text("actual") {
                    actual[number] = (line.number, at, value)
                } else if let value = pair.expected.match(line)?.text("expected") {
                    expected[number] = (line.number, at, value)
                } else {
                    continue
                }
                guard let one = actual[number], let other = expected[number], abs(one.at - other.at) <= 4 else {
                    continue
                }
                differ(one.value, other.value, at: min(one.line, other.line), text)
                return
            }
            // `4 !== 3` below `Expected values to be strictly equal:`
            let above = lines[max(0, at - 3)..<at]
            guard above.contains(where: { $0.bytes.firstRange(of: Self.announcement) != nil }) else { continue }
            for form in PatternRule.comparisons {
                guard let match = form.match(line), let one = match.text("actual"), let other = match.text("expected")
                else { continue }
                differ(one, other, at: line.number, text)
                return
            }
        }
    }

    private static let announcement = Array("Expected values to be ".utf8)

    private mutating func differ(_ actual: String, _ expected: String, at line: Int, _ text: FailureText) {
        let rule = PatternRule(.assertionDifference, "")
        let fields = tidy([.actual: actual, .expected: expected], near: [])
        if let old = index[Kind(key: .assertionDifference, cause: .code)], found[old].fields[.expected] == nil {
            // The words that were read first name no values; these do.
            found[old] = Finding(
                kind: found[old].kind,
                fields: found[old].fields.merging(fields) { $1 },
                places: found[old].places
            )
        }
        add(rule, fields, line, isOwn: true, text)
    }
}
