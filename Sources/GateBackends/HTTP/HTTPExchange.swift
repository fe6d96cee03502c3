import GateCore

/// Sends a request, reads the answer, and tries again where that may help.
struct HTTPExchange: Sendable {
    let call: CurlCall
    var policy = RetryPolicy()
    var connect = Duration.seconds(10)
    var idle: Duration?
    var bytes = 16 << 20

    /// One exchange that came to its end.
    struct Outcome<Value: Sendable>: Sendable {
        let value: Value
        let answer: HTTPAnswer
        /// Exchanges it took, from 1.
        let exchanges: Int
    }

    /// - Parameters:
    ///   - deadline: longest time for all exchanges and the waits between them.
    ///   - progress: told about each wait.
    ///   - onOutput: sees the answer as it comes.
    ///   - read: makes the value of an answer of whatever status, or says what is wrong with it.
    /// - Throws: the last `HTTPFailure`; `CancellationError`.
    func send<Value: Sendable>(
        _ request: HTTPRequest,
        deadline: Duration,
        progress: @Sendable (String) -> Void = { _ in },
        onOutput: (@Sendable ([UInt8]) -> Void)? = nil,
        read: @Sendable (HTTPAnswer) throws(HTTPFailure) -> Value
    ) async throws -> Outcome<Value> {
        let end = ContinuousClock.now + deadline
        var number = 1
        while true {
            let left = end - ContinuousClock.now
            guard left > .zero else { throw Self.late }
            let failure: HTTPFailure
            do {
                let answer = try await call.send(
                    request,
                    limits: CurlCall.Limits(connect: min(connect, left), idle: idle, whole: left, bytes: bytes),
                    onOutput: onOutput
                )
                do {
                    return Outcome(value: try read(answer), answer: answer, exchanges: number)
                } catch {
                    failure = error.answer == nil ? error.keeping(answer) : error
                }
            } catch let error as HTTPFailure {
                failure = error
            }
            number += 1
            guard failure.isTransient, number <= policy.retries + 1,
                let wait = policy.wait(before: number, after: failure.answer),
                ContinuousClock.now + wait < end
            else { throw failure }
            progress("\(failure.message); trying again in \(Double(Int(wait.seconds * 10)) / 10) s")
            try await policy.sleep(wait)
        }
    }

    private static let late = HTTPFailure(
        "backend.timeout",
        "no time was left for the server to answer",
        hints: ["allow more time with gatekeeper.backend.<name>.timeout"]
    )
}

extension HTTPFailure {
    fileprivate func keeping(_ answer: HTTPAnswer) -> HTTPFailure {
        var copy = self
        copy.answer = answer
        return copy
    }
}
