/// Folders of a repository as text: relative, without a slash at the end, and empty for the top.
enum FolderPath {
    static func folder(of path: String) -> String { path.lastIndex(of: "/").map { String(path[..<$0]) } ?? "" }

    static func name(of path: String) -> String { path.split(separator: "/").last.map(String.init) ?? path }

    static func join(_ folder: String, _ name: String) -> String { folder.isEmpty ? name : "\(folder)/\(name)" }

    /// The folder and every one around it, the nearest first.
    static func upwards(from folder: String) -> [String] {
        var folders = [folder]
        while let last = folders.last, !last.isEmpty { folders.append(Self.folder(of: last)) }
        return folders
    }

    /// The path as seen from a folder around it; `nil` where it does not lie there.
    static func relative(_ path: String, to folder: String) -> String? {
        if folder.isEmpty { return path }
        if path == folder { return "" }
        return path.hasPrefix(folder + "/") ? String(path.dropFirst(folder.count + 1)) : nil
    }

    /// What is meant by a path that a file in `folder` names; `nil` where it leads out of the repository.
    static func resolve(_ path: String, in folder: String) -> String? {
        guard !path.hasPrefix("/"), !path.contains("\\"), !path.contains("\0") else { return nil }
        var parts = folder.split(separator: "/").map(String.init)
        for part in path.split(separator: "/") where part != "." {
            if part != ".." {
                parts.append(String(part))
            } else if parts.popLast() == nil {
                return nil
            }
        }
        return parts.joined(separator: "/")
    }
}
