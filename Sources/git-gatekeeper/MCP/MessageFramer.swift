/// Cuts a stream of bytes into messages: one to a line, none larger than a limit.
struct MessageFramer: Sendable {
    enum Frame: Sendable, Hashable {
        /// One line without its end.
        case message([UInt8])
        /// The beginning of a line that was longer than the limit; the rest of it is thrown away.
        case tooLarge(head: [UInt8])
    }

    /// Most bytes of one message.
    static let mostBytes = 4 << 20
    /// What is kept of one that is larger.
    private static let headBytes = 4096

    private var line: [UInt8] = []
    private var isSkipping = false

    /// Takes what was read, and gives every message that is whole now.
    mutating func add(_ bytes: [UInt8]) -> [Frame] {
        var frames: [Frame] = []
        for piece in bytes.split(separator: 0x0A, omittingEmptySubsequences: false).enumerated() {
            if piece.offset > 0, let frame = close() { frames.append(frame) }
            guard !isSkipping else { continue }
            line += piece.element
            if line.count > Self.mostBytes {
                line = Array(line.prefix(Self.headBytes))
                isSkipping = true
            }
        }
        return frames
    }

    /// The line that ends here; `nil` for an empty one.
    private mutating func close() -> Frame? {
        defer {
            line = []
            isSkipping = false
        }
        if isSkipping { return .tooLarge(head: line) }
        return line.allSatisfy { $0 == 0x20 || $0 == 0x09 || $0 == 0x0D } ? nil : .message(line)
    }
}
