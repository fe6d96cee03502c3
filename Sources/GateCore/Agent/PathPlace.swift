/// The folder a script is in while it is read, and what paths mean there.
struct PathPlace: Sendable, Hashable {
    /// Absolute path; a gap where it is not known.
    private(set) var path: String

    /// No system takes a longer one.
    private static let longest = 4096

    init(_ path: String) { self.path = path }

    /// Goes where a command goes.
    mutating func follow(_ command: ShellScript.Command) {
        guard let first = command.words.first?.text, first == "cd" || first == "pushd" else { return }
        let target = command.words.dropFirst().first { !$0.text.hasPrefix("-") || $0.text == "-" }
        enter(target ?? ShellScript.Word(text: String(ShellScript.Word.gap)))
    }

    mutating func enter(_ folder: ShellScript.Word) {
        let next = folder.text == "-" ? String(ShellScript.Word.gap) : resolve(folder.text)
        path = next.utf8.count > Self.longest ? String(ShellScript.Word.gap) : next
    }

    /// A path as it is from the root, without `.` and `..`.
    func resolve(_ text: String) -> String {
        var parts: [Substring] = []
        for part in (text.hasPrefix("/") ? text : "\(path)/\(text)").split(separator: "/") where part != "." {
            if part == ".." { _ = parts.popLast() } else { parts.append(part) }
        }
        return "/" + parts.joined(separator: "/")
    }

    /// What of the gate a path is; `nil` where it is nothing of it.
    func gate(_ text: String) -> String? { Self.gate(absolute: resolve(text)) }

    /// The same for an absolute path. Compared without case, as some file systems do.
    static func gate(absolute path: String) -> String? {
        let parts = path.lowercased().split(separator: "/").map(String.init)
        guard let last = parts.last else { return nil }
        if parts.contains(".gatekeeper") { return "the policy of the gate" }
        if let index = parts.lastIndex(of: ".git") {
            let inner = parts[(index + 1)...]
            guard let next = inner.first else { return "the git directory" }
            if next == "hooks" || inner.contains("hooks") && inner.first == "modules" { return "the hooks" }
            if next == "config" || next == "config.worktree" || next == "config.lock" { return "git's configuration" }
            if next == "gatekeeper" { return "what the gate keeps" }
            if next.contains("*") || next.contains("?") || next.contains("[") || next.contains("{") {
                return "files of the git directory"
            }
        }
        // Somewhere that is not known, but by its name a hook.
        let isUnknown = path.contains(ShellScript.Word.gap)
        if isUnknown, hookNames.contains(last) || parts.suffix(2).contains("hooks") { return "a hook" }
        return nil
    }

    private static let hookNames: Set = ["pre-push", "pre-commit", "post-commit", "pre-receive", "commit-msg"]
}
