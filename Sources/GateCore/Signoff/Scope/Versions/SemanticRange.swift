/// Which versions a requirement of npm, Cargo or SwiftPM takes.
struct SemanticRange: Sendable, Hashable {
    /// One of these has to hold, and in it every bound.
    private let alternatives: [[Bound]]

    private struct Bound: Sendable, Hashable {
        enum Relation: Sendable, Hashable { case below, atMost, atLeast, above, equal }

        let relation: Relation
        let version: SemanticVersion

        func admits(_ other: SemanticVersion) -> Bool {
            switch relation {
            case .below: other < version
            case .atMost: other <= version
            case .atLeast: other >= version
            case .above: other > version
            case .equal: other == version
            }
        }
    }

    /// A pre-release is taken only where a bound names a pre-release of the very same three numbers, as npm and Cargo do.
    func accepts(_ version: SemanticVersion) -> Bool {
        alternatives.contains { bounds in
            bounds.allSatisfy { $0.admits(version) }
                && (version.prerelease.isEmpty
                    || bounds.contains { $0.version.numbers == version.numbers && !$0.version.prerelease.isEmpty })
        }
    }

    /// From one version up to another, which SwiftPM may leave out.
    init(from low: SemanticVersion, to high: SemanticVersion, isClosed: Bool) {
        alternatives = [
            [Bound(relation: .atLeast, version: low), Bound(relation: isClosed ? .atMost : .below, version: high)]
        ]
    }

    /// As `package.json` has it: `^1.2 || ~2.0.1`, `1.2 - 2.3`, `>=1 <3`, `1.x`, `*`.
    ///
    /// - Returns: `nil` for what is no range: a tag, an address, a mistake.
    init?(npm text: String) {
        guard text.utf8.count <= VersionText.most else { return nil }
        var alternatives: [[Bound]] = []
        for part in text.replacing("||", with: "\n").split(separator: "\n", omittingEmptySubsequences: false) {
            let words = part.split(whereSeparator: { $0 == " " || $0 == "\t" }).map(String.init)
            if words.count == 3, words[1] == "-" {
                guard let low = Self.partial(words[0]), let high = Self.partial(words[2]),
                    let to = Self.bounds("<=", high)
                else { return nil }
                alternatives.append([Bound(relation: .atLeast, version: low.lowest)] + to)
                continue
            }
            var bounds: [Bound] = []
            var pending = ""
            for word in words {
                let whole = pending + word
                pending = ""
                if whole.allSatisfy({ "<>=^~".contains($0) }) {
                    // An operator may stand apart from its version.
                    pending = whole
                    continue
                }
                guard let one = Self.comparator(whole, usual: "=") else { return nil }
                bounds += one
            }
            guard pending.isEmpty else { return nil }
            alternatives.append(bounds)
        }
        self.alternatives = alternatives
    }

    /// As `Cargo.toml` has it: comparators divided by commas, of which a bare version means `^`.
    init?(cargo text: String) {
        guard text.utf8.count <= VersionText.most else { return nil }
        var bounds: [Bound] = []
        for part in text.split(separator: ",", omittingEmptySubsequences: false) {
            let trimmed = String(part).trimmedBlanks
            let relation = trimmed.prefix { "<>=^~".contains($0) }
            // A blank may stand behind the operator, and nowhere else.
            let word = String(relation) + String(trimmed.dropFirst(relation.count)).trimmedBlanks
            guard !word.isEmpty, word.first != "v", let one = Self.comparator(word, usual: "^") else { return nil }
            bounds += one
        }
        alternatives = [bounds]
    }

    private static func comparator(_ word: String, usual: String) -> [Bound]? {
        let found = ["~>", "<=", ">=", "<", ">", "=", "^", "~"].first { word.hasPrefix($0) } ?? ""
        guard found != "~>", let version = partial(String(word.dropFirst(found.count))) else { return nil }
        return bounds(found.isEmpty ? (version.hasWildcard ? "=" : usual) : found, version)
    }

    private static func partial(_ text: String) -> PartialVersion? {
        PartialVersion(text.hasPrefix("v") || text.hasPrefix("=") ? String(text.dropFirst()) : text)
    }

    private static func bounds(_ found: String, _ version: PartialVersion) -> [Bound]? {
        let count = version.numbers.count
        let from = Bound(relation: .atLeast, version: version.lowest)
        func below(_ version: SemanticVersion) -> Bound { Bound(relation: .below, version: version) }
        switch found {
        case "=":
            if count == 3 { return [Bound(relation: .equal, version: version.lowest)] }
            return count == 0 ? [] : [from, below(version.next(count - 1))]
        case "^":
            guard count > 0 else { return [] }
            return [from, below(version.next(version.numbers.firstIndex { $0 != 0 } ?? count - 1))]
        case "~": return count == 0 ? [] : [from, below(version.next(min(count - 1, 1)))]
        case ">=": return [from]
        case ">":
            if count == 3 { return [Bound(relation: .above, version: version.lowest)] }
            return count == 0 ? nil : [Bound(relation: .atLeast, version: version.next(count - 1))]
        case "<": return count == 0 ? nil : [below(version.lowest)]
        default:
            if count == 3 { return [Bound(relation: .atMost, version: version.lowest)] }
            return count == 0 ? [] : [below(version.next(count - 1))]
        }
    }
}
