#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where git looks for the hooks of a repository.
package struct HookFolder: Sendable, Hashable {
    /// Absolute path, as git says.
    package let path: String
    /// The same with every link resolved; `nil` where it does not exist.
    package let resolved: String?
    /// The assignment of `core.hooksPath` that says so; `nil` where it is git's usual folder.
    package let setting: GitSetting?
}

extension GitRepository {
    /// Asks git itself, with everything that may move the folder.
    package func hookFolder() async throws -> HookFolder {
        let answer = try await command.run(
            ["rev-parse", "--path-format=absolute", "--git-path", "hooks"],
            seesHooks: true
        )
        let path = String(answer.standardOutput.text.prefix { $0 != "\n" })
        guard answer.isSuccess, path.hasPrefix("/") else {
            throw GitError(.commandFailed, "git rev-parse failed: \(GitCommand.complaint(of: answer))")
        }
        let setting = try await settings(prefix: "core.hookspath", seesHooks: true).last
        return HookFolder(path: path, resolved: RealPath.of(path), setting: setting)
    }

    /// Sets one key of the repository's own configuration.
    ///
    /// - Parameter adding: whether values that are there stay.
    package func setConfig(_ key: String, _ value: String, adding: Bool = false) async throws {
        _ = try await command.output(["config", "--local"] + (adding ? ["--add"] : []) + [key, value])
    }

    /// Removes a section of the repository's own configuration; one that is not there is no error.
    package func removeConfigSection(_ name: String) async throws {
        let result = try await command.run(["config", "--local", "--remove-section", name])
        guard result.isSuccess || result.standardError.text.contains("no such section") else {
            throw GitError(.commandFailed, "git config failed: \(GitCommand.complaint(of: result))")
        }
    }
}

/// Paths as the file system knows them.
package enum RealPath {
    /// A path with every link in it resolved; `nil` where nothing has that name.
    package static func of(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    /// Whether a path is a folder or lies below it; both with links resolved.
    package static func isInside(_ path: String, _ folder: String) -> Bool {
        path == folder || path.hasPrefix(folder.hasSuffix("/") ? folder : "\(folder)/")
    }
}
