import GateCore
import GateGit

/// One run of the `curl` program.
///
/// Everything it is told goes through its standard input: a command line is for everybody on the machine to read. The
/// body alone is a private file, since curl bounds the lines of its configuration.
struct CurlCall: Sendable {
    /// Bounds of one call.
    struct Limits: Sendable {
        /// Longest time until the connection stands.
        var connect = Duration.seconds(10)
        /// Longest silence of an answer that comes in pieces; `nil` allows any.
        var idle: Duration?
        /// Longest time in all.
        var whole: Duration
        /// Largest answer, in bytes.
        var bytes = 16 << 20
    }

    /// Variables that say how the network is reached.
    private static let passed: Set<String> = [
        "PATH", "http_proxy", "https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY", "no_proxy", "NO_PROXY",
        "SSL_CERT_FILE", "SSL_CERT_DIR", "CURL_CA_BUNDLE", "LANG", "LC_ALL",
    ]

    /// The caller's environment, of which curl gets what concerns the network.
    let environment: [String: String]
    /// Absolute path of a private folder.
    let folder: String

    /// Sends a request and reads the answer, whatever its status.
    ///
    /// - Parameter onOutput: sees the answer as it comes, headers and all.
    /// - Throws: `HTTPFailure`; `CancellationError`.
    func send(
        _ request: HTTPRequest,
        limits: Limits,
        onOutput: (@Sendable ([UInt8]) -> Void)? = nil
    ) async throws -> HTTPAnswer {
        let body = try SafeScratch.file(named: "body", content: request.body, in: folder)
        defer { Cleanup.remove(body) }
        var tell: (@Sendable (OutputStreamKind, [UInt8]) -> Void)?
        if let onOutput { tell = { stream, bytes in if stream == .standardOutput { onOutput(bytes) } } }
        let result: ProcessResult
        do {
            result = try await ProcessRunner.run(
                ProcessRequest(
                    executable: "curl",
                    // First of all, so that no file of the user's adds to what is said here.
                    arguments: ["--disable", "--config", "-"],
                    environment: environment.filter { Self.passed.contains($0.key) },
                    workingDirectory: folder,
                    input: Array(try Self.configuration(request, body: body, limits: limits).utf8),
                    limits: ProcessLimits(
                        wallTime: limits.whole + .seconds(2),
                        headBytes: limits.bytes,
                        tailBytes: 0,
                        maximumBytes: limits.bytes
                    ),
                    onOutput: tell
                )
            )
        } catch let error as ProcessError {
            throw HTTPFailure(
                error.code == .notFound ? "backend.not-found" : "backend.cannot-start",
                error.code == .notFound ? "cannot find the program 'curl'" : "cannot start 'curl': \(error.detail)",
                hints: ["install curl, which speaks to servers for the gate"]
            )
        }
        return try Self.read(result, limits: limits)
    }

