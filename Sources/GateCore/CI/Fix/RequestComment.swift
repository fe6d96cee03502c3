import GateGit

/// A pull or merge request, and how to write a comment below it: through the program of the place it lies at.
package struct RequestComment: Sendable {
    package enum Program: String, Sendable, CaseIterable {
        /// Of GitHub.
        case gh
        /// Of GitLab.
        case glab
    }

    /// Longest comment that both places take, in bytes.
    package static let mostBytes = 60_000

    /// Variables that say which request it is, the first one first.
    static let variables = ["SIGNOFF_PR_NUMBER", "PR_NUMBER", "GITHUB_PR_NUMBER"]

    private let program: Program
    private let environment: [String: String]
    private let folder: String

    /// - Parameters:
    ///   - environment: the caller's; the program finds its token in it.
    ///   - folder: absolute path of the clone.
    package init(_ program: Program, environment: [String: String], folder: String) {
        self.program = program
        self.environment = environment
        self.folder = folder
    }

    /// The number of the request that this work belongs to: as a variable says, else as the program says of the branch.
    /// Either way the program has to find it, so that a login that fails is known before it is needed.
    ///
    /// - Throws: `GateFailure` with `comment.number` where nobody says it, or it cannot be read.
    package func number() async throws -> (number: Int, source: String) {
        var said: (number: Int, source: String)?
        for name in Self.variables where said == nil {
            guard let text = environment[name], !text.isEmpty else { continue }
            guard let number = Int(text), number > 0, text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                throw GateFailure(
                    "comment.number",
                    "the variable \(name) is '\(Excerpt.visible(Excerpt.line(text, maximum: 40)))', which is no number"
                )
            }
            said = (number, "variable \(name)")
        }
        let named = said.map { [String($0.number)] } ?? []
        let (arguments, key) =
            switch program {
            case .gh: (["pr", "view"] + named + ["--json", "number"], "number")
            case .glab: (["mr", "view"] + named + ["--output", "json"], "iid")
            }
        let output = try await run(arguments, input: [], failing: "comment.number")
        guard let number = JSONValue.read(output)?[key].integer, number > 0, number == said?.number ?? number else {
            throw GateFailure(
                "comment.number",
                "'\(program.rawValue)' does not say which request this work belongs to",
                hints: ["say it: SIGNOFF_PR_NUMBER=<number>"]
            )
        }
        return said ?? (number, "'\(program.rawValue)', of the branch")
    }

    /// Posts a comment.
    ///
    /// - Throws: `GateFailure` with `comment.failed` where there is no program, or it refuses.
    package func post(_ body: String, to number: Int) async throws {
        // The text goes through standard input where it can, so that nothing in it can be an option.
        let arguments =
            switch program {
            case .gh: ["pr", "comment", String(number), "--body-file", "-"]
            case .glab: ["mr", "note", String(number), "--message", body.filter { $0 != "\0" }]
            }
        _ = try await run(arguments, input: Array(body.utf8), failing: "comment.failed")
    }

    private func run(_ arguments: [String], input: [UInt8], failing code: String) async throws -> [UInt8] {
        let result: ProcessResult
        do {
            result = try await ProcessRunner.run(
                ProcessRequest(
                    executable: program.rawValue,
                    arguments: arguments,
                    environment: environment,
                    workingDirectory: folder,
                    input: input,
                    limits: ProcessLimits(wallTime: .seconds(60), headBytes: 1 << 16)
                )
            )
        } catch let error as ProcessError where error.code == .notFound {
            throw GateFailure(code, "'\(program.rawValue)' is not here", hints: ["install it, or leave out --comment"])
        }
        guard result.isSuccess else {
            let why = result.ending.phrase.map { "it \($0)" } ?? GitCommand.complaint(of: result)
            throw GateFailure(
                code,
                "'\(program.rawValue) \(arguments.prefix(2).joined(separator: " "))' failed: \(why)",
                hints: [
                    "log in again with '\(program.rawValue) auth login', or give it a token that may write comments: "
                        + (program == .gh ? "GH_TOKEN" : "GITLAB_TOKEN")
                ]
            )
        }
        return result.standardOutput.head
    }
}
