/// Findings in the form that editors and problem matchers take compilers' words in: one line for each.
///
/// `path:line:column: severity: message [code]`, with the path relative to the repository. A finding that has no place is
/// put where its rules are written down.
package enum ProblemReport {
    package static func text(_ findings: CIFindings) -> String {
        let lines = findings.all.map { finding in
            let said = Excerpt.line(finding.message, maximum: 300)
            let message = said.contains(finding.title) ? said : "\(finding.title): \(said)"
            let place = "\(finding.path ?? PolicyFile.path):\(max(1, finding.line ?? 1)):1"
            return "\(place): \(severity(finding.level)): \(oneLine(message)) [\(finding.rule)]"
        }
        return lines.joined(separator: "\n")
    }

    /// In the words that every matcher knows.
    private static func severity(_ level: CIFindings.Finding.Level) -> String {
        level == .note ? "info" : level.rawValue
    }

    private static func oneLine(_ text: String) -> String {
        Excerpt.visible(text).split(whereSeparator: \.isNewline).joined(separator: " ")
    }
}