    /// The configuration that curl reads from its standard input.
    static func configuration(_ request: HTTPRequest, body: String, limits: Limits) throws(HTTPFailure) -> String {
        var lines = [
            "url = \(quoted(request.endpoint.url))", "request = \(quoted(request.method))",
            "silent", "show-error", "include", "suppress-connect-headers", "globoff", "no-buffer",
            "proto = \"=http,https\"", "max-redirs = 0",
            "connect-timeout = \(seconds(limits.connect))", "max-time = \(seconds(limits.whole))",
        ]
        if let idle = limits.idle {
            lines += ["speed-limit = 1", "speed-time = \(max(1, idle.components.seconds))"]
        }
        // A proxy would get what is meant for this machine, and the key with it.
        if request.endpoint.isLoopback { lines.append("noproxy = \"*\"") }
        if !request.body.isEmpty { lines.append("data-binary = \(quoted("@" + body))") }
        for (name, value) in request.headers {
            let bytes = Array((name + value).utf8)
            guard !bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else {
                throw HTTPFailure(
                    "backend.header",
                    "the value of the header '\(name)' has control characters",
                    hints: ["a key is one line; see where it comes from"]
                )
            }
            lines.append("header = \(quoted("\(name): \(value)"))")
        }
        // Servers that know nothing of it would be waited for.
        lines.append("header = \"Expect:\"")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func seconds(_ duration: Duration) -> String {
        let milliseconds = max(1, Int64((duration.seconds * 1000).rounded()))
        let rest = String(milliseconds % 1000)
        return "\(milliseconds / 1000)." + String(repeating: "0", count: 3 - rest.count) + rest
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }

    private static func read(_ result: ProcessResult, limits: Limits) throws(HTTPFailure) -> HTTPAnswer {
        let answer = HTTPAnswer.parse(result.standardOutput.head)
        switch result.ending {
        case .outputLimit:
            throw HTTPFailure(
                "backend.too-large",
                "the server sent more than \(limits.bytes) bytes",
                hints: ["see whether the endpoint is the right one"],
                answer: answer
            )
        case .wallTime, .idleTime: throw timeout("it did not answer in time", answer)
        case .itself, .processLimit, .memoryLimit, .diskLimit, .survivors: break
        }
        guard result.termination != .exited(0) else {
            guard let answer else {
                throw HTTPFailure("backend.protocol", "what the server sent is not HTTP", isTransient: false)
            }
            return answer
        }
        // The message of curl names the server and what was wrong, and nothing that is secret.
        let words = Excerpt.visible(Excerpt.line(result.standardError.text, maximum: 300))
        let said = words.hasPrefix("curl: (") ? String(words.drop { $0 != ")" }.dropFirst(2)) : words
        let code: Int32 = if case .exited(let code) = result.termination { code } else { -1 }
        throw failure(code, said, answer)
    }

    private static func failure(_ code: Int32, _ said: String, _ answer: HTTPAnswer?) -> HTTPFailure {
        switch code {
        case 28:
            if said.contains("too slow") { return timeout("it stopped sending: \(said)", answer) }
            return timeout(said, answer)
        case 5, 6, 97:
            return HTTPFailure(
                "backend.connect",
                "cannot reach the server: \(said)",
                hints: ["see whether the endpoint is right, the network is there, and the proxy variables are"],
                isTransient: code == 6
            )
        case 7:
            return HTTPFailure(
                "backend.connect",
                "cannot connect to the server: \(said)",
                hints: ["see whether the server runs, and whether the endpoint is the right one"],
                isTransient: true
            )
        case 35, 51, 53, 54, 58, 59, 60, 66, 77, 80, 82, 83, 90, 91:
            return HTTPFailure(
                "backend.tls",
                "the server's certificate or encryption is not accepted: \(said)",
                hints: ["a company's own authority is named by SSL_CERT_FILE; the check is never switched off"],
                isTransient: code == 35
            )
        case 18, 52, 55, 56, 92, 95, 96:
            return HTTPFailure(
                "backend.truncated",
                "the connection broke before the answer was whole: \(said)",
                hints: ["try again; where it keeps breaking, see whether a proxy in between cuts long answers"],
                isTransient: true,
                answer: answer
            )
        case 1, 3, 8:
            return HTTPFailure("backend.protocol", "what the server sent is not HTTP: \(said)", answer: answer)
        default:
            return HTTPFailure(
                "backend.curl",
                "curl gave up (\(code)): \(said)",
                hints: ["'man curl' lists what its exit codes mean"],
                answer: answer
            )
        }
    }

    private static func timeout(_ what: String, _ answer: HTTPAnswer?) -> HTTPFailure {
        HTTPFailure(
            "backend.timeout",
            "the server gave no whole answer in time: \(what)",
            hints: ["allow more time with gatekeeper.backend.<name>.timeout, or give it a smaller task"],
            isTransient: true,
            answer: answer
        )
    }
}
