package import GateCore
import GateGit

/// Says on the desktop that a long run has ended, where somebody sits in front of one.
package struct DesktopNotice: Sendable {
    package let title: String
    package let body: String

    /// - Parameter repository: name of its folder.
    package init(_ record: RunRecord, repository: String) {
        title = "git gatekeeper: \(record.result?.verdict ?? "undecided")"
        body = "\(Excerpt.visible(repository)): \(record.command), \(Int(record.seconds.rounded())) s"
    }

    /// The program that shows it, with its arguments; `nil` where nobody would see it.
    package func command(_ environment: [String: String]) -> [String]? {
        func has(_ name: String) -> Bool { environment[name].map { !$0.isEmpty } ?? false }
        guard !has("CI"), !has("SSH_CONNECTION"), !has("SSH_TTY") else { return nil }
        #if os(macOS)
            return [
                "osascript", "-e", "on run argv", "-e",
                "display notification (item 2 of argv) with title (item 1 of argv)", "-e", "end run", title, body,
            ]
        #else
            guard has("DISPLAY") || has("WAYLAND_DISPLAY") else { return nil }
            // What is behind the title is read as markup.
            let plain = body.replacing("&", with: "&amp;").replacing("<", with: "&lt;")
            return ["notify-send", "--app-name=git gatekeeper", "--", title, plain]
        #endif
    }

    /// Shows it.
    ///
    /// - Returns: why it could not be shown; `nil` where it was, or nobody would have seen it.
    /// - Throws: `CancellationError`.
    package func show(_ environment: [String: String], in folder: String) async throws -> String? {
        guard let command = command(environment), let program = command.first else { return nil }
        do {
            let result = try await ProcessRunner.run(
                ProcessRequest(
                    executable: program,
                    arguments: Array(command.dropFirst()),
                    environment: environment,
                    workingDirectory: folder,
                    limits: ProcessLimits(wallTime: .seconds(5), maximumBytes: 1 << 16)
                )
            )
            return result.isSuccess ? nil : "'\(program)' failed (\(result.termination))"
        } catch let error as ProcessError {
            return "cannot start '\(program)': \(error.detail)"
        }
    }
}
