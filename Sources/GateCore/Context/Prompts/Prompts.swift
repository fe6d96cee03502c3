import GateGit

/// What backends are told, each in one place: `.gatekeeper/prompts/<name>.prompt` of the base, or the built-in text.
package struct Prompts: Sendable {
    package let repair: RepairPrompt
    package let clarifier: ClarifierPrompt
    package let signoff: SignoffPrompt

    /// Folder of all prompts in every repository.
    package static let folder = ".gatekeeper/prompts"
    private static let mostBytes = 64 << 10

    /// The prompts in force for a session.
    ///
    /// - Throws: `GateFailure` where a file in force is no text, too large, or has slots that cannot be filled.
    package static func load(_ session: Session) async throws -> Prompts {
        Prompts(
            repair: RepairPrompt(
                template: try await template(
                    RepairPrompt.fileName,
                    session,
                    builtIn: RepairPrompt.builtIn,
                    required: RepairPrompt.required,
                    optional: RepairPrompt.optional
                )
            ),
            clarifier: ClarifierPrompt(
                template: try await template(
                    ClarifierPrompt.fileName,
                    session,
                    builtIn: ClarifierPrompt.builtIn,
                    required: ClarifierPrompt.required,
                    optional: ClarifierPrompt.optional
                )
            ),
            signoff: SignoffPrompt(
                template: try await template(
                    SignoffPrompt.fileName,
                    session,
                    builtIn: SignoffPrompt.builtIn,
                    required: SignoffPrompt.required,
                    optional: SignoffPrompt.optional
                )
            )
        )
    }

    private static func template(
        _ name: String,
        _ session: Session,
        builtIn: String,
        required: Set<String>,
        optional: Set<String>
    ) async throws -> PromptTemplate {
        let proposal = session.proposal
        let isHead = session.policy.authority == .head
        let path = RepositoryPath("\(folder)/\(name)")
        let tree = isHead ? proposal.headTree : proposal.baseTree
        guard tree != .emptyTree, let entry = try await session.repository.entry(path, in: tree) else {
            return try PromptTemplate(builtIn, origin: "built-in", required: required, optional: optional)
        }
        let place = isHead ? "working tree" : proposal.baseCommit?.abbreviated ?? "base"
        let origin = "'\(path)' (\(place))"
        guard entry.mode.isRegularFile else {
            throw GateFailure("prompt.not-a-file", "\(origin) is not a regular file")
        }
        guard try await session.repository.blobSize(entry.id) <= mostBytes else {
            throw GateFailure("prompt.too-large", "\(origin) is larger than \(mostBytes) bytes")
        }
        guard let text = String(validating: try await session.repository.blob(entry.id), as: UTF8.self) else {
            throw GateFailure("prompt.encoding", "\(origin) is not UTF-8 text")
        }
        return try PromptTemplate(text, origin: origin, required: required, optional: optional)
    }
}
