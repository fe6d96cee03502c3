package import GateGit

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Ignored folders that checks need and no tree holds: installed dependencies.
package enum Carried {
    /// Names that package managers use at the top of a repository.
    private static let usual = ["node_modules", ".venv", "venv", "vendor/bundle", ".bundle", "elm-stuff"]

    /// Absolute paths of the folders that are there, are ignored or untracked, and are not part of the tree.
    ///
    /// - Throws: `GateFailure` where policy names a folder that is not there, or one that leads outside.
    package static func folders(
        named: [String],
        in repository: GitRepository,
        tree: ObjectID
    ) async throws -> [String] {
        guard let root = repository.workingTree, let place = try? SafeFolder(path: root) else { return [] }
        var folders: [String] = []
        for name in usual + named {
            let path = RepositoryPath(name.hasSuffix("/") ? String(name.dropLast()) : name)
            guard
                !path.components.contains(where: {
                    Contract.folded(RepositoryPath(bytes: $0)) == RepositoryPath(".git")
                })
            else { throw GateFailure("policy.carry", "'gatekeeper.carry' names '\(name)', which is git's own folder") }
            let status = try? place.status(path)
            guard let status, status.kind == .folder else {
                guard named.contains(name) else { continue }
                throw GateFailure(
                    "policy.carry",
                    "'gatekeeper.carry' names '\(name)', which is no folder of the working tree",
                    hints: ["install the dependencies first, or remove the setting"]
                )
            }
            if try await repository.entry(path, in: tree) != nil { continue }
            folders.append("\(root)/\(path.description)")
        }
        return Array(Set(folders)).sorted()
    }

    /// Whether installed dependencies name code of the user's own working tree: links of a workspace, or what an
    /// editable install leaves. Without a sandbox such code would run instead of what is staged.
    ///
    /// - Parameters:
    ///   - folder: absolute path of a carried folder.
    ///   - root: absolute path of the working tree.
    package static func leadsBack(_ folder: String, to root: String) -> Bool {
        guard let place = try? SafeFolder(path: folder),
            // Package managers link packages at the first level, or below a scope at the second; Python keeps its
            // notes in lib/python3.x/site-packages.
            let found = try? place.walk(maximum: 1_000_000, descend: { isListed($0) })
        else { return true }
        let real = (path(resolving: root) ?? root) + "/"
        let own = (path(resolving: folder) ?? folder) + "/"
        for file in found {
            if file.status.kind == .symlink {
                // A link to nowhere leads nowhere.
                guard let target = path(resolving: "\(folder)/\(file.path.text ?? "")") else { continue }
                if target + "/" == real || target.hasPrefix(real), !(target + "/").hasPrefix(own) { return true }
            } else if isNoteOfInstall(file.path) {
                guard let note = try? place.read(file.path, limit: 64 << 20) else { return true }
                let text = String(decoding: note.content, as: UTF8.self).replacing(own, with: "")
                if text.contains(real) || text.contains(real.dropLast() + "\n") || text.hasSuffix(real.dropLast()) {
                    return true
                }
            }
        }
        return false
    }

    /// Whether a folder lists what is installed: packages lie directly in it.
    static func isListed(_ folder: RepositoryPath) -> Bool {
        let parts = folder.components.map { String(decoding: $0, as: UTF8.self) }
        if parts[0] == "ruby" { return parts.count < 4 }
        switch parts.count {
        case 1: return parts[0].hasPrefix("@") || parts[0] == "lib"
        case 2: return parts[0] == "lib"
        case 3: return parts[0] == "lib" && parts[2] == "site-packages"
        case 4: return parts[0] == "lib" && parts[3].hasSuffix(".dist-info")
        default: return false
        }
    }

    private static func isNoteOfInstall(_ path: RepositoryPath) -> Bool {
        guard let name = path.components.last.map({ String(decoding: $0, as: UTF8.self) }) else { return false }
        // A build folder of CMake or SwiftPM names the sources it builds; pip names what it installed in place.
        if ["CMakeCache.txt", "debug.yaml", "release.yaml", "direct_url.json"].contains(name) { return true }
        return name.hasSuffix(".pth") || name.hasSuffix(".egg-link") || name.hasPrefix("__editable__")
    }

    private static func path(resolving path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }
}
