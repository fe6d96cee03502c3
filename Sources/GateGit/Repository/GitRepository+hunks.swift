internal import CGit2

/// One run of lines in which two texts differ, without any context.
package struct TextHunk: Sendable, Hashable {
    /// First line of the old text, counted from 1; where `oldCount` is 0, the line after which the new lines stand,
    /// and 0 before the first line.
    package let oldStart: Int
    package let oldCount: Int
    /// First line of the new text, counted from 1; where `newCount` is 0, the line after which the old lines stood,
    /// and 0 before the first line.
    package let newStart: Int
    package let newCount: Int
    /// The old lines with their newlines; only the last line of a text may lack one.
    package let removed: [UInt8]
    /// The new lines with their newlines.
    package let added: [UInt8]

    package init(oldStart: Int, oldCount: Int, newStart: Int, newCount: Int, removed: [UInt8], added: [UInt8]) {
        self.oldStart = oldStart
        self.oldCount = oldCount
        self.newStart = newStart
        self.newCount = newCount
        self.removed = removed
        self.added = added
    }
}

extension GitRepository {
    /// The hunks that lead from one blob's text to another's, in line order and without context.
    ///
    /// - Parameters:
    ///   - old: the blob before; `nil` for no file, which differs as an empty one does.
    ///   - new: the blob after; `nil` for no file.
    /// - Returns: `nil` where git takes one of the two for binary.
    /// - Throws: `GitError` with `missing-object` where a blob is not there.
    package func hunks(old: ObjectID?, new: ObjectID?) throws(GitError) -> [TextHunk]? {
        let before = try blobPointer(old)
        // libgit2 frees nothing where it is given nothing.
        defer { git_blob_free(before) }
        let after = try blobPointer(new)
        defer { git_blob_free(after) }
        var options = git_diff_options()
        try GitError.check(
            git_diff_options_init(&options, UInt32(GIT_DIFF_OPTIONS_VERSION)),
            "cannot prepare a diff"
        )
        options.context_lines = 0
        options.interhunk_lines = 0
        options.flags = GIT_DIFF_INDENT_HEURISTIC.rawValue
        var pointer: OpaquePointer?
        // No path is given, so that no attribute and no diff driver of the repository has a say in it.
        try GitError.check(
            git_patch_from_blobs(&pointer, before, nil, after, nil, &options),
            "cannot compare blobs '\(old?.hex ?? "none")' and '\(new?.hex ?? "none")'"
        )
        guard let pointer else { throw GitError(.library, "libgit2 compared nothing") }
        let patch = PatchHandle(taking: pointer)
        if let delta = git_patch_get_delta(patch.pointer), delta.pointee.flags & GIT_DIFF_FLAG_BINARY.rawValue != 0 {
            return nil
        }
        var hunks: [TextHunk] = []
        for index in 0..<git_patch_num_hunks(patch.pointer) {
            hunks.append(try Self.hunk(index, of: patch.pointer))
        }
        return hunks
    }

    /// The difference between two trees as git prints it: unified, full object ids, no renames, no colour.
    ///
    /// - Parameters:
    ///   - from: the tree before.
    ///   - to: the tree after.
    ///   - paths: what to confine it to, each taken literally; empty for everything. Paths that cannot be said on a
    ///     command line, because they are not UTF-8 or too many, give the whole difference instead.
    /// - Throws: `GitError` with `command-failed`; `ProcessError` where git could not be started.
    package func unifiedDiff(
        from: ObjectID,
        to: ObjectID,
        paths: [RepositoryPath] = []
    ) async throws -> [UInt8] {
        let texts = paths.compactMap(\.text)
        let sayable = texts.count == paths.count && texts.reduce(0) { $0 + $1.utf8.count + 1 } <= 64 << 10
        return try await command.output(
            [
                "diff-tree", "-r", "-p", "--no-color", "--no-ext-diff", "--no-textconv", "--no-renames",
                "--full-index", "--ignore-submodules=none", "--src-prefix=a/", "--dst-prefix=b/", from.hex, to.hex,
                "--",
            ] + (sayable ? texts : [])
        )
    }

    private func blobPointer(_ id: ObjectID?) throws(GitError) -> OpaquePointer? {
        guard let id else { return nil }
        return try id.withLibraryID { library throws(GitError) in
            var pointer: OpaquePointer?
            try GitError.check(git_blob_lookup(&pointer, handle.pointer, library), "cannot read blob '\(id)'")
            return pointer
        }
    }

    private static func hunk(_ index: Int, of patch: OpaquePointer) throws(GitError) -> TextHunk {
        var header: UnsafePointer<git_diff_hunk>?
        var lineCount = 0
        try GitError.check(git_patch_get_hunk(&header, &lineCount, patch, index), "cannot read a hunk")
        guard let header = header?.pointee else { throw GitError(.library, "libgit2 gave an empty hunk") }
        var removed: [UInt8] = []
        var added: [UInt8] = []
        for position in 0..<lineCount {
            var pointer: UnsafePointer<git_diff_line>?
            try GitError.check(
                git_patch_get_line_in_hunk(&pointer, patch, index, position),
                "cannot read a line of a hunk"
            )
            guard let line = pointer?.pointee, let content = line.content else { continue }
            let bytes = UnsafeRawBufferPointer(start: content, count: line.content_len)
            // The other origins are git's remarks on a missing last newline, not lines of the text.
            switch UInt8(bitPattern: line.origin) {
            case UInt8(ascii: "-"): removed.append(contentsOf: bytes)
            case UInt8(ascii: "+"): added.append(contentsOf: bytes)
            default: break
            }
        }
        return TextHunk(
            oldStart: Int(header.old_start),
            oldCount: Int(header.old_lines),
            newStart: Int(header.new_start),
            newCount: Int(header.new_lines),
            removed: removed,
            added: added
        )
    }
}
