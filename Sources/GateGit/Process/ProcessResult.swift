/// How a process ended, what it printed, and which limit, if any, ended it.
package struct ProcessResult: Sendable {
    /// The operating system's word on the end of the process.
    package enum Termination: Sendable, Hashable {
        case exited(Int32)
        case signalled(Int32)
    }

    /// Who ended the process. A signal that we sent is never read as the program's own doing.
    package enum Ending: String, Sendable, Hashable {
        case itself, wallTime, idleTime, outputLimit, processLimit, memoryLimit, diskLimit
        /// It ended, and something it had started could not be ended with it.
        case survivors

        /// What happened, to follow the name of what was run; `nil` where it ended by itself.
        package var phrase: String? {
            switch self {
            case .itself: nil
            case .wallTime: "ran longer than its limit"
            case .idleTime: "was silent for longer than its limit"
            case .outputLimit: "printed more than its limit"
            case .processLimit: "started more processes than its limit"
            case .memoryLimit: "used more memory than its limit"
            case .diskLimit: "wrote more than its limit"
            case .survivors: "left processes that could not be ended"
            }
        }
    }

    package let termination: Termination
    package let ending: Ending
    package let standardOutput: CapturedOutput
    package let standardError: CapturedOutput
    package let duration: Duration

    package init(
        termination: Termination,
        ending: Ending,
        standardOutput: CapturedOutput,
        standardError: CapturedOutput,
        duration: Duration
    ) {
        self.termination = termination
        self.ending = ending
        self.standardOutput = standardOutput
        self.standardError = standardError
        self.duration = duration
    }

    /// Whether the process ended by itself with status 0.
    package var isSuccess: Bool { ending == .itself && termination == .exited(0) }

    /// The exit code, where the process ended by itself with one.
    package var exitCode: Int32? {
        guard ending == .itself, case .exited(let code) = termination else { return nil }
        return code
    }
}

/// The first and the last bytes of a stream, and how many there were in all.
package struct CapturedOutput: Sendable, Hashable {
    package private(set) var head: [UInt8] = []
    package private(set) var total = 0
    private var ring: [UInt8] = []
    private var ringStart = 0
    private let headLimit: Int
    private let tailLimit: Int

    /// Creates an empty capture that will keep at most the given numbers of bytes.
    package init(headLimit: Int, tailLimit: Int) {
        self.headLimit = headLimit
        self.tailLimit = tailLimit
    }

    /// Creates a complete capture of known bytes.
    package init(_ bytes: [UInt8]) {
        self.init(headLimit: bytes.count, tailLimit: 0)
        append(bytes)
    }

    /// Whether bytes between head and tail were dropped.
    package var isTruncated: Bool { total > head.count + ring.count }

    /// Bytes dropped between head and tail.
    package var droppedBytes: Int { total - head.count - ring.count }

    /// The last bytes that do not belong to the head.
    package var tail: [UInt8] { Array(ring[ringStart...] + ring[..<ringStart]) }

    /// What was kept, with a line in place of what was not.
    package var bytes: [UInt8] {
        guard isTruncated else { return head + tail }
        return head + Array("\n[… \(droppedBytes) bytes not kept …]\n".utf8) + tail
    }

    /// The kept bytes as text; invalid UTF-8 becomes U+FFFD.
    package var text: String { String(decoding: bytes, as: UTF8.self) }

    /// The same capture with other bytes in place of those that were kept.
    ///
    /// Where bytes were dropped, the line that was cut is left out on both sides: nobody could tell what it held.
    package func mappingKept(_ change: ([UInt8]) -> [UInt8]) -> CapturedOutput {
        guard isTruncated else { return total == 0 ? self : CapturedOutput(change(head + tail)) }
        let cutHead = head.dropLast(Self.cut(head.reversed()))
        let cutTail = tail.dropFirst(Self.cut(tail))
        var copy = self
        copy.head = change(Array(cutHead))
        copy.ring = change(Array(cutTail))
        copy.ringStart = 0
        copy.total = copy.head.count + copy.ring.count + total - cutHead.count - cutTail.count
        return copy
    }

    /// Bytes of the line at the beginning, and no more than a page of it.
    private static func cut(_ bytes: some Collection<UInt8>) -> Int { bytes.prefix(4096).prefix { $0 != 0x0A }.count }

    package mutating func append(_ chunk: [UInt8]) {
        total += chunk.count
        let intoHead = min(headLimit - head.count, chunk.count)
        if intoHead > 0 { head.append(contentsOf: chunk[..<intoHead]) }
        guard tailLimit > 0, intoHead < chunk.count else { return }
        for byte in chunk[max(intoHead, chunk.count - tailLimit)...] {
            if ring.count < tailLimit {
                ring.append(byte)
            } else {
                ring[ringStart] = byte
                ringStart = (ringStart + 1) % tailLimit
            }
        }
    }
}
