import GateGit

/// One name for what went wrong in an attempt, the same when the same comes back.
enum AttemptKey {
    /// What admission refused, or could not read.
    static func refused(_ findings: [AdmissionFinding]) -> String {
        "refused: " + Set(findings.map { "\($0.code) \($0.path?.description ?? "")" }).sorted().joined(separator: ", ")
    }

    /// A candidate that was proposed before.
    static let repeated = "the same candidate"

    /// A candidate that was run: the fingerprint of what its runs showed, and the rules that were broken.
    static func judged(_ verdict: Verdict, fingerprint: String) -> String {
        let codes = Set(verdict.reasons.map(\.code.rawValue)).sorted().joined(separator: ", ")
        return "\(codes): \(fingerprint)"
    }
}
