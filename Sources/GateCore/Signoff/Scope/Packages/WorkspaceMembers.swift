import GateGit

/// Which folders a workspace names as its members.
enum WorkspaceMembers {
    /// - Parameters:
    ///   - folder: relative to the workspace.
    ///   - patterns: as the manifest lists them; what is no pattern names nothing.
    static func contains(_ folder: String, _ patterns: [JSONValue], except excluded: [JSONValue] = []) -> Bool {
        func names(_ pattern: JSONValue) -> Bool {
            guard let text = pattern.string else { return false }
            let plain = text.hasPrefix("./") ? String(text.dropFirst(2)) : text
            let bare = plain.hasSuffix("/") ? String(plain.dropLast()) : plain
            // A pattern names the folder itself, not what lies below it.
            let count = bare.split(separator: "/").count
            guard bare.contains("**") || count == folder.split(separator: "/").count,
                let glob = try? Glob("/" + bare)
            else { return false }
            return glob.matches(RepositoryPath(folder))
        }
        return patterns.contains(where: names) && !excluded.contains(where: names)
    }
}
