import GateGit

/// What an agreement rests on beside the tree: against which base, under which policy, and by whom.
///
/// The tests are not part of it: whoever relies on an agreement has the tree proven as well.
enum SignoffBinding {
    /// SHA-256 of all of it; the same on every machine that is held to the same policy.
    static func digest(_ session: Session) -> String {
        let settings = session.policy.signoff
        var lines = [
            "base \(session.proposal.baseTree)",
            "policy \(session.policy.trackedFile?.hex ?? "none")",
            "depth \(settings.depth.value.rawValue)",
            "otherThanAuthor \(settings.otherThanAuthor.value)",
            "otherFamily \(settings.otherFamily.value)",
        ]
        lines += settings.reviewers.map(\.value)
            .map { "reviewer \($0.backend)\t\($0.model ?? "")\t\(ModelFamily.of($0.backend, in: session.policy))" }
            .sorted()
        lines += settings.requiredFiles.map { "requiredFile \($0.value)" }.sorted()
        lines += settings.scope.map { "scope \($0.value)" }.sorted()
        return SHA256.hex(lines.joined(separator: "\n"))
    }
}
