#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// A signature as `ssh-keygen -Y sign` makes it: the binary form that OpenSSH's PROTOCOL.sshsig describes.
///
/// What it says of itself is a claim until `ssh-keygen` has checked it; it is read to word a refusal.
package struct SSHSignature: Sendable, Hashable {
    /// The whole of it, without armor.
    package let bytes: [UInt8]
    package let publicKey: [UInt8]
    package let namespace: String

    private static let begin = "-----BEGIN SSH SIGNATURE-----"
    private static let end = "-----END SSH SIGNATURE-----"

    /// Reads the binary form.
    package init(bytes: [UInt8]) throws(MalformedAttestation) {
        guard bytes.count <= 64 << 10, bytes.starts(with: Array("SSHSIG".utf8)) else {
            throw MalformedAttestation("its signature is none of ssh-keygen's")
        }
        var rest = bytes[6...]
        guard Self.number(&rest) == 1 else { throw MalformedAttestation("its signature is of an unknown version") }
        guard let key = Self.text(&rest), let space = Self.text(&rest), Self.text(&rest) != nil,
            Self.text(&rest) != nil, Self.text(&rest) != nil, rest.isEmpty,
            let namespace = String(validating: space, as: UTF8.self)
        else { throw MalformedAttestation("its signature is cut short") }
        self.bytes = bytes
        publicKey = Array(key)
        self.namespace = namespace
    }

    /// Reads the armored form that `ssh-keygen` prints.
    package init(armored text: String) throws(MalformedAttestation) {
        let lines = text.split(whereSeparator: \.isNewline).map(String.init)
        guard let first = lines.firstIndex(of: Self.begin), let last = lines.firstIndex(of: Self.end), first < last,
            let data = Data(base64Encoded: lines[(first + 1)..<last].joined())
        else { throw MalformedAttestation("its signature has no armor") }
        try self.init(bytes: Array(data))
    }

    /// The form that `ssh-keygen` reads.
    package var armored: String {
        var lines = [Self.begin]
        var rest = Data(bytes).base64EncodedString()[...]
        while !rest.isEmpty {
            lines.append(String(rest.prefix(70)))
            rest = rest.dropFirst(70)
        }
        return (lines + [Self.end, ""]).joined(separator: "\n")
    }

    /// The key's name as `ssh-keygen -l` prints it: `SHA256:` and Base64 without padding.
    package var fingerprint: String {
        var hash = SHA256()
        hash.update(publicKey)
        return "SHA256:" + Data(hash.finish()).base64EncodedString().filter { $0 != "=" }
    }

    private static func number(_ bytes: inout ArraySlice<UInt8>) -> Int? {
        guard bytes.count >= 4 else { return nil }
        let value = bytes.prefix(4).reduce(0) { $0 << 8 | Int($1) }
        bytes = bytes.dropFirst(4)
        return value
    }

    private static func text(_ bytes: inout ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
        guard let length = number(&bytes), length <= bytes.count else { return nil }
        let value = bytes.prefix(length)
        bytes = bytes.dropFirst(length)
        return value
    }
}
