import GateCore
import Synchronization

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Asks on standard error and reads standard input, be it a terminal, a pipe or a file.
final class TerminalPerson: Person {
    /// What was read and not yet taken, and whether the input has ended.
    private struct Input {
        var bytes: [UInt8] = []
        var isAtEnd = false
    }

    /// The one reader of standard input: what it has read ahead belongs to whoever asks next.
    static let shared = TerminalPerson()

    private let input = Mutex(Input())
    /// Longest line that is read, in bytes.
    private static let mostBytes = 64 << 10

    private init() {}

    var isAtTerminal: Bool { isatty(STDIN_FILENO) == 1 && isatty(STDERR_FILENO) == 1 }

    func tell(_ text: String) { Console.standard.line(text) }

    func answer(_ prompt: String, before deadline: ContinuousClock.Instant) async throws -> String? {
        Console.standard.ask(prompt)
        defer { Console.standard.askedEnough() }
        let line = try await line(before: deadline)
        // Nobody has typed a newline where the answer came through a pipe.
        if isatty(STDIN_FILENO) == 0 || line == nil { Console.standard.line(line.map { Excerpt.visible($0) } ?? "") }
        return line
    }

    private func line(before deadline: ContinuousClock.Instant) async throws -> String? {
        while true {
            try Task.checkCancellation()
            if let line = takeLine() { return line }
            guard ContinuousClock.now < deadline, !input.withLock(\.isAtEnd) else { return nil }
            // Nothing here blocks, so that Ctrl-C is heard while a person thinks.
            var waiting = pollfd(fd: STDIN_FILENO, events: Int16(POLLIN), revents: 0)
            if poll(&waiting, 1, 0) > 0 {
                read()
            } else {
                try await Task.sleep(for: .milliseconds(50))
            }
        }
    }

    private func read() {
        var chunk = [UInt8](repeating: 0, count: 4096)
        #if canImport(Glibc)
            let count = Glibc.read(STDIN_FILENO, &chunk, chunk.count)
        #else
            let count = Darwin.read(STDIN_FILENO, &chunk, chunk.count)
        #endif
        if count < 0, errno == EINTR || errno == EAGAIN { return }
        input.withLock { input in
            if count > 0 { input.bytes += chunk[..<count] }
            if count <= 0 || input.bytes.count > Self.mostBytes { input.isAtEnd = true }
        }
    }

    /// The next whole line; at the end of the input also one without an end.
    private func takeLine() -> String? {
        input.withLock { input in
            guard
                let end = input.bytes.firstIndex(of: UInt8(ascii: "\n"))
                    ?? (input.isAtEnd && !input.bytes.isEmpty ? input.bytes.endIndex : nil)
            else { return nil }
            let line = input.bytes[..<end]
            input.bytes.removeSubrange(..<min(end + 1, input.bytes.endIndex))
            return String(decoding: line.last == UInt8(ascii: "\r") ? line.dropLast() : line, as: UTF8.self)
        }
    }
}
