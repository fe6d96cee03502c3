internal import CGit2

/// Reads files in git-config syntax through libgit2.
package enum ConfigFile {
    /// One assignment, in the order of the file.
    package struct Entry: Sendable, Hashable {
        /// Section and name in lower case, subsection as written: `gatekeeper.check.unit.command`.
        package let key: String
        /// `nil` where the key stands alone, which git reads as true.
        package let value: String?
    }

    /// Reads one file, and only that file's own level.
    ///
    /// - Throws: `GitError` with libgit2's message, which names the line, where the syntax is broken.
    package static func entries(path: String) throws(GitError) -> [Entry] {
        try Libgit2.initialise()
        var pointer: OpaquePointer?
        try GitError.check(git_config_open_ondisk(&pointer, path), "cannot read '\(path)'")
        guard let pointer else { return [] }
        let config = ConfigHandle(taking: pointer)
        var iterator: OpaquePointer?
        try GitError.check(git_config_iterator_new(&iterator, config.pointer), "cannot read '\(path)'")
        defer { git_config_iterator_free(iterator) }
        var entries: [Entry] = []
        var entry: UnsafeMutablePointer<git_config_entry>?
        while true {
            let status = git_config_next(&entry, iterator)
            if status == GIT_ITEROVER.rawValue { break }
            try GitError.check(status, "cannot read '\(path)'")
            guard let entry else { break }
            // libgit2 gives values that stand alone as an empty string, which git reads as false: neither is allowed
            // to decide anything silently, so callers see the text as it is.
            entries.append(
                Entry(
                    key: String(cString: entry.pointee.name),
                    value: entry.pointee.value.map { String(cString: $0) }
                )
            )
        }
        return entries
    }
}
