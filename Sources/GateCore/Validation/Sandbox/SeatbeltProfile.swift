/// The rules under which macOS runs a check with `sandbox-exec`.
///
/// There are no name spaces there: the tree stands at a path of its own, processes are ended by looking for them, and the
/// machine can be read, less the git directory and places of credentials.
enum SeatbeltProfile {
    static let program = "/usr/bin/sandbox-exec"

    /// - Parameters:
    ///   - writable: real absolute paths of folders that may be written.
    ///   - unreadable: real absolute paths that may be neither read nor written.
    static func text(writable: [String], unreadable: [String]) -> String {
        var lines = [
            "(version 1)",
            "(deny default)",
            "(allow process-exec)",
            "(allow process-fork)",
            "(allow process-info* (target same-sandbox))",
            "(allow signal (target same-sandbox))",
            "(allow sysctl-read)",
            "(allow mach-lookup)",
            "(allow ipc-posix-sem)",
            "(allow ipc-posix-shm)",
            "(allow pseudo-tty)",
            "(allow file-ioctl)",
            "(allow file-read*)",
            "(allow file-write-data (literal \"/dev/null\") (literal \"/dev/zero\") (literal \"/dev/tty\"))",
        ]
        lines += writable.map { "(allow file-write* (subpath \(quoted($0))))" }
        // The last rule that fits decides. What may not be read may not be moved aside either, nor what lies above it.
        for path in unreadable {
            lines.append("(deny file-read* file-write* (subpath \(quoted(path))))")
            var above = FileSystem.parent(path)
            while !above.isEmpty {
                lines.append("(deny file-write-unlink (literal \(quoted(above))))")
                above = FileSystem.parent(above)
            }
        }
        lines.append("(deny network*)")
        return lines.joined(separator: "\n") + "\n"
    }

    private static func quoted(_ text: String) -> String {
        "\"" + text.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
