import ArgumentParser
import Dispatch
import GateCore
import Synchronization

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Parses, runs, and turns whatever comes out into an exit status.
@main
enum GatekeeperMain {
    static func main() async {
        // A reader that went away is an error of the write, not the end of the program.
        signal(SIGPIPE, SIG_IGN)
        let interrupted = Interruption()
        let work = Task {
            await Trace2.start(CommandLine.arguments)
            let status = await Self.run(Array(CommandLine.arguments.dropFirst()))
            // What was decided stands, also where somebody does not wait for others to be told.
            let signal = interrupted.signal
            await Notifications.shared.flush()
            return (status, signal)
        }
        interrupted.watch { work.cancel() }
        let (status, signal) = await work.value
        LiveScreen.shared.end()
        let code = signal.map { 128 + $0 } ?? status.rawValue
        Trace2.shared?.end(code: code, signal: signal)
        exit(code)
    }

    private static func run(_ arguments: [String]) async -> ExitStatus {
        do {
            let command = try Gatekeeper.parseAsRoot(PorcelainOptions.completed(arguments))
            if var command = command as? any AsyncParsableCommand {
                try await command.run()
            } else {
                var command = command
                try command.run()
            }
            return .success
        } catch let status as ExitStatus {
            return status
        } catch is CancellationError {
            return .interrupted
        } catch {
            LiveScreen.shared.end()
            if let failure = GateFailure.wrapping(error) {
                Console.standard.complain(failure)
                Trace2.shared?.complain(failure)
                return .cannotRun
            }
            return report(parserError: error)
        }
    }

    /// Help goes to standard output; a mistake in the call goes to standard error, with git's own status for it.
    private static func report(parserError error: any Error) -> ExitStatus {
        let code = Gatekeeper.exitCode(for: error)
        let text = Gatekeeper.fullMessage(for: error)
        if code == .success {
            Console.standard.answer(text)
            return .success
        }
        if code == .validationFailure {
            Console.standard.line(text)
            return .usage
        }
        Console.standard.line("error: \(error)")
        return .cannotRun
    }
}

/// The signals that end the program politely the first time and at once the second time.
///
/// Lives as long as the program does.
private final class Interruption: @unchecked Sendable {
    private let caught = Mutex<Int32?>(nil)
    /// Written once, before any signal can come.
    private var sources: [any DispatchSourceSignal] = []

    var signal: Int32? { caught.withLock { $0 } }

    func watch(_ action: @escaping @Sendable () -> Void) {
        for number in [SIGINT, SIGTERM, SIGHUP] {
            leaveToDispatch(number)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { [self] in
                let isFirst = caught.withLock { caught in
                    defer { caught = caught ?? number }
                    return caught == nil
                }
                if isFirst { action() }
                // Nothing is left on the screen that looks as if the run went on.
                LiveScreen.shared.endAtOnce()
                if !isFirst { _exit(128 + number) }
            }
            source.resume()
            sources.append(source)
        }
    }
}

/// Leaves a signal to the dispatch source.
private func leaveToDispatch(_ number: Int32) { signal(number, SIG_IGN) }
