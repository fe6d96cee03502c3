package import GateGit

/// What a team knows of a failure that comes back: one file `.gatekeeper/scenarios/<id>.json`.
package struct ScenarioKnowledge: Codable, Sendable, Hashable {
    /// Name of the file without its ending.
    package var id: String
    package var title: String
    /// Who wrote it: `repo-seeded`, `auto-proposed` or words of its author.
    package var origin: String
    /// Texts that the failure prints, in any case.
    package var failureSignatures: [String]
    /// Keys of detected patterns, such as `missing-module`.
    package var failurePatterns: [String]
    /// Test ids, files of tests or prefixes of ids; `*` stands for any text.
    package var affectedTests: [String]
    /// Globs of files in which the cause has been.
    package var likelyCodeAreas: [String]
    /// What has to hold after any repair, in words.
    package var invariants: [String]
    package var acceptedFixPatterns: [String]
    /// Repairs that were tried and are wrong: words, or `touches:<glob>` and `adds:<text>`, which admission enforces.
    package var rejectedFixPatterns: [String]
    /// Whether a person has to look at every repair of this failure.
    package var reviewRequired: Bool

    package init(id: String, title: String) {
        self.id = id
        self.title = title
        origin = ""
        failureSignatures = []
        failurePatterns = []
        affectedTests = []
        likelyCodeAreas = []
        invariants = []
        acceptedFixPatterns = []
        rejectedFixPatterns = []
        reviewRequired = false
    }

    /// Folder of all records in every repository.
    package static let folder = ".gatekeeper/scenarios"

    /// Where the record of an id lies.
    package static func path(of id: String) -> RepositoryPath { RepositoryPath("\(folder)/\(id).json") }

    enum CodingKeys: String, CodingKey, CaseIterable {
        case id, title, origin, invariants
        case failureSignatures = "failure_signatures"
        case failurePatterns = "failure_patterns"
        case affectedTests = "affected_tests"
        case likelyCodeAreas = "likely_code_areas"
        case acceptedFixPatterns = "accepted_fix_patterns"
        case rejectedFixPatterns = "rejected_fix_patterns"
        case reviewRequired = "review_required"
    }

    /// Whether an id can name a file: letters, digits, `_` and `-`, at most 64 of them.
    package static func isSafe(id: String) -> Bool {
        let allowed = id.utf8.allSatisfy { byte in
            (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
                || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
                || (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte)
                || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
        }
        return allowed && !id.isEmpty && id.utf8.count <= 64 && !id.hasPrefix("-")
    }
}
