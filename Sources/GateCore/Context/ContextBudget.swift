/// How many bytes each part of a context may take.
///
/// A token is taken for four bytes: for code and English that is what the usual tokenizers give, give or take a fifth.
struct ContextBudget: Sendable {
    static let bytesPerToken = 4
    let total: Int

    init(tokens: Int) { total = max(tokens, ResolvedPolicy.leastContextTokens) * Self.bytesPerToken }

    /// The failure record always stands in the context, if need be with fewer tests.
    var record: Int { min(total / 5, 12 << 10) }
    var output: Int { min(total / 6, 16 << 10) }
    var changedFiles: Int { min(total / 32, 4 << 10) }
    /// 4,000 characters at 16,000 tokens, and in proportion.
    var diff: Int { min(max(total / 16, 800), 16 << 10) }
    var tests: Int { min(total / 4, 32 << 10) }
    /// Each part of what is known of failures like this.
    var knowledge: Int { min(total / 8, 16 << 10) }
    var hunks: Int { min(total / 8, 8 << 10) }
    /// The list of what was left out.
    var leftOut: Int { min(total / 20, 2 << 10) }

    static func tokens(_ bytes: Int) -> Int { (bytes + bytesPerToken - 1) / bytesPerToken }
}
