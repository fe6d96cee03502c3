import ArgumentParser
import GateCore

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Hooks of coding agents that the gate answers.
enum AgentEvent: String, ExpressibleByArgument, CaseIterable {
    case sessionStart = "session-start"
    case preToolUse = "pre-tool-use"
    case stop
}

/// Agents whose hooks are known.
enum AgentKind: String, ExpressibleByArgument, CaseIterable {
    case claude, codex
}

/// `git gatekeeper agent-hook`
struct AgentHookCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "agent-hook",
        abstract: "Answer a hook of a coding agent; the plugins in integrations/ call it.",
        discussion: """
            Takes what the agent gives the hook on standard input and answers it, both in JSON, whatever --format says. 'pre-tool-use' denies
            what would lead around the gate, such as 'git push --no-verify'. 'stop' tests the working tree where the
            agent changed something, and sends it back to work while that is red, a few times at most.
            """
    )

    @Argument(help: "Which hook: \(AgentEvent.allCases.map(\.rawValue).joined(separator: ", ")).")
    var event: AgentEvent

    @Option(help: "Whose hook: \(AgentKind.allCases.map(\.rawValue).joined(separator: " or ")).")
    var agent: AgentKind = .claude

    @Option(help: ArgumentHelp("Send the agent back to work at most so often in a row.", valueName: "n"))
    var atMost = 3

    @OptionGroup var common: CommonOptions

    func validate() throws {
        if !(0...20).contains(atMost) { throw ValidationError("--at-most must be from 0 to 20") }
    }

    func run() async throws {
        let bytes = try InputFile.read(descriptor: STDIN_FILENO, limit: 16 << 20)
        guard let input = JSONValue.read(bytes), input.isObject else {
            throw GateFailure(
                "agent.input",
                "standard input is not what an agent gives its hooks: one JSON object",
                hints: ["this command is for the hooks in integrations/, not for people"]
            )
        }
        var context = GateContext.current()
        if let folder = input["cwd"].string, folder.hasPrefix("/") { context.workingDirectory = folder }
        let answer: JSONValue?
        switch event {
        case .preToolUse: answer = try await AgentGuard(context, agent).answer(input)
        case .sessionStart: answer = try await AgentStop(context, input, atMost).begin()
        case .stop: answer = try await AgentStop(context, input, atMost).answer()
        }
        if let answer { common.console.answer(try JSON.encode(answer, pretty: false)) }
    }
}
