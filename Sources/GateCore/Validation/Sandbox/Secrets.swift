#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Places of credentials, which stay empty inside a sandbox even where a folder above them is shown.
package enum Secrets {
    /// Names below a home folder at which credentials usually lie.
    private static let credentials = [
        ".ssh", ".aws", ".gnupg", ".kube", ".docker", ".azure", ".config/gcloud", ".config/gh", ".config/glab-cli",
        ".config/git", ".codex", ".claude", ".password-store", ".local/share/keyrings", ".netrc", ".git-credentials",
        ".npmrc", ".pypirc", ".claude.json", ".cargo/credentials", ".cargo/credentials.toml", ".env",
        ".gem/credentials", ".m2/settings.xml", ".gradle/gradle.properties", ".bash_history", ".zsh_history",
    ]

    /// Names of `/etc` that are for their owners, whatever their modes say.
    private static let ofTheSystem = [
        "shadow", "shadow-", "gshadow", "gshadow-", "sudoers", "sudoers.d", "ssl/private", "krb5.keytab", "wireguard",
        "letsencrypt", "kubernetes", "rancher", "NetworkManager/system-connections", "ipsec.secrets",
    ]

    /// Files and folders that usually hold credentials, as far as they exist: where they really lie, links resolved.
    ///
    /// - Parameter homes: absolute paths of home folders.
    package static func found(below homes: [String]) -> [(path: String, isFolder: Bool)] {
        var found: [String: Bool] = [:]
        for home in homes {
            for name in credentials {
                guard let path = FileSystem.resolved("\(home)/\(name)"), let kind = FileSystem.kind(path) else {
                    continue
                }
                found[path] = kind == .folder
            }
        }
        return found.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    }

    /// What of the system's settings is not for everybody.
    ///
    /// The gate may run as the superuser, who can read it all; what an ordinary user may not read, tests may not.
    static func ofSystem(_ folder: String = "/etc") -> [(path: String, isFolder: Bool)] {
        var found: [(path: String, isFolder: Bool)] = []
        var folders = [folder]
        while let folder = folders.popLast() {
            for name in FileSystem.names(in: folder) {
                let path = "\(folder)/\(name)"
                guard let kind = FileSystem.kind(path), kind != .link, access(path, R_OK) == 0 else { continue }
                let isKey = name.hasPrefix("ssh_host_") && !name.hasSuffix(".pub")
                if isKey || ofTheSystem.contains(String(path.dropFirst("/etc/".count))) || !FileSystem.isPublic(path) {
                    found.append((path, kind == .folder))
                } else if kind == .folder {
                    folders.append(path)
                }
            }
        }
        return found.sorted { $0.path < $1.path }
    }
}
