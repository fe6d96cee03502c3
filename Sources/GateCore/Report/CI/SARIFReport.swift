/// A run as SARIF 2.1.0, as code scanning takes it in.
///
/// Rules keep their ids, paths are relative to the repository, and a finding has the same fingerprint in every run, so
/// that none is reported twice.
package enum SARIFReport {
    /// GitHub takes 25,000 results of a run in and shows 5,000.
    static let mostResults = 5000
    private static let mostMessageBytes = 4096

    package static func render(_ findings: CIFindings) throws -> [UInt8] {
        let shown = findings.all.prefix(mostResults)
        var rules: [String] = []
        for finding in shown where !rules.contains(finding.rule) { rules.append(finding.rule) }
        let record = findings.record
        var run: JSONValue = [
            "tool": [
                "driver": [
                    "name": "git gatekeeper",
                    "semanticVersion": .text(record.gate.version),
                    "rules": .list(rules.map(rule)),
                ]
            ],
            "results": .list(shown.map { result($0, index: rules.firstIndex(of: $0.rule) ?? 0) }),
            "columnKind": "utf16CodeUnits",
            "automationDetails": ["id": .text("git-gatekeeper/\(category(record))")],
            "originalUriBaseIds": ["ROOT": ["description": ["text": "the root of the repository"]]],
            "properties": ["run": .text(record.id), "tree": .text(record.head.tree)],
        ]
        var invocation: JSONValue = ["executionSuccessful": .truth(record.result?.verdict != "undecided")]
        if let status = record.result?.exitStatus { invocation["exitCode"] = .number(Int(status)) }
        run["invocations"] = .list([invocation])
        if findings.all.count > shown.count {
            run["properties"]["omittedResults"] = .number(findings.all.count - shown.count)
        }
        return try JSON.encode(
            [
                "$schema": "https://json.schemastore.org/sarif-2.1.0.json",
                "version": "2.1.0",
                "runs": .list([run]),
            ] as JSONValue
        )
    }

    /// Shards of one plan are uploaded beside each other, so each has a category of its own.
    private static func category(_ record: RunRecord) -> String {
        record.parts.map { $0.count > 1 ? "\($0.index)-of-\($0.count)/" : "" } ?? ""
    }

    private static func rule(_ id: String) -> JSONValue {
        let words: String =
            switch id {
            case "test-failed": "A test failed."
            case "test-errored": "A test broke outside its assertions."
            case "test-timedOut": "A test ran longer than its limit."
            case "test-killed": "A test was ended by a signal."
            case "contract.drift": "Files that decide what tests mean change together with what they test."
            default: "The gate did not accept the change (\(id))."
            }
        return ["id": .text(id), "shortDescription": ["text": .text(words)], "properties": ["tags": ["tests"]]]
    }

    private static func result(_ finding: CIFindings.Finding, index: Int) -> JSONValue {
        let said = Excerpt.visible(
            UntrustedText.bounded("\(finding.title): \(finding.message)", bytes: mostMessageBytes)
        )
        var result: JSONValue = [
            "ruleId": .text(finding.rule),
            "ruleIndex": .number(index),
            "level": .text(finding.level.rawValue),
            // What a text writes in brackets is a link in SARIF, unless it is escaped.
            "message": [
                "text": .text(
                    said.replacing("\\", with: "\\\\").replacing("[", with: "\\[").replacing("]", with: "\\]")
                )
            ],
            "partialFingerprints": ["gatekeeperIdentity/v1": .text(SHA256.hex("\(finding.rule)\0\(finding.identity)"))],
        ]
        var location: JSONValue = [
            "artifactLocation": ["uri": .text(uri(finding.path ?? PolicyFile.path)), "uriBaseId": "ROOT"]
        ]
        location["region"] = ["startLine": .number(max(1, finding.line ?? 1))]
        result["locations"] = .list([["physicalLocation": location]])
        return result
    }

    /// A path as the relative reference it must be: whatever is not plain stands as percent and number.
    private static func uri(_ path: String) -> String {
        var text = ""
        for byte in path.utf8 {
            switch byte {
            case 0x30...0x39, 0x41...0x5A, 0x61...0x7A, 0x2D, 0x2E, 0x2F, 0x5F, 0x7E:
                text.unicodeScalars.append(UnicodeScalar(byte))
            default: text += "%" + (byte < 16 ? "0" : "") + String(byte, radix: 16, uppercase: true)
            }
        }
        return text
    }
}
