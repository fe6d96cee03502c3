import Foundation

@testable import GateCore
@testable import GateReport

/// Records as the ledger has them, made by hand.
enum ReportFixture {
    /// A record with the fields that every one has, and some more.
    static func record(_ more: [String: Any] = [:], id: String = "20261121T093000.000Z-aaaaaa") throws -> RunRecord {
        var fields: [String: Any] = [
            "version": 1, "id": id, "command": "run", "started": "2026-11-21T09:30:00Z", "seconds": 2.5,
            "gate": ["version": "0.1.0", "libgit2": "1.5.1"], "repository": "/srv/shop",
            "base": ["tree": String(repeating: "b", count: 40), "origin": "HEAD"],
            "head": ["tree": String(repeating: "a", count: 40), "origin": "working tree"],
            "sandbox": ["level": "overlay", "shortfall": ""], "policy": [], "notes": [], "scenarios": [], "steps": [],
            "targets": [], "attributedToBase": [], "attempts": [],
        ]
        fields.merge(more) { _, new in new }
        let bytes = try JSONSerialization.data(withJSONObject: fields)
        return try GateCore.JSON.decode(RunRecord.self, from: Array(bytes))
    }

    static func result(_ verdict: String, stop: String? = nil, reasons: [[String: Any]] = [], next: [String] = [])
        -> [String: Any]
    {
        [
            "verdict": verdict, "reasons": reasons, "stopReason": stop ?? verdict, "exitStatus": 0, "applied": false,
            "next": next,
        ]
    }

    static func attempt(_ number: Int, _ verdict: String, _ more: [String: Any] = [:]) -> [String: Any] {
        [
            "number": number, "backend": "command", "origin": "/opt/model.py",
            "candidate": String(repeating: "c", count: 40),
            "paths": ["shop.py"], "verdict": verdict, "reasons": [], "remarks": [], "transitions": [], "tripwires": [],
            "notes": [], "artifacts": [], "seconds": 1.0,
        ].merging(more) { _, new in new }
    }

    static func step(_ phase: String, _ outcomes: [String: String], _ more: [String: Any] = [:]) -> [String: Any] {
        [
            "step": "check:test", "phase": phase, "tree": "a", "command": ["sh", "run.sh"], "runner": "tap",
            "strength": "report", "sandbox": "overlay", "pristine": true,
            "exitCode": outcomes.values.contains("failed") ? 1 : 0,
            "ending": "itself", "seconds": 0.5, "stagingSeconds": 0.1, "outputTruncated": false, "outcomes": outcomes,
            "problems": [],
        ].merging(more) { _, new in new }
    }

    static func material(
        _ record: RunRecord,
        check: EvidenceCheck? = EvidenceCheck(run: "r", intact: 3, altered: [], missing: [], added: []),
        pieces: [String: [UInt8]] = [:],
        redactor: Redactor = .none
    ) -> RunMaterial {
        RunMaterial(
            record: record,
            shelf: EvidenceShelf(check: check, pieces: pieces),
            statements: RunMaterial.Statements(count: 0),
            signoffs: [],
            redactor: redactor,
            version: "0.1.0"
        )
    }

    static func page(_ material: RunMaterial) throws -> String {
        String(decoding: try HTMLReport.page(material), as: UTF8.self)
    }
}
