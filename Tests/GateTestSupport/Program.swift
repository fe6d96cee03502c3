import Foundation
package import GateGit

/// The built program, as the tests' own build made it.
package enum Program {
    /// Absolute path of the folder the program and the test bundle were built into.
    package static var folder: String {
        URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().path
    }
}

/// Documents that the program printed while tests ran: `scripts/test.sh` holds all of them to their schemas.
enum Documents {
    private static let folder = ProcessInfo.processInfo.environment["GIT_GATEKEEPER_DOCUMENTS"]

    /// Keeps an answer where somebody collects them, and where it is one document.
    static func keep(_ output: [UInt8], of arguments: [String]) throws {
        guard let folder, output.first == UInt8(ascii: "{"),
            zip(arguments, arguments.dropFirst()).contains(where: { $0 == ("--format", "json") })
        else { return }
        let name = "\(arguments[0])-\(UUID().uuidString.prefix(8)).json"
        try Data(output).write(to: URL(fileURLWithPath: "\(folder)/\(name)"))
    }
}

extension TestRepository {
    /// Runs `git gatekeeper` through the real git, as a user does.
    ///
    /// - Parameters:
    ///   - input: bytes for standard input.
    ///   - environment: variables on top of the fixture's own.
    package func gatekeeper(
        _ arguments: String...,
        input: String? = nil,
        environment extra: [String: String] = [:],
        in folder: String? = nil
    ) async throws -> ProcessResult {
        try await gatekeeper(arguments: arguments, input: input, environment: extra, in: folder)
    }

    /// The same with the arguments as a list.
    package func gatekeeper(
        arguments: [String],
        input: String? = nil,
        environment extra: [String: String] = [:],
        in folder: String? = nil
    ) async throws -> ProcessResult {
        var environment = environment
        environment["PATH"] = "\(Program.folder):\(environment["PATH"] ?? "/usr/bin:/bin")"
        environment.merge(extra) { _, new in new }
        let result = try await ProcessRunner.run(
            ProcessRequest(
                executable: "git",
                arguments: ["gatekeeper"] + arguments,
                environment: environment,
                workingDirectory: folder ?? path,
                input: input.map { Array($0.utf8) },
                limits: ProcessLimits(wallTime: .seconds(600))
            )
        )
        try Documents.keep(result.standardOutput.bytes, of: arguments)
        return result
    }

    /// Everything a command must leave as it was: files with modes, index, HEAD, references outside the gate's own.
    package func state() async throws -> String {
        var lines: [String] = []
        for found in try SafeFolder(path: path).walk(
            maximum: 10_000,
            descend: { $0 != RepositoryPath(".git") }
        ) where found.path.components[0] != Array(".git".utf8) {
            let content = try SafeFolder(path: path).read(found.path, limit: 1 << 20)
            lines.append("\(found.path) \(found.status.permissions) \(content.map { $0.content.hashValue } ?? 0)")
        }
        lines.append(try await git("ls-files", "-s"))
        lines.append(try await git("symbolic-ref", "-q", "HEAD"))
        lines.append(
            try await git("for-each-ref").split(separator: "\n").filter { !$0.contains("refs/gatekeeper/") }
                .joined(separator: "\n")
        )
        lines.append(read(".git/config") ?? "")
        return lines.joined(separator: "\n")
    }
}
