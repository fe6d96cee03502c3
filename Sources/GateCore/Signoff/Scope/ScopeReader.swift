import GateGit

/// Reads a scope matrix strictly: every problem is named with its row and its field.
package enum ScopeReader {
    /// Largest document, in bytes.
    package static let mostBytes = 128 << 10
    static let mostRows = 200

    /// - Parameter name: the document as messages name it.
    /// - Throws: `GateFailure` with `scope.invalid` and every problem of the document.
    package static func read(_ bytes: [UInt8], name: String) throws -> ScopeMatrix {
        func refuse(_ problems: [String]) -> GateFailure {
            GateFailure(
                "scope.invalid",
                problems.count == 1
                    ? "the scope matrix '\(name)': \(problems[0])"
                    : "the scope matrix '\(name)' has \(problems.count) problems:\n  "
                        + problems.prefix(50).joined(separator: "\n  "),
                hints: [
                    "docs/signoff.md lists the fields; 'git gatekeeper signoff --print-scope' shows how it is understood"
                ]
            )
        }
        guard bytes.count <= mostBytes else { throw refuse(["is larger than \(mostBytes) bytes"]) }
        guard let value = JSONValue.read(bytes) else { throw refuse(["is not JSON in UTF-8"]) }
        guard case .object(let fields) = value else { throw refuse(["is \(value.kind), not an object"]) }
        if let path = JSONKeys.firstDoublePath(in: bytes), let twice = path.last {
            let row = path.count > 1 && path[0] == "rows" ? Int(path[1]).map { "row \($0 + 1)" } : nil
            throw refuse([Excerpt.visible("\(row.map { "\($0): " } ?? "")field '\(twice)' is given twice")])
        }
        var problems = fields.keys.sorted().filter { $0 != "rows" }.map { "field '\($0)' is unknown; there is 'rows'" }
        var matrix = ScopeMatrix()
        switch fields["rows"] {
        case .list(let items)?:
            if items.isEmpty { problems.append("field 'rows' is empty") }
            if items.count > mostRows { throw refuse(["has \(items.count) rows; \(mostRows) is the most"]) }
            var ids: Set<String> = []
            for (index, item) in items.enumerated() {
                var reading = ScopeRowReading(item, number: index + 1)
                let row = reading.row()
                problems += reading.problems
                guard let row else { continue }
                if !ids.insert(row.id).inserted {
                    problems.append("row \(index + 1): field 'id' is '\(row.id)', as in an earlier row")
                }
                matrix.rows.append(row)
            }
        case let other?: problems.append("field 'rows' is \(other.kind), not a list")
        case nil: problems.append("field 'rows' is missing")
        }
        guard problems.isEmpty else { throw refuse(problems.map { Excerpt.visible($0) }) }
        return matrix
    }
}

/// Reads one row.
struct ScopeRowReading {
    private enum Key: String, CaseIterable {
        case id, repository, branch, surface, package, consumers, files, gates, state, owner, until, reason, proof, tree
        case pullRequest = "pull_request"
        case expectedChange = "expected_change"
        case producerVersion = "producer_version"
    }

    private let fields: [String: JSONValue]
    private let label: String
    private(set) var problems: [String] = []
    private static let mostCharacters = 1000

    init(_ value: JSONValue, number: Int) {
        guard case .object(let members) = value else {
            (fields, label) = ([:], "row \(number)")
            problems = ["row \(number) is \(value.kind), not an object"]
            return
        }
        fields = members
        label = "row \(number)" + (members["id"]?.string.map { " ('\(Excerpt.line($0, maximum: 40))')" } ?? "")
    }

    private mutating func wrong(_ text: String) { problems.append("\(label): \(text)") }

