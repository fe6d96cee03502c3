import Foundation

/// The real programs of coding agents, where this machine has them: on the path, or fetched by `make e2e`.
package enum AgentPrograms {
    package static let codex = find("codex", below: "codex_cli_bin/bin/codex")
    package static let claude = find("claude", below: "claude_agent_sdk/_bundled/claude")
    /// The Python that has the vendors' client libraries.
    package static let python = existing("\(folder)/bin/python")

    /// Whether their tests are to be run: where they are, and where somebody insists, so that they fail.
    package static let areWanted =
        codex != nil && claude != nil || ProcessInfo.processInfo.environment["GIT_GATEKEEPER_AGENTS"] == "required"

    /// Absolute path of a program.
    ///
    /// - Throws: where it is not here.
    package static func path(of name: String) throws -> String {
        guard let path = name == "codex" ? codex : claude else {
            throw TestRepositoryError(message: "'\(name)' is not here: 'make e2e' fetches it")
        }
        return path
    }

    private static var folder: String {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        return root.appendingPathComponent(".build/agents").path
    }

    private static func find(_ name: String, below place: String) -> String? {
        let libraries = (try? FileManager.default.contentsOfDirectory(atPath: "\(folder)/lib")) ?? []
        for library in libraries.sorted() {
            if let path = existing("\(folder)/lib/\(library)/site-packages/\(place)") { return path }
        }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        return path.split(separator: ":").lazy.compactMap { existing("\($0)/\(name)") }.first
    }

    private static func existing(_ path: String) -> String? {
        FileManager.default.isExecutableFile(atPath: path) ? path : nil
    }
}
