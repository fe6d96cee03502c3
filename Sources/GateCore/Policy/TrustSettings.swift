/// What policy says of attestations: who signs here, and whose word counts.
package struct TrustSettings: Sendable, Hashable {
    /// Whether conclusive passes are signed without being asked for.
    package var attests = Sourced(false, .builtIn)
    package var signingKey: Sourced<String>?
    /// Absolute path of a file of signers to trust beside the base's own.
    package var allowedSigners: Sourced<String>?
    /// Absolute path of a file of revoked keys.
    package var revoked: Sourced<String>?
    /// How old a proof may be to count.
    package var maxAge = Sourced(Duration.seconds(720 * 3600), .builtIn)

    /// Tracked files that name trusted and revoked keys; those of the base count, and no other.
    package static let allowedSignersFile = ".gatekeeper/allowed_signers"
    package static let revokedFile = ".gatekeeper/revoked_signers"

    mutating func set(_ pattern: String, _ value: Sourced<String>) {
        if pattern == "gatekeeper.trust.revoked" { revoked = value } else { allowedSigners = value }
    }
}
