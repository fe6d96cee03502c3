/// What the doctor found, for people and machines.
package struct DoctorReport: Encodable, Sendable {
    package let version = 1
    package let findings: [DoctorFinding]

    package init(_ findings: [DoctorFinding]) { self.findings = findings }

    /// The worst of all.
    package var state: DoctorFinding.State { findings.map(\.state).max() ?? .good }

    /// One line for each, with what to do below it.
    package var text: String {
        let width = findings.map(\.subject.count).max() ?? 0
        var lines = findings.flatMap { finding in
            let word: String =
                switch finding.state {
                case .good: "good  "
                case .weak: "weak  "
                case .broken: "BROKEN"
                }
            let gap = String(repeating: " ", count: width - finding.subject.count)
            return ["\(word)  \(finding.subject)\(gap)  \(Excerpt.visible(finding.detail))"]
                + finding.advice.map { String(repeating: " ", count: width + 10) + "do: \(Excerpt.visible($0))" }
        }
        let broken = findings.count { $0.state == .broken }
        let weak = findings.count { $0.state == .weak }
        lines.append(
            broken > 0
                ? "\(broken) broken, \(weak) weak"
                : weak > 0 ? "everything works; \(weak) could be better" : "everything works"
        )
        return lines.joined(separator: "\n")
    }

    private enum CodingKeys: String, CodingKey {
        case version, findings
    }
}
