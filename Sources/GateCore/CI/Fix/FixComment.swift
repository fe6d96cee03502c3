import GateGit

/// Writes a comment below a pull or merge request, through the engine's own program.
package struct FixComment: Sendable {
    /// Longest comment that both engines take.
    package static let mostBytes = 60_000

    private let facts: CIFacts
    private let environment: [String: String]
    private let folder: String

    /// - Parameters:
    ///   - environment: the caller's; the program finds its token in it.
    ///   - folder: absolute path of the clone.
    package init(_ facts: CIFacts, environment: [String: String], folder: String) {
        self.facts = facts
        self.environment = environment
        self.folder = folder
    }

    /// Posts the comment.
    ///
    /// - Throws: `GateFailure` with `ci.comment` where there is no request, no program, or the program refuses.
    package func post(_ body: String) async throws {
        guard let number = facts.request else {
            throw GateFailure(
                "ci.comment",
                "this job is about no pull or merge request, so there is nothing to comment on",
                hints: ["use --on-fix artifact or --on-fix push"]
            )
        }
        let call: (program: String, arguments: [String])
        switch facts.engine {
        // The text goes through standard input, so that nothing in it can be an option.
        case .github: call = ("gh", ["pr", "comment", String(number), "--body-file", "-"])
        case .gitlab:
            call = ("glab", ["mr", "note", String(number), "--message", UntrustedBody.withoutNull(body)])
        case .jenkins, .buildbot, .none:
            throw GateFailure(
                "ci.comment",
                "the gate does not know how to comment on requests from \(facts.engine.title)",
                hints: ["use --on-fix artifact or --on-fix push"]
            )
        }
        let result: ProcessResult
        do {
            result = try await ProcessRunner.run(
                ProcessRequest(
                    executable: call.program,
                    arguments: call.arguments,
                    environment: environment,
                    workingDirectory: folder,
                    input: Array(body.utf8),
                    limits: ProcessLimits(wallTime: .seconds(60), headBytes: 1 << 16)
                )
            )
        } catch let error as ProcessError where error.code == .notFound {
            throw GateFailure("ci.comment", "'\(call.program)' is not here", hints: ["install it in the job's image"])
        }
        guard result.isSuccess else {
            let why = result.ending.phrase.map { "it \($0)" } ?? GitCommand.complaint(of: result)
            throw GateFailure(
                "ci.comment",
                "'\(call.program)' did not post the comment: \(why)",
                hints: ["it needs a token that may write to requests: GH_TOKEN, or GITLAB_TOKEN"]
            )
        }
    }
}

private enum UntrustedBody {
    /// An argument ends at a null byte.
    static func withoutNull(_ text: String) -> String { text.filter { $0 != "\0" } }
}
