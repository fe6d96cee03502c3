import Foundation
import Testing

@testable import GateCore

@Suite("signatures of ssh-keygen")
struct SSHSignatureTests {
    /// Made once with OpenSSH 9.2; the key was thrown away.
    private static let armored = """
        -----BEGIN SSH SIGNATURE-----
        U1NIU0lHAAAAAQAAADMAAAALc3NoLWVkMjU1MTkAAAAgJY2qWaC0HyPj1FigvnUL44WFk5
        RryAcmcSF1XAOi7h0AAAAZZ2F0ZWtlZXBlckBnaXQtZ2F0ZWtlZXBlcgAAAAAAAAAGc2hh
        NTEyAAAAUwAAAAtzc2gtZWQyNTUxOQAAAEBDSa3YA7CxvaNivzKQIplc0Tbd3J4tL14xlv
        tA22Z3prCqj4CHs1EDzRsUbezLTyzvBKfwh1M9JYsD5rWnc2kO
        -----END SSH SIGNATURE-----

        """

    @Test("armor comes off and goes on again, and the claims inside can be read")
    func roundTrip() throws {
        let signature = try SSHSignature(armored: Self.armored)
        #expect(signature.namespace == SSHKeygen.namespace)
        #expect(signature.fingerprint == "SHA256:gGSt/VqWPUgkFJ3X5lYCjXaPvqxn0UIzHQUVaeJ2Mls")
        #expect(signature.armored == Self.armored)
        #expect(try SSHSignature(bytes: signature.bytes) == signature)
    }

    @Test("every cut, and every byte too many, is refused")
    func cut() throws {
        let bytes = try SSHSignature(armored: Self.armored).bytes
        for length in 0..<bytes.count {
            #expect(throws: MalformedAttestation.self) { try SSHSignature(bytes: Array(bytes.prefix(length))) }
        }
        #expect(throws: MalformedAttestation.self) { try SSHSignature(bytes: bytes + [0]) }
        var huge = bytes
        huge.replaceSubrange(10..<14, with: [0xFF, 0xFF, 0xFF, 0xFF])
        #expect(throws: MalformedAttestation.self) { try SSHSignature(bytes: huge) }
        #expect(throws: MalformedAttestation.self) { try SSHSignature(armored: "no armor") }
    }

    @Test(
        "a key is named as git names it",
        arguments: [
            ("/home/me/.ssh/id", SigningKey.file("/home/me/.ssh/id")),
            ("~/.ssh/id", .file("/home/me/.ssh/id")),
            ("key::ssh-ed25519 AAAA me", .literal("ssh-ed25519 AAAA me")),
            ("ssh-ed25519 AAAA", .literal("ssh-ed25519 AAAA")),
            ("id_ed25519", nil),
        ] as [(String, SigningKey?)]
    )
    func keys(setting: String, key: SigningKey?) {
        #expect(SigningKey(setting, home: "/home/me") == key)
    }
}
