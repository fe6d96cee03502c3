/// Finds the secrets of the gate's own environment: what must never be shown, kept or sent.
package enum SecretEnvironment {
    private static let telling = ["TOKEN", "SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "CREDENTIAL", "APIKEY"]
    private static let tellingWords: Set<Substring> = ["KEY", "KEYS", "AUTH", "PASS", "PAT", "COOKIE", "PW", "DSN"]
    /// Values that switches have, and that stand in any text.
    private static let ordinary: Set<String> = [
        "enabled", "disabled", "default", "required", "optional", "always", "never", "public", "private", "string",
        "password", "secret", "keyring", "master",
    ]

    /// Secrets of an environment.
    ///
    /// - Parameters:
    ///   - environment: variables by name.
    ///   - shared: names whose values are no secrets by the look of them, because checks get them as a matter of course.
    package static func secrets(in environment: [String: String], shared: Set<String>) -> [Redactor.Secret] {
        environment.sorted { $0.key < $1.key }.compactMap { name, value in
            let isNamed =
                isTelling(name) && value.utf8.count >= SecretForms.least && !ordinary.contains(value.lowercased())
            let isSecret = isNamed && !isPlace(value) || !shared.contains(name) && looksRandom(value)
            return isSecret ? Redactor.Secret(kind: "env.\(name)", value: Array(value.utf8)) : nil
        }
    }

    /// Whether a name says that its value is a secret.
    package static func isTelling(_ name: String) -> Bool {
        let upper = name.uppercased()
        return telling.contains { upper.contains($0) }
            || upper.split(whereSeparator: { "_-.".contains($0) }).contains { tellingWords.contains($0) }
    }

    /// A path or a switch, which stands in every output.
    private static func isPlace(_ value: String) -> Bool {
        value.hasPrefix("/") && !value.contains("\n") || value.allSatisfy(\.isNumber) && value.count < 8
    }

    /// Whether a value is long and mixed enough to be a token: at least 16 characters of one word, with letters and
    /// digits, and more than three bits to a character.
    private static func looksRandom(_ value: String) -> Bool {
        let bytes = Array(value.utf8)
        guard (16...4096).contains(bytes.count),
            !bytes.contains(where: { $0 <= 0x20 || [0x2F, 0x3A, 0x3B, 0x2C, 0x40].contains($0) })
        else { return false }
        let digits = bytes.count { (0x30...0x39).contains($0) }
        let letters = bytes.count { (0x41...0x5A).contains($0 & 0xDF) }
        guard digits >= 2, letters >= 4 else { return false }
        // The number of different characters stands for the entropy, which cannot be more than its logarithm.
        return Set(bytes).count >= 10
    }

    /// Whether a file of that name usually holds credentials, so that nobody is shown it.
    package static func isDenied(fileName name: String) -> Bool {
        let lower = name.lowercased()
        if lower.hasPrefix(".env")
            || lower.hasPrefix("id_") && !lower.dropLast(lower.hasSuffix(".pub") ? 4 : 0).contains(".")
        {
            return true
        }
        let names: Set = [
            ".npmrc", ".netrc", "_netrc", ".pypirc", ".git-credentials", ".htpasswd", "credentials", ".pgpass",
        ]
        let endings = [".pem", ".p12", ".pfx", ".key", ".jks", ".keystore", ".kdbx", ".ppk"]
        return names.contains(lower) || endings.contains { lower.hasSuffix($0) }
    }
}
