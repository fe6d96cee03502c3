/// Finds what a script fetches from elsewhere, which no check here can.
enum ShellNetwork {
    /// The first command of a script that needs a network, or a system of its own; `nil` where none is known to.
    static func need(of script: String) -> String? {
        let joined = script.replacing("\\\n", with: " ")
        for line in joined.split(separator: "\n") {
            for piece in commands(of: String(line)) where isReaching(words(of: piece)) {
                return Excerpt.visible(Excerpt.line(piece.trimmedBlanks, maximum: 80))
            }
        }
        return nil
    }

    private static func commands(of line: String) -> [String] {
        guard !line.trimmedBlanks.hasPrefix("#") else { return [] }
        return line.split { ";|&(){}`".contains($0) }.map(String.init)
    }

    /// Words of a command without what stands before the program.
    private static func words(of command: String) -> [String] {
        var words = command.split(whereSeparator: \.isWhitespace).map(String.init)
        let before: Set = ["sudo", "env", "time", "exec", "command", "if", "then", "else", "do", "!", "while", "until"]
        while let first = words.first {
            let isAssignment = first.firstIndex(of: "=").map { !first[..<$0].contains("/") && $0 != first.startIndex }
            guard before.contains(first) || isAssignment == true || first.hasPrefix("-") else { break }
            words.removeFirst()
        }
        return words
    }

    private static let always: Set = [
        "curl", "wget", "apt", "apt-get", "apk", "dnf", "yum", "brew", "choco", "pacman", "docker", "docker-compose",
        "podman", "kubectl", "helm", "aws", "gcloud", "az", "gh", "glab", "ssh", "scp", "rsync", "twine", "rustup",
        "conda", "mamba", "npx", "pipx", "uvx", "nc", "telnet", "ping",
    ]

    private static let withWord: [String: Set<String>] = [
        "pip": ["install", "download"], "pip3": ["install", "download"],
        "npm": ["ci", "install", "i", "publish", "audit"],
        "pnpm": ["install", "i", "add", "dlx"], "yarn": ["install", "add", "dlx"], "gem": ["install", "push"],
        "bundle": ["install", "update"], "cargo": ["install", "fetch", "publish", "update", "audit"],
        "go": ["get", "install", "mod"], "poetry": ["install", "update", "add", "publish"],
        "pipenv": ["install", "sync"], "pdm": ["install", "sync"], "uv": ["sync", "pip", "add", "tool"],
        "git": ["clone", "fetch", "pull", "push", "submodule", "ls-remote"], "composer": ["install", "update"],
        "dotnet": ["restore", "tool"], "mix": ["deps.get"], "playwright": ["install"], "hatch": ["publish"],
    ]

    private static func isReaching(_ words: [String]) -> Bool {
        guard let first = words.first?.split(separator: "/").last.map(String.init) else { return false }
        if always.contains(first) { return true }
        if first == "yarn", words.count == 1 { return true }
        let rest = words.dropFirst()
        if first.hasPrefix("python"), let option = rest.firstIndex(of: "-m"), option + 1 < words.count {
            return isReaching(Array(words[(option + 1)...]))
        }
        guard let reaching = withWord[first] else { return false }
        // Options may stand before the word, and a file that is installed may be named: only the word decides.
        return rest.first { !$0.hasPrefix("-") }.map { reaching.contains($0) } ?? false
    }
}
