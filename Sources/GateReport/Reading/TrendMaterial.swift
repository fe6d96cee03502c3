package import GateCore

/// Everything that the report of several runs is made from.
package struct TrendMaterial: Sendable {
    /// Finished runs, oldest first.
    package var records: [RunRecord]
    /// Runs among them that were never finished.
    package var unfinished: Int
    /// Runs whose record is not as it was written, or cannot be read: they count for nothing.
    package var altered: [String]
    /// Version of the gate that makes the report.
    package var version: String

    package init(records: [RunRecord], unfinished: Int, altered: [String], version: String) {
        self.records = records
        self.unfinished = unfinished
        self.altered = altered
        self.version = version
    }

    /// Most runs that one report is about.
    package static let maximum = 1000

    /// Reads the newest runs of a ledger.
    ///
    /// - Parameter number: how many at most; never more than `maximum`.
    package static func read(_ ledger: RunLedger, number: Int, version: String) throws -> TrendMaterial {
        var material = TrendMaterial(records: [], unfinished: 0, altered: [], version: version)
        for id in try ledger.ids().suffix(max(0, min(number, maximum))) {
            guard let bytes = try ledger.find(id).read(EvidenceCheck.record) else {
                material.unfinished += 1
                continue
            }
            let isSealed = ledger.seal(of: id)?.hasPrefix(SHA256.hex(bytes)) == true
            guard isSealed, let record = try? JSON.decode(RunRecord.self, from: bytes), record.id == id else {
                material.altered.append(id)
                continue
            }
            material.records.append(record)
        }
        return material
    }
}
