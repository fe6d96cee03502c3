package import GateCore

/// The artifacts of a run as they were found: what is as the run wrote it may be shown, everything else is only named.
package struct EvidenceShelf: Sendable {
    /// What is kept of an artifact: its beginning and its end.
    struct Piece: Sendable, Hashable {
        var head: [UInt8]
        /// Empty where `head` is all of it.
        var tail: [UInt8]
        var size: Int

        var leftOut: Int { size - head.count - tail.count }
    }

    /// How an artifact was found.
    enum State: Sendable, Hashable {
        case intact(Piece)
        case altered
        case missing
        /// The record holds no digest of it.
        case unknown
    }

    /// What was found; `nil` where the record holds no digests to hold anything against.
    package let check: EvidenceCheck?
    /// Why there is no check.
    package let problem: String?
    private let pieces: [String: Piece]

    /// Bytes kept from the beginning and from the end of what a page shows in part.
    static let headBytes = 24 << 10
    static let tailBytes = 40 << 10
    /// Bytes of a patch or a JSON document, which can only be read whole.
    static let wholeBytes = 1 << 20

    /// Reads every artifact of a run, and holds it against its digest.
    package init(_ run: RunLedger.Run) throws {
        var pieces: [String: Piece] = [:]
        do {
            check = try EvidenceCheck.verify(run) { name, content in pieces[name] = Self.piece(name, content) }
            problem = nil
        } catch let failure as GateFailure where failure.code == "evidence.no-digests" {
            check = nil
            problem = failure.message
        }
        self.pieces = pieces
    }

    init(check: EvidenceCheck?, pieces: [String: [UInt8]] = [:]) {
        self.check = check
        problem = check == nil ? "there are no digests" : nil
        self.pieces = Dictionary(pieces.map { ($0.key, Self.piece($0.key, $0.value)) }) { first, _ in first }
    }

    func state(of name: String) -> State {
        if let piece = pieces[name] { return .intact(piece) }
        if check?.altered.contains(name) == true { return .altered }
        if check?.missing.contains(name) == true { return .missing }
        return .unknown
    }

    private static func piece(_ name: String, _ content: [UInt8]) -> Piece {
        let isWhole = name.hasSuffix(".diff") || name.hasSuffix(".json")
        let (head, tail) = isWhole ? (wholeBytes, 0) : (headBytes, tailBytes)
        guard content.count > head + tail else { return Piece(head: content, tail: [], size: content.count) }
        return Piece(head: Array(content.prefix(head)), tail: Array(content.suffix(tail)), size: content.count)
    }
}
