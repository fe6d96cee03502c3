extension RunRecord {
    /// The firing of a hook that a run belongs to.
    package struct HookRecord: Codable, Sendable {
        /// `pre-push`, `pre-commit`, `post-commit` or `pre-receive`.
        package var name: String
        /// Where a push went to.
        package var remote: String?
        package var updates: [UpdateRecord]
        /// Who passed over the hook, and why; absent where it did its work.
        package var bypass: BypassRecord?
    }

    /// One reference of a push.
    package struct UpdateRecord: Codable, Sendable {
        package var reference: String
        package var old: String
        package var new: String
    }

    package struct BypassRecord: Codable, Sendable {
        /// The variable that said so.
        package var variable: String
        package var reason: String
        /// Name and address as git knows them; absent where git knows none.
        package var by: String?
    }
}
