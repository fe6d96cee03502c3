import GateCore
import GateGit

/// The tools, and what they do. They take the same road as the commands, in this process.
struct ToolBox: Sendable {
    /// Whether the person who started the server lets `gate_run` write a proven fix into the working tree.
    let allowsApply: Bool

    private static let mostPatch = 1 << 20
    private static let mostContent = 24 << 10
    private static let mostTokens = 8000

    var instructions: String {
        """
        git gatekeeper decides by the tests that people wrote whether a change may be kept. After you change code, call \
        gate_test; finish only when it says that the tree is proven. Every answer names the next permitted step in \
        'next'. The tests, and the files that decide how tests run, are the contract: leave them as they are. No \
        argument loosens anything; what needs a person says ask_person.
        """
    }

    var all: [Tool] {
        let fresh = Tool.Argument(
            name: "fresh",
            kind: .truth,
            about: "Run the tests even where this very tree is proven already."
        )
        let apply = Tool.Argument(
            name: "apply",
            kind: .truth,
            about: "Write the proven fix into the working tree; without it the fix is kept aside."
        )
        return [
            Tool(
                name: "gate_test",
                title: "Test the working tree",
                about: "Run the tests on the working tree as it stands and say what is red. Repairs nothing, writes "
                    + "nothing into the working tree. A tree that is proven already is not run again.",
                arguments: [fresh],
                output: ToolSchemas.answer
            ),
            Tool(
                name: "gate_run",
                title: "Test, and look for a proven fix",
                about: "As gate_test; where the tree is red, the configured backend is asked for a fix, and each is "
                    + "proven in a worktree of its own. "
                    + (allowsApply
                        ? "With apply the proven fix is written into the working tree."
                        : "The working tree is left alone; a proven fix is kept aside."),
                arguments: allowsApply ? [fresh, apply] : [fresh],
                output: ToolSchemas.answer,
                isReadOnly: !allowsApply,
                reachesOut: true
            ),
            Tool(
                name: "gate_judge",
                title: "Judge a patch",
                about:
                    "Say whether a patch on top of the working tree may be kept. It is tried in a worktree of its own; "
                    + "the working tree is left alone. A patch that touches the contract is rejected.",
                arguments: [
                    Tool.Argument(
                        name: "patch",
                        kind: .text(most: Self.mostPatch),
                        isRequired: true,
                        about: "A unified diff against the working tree, with paths from its root."
                    )
                ],
                output: ToolSchemas.answer
            ),
            Tool(
                name: "gate_context",
                title: "What a failure is about",
                about: "Test the working tree, and where it is red give what a repair needs to know: the failure, the "
                    + "change, the code it points at.",
                arguments: [
                    Tool.Argument(
                        name: "tokens",
                        kind: .number(ResolvedPolicy.leastContextTokens...Self.mostTokens),
                        about:
                            "At most so many tokens, of about four bytes each; \(Self.mostTokens / 2) where it is left out."
                    )
                ],
                output: ToolSchemas.context
            ),
            Tool(
                name: "gate_show",
                title: "Look at a recorded run",
                about: "The answer of a run and the names of its artifacts, or a piece of one artifact.",
                arguments: [
                    Tool.Argument(
                        name: "run",
                        kind: .text(most: 100),
                        about: "Id of the run; the newest where it is left out."
                    ),
                    Tool.Argument(
                        name: "artifact",
                        kind: .text(most: 400),
                        about: "Name of an artifact, as it is listed."
                    ),
                    Tool.Argument(
                        name: "offset",
                        kind: .number(0...(1 << 30)),
                        about: "First byte of the piece; 0 where it is left out."
                    ),
                ],
                output: ToolSchemas.show
            ),
            Tool(
                name: "gate_status",
                title: "What is known of the repository",
                about: "Whether HEAD is proven, what goes on, which fixes wait. Runs nothing.",
                output: ToolSchemas.status
            ),
        ]
    }

    /// What a call came to.
    struct Outcome: Sendable {
        var structure: JSONValue
        var text: String
    }

    /// Whether a tool tests anything; such calls are made one after the other.
    static func isHeavy(_ tool: Tool) -> Bool { !["gate_show", "gate_status"].contains(tool.name) }

