import GateCore
import GateGit
import Synchronization

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Answers the hook before a tool is used: what the guard finds, in the agent's own form.
struct AgentGuard {
    private let context: GateContext
    private let agent: AgentKind

    init(_ context: GateContext, _ agent: AgentKind) {
        self.context = context
        self.agent = agent
    }

    private static let shells: Set = ["bash", "shell", "exec_command", "local_shell", "unified_exec"]
    private static let editors: Set = ["edit", "write", "multiedit", "notebookedit", "create"]

    /// - Returns: `nil` where nothing is known against it, so that the agent's own rules decide.
    func answer(_ input: JSONValue) async throws -> JSONValue? {
        guard let tool = input["tool_name"].string else {
            throw GateFailure("agent.input", "the input names no tool: 'tool_name' is missing")
        }
        let given = input["tool_input"]
        let name = tool.lowercased()
        let answer: GuardAnswer
        if Self.shells.contains(name) {
            answer = try await judge { $0.judge(try Self.command(given), in: context.workingDirectory) }
        } else if name == "apply_patch" {
            answer = try await files(PatchPaths.named(in: try Self.command(given)))
        } else if Self.editors.contains(name) {
            let path = ["file_path", "notebook_path", "path"].lazy.compactMap { given[$0].string }.first
            guard let path else { throw GateFailure("agent.input", "'\(tool)' names no file") }
            answer = try await files([path])
        } else {
            return nil
        }
        switch answer {
        case .pass: return nil
        // codex has no way to ask from here, and would let it pass.
        case .ask(let why) where agent == .claude: return Self.say("ask", why)
        case .ask(let why), .deny(let why): return Self.say("deny", why)
        }
    }

    private static func say(_ decision: String, _ why: String) -> JSONValue {
        [
            "hookSpecificOutput": [
                "hookEventName": "PreToolUse", "permissionDecision": .text(decision),
                "permissionDecisionReason": .text("git gatekeeper: \(why)"),
            ]
        ]
    }

    /// The text of a command, which some agents give as a list of words.
    private static func command(_ given: JSONValue) throws -> String {
        for name in ["command", "cmd", "input", "patch"] {
            if let text = given[name].string { return text }
            let words = given[name].elements.compactMap(\.string)
            if !words.isEmpty { return PolicyValue.quoted(words) }
        }
        throw GateFailure("agent.input", "the input holds no command")
    }

    private func files(_ paths: [String]) async throws -> GuardAnswer {
        try await judge { guardian in
            var answer = GuardAnswer.pass
            for path in paths {
                for form in Set([path, real(path)]) {
                    let one = guardian.written(form, in: context.workingDirectory)
                    if case .deny = one { return one }
                    if answer == .pass { answer = one }
                }
            }
            return answer
        }
    }

    /// Asks the guard. The contract is only drawn where something asks for it, because that takes a while.
    private func judge(_ body: (CommandGuard) throws -> GuardAnswer) async throws -> GuardAnswer {
        let repository = try? await GitRepository(
            containing: context.workingDirectory,
            environment: context.environment
        )
        var aliases: [String: String] = [:]
        for setting in (try? await repository?.settings(prefix: "alias.")) ?? [] {
            aliases[String(setting.key.dropFirst("alias.".count)).lowercased()] = setting.value
        }
        let asked = Asked()
        let first = try body(
            CommandGuard(aliases: aliases) { path in
                asked.paths.withLock { $0.append(path) }
                return nil
            }
        )
        guard let repository, first == .pass, !asked.paths.withLock(\.isEmpty), let root = repository.workingTree,
            let contract = await contract(of: repository)
        else { return first }
        return try body(
            CommandGuard(aliases: aliases) { path in
                guard path.hasPrefix("\(root)/") else { return nil }
                return contract.cover(of: RepositoryPath(String(path.dropFirst(root.count + 1)))).map(Contract.words)
            }
        )
    }

    private final class Asked: Sendable {
        let paths = Mutex<[String]>([])
    }

    /// The contract in force; `nil` where the repository is not under the gate.
    private func contract(of repository: GitRepository) async -> Contract? {
        do {
            return try await Session.open(context, SessionOptions(), in: repository) { session in
                session.isGated ? try await session.contractWithLinks() : nil
            }
        } catch {
            // A policy that cannot be read protects no less than none.
            return try? Contract(protecting: [], opening: [], commandFiles: [])
        }
    }

    /// A path without links, as far as its folders are there.
    private func real(_ path: String) -> String {
        var folder = path.hasPrefix("/") ? path : "\(context.workingDirectory)/\(path)"
        var tail: [String] = []
        while folder.count > 1 {
            if let found = realpath(folder, nil) {
                defer { free(found) }
                return ([String(cString: found)] + tail.reversed()).joined(separator: "/")
            }
            guard let slash = folder.lastIndex(of: "/") else { return path }
            tail.append(String(folder[folder.index(after: slash)...]))
            folder = String(folder[..<slash])
        }
        return path
    }
}
