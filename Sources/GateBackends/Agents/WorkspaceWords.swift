import GateCore

/// What an agent that edits files is told, and how what it did is taken.
enum WorkspaceWords {
    /// Stands behind the request, in place of what it says of the form of an answer.
    static let task = """


        # HOW_TO_ANSWER
        You are in a folder with exactly the files of the repository, without its history. Do not answer with edits:
        make them in the files here, and end. Nothing outside of this folder is yours to change. Do not commit, and leave
        nothing behind that does not belong to the fix.
        If the code cannot be repaired without changing the contract, change nothing and end with one JSON document:
        {"cannot_fix":{"kind":"no-fix|contract-is-wrong|needs-human|needs-dependency|not-reproducible|other",
        "reason":"why","tests":["ids of the tests it is about"]}}

        """

    /// Stands behind the reasons in a session that goes on.
    static let again = """


        The files in the folder are as they were at the beginning: none of your earlier edits is there. Make all edits
        anew in the files, not in your answer.

        """

    /// The reply that a workspace holds.
    ///
    /// - Throws: `BackendFailure` with findings where it holds none.
    static func reply(
        _ answer: ModelAnswer,
        _ harvest: Harvest,
        name: String,
        artifacts: [String: [UInt8]]
    ) throws -> BackendReply {
        var findings = harvest.findings
        if findings.isEmpty, harvest.tree == nil {
            if case .refused = answer.ending {
                return try ReplyDesk.reply(
                    to: answer,
                    origin: "'\(name)'",
                    limit: .max,
                    artifacts: artifacts,
                    session: answer.session
                )
            }
            if case .success(.cannotFix(let said)) = ReplyParser.parse(Array(answer.text.utf8)) {
                return BackendReply(
                    answer: .cannotFix(said),
                    artifacts: artifacts,
                    session: answer.session,
                    notes: answer.notes,
                    usage: answer.usage
                )
            }
            findings = [
                AdmissionFinding(
                    code: "workspace.unchanged",
                    message: "no file was changed, and no reason was given"
                        + (answer.notes.isEmpty ? "" : "; \(answer.notes.joined(separator: "; "))")
                )
            ]
        }
        guard findings.isEmpty, let tree = harvest.tree else {
            throw BackendFailure(
                "backend.workspace",
                "what '\(name)' left is no candidate: \(findings.map(\.message).joined(separator: "; "))",
                hints: ["the workspace is thrown away; what is wrong with it is told to '\(name)'"],
                artifacts: artifacts,
                findings: findings,
                session: answer.session,
                usage: answer.usage
            )
        }
        return BackendReply(
            answer: .tree(tree),
            artifacts: artifacts,
            session: answer.session,
            notes: answer.notes + harvest.notes,
            usage: answer.usage
        )
    }
}
