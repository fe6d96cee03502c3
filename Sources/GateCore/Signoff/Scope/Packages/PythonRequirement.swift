/// One requirement of PEP 508: `name[extra] >=1.2,<2 ; marker`, or `name @ address`.
struct PythonRequirement: Sendable, Hashable {
    let requirement: PackageRequirement
    /// The file that has it.
    let file: String
    /// The one version it takes, where it takes one.
    let pin: String?
    /// Its clauses in order, without blanks.
    let canonical: String
    /// Whether an address says where it comes from.
    let isElsewhere: Bool

    init(_ text: String, file: String) throws(PackageUnclear) {
        self.file = file
        let halves = text.split(separator: ";", maxSplits: 1, omittingEmptySubsequences: false)
        var rest = String(halves.first ?? "").trimmedBlanks
        let name = rest.prefix { $0.isASCII && ($0.isLetter || $0.isNumber || "._-".contains($0)) }
        guard let first = name.first, first.isLetter || first.isNumber, text.utf8.count <= 4096 else {
            throw PackageUnclear("'\(Excerpt.line(text, maximum: 80))' in '\(file)' is no requirement")
        }
        rest = String(rest.dropFirst(name.count)).trimmedBlanks
        if rest.hasPrefix("["), let end = rest.firstIndex(of: "]") {
            rest = String(rest[rest.index(after: end)...]).trimmedBlanks
        }
        isElsewhere = rest.hasPrefix("@")
        if rest.hasPrefix("("), rest.hasSuffix(")") { rest = String(rest.dropFirst().dropLast()) }
        let range: VersionRange
        if isElsewhere {
            range = .whatever
        } else if let parsed = PythonRange(rest) {
            range = .python(parsed)
        } else {
            range = .unclear("'\(Excerpt.line(rest, maximum: 80))' is no range of versions")
        }
        requirement = PackageRequirement(
            name: PackageEcosystem.pypi.normal(String(name)),
            written: isElsewhere ? rest : rest.isEmpty ? "any version" : rest,
            range: range,
            mayBeMissing: halves.count > 1
        )
        canonical = isElsewhere ? "" : Self.canonical(rest)
        let isPin =
            canonical.hasPrefix("==") && !canonical.hasPrefix("===") && !canonical.contains { ",*".contains($0) }
        pin = isPin ? String(canonical.dropFirst(2)) : nil
    }

    static func canonical(_ specifier: String) -> String {
        let clauses = specifier.filter { !$0.isWhitespace }.split(separator: ",").map { clause -> String in
            let relation = String(clause.prefix { "<>=!~".contains($0) })
            return relation + PackageEcosystem.pypi.spelling(ofVersion: String(clause.dropFirst(relation.count)))
        }
        return clauses.sorted().joined(separator: ",")
    }

    /// The requirements that a list for pip names itself; what it leaves to others is named.
    static func file(
        _ path: String,
        _ shelf: PackageShelf,
        _ unclear: inout [String]
    ) throws(PackageUnclear) -> [PythonRequirement] {
        var found: [PythonRequirement] = []
        let text = try shelf.text(path).replacing("\\\r\n", with: " ").replacing("\\\n", with: " ")
        for raw in text.split(whereSeparator: \.isNewline) {
            var line = String(raw)
            if let comment = line.firstRange(of: " #") { line = String(line[..<comment.lowerBound]) }
            line = line.trimmedBlanks
            if line.isEmpty || line.hasPrefix("#") { continue }
            if line.hasPrefix("-") {
                let words = line.split { $0 == " " || $0 == "=" }.map(String.init)
                guard ["-r", "--requirement", "-c", "--constraint"].contains(words[0]) else { continue }
                let other = words.count > 1 ? FolderPath.resolve(words[1], in: FolderPath.folder(of: path)) : nil
                if other.map(shelf.has) != true {
                    unclear.append(
                        "'\(path)' goes on in a file that is not read: \(words.dropFirst().joined(separator: " "))"
                    )
                }
                continue
            }
            if let options = line.firstRange(of: " --") { line = String(line[..<options.lowerBound]) }
            if line.hasPrefix(".") || line.hasPrefix("/") || (line.contains("://") && !line.contains("@")) { continue }
            found.append(try PythonRequirement(line, file: path))
        }
        return found
    }
}
