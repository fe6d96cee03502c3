/// The key that signs attestations, as a setting names it.
package enum SigningKey: Sendable, Hashable {
    /// Absolute path of a private key, or of a public one whose private half an agent has.
    case file(String)
    /// A public key in words; the agent has the private half.
    case literal(String)

    /// Reads a setting as git reads `user.signingKey` for SSH: a path, `key::<public key>`, or a public key.
    ///
    /// - Parameter home: absolute path that `~` stands for.
    /// - Returns: `nil` where it is neither an absolute path nor a key.
    package init?(_ setting: String, home: String?) {
        if setting.hasPrefix("key::") {
            self = .literal(String(setting.dropFirst(5)))
        } else if ["ssh-", "ecdsa-sha2-", "sk-ssh-", "sk-ecdsa-"].contains(where: setting.hasPrefix) {
            self = .literal(setting)
        } else if setting.hasPrefix("/") {
            self = .file(setting)
        } else if setting.hasPrefix("~/"), let home {
            self = .file("\(home)/\(setting.dropFirst(2))")
        } else {
            return nil
        }
    }

    /// For messages.
    package var description: String {
        switch self {
        case .file(let path): path
        case .literal(let key): Excerpt.line(key, maximum: 48)
        }
    }
}
