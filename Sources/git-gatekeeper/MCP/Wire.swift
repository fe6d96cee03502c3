import Dispatch
import GateCore
import Synchronization

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The two streams of the protocol, taken away from everything else in this process.
///
/// Whatever prints to standard output afterwards, here or in a program that is started, prints to standard error; and
/// nobody reads what the client sends but the server.
final class Wire: Sendable {
    private let input: Int32
    private let output: Int32
    private let broken = Mutex(false)
    private static let waiting = DispatchQueue(label: "git-gatekeeper.mcp")
    /// Seconds a client may leave what it is sent unread.
    private static let patience = 60
    /// What a pipe takes without blocking once it says that it takes something.
    private static let piece = 4096

    /// - Throws: `GateFailure` with `mcp.streams` where standard input or output is closed.
    static func taking() throws -> Wire {
        let input = fcntl(STDIN_FILENO, F_DUPFD_CLOEXEC, 3)
        let output = fcntl(STDOUT_FILENO, F_DUPFD_CLOEXEC, 3)
        let nothing = open("/dev/null", O_RDONLY | O_CLOEXEC)
        guard input >= 0, output >= 0, nothing >= 0, dup2(nothing, STDIN_FILENO) >= 0,
            dup2(STDERR_FILENO, STDOUT_FILENO) >= 0
        else {
            throw GateFailure("mcp.streams", "standard input or output is closed: an MCP client talks through them")
        }
        close(nothing)
        return Wire(input: input, output: output)
    }

    private init(input: Int32, output: Int32) {
        self.input = input
        self.output = output
    }

    /// Whether the client can no longer be reached.
    var isBroken: Bool { broken.withLock { $0 } }

    /// What came, as soon as something came; `nil` at the end.
    ///
    /// - Throws: `CancellationError`.
    func receive() async throws -> [UInt8]? {
        while !isBroken {
            try Task.checkCancellation()
            // Waits outside of the pool of threads that everything else here shares.
            let isReady = await withCheckedContinuation { (done: CheckedContinuation<Bool, Never>) in
                Self.waiting.async { [input] in
                    var wanted = pollfd(fd: input, events: Int16(POLLIN), revents: 0)
                    done.resume(returning: poll(&wanted, 1, 200) > 0)
                }
            }
            guard isReady else { continue }
            var chunk = [UInt8](repeating: 0, count: 1 << 16)
            let count = read(input, &chunk, chunk.count)
            if count > 0 { return Array(chunk[..<count]) }
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            return nil
        }
        return nil
    }

    /// Sends one message; one that cannot be sent breaks the wire.
    func send(_ message: JSONValue) {
        guard let line = try? JSON.encode(message, pretty: false) else { return }
        broken.withLock { isBroken in
            if !isBroken { isBroken = !write(line) }
        }
    }

    private func write(_ line: [UInt8]) -> Bool {
        var rest = line[...]
        var idle = 0
        while !rest.isEmpty {
            var wanted = pollfd(fd: output, events: Int16(POLLOUT), revents: 0)
            guard poll(&wanted, 1, 1000) > 0 else {
                idle += 1
                guard idle < Self.patience else { return false }
                continue
            }
            idle = 0
            let count = Descriptor.write(rest.prefix(Self.piece), to: output)
            if count < 0 {
                if errno == EINTR || errno == EAGAIN { continue }
                return false
            }
            rest = rest.dropFirst(count)
        }
        return true
    }
}