    /// - Returns: `nil` where the row has problems.
    mutating func row() -> ScopeMatrix.Row? {
        guard problems.isEmpty else { return nil }
        let known = Set(Key.allCases.map(\.rawValue))
        for field in fields.keys.sorted() where !known.contains(field) { wrong("field '\(field)' is unknown") }
        let id = text(.id, isRequired: true)
        if !id.isEmpty,
            id.utf8.count > 64 || !id.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber || "._-/@".contains($0)) })
        {
            wrong("field 'id' is '\(id)'; use at most 64 letters, digits and '._-/@'")
        }
        let word = text(.state, isRequired: true)
        let state = ScopeMatrix.State(rawValue: word)
        if state == nil, !word.isEmpty {
            let all = ScopeMatrix.State.allCases.map(\.rawValue).joined(separator: ", ")
            wrong("field 'state' is '\(word)'; there are: \(all)")
        }
        var row = ScopeMatrix.Row(
            id: id,
            surface: text(.surface, isRequired: true),
            expectedChange: text(.expectedChange, isRequired: true),
            state: state ?? .implemented,
            owner: text(.owner, isRequired: true)
        )
        row.repository = optional(.repository)
        if row.repository == "." { row.repository = nil }
        row.branch = optional(.branch)
        row.pullRequest = fields[Key.pullRequest.rawValue]?.integer.map(String.init) ?? optional(.pullRequest)
        row.producerVersion = optional(.producerVersion)
        row.reason = optional(.reason)
        row.until = optional(.until)
        row.tree = optional(.tree)
        row.package = package()
        row.consumers = consumers()
        row.files = globs(list(.files), in: "files")
        row.gates = list(.gates)
        row.proof = proof()
        checkWhole(row, state)
        return problems.isEmpty ? row : nil
    }

    /// What belongs together.
    private mutating func checkWhole(_ row: ScopeMatrix.Row, _ state: ScopeMatrix.State?) {
        guard let state else { return }
        if let until = row.until, !Self.isDay(until) {
            wrong("field 'until' is '\(until)'; write a day as 2026-12-31")
        }
        if state == .deferred, row.until == nil { wrong("field 'until' is missing: what is deferred needs a day") }
        if state != .deferred, row.until != nil { wrong("field 'until' belongs to 'intentionally-deferred' only") }
        if state == .notApplicable, row.repository == nil, row.proof == nil, fields[Key.proof.rawValue] == nil {
            wrong("field 'proof' is missing: what is not applicable needs something that can be checked")
        }
        if state == .notApplicable, row.repository != nil {
            wrong(
                "field 'state' is 'not-applicable', which cannot be shown of another repository; sign it off or defer it"
            )
        }
        if state != .notApplicable, row.proof != nil { wrong("field 'proof' belongs to 'not-applicable' only") }
        if [.implemented, .dependencyOnly].contains(state) {
            if row.repository == nil, row.files.isEmpty, fields[Key.files.rawValue]?.elements.isEmpty != false {
                wrong("field 'files' is missing: which files does it expect?")
            }
            if row.repository != nil, row.tree == nil {
                wrong("field 'tree' is missing: which tree of '\(row.repository ?? "")' is signed off?")
            }
        }
        if let tree = row.tree, ObjectID(hex: tree) == nil { wrong("field 'tree' is '\(tree)', which is no object id") }
        if row.tree != nil, row.repository == nil { wrong("field 'tree' belongs to rows of another repository only") }
        if row.producerVersion != nil, row.package == nil, fields[Key.package.rawValue] == nil {
            wrong("field 'package' is missing: of what is '\(row.producerVersion ?? "")' the version?")
        }
        if !row.consumers.isEmpty, row.producerVersion == nil {
            wrong("field 'producer_version' is missing: what do the consumers have to take?")
        }
    }

    private mutating func package() -> ScopeMatrix.Package? {
        guard let members = object(.package, knowing: ["ecosystem", "name", "folder"]) else { return nil }
        let word = members["ecosystem"]?.string ?? ""
        guard let ecosystem = PackageEcosystem(rawValue: word) else {
            let all = PackageEcosystem.allCases.map(\.rawValue).joined(separator: ", ")
            wrong("field 'package.ecosystem' is '\(word)'; there are: \(all)")
            return nil
        }
        guard let name = members["name"]?.string, !name.trimmedBlanks.isEmpty else {
            wrong("field 'package.name' is missing")
            return nil
        }
        check(name, "package.name")
        return ScopeMatrix.Package(
            ecosystem: ecosystem,
            name: name,
            folder: folder(members["folder"] ?? ".", "package.folder")
        )
    }

    private mutating func consumers() -> [ScopeMatrix.Consumer] {
        guard let value = fields[Key.consumers.rawValue] else { return [] }
        guard case .list(let items) = value, items.count <= 100 else {
            wrong("field 'consumers' is \(value.kind); it has to be a list of at most 100")
            return []
        }
        return items.enumerated().compactMap { index, item in
            let name = "consumers[\(index + 1)]"
            guard case .object(let members) = item else {
                wrong("field '\(name)' is \(item.kind), not an object")
                return nil
            }
            for field in members.keys.sorted() where !["folder", "version", "locked"].contains(field) {
                wrong("field '\(name).\(field)' is unknown")
            }
            guard let place = members["folder"] else {
                wrong("field '\(name).folder' is missing")
                return nil
            }
            if let version = members["version"], version.string?.trimmedBlanks.isEmpty != false {
                wrong("field '\(name).version' is \(version.kind); it has to be text")
            }
            if let locked = members["locked"], locked.bool == nil {
                wrong("field '\(name).locked' is \(locked.kind), not true or false")
            }
            return ScopeMatrix.Consumer(
                folder: folder(place, "\(name).folder"),
                version: members["version"]?.string,
                isLocked: members["locked"]?.bool ?? true
            )
        }
    }

    private mutating func proof() -> ScopeMatrix.Proof? {
        guard let members = object(.proof, knowing: ["untouched", "file", "sha256", "gate"]) else { return nil }
        switch Set(members.keys) {
        case ["untouched"]:
            guard case .list(let items) = members["untouched"], !items.isEmpty, items.allSatisfy({ $0.string != nil })
            else {
                wrong("field 'proof.untouched' has to be a list of globs")
                return nil
            }
            return .untouched(globs(items.compactMap(\.string), in: "proof.untouched"))
        case ["gate"]:
            guard let gate = members["gate"]?.string, !gate.isEmpty else {
                wrong("field 'proof.gate' has to be the id of a step of the plan")
                return nil
            }
            return .gate(gate)
        case ["file", "sha256"]:
            guard let digest = members["sha256"]?.string, digest.utf8.count == 64,
                digest.utf8.allSatisfy({ (0x30...0x39).contains($0) || (0x61...0x66).contains($0) })
            else {
                wrong("field 'proof.sha256' has to be 64 hexadecimal digits in lower case")
                return nil
            }
            return .digest(path: RepositoryPath(folder(members["file"] ?? .null, "proof.file")), sha256: digest)
        default:
            wrong("field 'proof' has to hold 'untouched', or 'file' and 'sha256', or 'gate'; a sentence is no proof")
            return nil
        }
    }

    // MARK: Kinds of values

    private mutating func text(_ key: Key, isRequired: Bool) -> String {
        guard let value = fields[key.rawValue] else {
            if isRequired { wrong("field '\(key.rawValue)' is missing") }
            return ""
        }
        guard let text = value.string else {
            wrong("field '\(key.rawValue)' is \(value.kind), not text")
            return ""
        }
        if text.allSatisfy(\.isWhitespace) { wrong("field '\(key.rawValue)' is empty") }
        check(text, key.rawValue)
        return text
    }

    private mutating func optional(_ key: Key) -> String? {
        fields[key.rawValue] == nil ? nil : text(key, isRequired: false)
    }

    private mutating func check(_ text: String, _ name: String) {
        if text.count > Self.mostCharacters {
            wrong("field '\(name)' is longer than \(Self.mostCharacters) characters")
        }
        if text.unicodeScalars.contains(where: { $0.value < 0x20 }) {
            wrong("field '\(name)' holds control characters")
        }
    }

    private mutating func list(_ key: Key) -> [String] {
        guard let value = fields[key.rawValue] else { return [] }
        guard case .list(let items) = value, items.count <= 100 else {
            wrong("field '\(key.rawValue)' is \(value.kind); it has to be a list of at most 100")
            return []
        }
        return items.enumerated().compactMap { index, item in
            guard let text = item.string, !text.allSatisfy(\.isWhitespace) else {
                wrong("field '\(key.rawValue)[\(index + 1)]' has to be text")
                return nil
            }
            check(text, "\(key.rawValue)[\(index + 1)]")
            return text
        }
    }

    private mutating func object(_ key: Key, knowing names: Set<String>) -> [String: JSONValue]? {
        guard let value = fields[key.rawValue] else { return nil }
        guard case .object(let members) = value else {
            wrong("field '\(key.rawValue)' is \(value.kind), not an object")
            return nil
        }
        for name in members.keys.sorted() where !names.contains(name) {
            wrong("field '\(key.rawValue).\(name)' is unknown")
        }
        return members
    }

    private mutating func globs(_ texts: [String], in name: String) -> [Glob] {
        texts.compactMap { text in
            do throws(GlobError) { return try Glob(text) } catch {
                wrong("field '\(name)' has '\(text)', which is no glob: \(error.message)")
                return nil
            }
        }
    }

    /// A path within the repository, without detours.
    private mutating func folder(_ value: JSONValue, _ name: String) -> String {
        guard let text = value.string, !text.isEmpty, let path = FolderPath.resolve(text, in: ""),
            !text.split(separator: "/").contains("..")
        else {
            wrong("field '\(name)' has to be a path within the repository")
            return ""
        }
        check(text, name)
        return path
    }

    /// Whether a text is a day of the calendar, as `2026-02-28`.
    static func isDay(_ text: String) -> Bool {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false).map(String.init)
        guard parts.map(\.utf8.count) == [4, 2, 2], parts.allSatisfy(VersionText.isDigits), let year = Int(parts[0]),
            let month = Int(parts[1]), let day = Int(parts[2]), (1...12).contains(month)
        else { return false }
        let isLeap = year % 4 == 0 && (year % 100 != 0 || year % 400 == 0)
        let days = [31, isLeap ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        return (1...days[month - 1]).contains(day)
    }
}
