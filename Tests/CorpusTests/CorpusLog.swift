import Foundation

#if canImport(Glibc)
    import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// One line of `.build/reports/corpus.jsonl`, from which scripts/corpus.py makes the table.
struct CorpusLine: Encodable {
    enum Result: String, Encodable {
        /// The case was stopped, or a control was let through.
        case right
        /// A candidate was accepted that must not be.
        case falseAccept = "false-accept"
        /// An honest candidate was not accepted.
        case falseReject = "false-reject"
        /// Stopped, but for another reason or with another verdict than the case says.
        case otherwise
        /// A defence that this needs is not there yet.
        case awaiting
        /// At a weaker level, which does not promise more, hostile code did what it wanted.
        case harmed
        /// Hostile code did what it wanted where that is promised to be impossible.
        case harm
        case notApplicable = "not-applicable"
        /// With its defences left out the case is accepted, as it must be to show anything.
        case bites
        /// With its defences left out the case is stopped all the same.
        case blunt
        /// With one of those defences back, the case is stopped: the list is no longer than it has to be.
        case needed
        /// The case is accepted although one of the defences it names is back.
        case needless
        /// What a gate of exit status alone does is as the case says.
        case naive
        /// It does something else.
        case notNaive = "not-naive"
        /// A program is missing on this machine.
        case lacking
    }

    var id: String
    var title: String
    var `class`: String
    var level: String
    var without: [String]
    var result: Result
    var verdict: String
    var codes: [String]
    var harms: [String]
    var note: String
    var seconds: Double

    /// Adds a line; several tests do so at once.
    func write() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let bytes = Array(try encoder.encode(self)) + [0x0A]
        let folder = CorpusCase.root + "/../../.build/reports"
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        let file = open("\(folder)/corpus.jsonl", O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0o644)
        defer { close(file) }
        _ = bytes.withUnsafeBytes { appended(file, $0.baseAddress, $0.count) }
    }
}

/// One call of the system's `write`, which appends a short line whole.
private func appended(_ file: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int { write(file, bytes, count) }
