/// Writes a comment below a pull or merge request, through the engine's own program.
package struct FixComment: Sendable {
    /// Longest comment that both engines take.
    package static let mostBytes = RequestComment.mostBytes

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
        let program: RequestComment.Program
        switch facts.engine {
        case .github: program = .gh
        case .gitlab: program = .glab
        case .jenkins, .buildbot, .none:
            throw GateFailure(
                "ci.comment",
                "the gate does not know how to comment on requests from \(facts.engine.title)",
                hints: ["use --on-fix artifact or --on-fix push"]
            )
        }
        do {
            try await RequestComment(program, environment: environment, folder: folder).post(body, to: number)
        } catch let failure as GateFailure {
            throw GateFailure("ci.comment", failure.message, hints: failure.hints)
        }
    }
}
