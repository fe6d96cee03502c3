#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Something that claims to be an attestation and cannot be read as one.
package struct MalformedAttestation: Error, Sendable, Hashable {
    /// What is wrong, to follow a colon.
    package let message: String

    package init(_ message: String) { self.message = message }
}

/// A signed statement in transit: DSSE 1.0 in JSON, on one line.
///
/// Nothing of it may be believed before the signature was checked over `signedBytes`; then the payload is read once.
package struct DSSEEnvelope: Sendable, Hashable {
    /// What the payload is; the only type the gate writes or takes.
    package static let statementType = "application/vnd.in-toto+json"
    /// Longest line that is read or written.
    package static let maximumBytes = 1 << 20

    package let payloadType: String
    package let payload: [UInt8]
    /// The signature as it was made, without armor.
    package let signature: [UInt8]
    /// A hint which key made it; never believed.
    package let keyID: String?
    /// The line as it is stored, without its newline.
    package let line: [UInt8]

    /// Wraps a statement and its signature.
    package init(payload: [UInt8], signature: [UInt8], keyID: String?) throws {
        payloadType = Self.statementType
        self.payload = payload
        self.signature = signature
        self.keyID = keyID
        var entry: JSONValue = ["sig": .text(Data(signature).base64EncodedString())]
        if let keyID { entry["keyid"] = .text(keyID) }
        let document: JSONValue = [
            "payload": .text(Data(payload).base64EncodedString()),
            "payloadType": .text(payloadType),
            "signatures": .list([entry]),
        ]
        line = Array(try JSON.encode(document, pretty: false).dropLast())
        guard line.count <= Self.maximumBytes else {
            throw GateFailure(
                "attestation.too-large",
                "a statement of \(payload.count) bytes is larger than an attestation may be"
            )
        }
    }

    /// Reads a line that anybody may have written.
    ///
    /// Fields that are not known are passed over, as DSSE wants it; one that comes twice is refused, and so is an
    /// envelope with several signatures, because the gate writes exactly one.
    package init(line: [UInt8]) throws(MalformedAttestation) {
        let document = try StrictJSON.object(line, maximumBytes: Self.maximumBytes)
        guard case .text(let type) = document["payloadType"], type == Self.statementType else {
            throw MalformedAttestation("its payload type is not '\(Self.statementType)'")
        }
        guard case .text(let body) = document["payload"], let payload = Self.decoded(body), !payload.isEmpty else {
            throw MalformedAttestation("its payload is no Base64")
        }
        guard case .list(let signatures) = document["signatures"] else {
            throw MalformedAttestation("it has no list of signatures")
        }
        guard signatures.count == 1, case .object = signatures[0] else {
            throw MalformedAttestation("it has \(signatures.count) signatures in place of one")
        }
        guard case .text(let text) = signatures[0]["sig"], let signature = Self.decoded(text), !signature.isEmpty else {
            throw MalformedAttestation("its signature is no Base64")
        }
        switch signatures[0]["keyid"] {
        case .null: keyID = nil
        case .text(let id): keyID = id
        default: throw MalformedAttestation("its key id is no text")
        }
        payloadType = type
        self.payload = payload
        self.signature = signature
        self.line = line
    }

    /// What is signed.
    package var signedBytes: [UInt8] { Self.preAuthenticationEncoding(type: payloadType, body: payload) }

    /// SHA-256 of the line, by which statements name each other.
    package var digest: String { SHA256.hex(line) }

    /// DSSE's encoding of type and body, by the lengths of their bytes, so that no other pair has the same.
    package static func preAuthenticationEncoding(type: String, body: [UInt8]) -> [UInt8] {
        Array("DSSEv1 \(type.utf8.count) \(type) \(body.count) ".utf8) + body
    }

    /// Bytes of a Base64 text in either alphabet; `nil` for anything else.
    private static func decoded(_ text: String) -> [UInt8]? {
        let standard = text.replacing("-", with: "+").replacing("_", with: "/")
        return Data(base64Encoded: standard).map(Array.init)
    }
}
