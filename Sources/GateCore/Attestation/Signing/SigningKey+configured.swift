package import GateGit

extension SigningKey {
    /// The key that the user's configuration names: `gatekeeper.signingKey`, else what signs their commits over SSH.
    ///
    /// - Throws: `GateFailure` where there is none, or the setting is neither a path nor a key.
    package static func configured(in repository: GitRepository, _ context: GateContext) async throws -> SigningKey {
        let home = context.environment["HOME"]
        func last(_ key: String) async throws -> String? {
            try await repository.settings(prefix: key).last { $0.key == key }?.value
        }
        if let own = try await last("gatekeeper.signingkey") { return try read(own, "gatekeeper.signingKey", home) }
        if try await last("gpg.format") == "ssh", let git = try await last("user.signingkey") {
            return try read(git, "user.signingKey", home)
        }
        throw GateFailure(
            "attestation.no-key",
            "no key is named that could sign",
            hints: [
                "git config --global gatekeeper.signingKey ~/.ssh/id_ed25519",
                "a key for this alone is made with: ssh-keygen -t ed25519 -f ~/.ssh/gatekeeper",
            ]
        )
    }

    /// The key by which a person signs their commits, and speaks for themselves; a key for attestations alone is none.
    ///
    /// - Throws: `GateFailure` where there is none, or the setting is neither a path nor a key.
    static func personal(in repository: GitRepository, _ context: GateContext) async throws -> SigningKey {
        let format = try await repository.settings(prefix: "gpg.format").last { $0.key == "gpg.format" }?.value
        let key = try await repository.settings(prefix: "user.signingkey").last { $0.key == "user.signingkey" }?.value
        guard format == "ssh", let key else {
            throw GateFailure(
                "signoff.no-key",
                "a person signs with the key of their commits, and git knows no SSH key of yours",
                hints: [
                    "git config --global gpg.format ssh",
                    "git config --global user.signingKey ~/.ssh/id_ed25519.pub",
                ]
            )
        }
        return try read(key, "user.signingKey", context.environment["HOME"])
    }

    private static func read(_ text: String, _ key: String, _ home: String?) throws -> SigningKey {
        guard let found = SigningKey(text, home: home) else {
            throw GateFailure(
                "attestation.no-key",
                "'\(key)' is '\(Excerpt.line(text, maximum: 60))', which is neither an absolute path nor a public key"
            )
        }
        return found
    }
}
