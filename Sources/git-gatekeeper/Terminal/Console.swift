import GateCore
import Synchronization

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Standard output for the answer, standard error for everything else.
struct Console: Sendable {
    /// Whether progress and notes are left out; errors never are.
    var isQuiet = false
    /// Whether everything goes to standard output, in the order it is written: an engine's log has one stream, and what
    /// fences one part of it off must not be overtaken.
    var isOneStream = false
    /// Whether the answer goes to standard error, because standard output has something else.
    var answersAside = false

    static let standard = Console()

    /// Writes the answer of a command, with a newline at its end.
    func answer(_ text: String) {
        write(text.hasSuffix("\n") || text.isEmpty ? text : text + "\n", to: answerDescriptor)
    }

    /// Writes a document for machines, which names its schema.
    func answer(_ value: some Encodable, as document: MachineDocument) throws { answer(try document.encode(value)) }

    /// Writes bytes of an artifact as they are.
    func answer(_ bytes: [UInt8]) { writeAll(bytes, to: answerDescriptor) }

    private var answerDescriptor: Int32 { answersAside ? STDERR_FILENO : STDOUT_FILENO }

    /// Writes a line that is not the answer.
    func line(_ text: String) {
        write(text + "\n", to: isOneStream ? STDOUT_FILENO : STDERR_FILENO)
    }

    /// Writes a question, and leaves the cursor behind it; nothing is drawn below it until `askedEnough`.
    func ask(_ prompt: String) {
        LiveScreen.shared.pause()
        write(prompt, to: STDERR_FILENO)
    }

    /// Says that nobody types any more.
    func askedEnough() { LiveScreen.shared.resume() }

    /// Writes a line of progress.
    func progress(_ text: String) {
        guard !isQuiet else { return }
        line(text)
    }

    /// Says what stopped the gate and what to do next.
    func complain(_ failure: any GateError) {
        line("error: \(Excerpt.visible(failure.message)) [\(failure.code)]")
        for hint in failure.hints { line("hint: \(Excerpt.visible(hint))") }
    }

    private func write(_ text: String, to descriptor: Int32) { writeAll(Array(text.utf8), to: descriptor) }

    private func writeAll(_ bytes: [UInt8], to descriptor: Int32) {
        // What is drawn at the bottom of a terminal makes room, and is drawn again below.
        LiveScreen.shared.aside { Self.writeNow(bytes, to: descriptor) }
    }

    private static func writeNow(_ bytes: [UInt8], to descriptor: Int32) {
        var rest = bytes[...]
        while !rest.isEmpty {
            let count = Descriptor.write(rest, to: descriptor)
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                // The reader of the answer is gone: end as a filter does.
                if descriptor == STDOUT_FILENO { _exit(141) }
                return
            }
            rest = rest.dropFirst(count)
        }
    }
}
