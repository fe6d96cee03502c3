/// The files that a patch changes by its own word: good enough to ask a person, and nothing is admitted by it.
package enum PatchPaths {
    /// - Parameter patch: a unified diff, or a patch as codex writes it.
    package static func named(in patch: String) -> [String] {
        patch.split(whereSeparator: \.isNewline).compactMap { line in
            if let title = titles.first(where: { line.hasPrefix($0) }) { return String(line.dropFirst(title.count)) }
            guard let title = headers.first(where: { line.hasPrefix($0) }) else { return nil }
            let name = line.dropFirst(title.count).prefix { $0 != "\t" }
            guard name != "/dev/null" else { return nil }
            return name.hasPrefix("a/") || name.hasPrefix("b/") ? String(name.dropFirst(2)) : String(name)
        }
    }

    private static let titles = [
        "*** Add File: ", "*** Update File: ", "*** Delete File: ", "*** Move to: ", "rename to ", "rename from ",
    ]
    private static let headers = ["+++ ", "--- "]
}
