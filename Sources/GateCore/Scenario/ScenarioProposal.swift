import GateGit

/// A record drafted from a failure that nobody has described yet; a person approves it, or nobody knows of it.
package struct ScenarioProposal: Encodable, Sendable, Hashable {
    package var knowledge: ScenarioKnowledge
    /// Why it was drafted, one sentence.
    package var reason: String
    /// How sure the failure was understood, `0.00` to `0.90`.
    package var confidence: String
    /// The run it was drafted in.
    package var run: String

    /// Name of the artifact.
    package static let artifact = "scenario_proposal.json"

    private static let mostSignatures = 3
    private static let mostAreas = 3
    private static let mostTests = 20
    private static let mostWords = 8
    private static let mostSlug = 48
    private static let ending = "_bug"
    /// Patterns that half of all failures have say nothing of one of them.
    private static let tooCommon: Set<PatternKey> = [.assertionDifference, .typeError, .timeout, .flaky]

    package enum CodingKeys: String, CodingKey {
        case confidence, run
        case reason = "proposal_reason"
    }

    package func encode(to encoder: any Encoder) throws {
        try knowledge.encode(to: encoder)
        var values = encoder.container(keyedBy: CodingKeys.self)
        try values.encode(reason, forKey: .reason)
        try values.encode(confidence, forKey: .confidence)
        try values.encode(run, forKey: .run)
    }

    /// Drafts a record.
    ///
    /// Nothing in it is made up: what is not known is left empty, for the person who approves it.
    ///
    /// - Parameter taken: ids that exist already.
    package static func draft(
        _ evidence: FailureEvidence,
        reason: String,
        confidence: String,
        taken: Set<String>,
        run: String
    ) -> ScenarioProposal {
        let tests = evidence.tests
        let title = title(tests.first?.id ?? "")
        var knowledge = ScenarioKnowledge(id: id(title, taken: taken), title: title)
        knowledge.origin = "auto-proposed"
        knowledge.affectedTests = unique(tests.map(\.id).filter { !$0.isEmpty }, most: mostTests)
        knowledge.failurePatterns = unique(
            evidence.patterns.filter { !tooCommon.contains($0) }.map(\.rawValue),
            most: mostSignatures
        )
        knowledge.failureSignatures = unique(tests.compactMap { signature($0.message) }, most: mostSignatures)
        knowledge.likelyCodeAreas = unique(
            evidence.files.compactMap(\.text).compactMap { plainGlob($0) },
            most: mostAreas
        )
        knowledge.reviewRequired = true
        return ScenarioProposal(knowledge: knowledge, reason: reason, confidence: confidence, run: run)
    }

    private static func unique(_ texts: [String], most: Int) -> [String] {
        var seen: Set<String> = []
        return Array(texts.filter { seen.insert($0).inserted }.prefix(most))
    }

    /// The first line of a message, without what belongs to this machine or this run.
    private static func signature(_ message: String) -> String? {
        let line = Excerpt.line(message).trimmedBlanks
        // A path or an address would match on this machine only.
        let isLocal = line.contains("/tmp/") || line.contains("/home/") || line.contains("0x")
        return line.count >= 8 && !isLocal ? line : nil
    }

    /// A path as a glob that means this path only; `nil` where its name would mean something else.
    private static func plainGlob(_ path: String) -> String? {
        path.contains { "*?[\\".contains($0) } ? nil : (path.contains("/") ? path : "/\(path)")
    }

    /// Words of the test's own name: what people called the behaviour.
    private static func title(_ name: String) -> String {
        let last = name.split(whereSeparator: { ":>/".contains($0) }).last.map(String.init) ?? name
        let bare = last.split(separator: "[").first.map(String.init) ?? last
        var words: [String] = []
        let pieces = bare.split(separator: ".").last.map(String.init) ?? bare
        for word in pieces.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) where word != "test" {
            words.append(String(word))
        }
        let title = words.prefix(mostWords).joined(separator: " ")
        return title.isEmpty ? "unnamed failure" : title
    }

    private static func id(_ title: String, taken: Set<String>) -> String {
        let slug = String(
            title.lowercased().unicodeScalars.map { scalar in
                ("a"..."z").contains(scalar) || ("0"..."9").contains(scalar) ? Character(scalar) : "_"
            }
        ).split(separator: "_").joined(separator: "_")
        let base = slug.isEmpty ? "failure" : slug
        for number in 1..<1000 {
            let end = (number == 1 ? "" : "_\(number)") + ending
            let id = base.prefix(mostSlug - end.count) + end
            if !taken.contains(String(id)) { return String(id) }
        }
        return base.prefix(20) + "_\(SafeScratch.nonce())" + ending
    }
}
