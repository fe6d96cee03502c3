import GateCore
import Synchronization

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// The lines at the bottom of the terminal behind standard error that are drawn again and again in place.
///
/// Nothing of the terminal is changed for longer than one write: the cursor is never hidden, no mode is left on, no key is
/// taken. So there is nothing to restore, however the program ends.
final class LiveScreen: Sendable {
    static let shared = LiveScreen()

    /// Gives the lines for a terminal of so many columns and rows.
    typealias Drawing = @Sendable (_ columns: Int, _ rows: Int) -> [LiveLine]

    private struct State {
        var drawing: Drawing?
        var hasColour = false
        /// What stands there now.
        var shown: [LiveLine] = []
        var isPaused = false
    }

    private let state = Mutex(State())

    /// Begins to draw; what was drawn for somebody else is taken away.
    func begin(inColour: Bool, _ drawing: @escaping Drawing) {
        Suspension.watch()
        state.withLock { state in
            Self.emit(Self.erasing(&state))
            state.drawing = drawing
            state.hasColour = inColour
            state.isPaused = false
        }
    }

    /// Draws what has changed since.
    func refresh() {
        guard state.withLock({ $0.drawing != nil }) else { return }
        if Suspension.isAsked { Suspension.stop { state.withLock { $0.shown = [] } } }
        state.withLock { state in
            guard !state.isPaused else { return }
            Self.emit(Self.redrawing(&state))
        }
    }

    /// Writes something above the lines.
    func aside(_ write: () -> Void) {
        // Where nothing is drawn, a reader that takes its time holds up nobody else.
        guard state.withLock({ $0.drawing != nil }) else { return write() }
        state.withLock { state in
            Self.emit(Self.erasing(&state))
            write()
            guard !state.isPaused else { return }
            Self.emit(Self.redrawing(&state))
        }
    }

    /// Draws nothing until `resume`.
    func pause() {
        state.withLock { state in
            Self.emit(Self.erasing(&state))
            state.isPaused = true
        }
    }

    func resume() { state.withLock { $0.isPaused = false } }

    /// Takes the lines away for good.
    func end() {
        state.withLock { state in
            Self.emit(Self.erasing(&state))
            state.drawing = nil
        }
        Suspension.leave()
    }

    /// The same for whoever must not wait: not for somebody who writes, nor for a terminal that takes nothing just now.
    func endAtOnce() {
        _ = state.withLockIfAvailable { state in
            var terminal = pollfd(fd: STDERR_FILENO, events: Int16(POLLOUT), revents: 0)
            if poll(&terminal, 1, 0) > 0 { Self.emit(Self.erasing(&state)) }
            state.shown = []
            state.drawing = nil
        }
    }

    /// What takes the lines away and puts the cursor where the first of them began.
    private static func erasing(_ state: inout State) -> String {
        // While we are stopped others write below the lines; what stands there stays.
        if Suspension.isAsked || Suspension.hasBeenStopped || !isInForeground { state.shown = [] }
        guard !state.shown.isEmpty else { return "" }
        let columns = size.columns
        // A terminal that became narrower has broken what no longer fits into several rows.
        let rows = state.shown.reduce(0) { $0 + max(1, ($1.width + columns - 1) / columns) }
        state.shown = []
        return "\r" + (rows > 1 ? "\u{1B}[\(rows - 1)A" : "") + "\u{1B}[J"
    }

    private static func redrawing(_ state: inout State) -> String {
        guard let drawing = state.drawing, isInForeground, !Suspension.isAsked else { return "" }
        if Suspension.hasBeenStopped { state.shown = [] }
        let size = size
        let lines = drawing(size.columns, max(1, size.rows - 1))
        guard lines != state.shown || lines.contains(where: { $0.width > size.columns }) else { return "" }
        let erasing = state.shown.isEmpty ? "\r\u{1B}[J" : erasing(&state)
        state.shown = lines
        // Where a character is wider than the system says, the line is cut at the edge and none is broken.
        return erasing + "\u{1B}[?7l" + lines.map { $0.drawn(inColour: state.hasColour) }.joined(separator: "\r\n")
            + "\u{1B}[?7h"
    }

    private static var size: (columns: Int, rows: Int) {
        var size = winsize()
        guard ioctl(STDERR_FILENO, UInt(TIOCGWINSZ), &size) == 0, size.ws_col > 0, size.ws_row > 0 else {
            return (80, 24)
        }
        return (Int(size.ws_col), Int(size.ws_row))
    }

    /// Whether the terminal is ours just now; a job in the background draws nothing.
    private static var isInForeground: Bool {
        let group = tcgetpgrp(STDERR_FILENO)
        return group < 0 || group == getpgrp()
    }

    private static func emit(_ text: String) {
        guard !text.isEmpty else { return }
        var rest = Array(text.utf8)[...]
        while !rest.isEmpty {
            let count = Descriptor.write(rest, to: STDERR_FILENO)
            if count < 0, errno == EINTR || errno == EAGAIN { continue }
            guard count > 0 else { return }
            rest = rest.dropFirst(count)
        }
    }
}
