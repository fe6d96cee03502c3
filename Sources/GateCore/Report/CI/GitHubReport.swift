/// What a step of GitHub Actions prints and leaves: annotations, fences, the summary.
package enum GitHubReport {
    /// Annotations of one kind that GitHub shows of one step; more are dropped by it, without a word.
    static let mostAnnotations = 10
    /// Most bytes of a step's summary; a larger one is not shown at all.
    static let mostSummaryBytes = 1 << 20

    /// Text of others between lines that let no command of the engine's in it work.
    ///
    /// - Parameter token: a word that nobody can know beforehand.
    package static func fenced(_ text: String, token: String) -> String {
        guard Defence.logFences.isOn else { return text }
        return "::stop-commands::\(token)\n\(text)\(text.hasSuffix("\n") ? "" : "\n")::\(token)::"
    }

    /// The beginning of a folded part of the log in which others may be quoted.
    package static func opening(_ title: String, token: String) -> String {
        Defence.logFences.isOn ? "\(group(title))\n::stop-commands::\(token)" : group(title)
    }

    package static func closing(token: String) -> String {
        Defence.logFences.isOn ? "::\(token)::\n\(endGroup)" : endGroup
    }

    /// The beginning of a part of the log that can be folded.
    package static func group(_ title: String) -> String { "::group::\(UntrustedText.commandMessage(title))" }
    package static let endGroup = "::endgroup::"

    /// Annotations as workflow commands, errors first, no more than are shown; the last counts the others.
    package static func annotations(_ findings: CIFindings) -> [String] {
        var lines: [String] = []
        for level in [CIFindings.Finding.Level.error, .warning] {
            let all = findings.all.filter { $0.level == level }
            let shown = all.count > mostAnnotations ? all.prefix(mostAnnotations - 1) : all[...]
            lines += shown.map(line)
            if all.count > shown.count {
                let rest = "and \(all.count - shown.count) more, listed in the summary of this job"
                lines.append("::\(level.rawValue) title=git gatekeeper::\(rest)")
            }
        }
        return lines
    }

    private static func line(_ finding: CIFindings.Finding) -> String {
        var properties: [String] = []
        if let path = finding.path {
            properties.append("file=\(UntrustedText.commandProperty(path))")
            if let line = finding.line { properties.append("line=\(line)") }
        }
        properties.append("title=\(UntrustedText.commandProperty(Excerpt.visible(Excerpt.line(finding.title))))")
        let message = Excerpt.visible(UntrustedText.bounded(finding.message, bytes: 2000))
        return
            "::\(finding.level.rawValue) \(properties.joined(separator: ","))::\(UntrustedText.commandMessage(message))"
    }

    /// The summary of the job in Markdown.
    package static func summary(_ findings: CIFindings, notes: [String] = []) -> String {
        UntrustedText.bounded(MarkdownReport.render(findings, notes: notes), bytes: mostSummaryBytes - 4096)
    }
}