    /// Does what a tool is for.
    ///
    /// - Parameter listener: is told what happens meanwhile.
    /// - Throws: what keeps the gate from working; a red tree is an outcome.
    func use(_ tool: Tool, _ given: [String: JSONValue], _ listener: any RunListener) async throws -> Outcome {
        try tool.check(given)
        var options = SessionOptions()
        options.isFresh = given["fresh"]?.bool ?? false
        switch tool.name {
        case "gate_test": return try await judge("test", options, .none, listener)
        case "gate_run":
            return try await judge("run", options, Work.backend, listener, applies: given["apply"]?.bool ?? false)
        case "gate_judge":
            let patch = Array((given["patch"]?.string ?? "").utf8)
            switch ReplyParser.parse(patch) {
            case .success(let answer):
                return try await judge("judge", options, .given(answer, origin: "an agent"), listener)
            case .failure(let refusal):
                throw GateFailure(
                    "judge.unreadable-candidate",
                    "this is no patch: \(refusal.findings.map(\.message).joined(separator: "; "))",
                    hints: ["give a unified diff, as 'git diff' prints it"]
                )
            }
        case "gate_context":
            options.contextTokens = given["tokens"]?.integer ?? Self.mostTokens / 2
            return try await context(options, listener)
        case "gate_show": return try await show(given)
        default: return try await status()
        }
    }

    private func take(
        _ command: String,
        _ options: SessionOptions,
        _ source: Engine.Source,
        _ listener: any RunListener,
        applies: Bool = false
    ) async throws -> (record: RunRecord, run: RunLedger.Run) {
        let context = GateContext.current()
        let common = try CommonOptions.silent()
        let repository = try await Work.repository(context, common.console)
        let record = try await Work.take(
            command,
            options,
            common: common,
            source: source,
            delivery: Engine.Delivery(isDryRun: !(applies && allowsApply), commits: false),
            in: repository,
            person: nil,
            // Nothing is written that reviewers would have to agree to, unless it may be written at all.
            signing: applies && allowsApply ? .asks : .leavesOut,
            listening: [listener]
        )
        return (record, try RunLedger(repository: repository).find(record.id))
    }

    private func judge(
        _ command: String,
        _ options: SessionOptions,
        _ source: Engine.Source,
        _ listener: any RunListener,
        applies: Bool = false
    ) async throws -> Outcome {
        let (record, run) = try await take(command, options, source, listener, applies: applies)
        let answer = try Self.answer(record, run)
        return Outcome(structure: try Self.json(answer), text: answer.text)
    }

    /// A record with what is red, as the ledger has both.
    static func answer(_ record: RunRecord, _ run: RunLedger.Run) throws -> AgentAnswer {
        let failure = try run.read("failure.json").flatMap { try? JSON.decode(FailureDocument.self, from: $0) }
        // What a remembered run was red of before its repair is not what is red now.
        return AgentAnswer(record, failure: record.remembered == nil ? failure : nil)
    }

    private struct ContextAnswer: Encodable {
        var version = 1
        var run: String
        var verdict: String
        var tokens: Int
        var context: String
        var next: AgentStep
    }

    private func context(_ options: SessionOptions, _ listener: any RunListener) async throws -> Outcome {
        let (record, run) = try await take("build-context", options, .context, listener)
        guard let bytes = try run.read("context.txt"), record.remembered == nil else {
            let answer = try Self.answer(record, run)
            let empty = ContextAnswer(
                run: record.id,
                verdict: answer.verdict,
                tokens: 0,
                context: "",
                next: answer.next
            )
            return Outcome(structure: try Self.json(empty), text: answer.text)
        }
        let text = String(decoding: bytes, as: UTF8.self)
        let answer = ContextAnswer(
            run: record.id,
            verdict: record.result?.verdict ?? "undecided",
            tokens: record.context?.tokens ?? 0,
            context: text,
            next: AgentStep(record)
        )
        return Outcome(structure: try Self.json(answer), text: "next: \(answer.next.text)\n\n\(text)")
    }

    private struct ShowAnswer: Encodable {
        var version = 1
        var run: String
        var artifacts: [String]
        var artifactsTotal: Int
        var answer: AgentAnswer?
        var artifact: String?
        var content: String?
        var offset: Int?
        var bytes: Int?
        var nextOffset: Int?
        var notice = AgentAnswer.notice
    }

