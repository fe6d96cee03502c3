import GateGit

/// Removes what the gate itself made.
package enum Cleanup {
    /// Removes a folder and everything in it, following no link; what cannot be removed is left for `clean`.
    package static func remove(_ path: String) {
        guard let slash = path.lastIndex(of: "/"), let parent = try? SafeFolder(path: String(path[..<slash])) else {
            return
        }
        try? parent.removeTree(RepositoryPath(String(path[path.index(after: slash)...])))
    }
}
