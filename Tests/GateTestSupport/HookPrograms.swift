import Foundation

/// Hook managers, and a git that has hooks in its configuration, where this machine has them: on the path, or fetched by
/// `make e2e`.
package enum HookPrograms {
    package static let preCommit = find("pre-commit")
    package static let lefthook = find("lefthook")
    /// Whether their tests are to be run: where both are, and where somebody insists, so that they fail.
    package static let managersAreWanted = preCommit != nil && lefthook != nil || isRequired

    /// Absolute path of a folder with a git of version 2.54 or newer, which `GIT_GATEKEEPER_NEWER_GIT` may name.
    package static let newerGit = ProcessInfo.processInfo.environment["GIT_GATEKEEPER_NEWER_GIT"]

    private static let isRequired =
        ProcessInfo.processInfo.environment["GIT_GATEKEEPER_HOOK_MANAGERS"] == "required"

    /// The folders of all of them, as a prefix of a `PATH`.
    package static var folders: String {
        [preCommit, lefthook].compactMap { $0.map { URL(fileURLWithPath: $0).deletingLastPathComponent().path } }
            .joined(separator: ":")
    }

    private static func find(_ name: String) -> String? {
        var root = URL(fileURLWithPath: #filePath)
        for _ in 0..<3 { root.deleteLastPathComponent() }
        let path = ProcessInfo.processInfo.environment["PATH"] ?? ""
        let folders =
            [root.appendingPathComponent(".build/hook-managers/bin").path] + path.split(separator: ":").map(String.init)
        return folders.lazy.map { "\($0)/\(name)" }.first { FileManager.default.isExecutableFile(atPath: $0) }
    }
}