    private func show(_ given: [String: JSONValue]) async throws -> Outcome {
        let context = GateContext.current()
        let repository = try await Work.repository(context, Console(isQuiet: true))
        let run = try RunLedger(repository: repository).find(given["run"]?.string)
        let names = try run.artifacts()
        var answer = ShowAnswer(
            run: run.id,
            artifacts: names.prefix(60).map { AgentAnswer.line($0) },
            artifactsTotal: names.count
        )
        guard let name = given["artifact"]?.string else {
            guard let bytes = try run.read("record.json") else {
                throw GateFailure("ledger.unfinished-run", "run \(run.id) is not finished, so it has no answer")
            }
            var told = try Self.answer(try JSON.decode(RunRecord.self, from: bytes), run)
            // Nobody looks here at what has become of the working tree since.
            told.proven = false
            told.next = AgentStep(
                .retry,
                "This is what an earlier run said. Call gate_test: it judges the tree as it is now."
            )
            answer.answer = told
            return Outcome(structure: try Self.json(answer), text: told.text)
        }
        guard names.contains(name), let bytes = try run.read(name) else {
            throw GateFailure(
                "ledger.unknown-artifact",
                "run \(run.id) has no artifact '\(AgentAnswer.line(name))'",
                hints: ["call gate_show with the run alone: it lists them"]
            )
        }
        let redactor = Self.redactor(context)
        // Redacted as a whole, so that no secret is cut in two.
        let whole = Array(DataFence.plain(String(decoding: redactor.redact(bytes), as: UTF8.self)).utf8)
        let start = min(given["offset"]?.integer ?? 0, whole.count)
        let piece = whole[start...].prefix(Self.mostContent)
        let content = String(decoding: piece, as: UTF8.self)
        answer.artifact = name
        answer.content = content
        answer.offset = start
        answer.bytes = whole.count
        if start + piece.count < whole.count { answer.nextOffset = start + piece.count }
        let rest = answer.nextOffset.map { "\nmore: call it again with offset \($0)" } ?? ""
        let fence = DataFence(around: [content])
        return Outcome(
            structure: try Self.json(answer),
            text:
                "\(name) of run \(run.id), \(whole.count) bytes\(rest)\n\(AgentAnswer.notice)\n\(fence.enclose(content))"
        )
    }

    /// Takes secrets out of what no session has seen.
    static func redactor(_ context: GateContext) -> Redactor {
        Redactor(
            secrets: SecretEnvironment.secrets(
                in: context.environment,
                shared: Set(CheckEnvironment.make(caller: context.environment, settings: []).keys)
            )
        )
    }

    private struct StatusAnswer: Encodable {
        var version = 1
        var branch: String?
        var commit: String?
        var headProven: Bool
        var run: String?
        var why: String?
        var problem: String?
        var changedPaths: Int
        var activeRuns: [String]
        var fixes: [String]
        var next: AgentStep
    }

    private func status() async throws -> Outcome {
        let status = try await RepositoryStatus.take(.current(), SessionOptions())
        let next: AgentStep
        if let problem = status.problem {
            next = AgentStep(.askPerson, "Tell the person that the gate cannot work here: \(AgentAnswer.line(problem))")
        } else if status.proof != nil, status.changedPaths == 0 {
            // Who reviewed what is for the tools that judge; this one runs nothing.
            next =
                status.requiresSignoff
                ? AgentStep(
                    .retry,
                    "HEAD is proven by its tests, and policy requires a sign-off besides: call gate_test."
                )
                : AgentStep(.finish, "HEAD is proven, and nothing differs from it.")
        } else {
            next = AgentStep(.retry, "Call gate_test: it says whether the working tree as it stands may be kept.")
        }
        let answer = StatusAnswer(
            branch: status.branch.map { AgentAnswer.line($0) },
            commit: status.commit,
            headProven: status.proof != nil,
            run: status.proof?.run,
            why: status.unproven.map { AgentAnswer.line($0) },
            problem: status.problem.map { AgentAnswer.line($0) },
            changedPaths: status.changedPaths,
            activeRuns: Array(status.activeRuns.prefix(20)),
            fixes: status.fixes.prefix(20).map { AgentAnswer.line($0.reference) },
            next: next
        )
        return Outcome(
            structure: try Self.json(answer),
            text: "\(Excerpt.visible(StatusReport.text(status)))\nnext (\(next.action.rawValue)): \(next.text)"
        )
    }

    private static func json(_ value: some Encodable) throws -> JSONValue {
        JSONValue.read(try JSON.encode(value, pretty: false)) ?? .null
    }
}
