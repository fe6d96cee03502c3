/// One titled part of a context.
package struct ContextSection: Sendable, Hashable {
    /// As in `# FAILURE_RECORD`.
    package let title: String
    package let body: String

    package init(title: String, body: String) {
        self.title = title
        self.body = body
    }
}
