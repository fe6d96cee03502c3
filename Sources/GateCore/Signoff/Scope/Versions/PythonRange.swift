/// Which versions a requirement of a Python package takes (PEP 440), or one of Poetry's own forms.
struct PythonRange: Sendable, Hashable {
    private let alternatives: [[Clause]]

    private struct Clause: Sendable, Hashable {
        enum Relation: String, Sendable, Hashable, CaseIterable {
            case identical = "==="
            case compatible = "~="
            case equal = "=="
            case unequal = "!="
            case atMost = "<="
            case atLeast = ">="
            case below = "<"
            case above = ">"
        }

        let relation: Relation
        let version: PythonVersion
        /// Whether `.*` follows.
        var isPrefix = false
        /// What `===` compares.
        var text = ""

        func admits(_ other: PythonVersion, written: String) -> Bool {
            let plain = other.withoutLocal
            switch relation {
            case .identical: return written.lowercased() == text.lowercased()
            case .equal: return isPrefix ? begins(other) : version.local.isEmpty ? plain == version : other == version
            case .unequal:
                return isPrefix ? !begins(other) : version.local.isEmpty ? plain != version : other != version
            case .compatible:
                return plain >= version && other.epoch == version.epoch
                    && Self.padded(other.written, version.written.count - 1) == Array(version.written.dropLast())
            case .atMost: return plain <= version
            case .atLeast: return plain >= version
            case .below:
                // A pre-release of the bound itself does not come before it in the sense that is meant here.
                return plain < version && (version.isPrerelease || !other.isPrerelease || plain.base != version.base)
            case .above:
                return plain > version && (version.post != nil || other.post == nil || plain.base != version.base)
            }
        }

        private func begins(_ other: PythonVersion) -> Bool {
            other.epoch == version.epoch && Self.padded(other.written, version.written.count) == version.written
        }

        private static func padded(_ numbers: [Int], _ count: Int) -> [Int] {
            Array((numbers + Array(repeating: 0, count: max(0, count - numbers.count))).prefix(count))
        }
    }

    /// - Parameter text: the version as it was written.
    func accepts(_ text: String) -> VersionRange.Acceptance {
        guard let version = PythonVersion(text) else { return .unclear("'\(text)' is no version that PEP 440 knows") }
        let taking = alternatives.filter { clauses in
            clauses.allSatisfy { $0.admits(version, written: text.trimmedBlanks) }
        }
        guard !taking.isEmpty else { return .no }
        if version.isPrerelease, !taking.contains(where: { $0.contains { $0.version.isPrerelease } }) {
            return .unclear("'\(text)' is a pre-release, which is taken only where nothing else is there")
        }
        return .yes
    }

    /// As PEP 508 has it: `>=1.2,<2`, `~=1.4.2`, `==1.*`; empty for any.
    init?(_ text: String) {
        guard let clauses = Self.clauses(text) else { return nil }
        alternatives = [clauses]
    }

    private static func clauses(_ text: String) -> [Clause]? {
        let text = text.trimmedBlanks
        guard text.utf8.count <= VersionText.most else { return nil }
        if text.isEmpty { return [] }
        var clauses: [Clause] = []
        var parts = text.split(separator: ",", omittingEmptySubsequences: false).map { String($0).trimmedBlanks }
        // One comma at the end is allowed.
        if parts.count > 1, parts.last == "" { parts.removeLast() }
        for part in parts {
            guard let relation = Clause.Relation.allCases.first(where: { part.hasPrefix($0.rawValue) }) else {
                return nil
            }
            let rest = String(part.dropFirst(relation.rawValue.count)).trimmedBlanks
            guard let clause = clause(relation, rest) else { return nil }
            clauses.append(clause)
        }
        return clauses
    }

    private static func clause(_ relation: Clause.Relation, _ text: String) -> Clause? {
        if relation == .identical {
            guard !text.isEmpty else { return nil }
            return Clause(relation: relation, version: PythonVersion(text) ?? PythonVersion(written: [0]), text: text)
        }
        let isPrefix = text.hasSuffix(".*")
        guard let version = PythonVersion(isPrefix ? String(text.dropLast(2)) : text) else { return nil }
        if isPrefix {
            guard relation == .equal || relation == .unequal, !version.isPrerelease, version.post == nil,
                version.local.isEmpty
            else { return nil }
        }
        if relation == .compatible, version.written.count < 2 || !version.local.isEmpty { return nil }
        if !version.local.isEmpty, relation != .equal, relation != .unequal { return nil }
        return Clause(relation: relation, version: version, isPrefix: isPrefix)
    }

    /// As Poetry has it besides: `^1.2`, `~1.2`, `1.2.*`, `*`, a bare version, and alternatives with `||`.
    init?(poetry text: String) {
        guard text.utf8.count <= VersionText.most else { return nil }
        var alternatives: [[Clause]] = []
        for part in text.replacing("||", with: "\n").split(separator: "\n", omittingEmptySubsequences: false) {
            var clauses: [Clause] = []
            // Blanks divide as commas do, and may stand behind an operator.
            var joined = String(part).trimmedBlanks
            for relation in [">=", "<=", "==", "!=", "~=", ">", "<", "^", "~"] {
                while joined.contains("\(relation) ") { joined = joined.replacing("\(relation) ", with: relation) }
            }
            let words = joined.split { $0 == "," || $0 == " " }.map(String.init)
            guard !words.isEmpty else { return nil }
            for word in words {
                guard let found = Self.poetry(word) else { return nil }
                clauses += found
            }
            alternatives.append(clauses)
        }
        self.alternatives = alternatives
    }

    private static func poetry(_ word: String) -> [Clause]? {
        if word == "*" { return [] }
        if word.hasPrefix("~="), let clauses = clauses(word) { return clauses }
        if word.hasPrefix("^") || word.hasPrefix("~") {
            guard let low = PythonVersion(String(word.dropFirst())) else { return nil }
            let count = low.written.count
            let index =
                word.hasPrefix("^")
                ? low.written.firstIndex { $0 != 0 } ?? count - 1
                : min(count - 1, 1)
            return [
                Clause(relation: .atLeast, version: low), Clause(relation: .below, version: low.next(index)),
            ]
        }
        if word.first?.isNumber == true { return clauses("==" + word) }
        return clauses(word)
    }
}
