/// Holds what lies in a run's folder against the digests in its record.
package struct EvidenceCheck: Sendable, Hashable, Codable {
    package var run: String
    /// Number of files that are as they were written down.
    package var intact: Int
    /// Artifacts whose bytes are others.
    package var altered: [String]
    /// Artifacts that are gone.
    package var missing: [String]
    /// Files that the record does not know.
    package var added: [String]

    /// Whether the folder is as the run left it.
    package var isIntact: Bool { altered.isEmpty && missing.isEmpty && added.isEmpty }

    /// Names of the record, and of the digest of the record.
    package static let record = "record.json"
    static let seal = "record.json.sha256"

    /// Reads every artifact of a run again.
    ///
    /// - Parameter each: is handed every artifact that is as it was written, with its content.
    /// - Throws: `GateFailure` where the run was not finished, or its record holds no digests.
    package static func verify(
        _ run: RunLedger.Run,
        each: (_ name: String, _ content: [UInt8]) -> Void = { _, _ in }
    ) throws -> EvidenceCheck {
        guard let bytes = try run.read(record) else {
            throw GateFailure("ledger.unfinished-run", "run \(run.id) was never finished, so it has no record")
        }
        let written: RunRecord
        do {
            written = try JSON.decode(RunRecord.self, from: bytes)
        } catch {
            throw GateFailure("evidence.unreadable", "the record of run \(run.id) cannot be read: it was altered")
        }
        guard let digests = written.digests else {
            throw GateFailure(
                "evidence.no-digests",
                "the record of run \(run.id) holds no digests: an earlier version wrote it, or somebody took them out"
            )
        }
        var check = EvidenceCheck(run: run.id, intact: 0, altered: [], missing: [], added: [])
        let names = try run.artifacts()
        for (name, digest) in digests.artifacts.sorted(by: { $0.key < $1.key }) {
            guard names.contains(name), let content = try run.read(name) else {
                check.missing.append(name)
                continue
            }
            guard SHA256.hex(content) == digest else {
                check.altered.append(name)
                continue
            }
            check.intact += 1
            each(name, content)
        }
        if let seal = try run.read(seal) {
            let isIntact = String(decoding: seal, as: UTF8.self) == self.seal(of: bytes)
            if isIntact { check.intact += 2 } else { check.altered.append(record) }
        } else {
            check.missing.append(self.seal)
        }
        check.added = names.filter { digests.artifacts[$0] == nil && $0 != record && $0 != self.seal }
        return check
    }

    /// The line that `sha256sum --check` reads.
    static func seal(of record: [UInt8]) -> String { "\(SHA256.hex(record))  \(Self.record)\n" }

    /// The check in words.
    package var text: String {
        var lines = altered.map { "altered: \($0)" } + missing.map { "missing: \($0)" } + added.map { "added: \($0)" }
        lines.append(
            isIntact
                ? "run \(run) is as it was written: \(intact) files"
                : "run \(run) is not as it was written; \(intact) files are"
        )
        return lines.map { Excerpt.visible($0) }.joined(separator: "\n")
    }
}
