extension BackendRequest {
    /// The whole request as one text, for backends that take a prompt: what is wanted, what is known, what went wrong.
    package var prompt: String {
        var parts = [instructions, context]
        if !feedback.isEmpty {
            parts.append("# EARLIER_ATTEMPTS\n" + feedback.joined(separator: "\n\n"))
        }
        return parts.filter { !$0.isEmpty }.joined(separator: "\n\n")
    }
}
