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
