/// One titled part of a context.
package struct ContextSection: Sendable, Hashable {
    /// As in `# FAILURE_RECORD`.
    package let title: String
    package let body: String
    /// Whether a person of this run said it: then it stands outside the fences, and holds. Everything else is data.
    package let isTrusted: Bool

    package init(title: String, body: String, isTrusted: Bool = false) {
        self.title = title
        self.body = body
        self.isTrusted = isTrusted
    }
}

/// A file, or a part of one, as a context shows it.
package struct ShownFile: Sendable, Hashable {
    package let path: String
    /// Lines that are shown, in order; all of them where nothing is left out.
    package let lines: [ClosedRange<Int>]
    package let lineCount: Int
    /// Why it is there, strongest reason first.
    package let reasons: [String]
    /// Whether it belongs to the contract, so that nobody may change it.
    package let isContract: Bool

    package var isWhole: Bool { lines.isEmpty && lineCount == 0 || lines == [1...max(1, lineCount)] }
}

/// A part that there was no room for.
package struct LeftOut: Sendable, Hashable {
    package let title: String
    /// Tokens it would have taken, estimated.
    package let tokens: Int
}
