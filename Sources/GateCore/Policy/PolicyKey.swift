/// One key of the policy: how it is spelled, what it takes, who may set it.
package struct PolicyKey: Sendable, Hashable {
    package enum Kind: Sendable, Hashable {
        case text, words, boolean, integer, duration, size, glob
        case choice([String])
    }

    /// Who may set a key. A tracked file can name what runs inside the sandbox, and nothing that runs or reaches
    /// outside it.
    package enum Reach: Sendable, Hashable {
        case tracked
        case userOnly
    }

    /// As typed: `gatekeeper.check.<name>.command`; `<name>` stands for any one word.
    package let pattern: String
    package let kind: Kind
    package let reach: Reach
    package let isMultiple: Bool
    /// What it is for, one sentence, as in the manual.
    package let summary: String
    /// The value without any setting, as text; `nil` where there is none.
    package let standard: String?

    /// The key that an assignment means, with what stands for `<name>` or `<id>`.
    package static func find(_ key: String) -> (key: PolicyKey, name: String?)? {
        let parts = key.split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        for candidate in all {
            let wanted = candidate.pattern.split(separator: ".").map(String.init)
            guard let placeholder = wanted.firstIndex(where: { $0.hasPrefix("<") }) else {
                if parts.count == wanted.count, parts.map({ $0.lowercased() }) == wanted.map({ $0.lowercased() }) {
                    return (candidate, nil)
                }
                continue
            }
            // A name may itself contain dots: what stands before and after it decides.
            let after = wanted.count - placeholder - 1
            guard parts.count >= wanted.count,
                parts[..<placeholder].map({ $0.lowercased() }) == wanted[..<placeholder].map({ $0.lowercased() }),
                parts.suffix(after).map({ $0.lowercased() }) == wanted.suffix(after).map({ $0.lowercased() })
            else { continue }
            let name = parts[placeholder..<(parts.count - after)].joined(separator: ".")
            if !name.isEmpty { return (candidate, name) }
        }
        return nil
    }

    /// The key as it is shown, with a name in the place that stands for one.
    package func spelled(_ name: String?) -> String {
        guard let name else { return pattern }
        return pattern.replacing("<name>", with: name).replacing("<id>", with: name)
    }

    /// The key whose spelling is nearest to an unknown one, for the hint.
    package static func nearest(to key: String) -> String? {
        let distances = all.map { candidate -> (String, Int) in
            (candidate.pattern, editDistance(Array(key.lowercased()), Array(candidate.pattern.lowercased())))
        }
        guard let best = distances.min(by: { $0.1 < $1.1 }), best.1 <= max(8, key.count / 3) else { return nil }
        return best.0
    }

    static func key(
        _ pattern: String,
        _ kind: Kind,
        _ summary: String,
        _ standard: String? = nil,
        multiple: Bool = false,
        reach: Reach = .tracked
    ) -> PolicyKey {
        PolicyKey(
            pattern: pattern,
            kind: kind,
            reach: reach,
            isMultiple: multiple,
            summary: summary,
            standard: standard
        )
    }
}

/// Levenshtein's distance.
func editDistance<Element: Equatable>(_ left: [Element], _ right: [Element]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, b) in right.enumerated() {
            let next = min(row[j] + 1, row[j + 1] + 1, diagonal + (a == b ? 0 : 1))
            diagonal = row[j + 1]
            row[j + 1] = next
        }
    }
    return row[right.count]
}
