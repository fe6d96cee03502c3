import ArgumentParser
import GateCore
import Synchronization

#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Who writes events as lines of JSON, for programs that follow a run.
///
/// Whatever becomes of its reader, the run goes on: one that has gone is forgotten, and so is one that reads nothing for
/// a while.
final class EventOutput: RunListener {
    private struct State {
        var script = EventScript()
        var isOpen = true
    }

    private let descriptor: Int32
    private let now: @Sendable () -> Date
    private let console: Console
    private let state = Mutex(State())
    /// Longest wait for a reader in all, in milliseconds.
    private static let patience: Int32 = 2000
    /// What a pipe takes whole once it says that it takes anything.
    private static let piece = 512

    /// - Parameter place: a file, `-` for standard output, or `fd:N` for a descriptor that is open already.
    /// - Throws: `GateFailure` where nothing can be written there.
    init(_ place: String, context: GateContext, console: Console) throws {
        descriptor = try Self.open(place, below: context.workingDirectory)
        now = context.now
        self.console = console
    }

    func hear(_ event: RunEvent, _ redactor: Redactor) {
        let time = now()
        state.withLock { state in
            guard state.isOpen, let lines = try? state.script.lines(for: event, at: time, redactor) else { return }
            state.isOpen = write(lines)
        }
    }

    private static func open(_ place: String, below folder: String) throws -> Int32 {
        if place == "-" { return STDOUT_FILENO }
        if place.hasPrefix("fd:") {
            guard let number = Int32(place.dropFirst(3)), number > 0, fcntl(number, F_GETFL) & O_ACCMODE != O_RDONLY,
                fcntl(number, F_GETFD) >= 0
            else { throw failure(place, "it names no descriptor that is open for writing") }
            // What is written there is the gate's word, so no test gets hold of it.
            if number > 2 { _ = fcntl(number, F_SETFD, FD_CLOEXEC) }
            return number
        }
        let path = place.hasPrefix("/") ? place : "\(folder)/\(place)"
        // A pipe that nobody reads is not waited for, and a link is not followed to where somebody made it point.
        let flags = O_WRONLY | O_CREAT | O_APPEND | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK
        #if canImport(Glibc)
            let descriptor = Glibc.open(path, flags, 0o600)
        #else
            let descriptor = Darwin.open(path, flags, 0o600)
        #endif
        guard descriptor >= 0 else {
            throw failure(
                place,
                errno == ELOOP
                    ? "it is a symbolic link" : errno == ENXIO ? "nobody reads it" : String(cString: strerror(errno))
            )
        }
        var status = stat()
        guard fstat(descriptor, &status) == 0, [S_IFREG, S_IFIFO].contains(status.st_mode & S_IFMT) else {
            close(descriptor)
            throw failure(place, "it is neither a file nor a pipe")
        }
        return descriptor
    }

    private static func failure(_ place: String, _ why: String) -> GateFailure {
        GateFailure(
            "events.place",
            "cannot write events to '\(place)': \(why)",
            hints: ["name a file, '-' for standard output, or 'fd:3' for a descriptor that you opened"]
        )
    }

    /// - Returns: whether there is still somebody to write for.
    private func write(_ lines: [UInt8]) -> Bool {
        var rest = lines[...]
        while !rest.isEmpty {
            var waiting = pollfd(fd: descriptor, events: Int16(POLLOUT), revents: 0)
            let ready = poll(&waiting, 1, Self.patience)
            if ready < 0, errno == EINTR { continue }
            guard ready > 0, waiting.revents & Int16(POLLOUT) != 0 else { return gone("nobody reads them") }
            let count = Descriptor.write(rest.prefix(Self.piece), to: descriptor)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            if count < 0 { return gone(String(cString: strerror(errno))) }
            rest = rest.dropFirst(count)
        }
        return true
    }

    private func gone(_ why: String) -> Bool {
        console.progress("note: events are not written any more: \(why)")
        return false
    }
}

/// Where a run is followed by programs.
struct EventOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Write what happens as lines of JSON: to a file, to standard output with '-', or to 'fd:3'.",
            discussion:
                "With '-' the answer goes to standard error. 'git gatekeeper schema event' describes the lines.",
            valueName: "place"
        )
    )
    var events: String?
}

extension CommonOptions {
    /// The same with programs among those who are told.
    func with(_ events: EventOptions) throws -> CommonOptions {
        guard let place = events.events else { return self }
        var copy = self
        if place == "-" {
            guard format == .text else {
                throw ValidationError(
                    "--events - takes standard output for itself; write the answer with --events fd:3"
                )
            }
            copy.answersAside = true
        }
        copy.listeners.append(try EventOutput(place, context: .current(), console: copy.console))
        return copy
    }
}
