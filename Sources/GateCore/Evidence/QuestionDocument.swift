/// What a backend would be asked, whole, as `request.json`: version 1.
///
/// Another machine can ask it, one that has the key and nothing of the repository. What comes back is a candidate like
/// any other.
package struct QuestionDocument: Codable, Sendable {
    package static let artifact = "request.json"
    /// Most bytes of one that is read.
    package static let mostBytes = 8 << 20

    package var version = 1
    /// What is wanted and what is known, as one text.
    package var prompt: String
    package var deadlineSeconds: Int

    /// What the first attempt of a run would ask.
    init(_ session: Session, _ baseline: Baseline, _ context: String) async throws {
        let words = try await Prompts.load(session).repair
        prompt =
            words.text(targets: baseline.targets, scope: session.plan.scenarios.flatMap(\.scope)) + "\n\n" + context
        deadlineSeconds = Int(session.policy.timeBudget.value.components.seconds)
    }

    /// Reads one, whoever wrote it.
    ///
    /// - Throws: `GateFailure` with `ask.unreadable-request`.
    package static func read(_ bytes: [UInt8], from name: String) throws -> QuestionDocument {
        guard bytes.count <= mostBytes, let document = try? JSON.decode(QuestionDocument.self, from: bytes),
            document.version == 1, !document.prompt.isEmpty
        else {
            throw GateFailure(
                "ask.unreadable-request",
                "'\(name)' holds no request of version 1",
                hints: ["'git gatekeeper ci --handover FOLDER' writes one where the head is red"]
            )
        }
        return document
    }
}
