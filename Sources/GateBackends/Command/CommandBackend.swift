package import GateCore
import GateGit

/// A backend that is any program: it reads the request as JSON, and its standard output is the reply.
package struct CommandBackend: Backend {
    /// Largest reply read, in bytes; the same holds for standard error.
    static let mostBytes = 8 << 20

    /// `command`, or the name the user gave it.
    package let name: String
    /// The command line.
    package var origin: String { command.joined(separator: " ") }

    private let command: [String]
    private let environment: [String: String]
    private let workingDirectory: String
    private let replyBytes: Int

    /// Creates a backend.
    ///
    /// - Parameters:
    ///   - name: as in `--backend`.
    ///   - command: program and arguments; no shell reads them.
    ///   - environment: the whole environment of the program.
    ///   - workingDirectory: absolute path of an existing folder of its own, outside the repository.
    ///   - replyBytes: largest reply that is read as one.
    package init(
        name: String = "command",
        command: [String],
        environment: [String: String],
        workingDirectory: String,
        replyBytes: Int = CandidateLimits().replyBytes
    ) {
        self.name = name
        self.command = command
        self.environment = environment
        self.workingDirectory = workingDirectory
        self.replyBytes = replyBytes
    }

    /// Runs the program once and reads what it printed.
    ///
    /// - Throws: `BackendFailure` with `backend.not-found`, `backend.cannot-start`, `backend.timeout`,
    ///   `backend.too-large`, `backend.exit`, `backend.empty` or `backend.unreadable-reply`, with all that was printed
    ///   as artifacts; `CancellationError`.
    package func propose(_ request: BackendRequest, bench: any TrialBench) async throws -> BackendReply {
        let input = try CommandRequest.encode(request)
        return try read(try await run(input, deadline: request.deadline), request: request, input: input)
    }

    /// Asks the program a question in words; what it prints is the answer, or an object with `text` and `session`.
    ///
    /// - Throws: as `propose` does, but for `backend.unreadable-reply`; `CancellationError`.
    package func answer(_ request: TextRequest) async throws -> TextReply {
        let input = try CommandQuestion.encode(request)
        let result = try await run(input, deadline: request.deadline)
        let (output, artifacts) = try output(of: result, input: input, deadline: request.deadline)
        guard output.count <= replyBytes else {
            throw BackendFailure(
                "backend.too-large",
                "the answer of '\(origin)' has more than \(replyBytes) bytes",
                hints: ["answer shorter"],
                artifacts: artifacts
            )
        }
        guard let text = String(validating: output, as: UTF8.self) else {
            throw BackendFailure(
                "backend.unreadable-reply",
                "the answer of '\(origin)' is not valid UTF-8",
                hints: ["print text"],
                artifacts: artifacts
            )
        }
        return TextReply(
            text: JSONValue.read(output)?["text"].string ?? text,
            artifacts: artifacts,
            session: CommandRequest.session(in: output) ?? request.session
        )
    }

    private func run(_ input: [UInt8], deadline: Duration) async throws -> ProcessResult {
        guard let program = command.first, !program.isEmpty else {
            throw BackendFailure(
                "backend.not-found",
                "the command backend has no command",
                hints: ["name a program in the user's git configuration or on the command line"]
            )
        }
        do {
            return try await ProcessRunner.run(
                ProcessRequest(
                    executable: program,
                    arguments: Array(command.dropFirst()),
                    environment: environment,
                    workingDirectory: workingDirectory,
                    input: input,
                    limits: ProcessLimits(
                        wallTime: deadline,
                        headBytes: Self.mostBytes,
                        tailBytes: 0,
                        maximumBytes: Self.mostBytes
                    )
                )
            )
        } catch let error as ProcessError {
            throw Self.failure(error, artifacts: ["request.json": input])
        }
    }

    /// What the program printed, where it ended well and printed anything.
    private func output(
        of result: ProcessResult,
        input: [UInt8],
        deadline: Duration
    ) throws -> (output: [UInt8], artifacts: [String: [UInt8]]) {
        let output = result.standardOutput.head
        let isJSON = CommandRequest.isJSON(output)
        var artifacts = ["request.json": input]
        if !output.isEmpty { artifacts[isJSON ? "response.json" : "response.md"] = output }
        if !result.standardError.head.isEmpty { artifacts["stderr.txt"] = result.standardError.head }
        if let failure = ending(result, deadline: deadline, artifacts: artifacts) { throw failure }
        guard output.contains(where: { !Self.blanks.contains($0) }) else {
            throw BackendFailure(
                "backend.empty",
                "'\(origin)' ended well but printed no reply",
                hints: ["print a JSON object with 'edits', 'patch' or 'cannot_fix' on standard output"],
                artifacts: artifacts
            )
        }
        return (output, artifacts)
    }

    private func read(_ result: ProcessResult, request: BackendRequest, input: [UInt8]) throws -> BackendReply {
        let (output, artifacts) = try output(of: result, input: input, deadline: request.deadline)
        switch ReplyParser.parse(output, limit: replyBytes) {
        case .success(let answer):
            return BackendReply(
                answer: answer,
                artifacts: artifacts,
                session: CommandRequest.session(in: output) ?? request.session
            )
        case .failure(let refusal):
            throw BackendFailure(
                "backend.unreadable-reply",
                "cannot read the reply of '\(origin)': \(refusal.findings.map(\.message).joined(separator: "; "))",
                hints: ["the forms of a reply are listed in docs/backends.md"],
                artifacts: artifacts,
                findings: refusal.findings
            )
        }
    }

    /// Why what was printed is not to be read at all; `nil` where the program ended by itself and well.
    private func ending(
        _ result: ProcessResult,
        deadline: Duration,
        artifacts: [String: [UInt8]]
    ) -> BackendFailure? {
        switch result.ending {
        case .wallTime, .idleTime:
            return BackendFailure(
                "backend.timeout",
                "'\(origin)' gave no reply within \(deadline.components.seconds) seconds, and was ended",
                hints: ["allow it more time, or give it a smaller task"],
                artifacts: artifacts
            )
        case .outputLimit:
            return BackendFailure(
                "backend.too-large",
                "'\(origin)' printed more than \(Self.mostBytes) bytes, and was ended",
                hints: ["print the reply alone, and progress sparingly on standard error"],
                artifacts: artifacts
            )
        case .itself, .processLimit, .memoryLimit, .diskLimit, .survivors: break
        }
        let how: String
        switch result.termination {
        case .exited(0): return nil
        case .exited(let code): how = "ended with status \(code)"
        case .signalled(let signal): how = "was ended by signal \(signal)"
        }
        // The last line of complaint tells most, since many programs print progress before it.
        let lines = result.standardError.text.split(whereSeparator: \.isNewline)
        let last = lines.last { !$0.allSatisfy(\.isWhitespace) }
        // It may hold anything, and is shown on a terminal.
        let complaint = last.map { ": \(Excerpt.visible(String($0.prefix(300))))" }
        return BackendFailure(
            "backend.exit",
            "'\(origin)' \(how)\(complaint ?? "")",
            hints: ["its standard error is kept as 'stderr.txt' and the request as 'request.json', to try it by hand"],
            artifacts: artifacts
        )
    }

    private static func failure(_ error: ProcessError, artifacts: [String: [UInt8]]) -> BackendFailure {
        switch error.code {
        case .notFound:
            BackendFailure(
                "backend.not-found",
                "cannot find the program '\(error.executable)'",
                hints: ["install '\(error.executable)', or correct the command that names it"],
                artifacts: artifacts
            )
        case .workingDirectory:
            BackendFailure(
                "backend.cannot-start",
                "cannot enter the working directory '\(error.workingDirectory)'",
                hints: ["make sure '\(error.workingDirectory)' exists and can be entered"],
                artifacts: artifacts
            )
        case .cannotStart:
            BackendFailure(
                "backend.cannot-start",
                "cannot start '\(error.executable)': \(error.detail)",
                hints: ["make sure '\(error.executable)' is a program that may be executed"],
                artifacts: artifacts
            )
        }
    }

    private static let blanks: Set<UInt8> = [0x09, 0x0A, 0x0B, 0x0C, 0x0D, 0x20]
}
