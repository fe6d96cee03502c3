/// Words that only somebody uses who speaks of the gate's own locks.
enum Mention {
    /// The first of them in a text, as it is spelled there or taken apart by quotes, escapes and braces.
    static func first(in text: String) -> String? {
        let plain = text.lowercased()
        let joined = plain.filter { !"\"'\\{},$".contains($0) }
        return words.first { plain.contains($0) || joined.contains($0) }
    }

    private static let words = [
        "--no-veri", "git_gatekeeper_skip", "skip_ci_gatekeeper", "hookspath", ".git/hooks", "--git-path hooks",
        "git_config_",
        "gatekeeper.enabled", "gatekeeper.hook", "gatekeeper.sandbox", "gatekeeper.trust", "gatekeeper.check",
        "gatekeeper.protect", "gatekeeper.open", "gatekeeper.memory", ".gatekeeper/", "gatekeeper uninstall",
    ]
}
