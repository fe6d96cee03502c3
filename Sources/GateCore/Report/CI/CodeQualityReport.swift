/// A run as GitLab's code quality takes it in: what stands beside the changed lines of a merge request.
package enum CodeQualityReport {
    private static let mostMessageBytes = 1000

    package static func render(_ findings: CIFindings) throws -> [UInt8] {
        var seen: Set<String> = []
        let issues = findings.all.compactMap { finding -> JSONValue? in
            let fingerprint = SHA256.hex("\(finding.rule)\0\(finding.identity)")
            // Of two with one fingerprint GitLab keeps one, and says that the report is broken.
            guard seen.insert(fingerprint).inserted else { return nil }
            let said = Excerpt.visible(
                UntrustedText.bounded("\(finding.title): \(finding.message)", bytes: mostMessageBytes)
            )
            return [
                "description": .text(said.split(whereSeparator: \.isNewline).joined(separator: " ")),
                "check_name": .text(finding.rule),
                "fingerprint": .text(fingerprint),
                "severity": .text(severity(finding.level)),
                "location": [
                    "path": .text(finding.path ?? PolicyFile.path),
                    "lines": ["begin": .number(max(1, finding.line ?? 1))],
                ],
            ]
        }
        return try JSON.encode(JSONValue.list(issues))
    }

    private static func severity(_ level: CIFindings.Finding.Level) -> String {
        switch level {
        case .error: "major"
        case .warning: "minor"
        case .note: "info"
        }
    }
}
