import GateGit

/// Writes an agreement below the request it belongs to; whatever is no agreement is posted nowhere.
package struct SignoffAnnouncement: Sendable {
    private let program: RequestComment.Program
    private let isDryRun: Bool

    /// - Parameter isDryRun: whether the comment is made and kept, and not posted.
    package init(_ program: RequestComment.Program, isDryRun: Bool) {
        self.program = program
        self.isDryRun = isDryRun
    }

    /// Where an agreement goes, found before anything runs.
    struct Place: Sendable {
        let comment: RequestComment
        let number: Int
        let isDryRun: Bool
        /// For people: number, program, and who said so.
        let description: String
    }

    /// - Throws: `GateFailure` with `comment.number` where nobody says which request the work belongs to.
    func place(_ session: Session) async throws -> Place {
        let comment = RequestComment(
            program,
            environment: session.context.environment,
            folder: session.repository.workingTree ?? session.repository.gitDirectory
        )
        let (number, source) = try await comment.number()
        return Place(
            comment: comment,
            number: number,
            isDryRun: isDryRun,
            description: "request \(number) through \(program.rawValue) (\(source))"
        )
    }
}

extension SignoffAnnouncement.Place {
    /// Posts the report of an agreement, and keeps what was posted or why it was not.
    func announce(_ record: SignoffRecord, _ run: RunLedger.Run, _ redactor: Redactor) async throws -> SignoffRecord
        .Comment?
    {
        guard let result = record.result, result.state == .signedOff, result.exitStatus == 0 else { return nil }
        let text = Self.body(SignoffText.report(record))
        try run.record("pr-comment.md", Array(text.utf8))
        var comment = SignoffRecord.Comment(request: number, place: description, posted: false)
        guard !isDryRun else { return comment }
        do {
            try await self.comment.post(text, to: number)
            comment.posted = true
        } catch let failure as GateFailure {
            comment.problem = redactor.redact(Excerpt.visible("\(failure.message) [\(failure.code)]"))
            let lines = ["# The comment was not posted", "", "- to: \(description)", "- \(comment.problem ?? "")"]
            let file =
                (lines + failure.hints.map { "- \($0)" }).joined(separator: "\n")
                + "\n\nThe text is in pr-comment.md.\n"
            try run.record("PR_COMMENT_FAILED.md", Array(file.utf8))
        }
        return comment
    }

    /// The report as a comment: nobody is called by it, and it fits.
    private static func body(_ report: String) -> String {
        let calm = report.replacing("@", with: "(at)")
        guard calm.utf8.count > RequestComment.mostBytes else { return calm }
        let end = "\n\n(Cut: the whole report has \(calm.utf8.count) bytes.)\n"
        return String(decoding: calm.utf8.prefix(RequestComment.mostBytes - end.utf8.count - 3), as: UTF8.self) + end
    }
}
