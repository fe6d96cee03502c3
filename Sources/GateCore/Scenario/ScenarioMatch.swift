import GateGit

/// How well a record fits a failure, in tenths, with the reasons.
package struct ScenarioMatch: Sendable, Hashable {
    package enum Band: String, Sendable, Hashable, Codable {
        /// Attached to the context as what is known.
        case high
        /// Shown as a candidate, to be taken with care.
        case medium
        /// Not shown.
        case low

        /// Exact tenths: 0.8 and more is high, 0.5 and more is medium.
        package init(tenths: Int) {
            self = tenths >= 8 ? .high : tenths >= 5 ? .medium : .low
        }
    }

    package let entry: ScenarioRegistry.Entry
    /// Score in tenths, at most 10.
    package let tenths: Int
    /// What fits and what does not, one sentence each, with its share of the score.
    package let reasons: [String]

    package var band: Band { Band(tenths: tenths) }
    package var knowledge: ScenarioKnowledge { entry.knowledge }
    /// The score as it is printed: `0.8`.
    package var score: String { tenths >= 10 ? "1.0" : "0.\(tenths)" }

    /// Matches every record and gives those that fit at all, best first; equal scores in the order of their ids.
    ///
    /// - Parameter preferred: ids that come first among equals, as those a person named.
    package static func rank(
        _ entries: [ScenarioRegistry.Entry],
        evidence: FailureEvidence,
        preferred: [String] = []
    ) -> [ScenarioMatch] {
        entries.map { ScenarioMatch($0, evidence) }.filter { $0.tenths > 0 }.sorted { left, right in
            let leftRank = (-left.tenths, preferred.contains(left.knowledge.id) ? 0 : 1, left.knowledge.id)
            let rightRank = (-right.tenths, preferred.contains(right.knowledge.id) ? 0 : 1, right.knowledge.id)
            return leftRank < rightRank
        }
    }

    private init(_ entry: ScenarioRegistry.Entry, _ evidence: FailureEvidence) {
        let knowledge = entry.knowledge
        var tenths = 0
        var reasons: [String] = []
        func count(_ points: Int, _ hit: String?, _ miss: String, isAsked: Bool) {
            if let hit {
                tenths += points
                reasons.append("+0.\(points) \(hit)")
            } else if isAsked {
                reasons.append("+0.0 \(miss)")
            }
        }
        count(
            7,
            evidence.test(like: knowledge.affectedTests).map { "its test '\($0.pattern)' is red ('\($0.id)')" },
            "none of its tests is red",
            isAsked: !knowledge.affectedTests.isEmpty
        )
        count(
            2,
            evidence.file(in: knowledge.likelyCodeAreas).map { "the failure points at '\($0.path)', in '\($0.area)'" },
            "the failure points at none of its code areas",
            isAsked: !knowledge.likelyCodeAreas.isEmpty
        )
        let text = evidence.signature(among: knowledge.failureSignatures).map { "the failure says '\($0)'" }
        let pattern = evidence.patterns.first { knowledge.failurePatterns.contains($0.rawValue) }
            .map { "the failure has the pattern '\($0.rawValue)'" }
        count(
            1,
            text ?? pattern,
            "the failure says nothing of what it lists",
            isAsked: !knowledge.failureSignatures.isEmpty || !knowledge.failurePatterns.isEmpty
        )
        self.entry = entry
        self.tenths = min(10, tenths)
        self.reasons = reasons.map { Excerpt.visible($0) }
    }
}

/// How a record names tests.
enum TestPattern {
    /// Whether a pattern names a test: its whole id, the beginning of it up to a separator, or a text with `*` in it.
    static func matches(_ pattern: String, _ id: String) -> Bool {
        if pattern.contains("*") { return wildcard(pattern, id) }
        guard id.hasPrefix(pattern) else { return false }
        guard let next = id.dropFirst(pattern.count).first else { return true }
        // A file, a class or a test with parameters; 'test_a' does not name 'test_ab'.
        return pattern.hasSuffix("/") || [":", ".", "/", "[", "(", " ", ">", "#"].contains(next)
    }

    private static func wildcard(_ pattern: String, _ id: String) -> Bool {
        let parts = pattern.split(separator: "*", omittingEmptySubsequences: false)
        guard let first = parts.first, let last = parts.last, id.hasPrefix(first) else { return false }
        var rest = id.dropFirst(first.count)
        for part in parts.dropFirst().dropLast() where !part.isEmpty {
            guard let found = rest.firstRange(of: part) else { return false }
            rest = rest[found.upperBound...]
        }
        return rest.count >= last.count && rest.hasSuffix(last)
    }
}
