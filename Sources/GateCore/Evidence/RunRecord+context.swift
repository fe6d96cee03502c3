extension RunRecord {
    /// What a backend was shown, without the text itself.
    package struct ContextContents: Codable, Sendable {
        /// Estimated from the bytes, four to a token.
        package var tokens: Int
        package var files: [FileRecord]
        package var leftOut: [LeftOutRecord]
        /// What stands around everything that others wrote.
        package var fence: String

        init(_ context: ContextBuilder.Context) {
            tokens = context.tokens
            files = context.files.map { file in
                FileRecord(
                    path: file.path,
                    lines: file.isWhole ? nil : file.lines.map { [$0.lowerBound, $0.upperBound] },
                    lineCount: file.lineCount,
                    reasons: file.reasons,
                    contract: file.isContract
                )
            }
            leftOut = context.leftOut.prefix(200).map { LeftOutRecord(title: $0.title, tokens: $0.tokens) }
            fence = context.fence?.nonce ?? ""
        }
    }

    package struct FileRecord: Codable, Sendable {
        package var path: String
        /// First and last lines of the parts that are shown; absent where the whole file is.
        package var lines: [[Int]]?
        package var lineCount: Int
        package var reasons: [String]
        package var contract: Bool
    }

    package struct LeftOutRecord: Codable, Sendable {
        package var title: String
        /// Estimated; 0 where it was not looked at.
        package var tokens: Int
    }
}
