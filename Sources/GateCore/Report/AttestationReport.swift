#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Attestations in words. What statements say of themselves is untrusted, and is shown with control characters escaped.
package enum AttestationReport {
    /// One line about what was signed.
    package static func line(_ attestation: Attester.Attestation) -> String {
        let count = attestation.envelopes.count
        return "attested: \(attestation.result) of tree \(attestation.tree.prefix(10))"
            + (attestation.levels.isEmpty ? "" : ", \(attestation.levels.joined(separator: " "))")
            + "; \(count) statement\(count == 1 ? "" : "s") signed by \(attestation.key), noted in "
            + AttestationStore.reference
    }

    /// A verification: every envelope with what fails first, then the answer.
    package static func text(_ verification: Verification) -> String {
        var lines: [String] = []
        for finding in verification.findings {
            let mark = finding.failure?.rawValue ?? (finding.proves ? "proves" : "holds")
            var line = "\(mark.padding(10))  \((finding.kind ?? "-").padding(11))  \(finding.envelope.prefix(12))"
            if let signer = finding.signer { line += "  by \(signer)" }
            if let time = finding.time { line += "  \(time.formatted(.iso8601))" }
            if let part = finding.part { line += "  part \(part.index)/\(part.count) '\(part.id)'" }
            lines.append("\(Excerpt.visible(line)): \(Excerpt.visible(finding.message))")
        }
        lines += verification.trust.map { "trusted: \(Excerpt.visible($0))" }
        let commit = verification.commit.map { "commit \($0.prefix(10)), " } ?? ""
        lines.append(
            "\(commit)tree \(verification.tree.prefix(10)): \(verification.isProven ? "proven" : "not proven")"
        )
        lines += verification.next.map { "  \(Excerpt.visible($0))" }
        return lines.joined(separator: "\n")
    }
}

extension String {
    /// The text with blanks up to a width.
    fileprivate func padding(_ width: Int) -> String { self + String(repeating: " ", count: max(0, width - count)) }
}
