/// What the lines around a pattern say of it: tools name the file above or below what is wrong with it.
struct Neighbourhood {
    let lines: [OutputLine]
    let number: Int
    /// Whether a name is that of a file of the repository.
    let isFile: (String) -> Bool

    private static let settingsFiles: [LineTemplate] = [
        "Cause: Failed to parse {file}{end}", "ruff failed: Failed to parse {file}{end}", "Failed to parse {file}{end}",
        "Cause: Failed to load configuration `{file}`", "error: Failed to parse: `{file}`",
        "error: failed to parse manifest at `{file}`", "error: failed to parse `{file}`",
        "Error: Failed to parse {file}{end}",
        "--> {file}:{line#}:{column#}",
    ]
    private static let settingsPlaces: [LineTemplate] = ["{}TOML parse error at line {line#}, column {column#}"]
    private static let variants: [LineTemplate] = [
        "{}unknown variant `{invalidValue}`, expected one of {validValues}",
        "{}unknown variant `{invalidValue}`, expected {validValues}",
        "unknown field `{invalidValue}`, expected one of {validValues}", "unknown field `{invalidValue}`{end}",
        "{}Unknown rule selector `{invalidValue}` in `{}` from `{file}`",
        "{}Unknown rule selector: `{invalidValue}`",
    ]
    private static let places: [LineTemplate] = [
        "--> {file}:{line#}:{column#}", "File \"{file}\", line {line#}", "{file}:{line#}{end}",
        "{file}:{line#}: {code@}{end}",
    ]

    /// Fields that stand near the line, in the manner of the pattern's tools.
    func fields(of rule: PatternRule) -> [DetectedPattern.Field: String] {
        switch rule.key {
        case .tomlParse, .unknownVariant, .ruffSettings:
            var fields: [DetectedPattern.Field: String] = [:]
            for forms in [Self.settingsFiles, Self.settingsPlaces, Self.variants] {
                for (field, value) in first(of: forms, above: 12, below: 12) where fields[field] == nil {
                    fields[field] = value
                }
            }
            if rule.key == .tomlParse, fields[.message] == nil { fields[.message] = conclusion() }
            return fields
        case .lintCheck where rule.onlyAbove != nil, .formatCheck where rule.onlyAbove != nil:
            return first(of: Self.places, above: 0, below: 4)
        case .syntaxError, .importCycle, .missingModule, .compileError, .typeError:
            return first(of: Self.places, above: 8, below: 4)
        case .lintCheck where rule.tool == "clippy":
            return first(of: Self.places, above: 10, below: 0)
        case .lintCheck where rule.tool == "eslint":
            return sheet()
        default: return [:]
        }
    }

    /// What the nearest line that has one of some forms says: below first, because that is nearer to what it is about.
    private func first(of forms: [LineTemplate], above: Int, below: Int) -> [DetectedPattern.Field: String] {
        let after = lines.indices.clamped(to: (number)..<(number + below + 1))
        let before = lines.indices.clamped(to: max(0, number - above)..<number)
        for at in Array(after) + before.reversed() {
            let line = lines[at].withoutGutter
            for form in forms {
                guard let match = form.match(line) else { continue }
                if let file = match.text("file"), !isFile(file) { continue }
                var fields: [DetectedPattern.Field: String] = [:]
                for field in DetectedPattern.Field.allCases {
                    if field != .code, let value = match.text(field.rawValue) { fields[field] = value }
                }
                return fields
            }
        }
        return [:]
    }

    /// The last line of a paragraph that shows a piece of source: what Rust's parsers have against it.
    private func conclusion() -> String? {
        let rest = lines[(number + 1)...].prefix(8).prefix { !$0.isEmpty }
        guard let last = rest.last, let first = last.bytes.first, first != UInt8(ascii: "|"),
            !(0x30...0x39).contains(first)
        else { return nil }
        return last.text
    }

    /// The file above a list of findings, as eslint heads it: a line that holds a path and nothing else.
    private func sheet() -> [DetectedPattern.Field: String] {
        for at in lines.indices.clamped(to: max(0, number - 60)..<number).reversed() {
            let line = lines[at]
            if line.isEmpty { return [:] }
            if line.indent == 0, line.bytes.contains(0x2E), !line.bytes.contains(0x20) { return [.file: line.text] }
        }
        return [:]
    }
}
