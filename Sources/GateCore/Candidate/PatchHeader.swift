package import GateGit

/// The file headers of a unified diff, read strictly: which paths it is about.
package struct PatchHeader: Sendable, Hashable {
    /// Every path named, old and new.
    package let paths: Set<RepositoryPath>

    /// Reads the headers of a patch.
    ///
    /// - Returns: what it names, or why it is not taken: git and we must never read two different paths from one header.
    package static func read(_ patch: [UInt8]) -> Result<PatchHeader, ReplyRefusal> {
        var reader = Reader()
        for line in patch.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false) {
            if let finding = reader.take(line) { return .failure(ReplyRefusal(findings: [finding])) }
        }
        if let finding = reader.finish() { return .failure(ReplyRefusal(findings: [finding])) }
        guard !reader.paths.isEmpty else {
            return .failure(
                ReplyRefusal(findings: [AdmissionFinding(code: "parse.no-patch", message: "the patch names no file")])
            )
        }
        return .success(PatchHeader(paths: reader.paths))
    }

    /// Walks the lines, counting hunk lines so that content that looks like a header is not taken for one.
    private struct Reader {
        var paths: Set<RepositoryPath> = []
        private var seen: Set<RepositoryPath> = []
        private var old: RepositoryPath??
        private var new: RepositoryPath??
        private var moved: Set<RepositoryPath> = []
        /// What a `diff --git` line names, and whether there was one.
        private var header: RepositoryPath?
        private var hasHeader = false
        private var isRecorded = false
        private var oldLeft = 0
        private var newLeft = 0
        private var isInHunk = false

        mutating func take(_ line: ArraySlice<UInt8>) -> AdmissionFinding? {
            if isInHunk {
                switch line.first {
                case UInt8(ascii: " "), nil:
                    if oldLeft > 0 || newLeft > 0 { (oldLeft, newLeft) = (oldLeft - 1, newLeft - 1); return nil }
                case UInt8(ascii: "-") where oldLeft > 0: oldLeft -= 1; return nil
                case UInt8(ascii: "+") where newLeft > 0: newLeft -= 1; return nil
                case UInt8(ascii: "\\"): return nil
                default: break
                }
            }
            let text = String(decoding: line, as: UTF8.self)
            if text.hasPrefix("@@ ") {
                let numbers = text.split(separator: " ")
                guard numbers.count >= 3 else { return malformed("a hunk header is incomplete: '\(text.prefix(60))'") }
                oldLeft = Self.count(numbers[1])
                newLeft = Self.count(numbers[2])
                isInHunk = true
                return nil
            }
            if text.hasPrefix("diff --git ") {
                isInHunk = false
                if let finding = close() { return finding }
                hasHeader = true
                header = Self.name(inHeader: line.dropFirst("diff --git ".utf8.count))
                return nil
            }
            if Defence.content.isOn, text.hasPrefix("GIT binary patch") || text.hasPrefix("Binary files ") {
                return AdmissionFinding(code: "content.binary", message: "the patch changes a binary file")
            }
            if text.hasPrefix("--- ") {
                isInHunk = false
                if old != nil, new != nil, let finding = close() { return finding }
                return name(line.dropFirst(4), prefix: "a/", into: \.old)
            }
            if text.hasPrefix("+++ ") {
                isInHunk = false
                if let finding = name(line.dropFirst(4), prefix: "b/", into: \.new) { return finding }
                return record()
            }
            for key in ["rename from ", "rename to ", "copy from ", "copy to "] where text.hasPrefix(key) {
                guard let path = Self.unquoted(line.dropFirst(key.count)) else {
                    return malformed("a path is badly quoted")
                }
                if let finding = PathRules.finding(path) { return finding }
                moved.insert(path)
                paths.insert(path)
            }
            for key in ["new file mode ", "deleted file mode ", "old mode "] where hasHeader && text.hasPrefix(key) {
                // An empty file, or one whose mode alone changes, is named by this header only.
                guard let header else { return malformed("a 'diff --git' line does not name one file twice") }
                if let finding = PathRules.finding(header) { return finding }
                paths.insert(header)
            }
            guard Defence.modes.isOn else { return nil }
            if text.hasPrefix("new file mode 120000") || text.hasPrefix("deleted file mode 120000")
                || text.hasPrefix("old mode 120000") || text.hasPrefix("new mode 120000")
            {
                return AdmissionFinding(code: "mode.symlink", message: "the patch makes or changes a symbolic link")
            }
            if text.hasPrefix("new file mode 160000") || text.hasPrefix("deleted file mode 160000") {
                return AdmissionFinding(code: "mode.gitlink", message: "the patch makes or removes a submodule")
            }
            return nil
        }

        mutating func finish() -> AdmissionFinding? { close() }

        private mutating func close() -> AdmissionFinding? {
            if old != nil, new == nil { return malformed("a '---' line has no '+++' line after it") }
            if let header, !isRecorded, paths.contains(header), !seen.insert(header).inserted { return twice(header) }
            old = nil
            new = nil
            moved = []
            header = nil
            hasHeader = false
            isRecorded = false
            return nil
        }

        /// Both names of a file must agree, unless the header says that it moved.
        private mutating func record() -> AdmissionFinding? {
            guard case .some(let from) = old, case .some(let to) = new else {
                return malformed("a '+++' line has no '---' line before it")
            }
            guard let named = to ?? from else { return malformed("a header names no file on either side") }
            if Defence.replyRules.isOn, let from, let to, from != to, !(moved.contains(from) && moved.contains(to)) {
                return AdmissionFinding(
                    code: "parse.path-mismatch",
                    path: to,
                    message: "one header names both '\(from)' and '\(to)'"
                )
            }
            if Defence.replyRules.isOn, hasHeader, moved.isEmpty, header != named {
                return AdmissionFinding(
                    code: "parse.path-mismatch",
                    path: named,
                    message: "'\(named)' stands under a 'diff --git' line that names something else"
                )
            }
            guard seen.insert(named).inserted || !Defence.replyRules.isOn else { return twice(named) }
            isRecorded = true
            if let from { paths.insert(from) }
            if let to { paths.insert(to) }
            return nil
        }

        private mutating func name(
            _ field: ArraySlice<UInt8>,
            prefix: String,
            into side: WritableKeyPath<Reader, RepositoryPath??>
        ) -> AdmissionFinding? {
            // What follows a tab is a time stamp.
            let bare = field.first == UInt8(ascii: "\"") ? field : field.prefix { $0 != UInt8(ascii: "\t") }
            let trimmed = bare.last == UInt8(ascii: "\r") ? bare.dropLast() : bare
            guard let path = Self.unquoted(trimmed) else { return malformed("a path is badly quoted") }
            if path.bytes == Array("/dev/null".utf8) {
                self[keyPath: side] = .some(nil)
                return nil
            }
            guard path.bytes.starts(with: prefix.utf8) else {
                return AdmissionFinding(
                    code: "parse.path-prefix",
                    path: path,
                    message: "'\(path)' does not begin with '\(prefix)', so its path is not certain"
                )
            }
            let named = RepositoryPath(bytes: path.bytes.dropFirst(prefix.utf8.count))
            if let finding = PathRules.finding(named) { return finding }
            self[keyPath: side] = .some(named)
            return nil
        }

        private func twice(_ path: RepositoryPath) -> AdmissionFinding {
            AdmissionFinding(code: "parse.duplicate-path", path: path, message: "the patch changes '\(path)' twice")
        }

        /// The one name that a `diff --git` line gives twice; `nil` where it gives two.
        private static func name(inHeader field: ArraySlice<UInt8>) -> RepositoryPath? {
            let names = field.last == UInt8(ascii: "\r") ? field.dropLast() : field
            let left: ArraySlice<UInt8>
            let right: ArraySlice<UInt8>
            if names.first == UInt8(ascii: "\"") {
                guard let middle = names.firstRange(of: Array("\" \"".utf8)) else { return nil }
                (left, right) = (names[...middle.lowerBound], names[(middle.upperBound - 1)...])
            } else {
                // Names may hold spaces, but both are the same, so the middle is the middle.
                guard names.count % 2 == 1 else { return nil }
                let middle = names.startIndex + names.count / 2
                guard names[middle] == UInt8(ascii: " ") else { return nil }
                (left, right) = (names[..<middle], names[(middle + 1)...])
            }
            guard let old = unquoted(left), let new = unquoted(right), old.bytes.starts(with: "a/".utf8),
                new.bytes.starts(with: "b/".utf8), old.bytes.dropFirst(2) == new.bytes.dropFirst(2)
            else { return nil }
            return RepositoryPath(bytes: old.bytes.dropFirst(2))
        }

        private func malformed(_ what: String) -> AdmissionFinding {
            AdmissionFinding(code: "parse.malformed-patch", message: what)
        }

        private static func count(_ range: Substring) -> Int {
            guard let comma = range.firstIndex(of: ",") else { return 1 }
            return Int(range[range.index(after: comma)...]) ?? 0
        }

        /// A name as git writes it: plain, or in double quotes with C escapes.
        private static func unquoted(_ field: ArraySlice<UInt8>) -> RepositoryPath? {
            guard field.first == UInt8(ascii: "\"") else { return RepositoryPath(bytes: field) }
            var bytes: [UInt8] = []
            var rest = field.dropFirst()
            while let byte = rest.popFirst() {
                if byte == UInt8(ascii: "\"") { return RepositoryPath(bytes: bytes) }
                guard byte == UInt8(ascii: "\\") else {
                    bytes.append(byte)
                    continue
                }
                guard let escape = rest.popFirst() else { return nil }
                switch escape {
                case UInt8(ascii: "n"): bytes.append(0x0A)
                case UInt8(ascii: "t"): bytes.append(0x09)
                case UInt8(ascii: "r"): bytes.append(0x0D)
                case UInt8(ascii: "a"): bytes.append(0x07)
                case UInt8(ascii: "b"): bytes.append(0x08)
                case UInt8(ascii: "f"): bytes.append(0x0C)
                case UInt8(ascii: "v"): bytes.append(0x0B)
                case UInt8(ascii: "\""), UInt8(ascii: "\\"): bytes.append(escape)
                case UInt8(ascii: "0")...UInt8(ascii: "3"):
                    guard let second = rest.popFirst(), let third = rest.popFirst(),
                        let value = UInt8(String(decoding: [escape, second, third], as: UTF8.self), radix: 8)
                    else { return nil }
                    bytes.append(value)
                default: return nil
                }
            }
            return nil
        }
    }
}
