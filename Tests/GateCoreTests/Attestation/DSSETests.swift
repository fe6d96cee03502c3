import Foundation
import Testing

@testable import GateCore

@Suite("envelopes")
struct DSSETests {
    /// The encodings that the specification and its published vectors print.
    @Test(
        "what is signed is the specification's encoding, by the lengths of bytes",
        arguments: [
            ("http://example.com/HelloWorld", "hello world", "DSSEv1 29 http://example.com/HelloWorld 11 hello world"),
            (
                "application/vnd.in-toto+json", #"{"_type":"https://in-toto.io/Statement/v1"}"#,
                #"DSSEv1 28 application/vnd.in-toto+json 43 {"_type":"https://in-toto.io/Statement/v1"}"#
            ),
            (
                "application/vnd.exämple+json", #"{"_type":"https://in-toto.io/Statement/v1"}"#,
                #"DSSEv1 29 application/vnd.exämple+json 43 {"_type":"https://in-toto.io/Statement/v1"}"#
            ),
            ("application/vnd.in-toto+json", "", "DSSEv1 28 application/vnd.in-toto+json 0 "),
            ("", "x", "DSSEv1 0  1 x"),
        ]
    )
    func encoding(type: String, body: String, expected: String) {
        #expect(
            DSSEEnvelope.preAuthenticationEncoding(type: type, body: Array(body.utf8)) == Array(expected.utf8)
        )
    }

    @Test("no two pairs of type and body have the same encoding where one runs into the other")
    func unambiguous() {
        let one = DSSEEnvelope.preAuthenticationEncoding(type: "a 1 b", body: Array("c".utf8))
        let other = DSSEEnvelope.preAuthenticationEncoding(type: "a", body: Array("b 1 c".utf8))
        #expect(one != other)
    }

    @Test("an envelope is one line, and is read as it was written")
    func line() throws {
        let envelope = try DSSEEnvelope(
            payload: Array("{\"a\":\"\\n\"}".utf8),
            signature: [0xFB, 0xFF],
            keyID: "SHA256:x"
        )
        #expect(!envelope.line.contains(UInt8(ascii: "\n")))
        let read = try DSSEEnvelope(line: envelope.line)
        #expect(read == envelope)
        #expect(read.digest == SHA256.hex(envelope.line))
        #expect(
            String(decoding: envelope.line, as: UTF8.self)
                == #"{"payload":"eyJhIjoiXG4ifQ==","payloadType":"application/vnd.in-toto+json","#
                + #""signatures":[{"keyid":"SHA256:x","sig":"+/8="}]}"#
        )
    }

    @Test("both alphabets of Base64 are read, and fields that nobody knows are passed over")
    func tolerant() throws {
        let text =
            #"{"payload":"-_-_Pj8=","payloadType":"application/vnd.in-toto+json","extra":{"a":[1]},"#
            + #""signatures":[{"sig":"P-_K","other":true}]}"#
        let read = try DSSEEnvelope(line: Array(text.utf8))
        #expect(read.payload == [0xFB, 0xFF, 0xBF, 0x3E, 0x3F])
        #expect(read.signature == [0x3F, 0xEF, 0xCA])
        #expect(read.keyID == nil)
    }

    private static let payload = #""payload":"e30=","payloadType":"application/vnd.in-toto+json""#

    @Test(
        "what is no envelope of ours is refused, and says why",
        arguments: [
            ("", "not one JSON object"),
            ("null", "not one JSON object"),
            ("[]", "not one JSON object"),
            ("{}", "payload type"),
            ("{} {}", "not one JSON object"),
            (#"{"payload":"e30=","payloadType":"application/json","signatures":[{"sig":"AA=="}]}"#, "payload type"),
            (#"{"payload":"e30=","payloadType":7,"signatures":[{"sig":"AA=="}]}"#, "payload type"),
            (#"{"payload":"e30","payloadType":"application/vnd.in-toto+json","signatures":[]}"#, "Base64"),
            (#"{"payload":"e3 0=","payloadType":"application/vnd.in-toto+json","signatures":[]}"#, "Base64"),
            (#"{"payload":"","payloadType":"application/vnd.in-toto+json","signatures":[]}"#, "Base64"),
            (#"{"payload":{},"payloadType":"application/vnd.in-toto+json","signatures":[]}"#, "Base64"),
            ("{\(payload)}", "no list of signatures"),
            ("{\(payload),\"signatures\":{}}", "no list of signatures"),
            ("{\(payload),\"signatures\":[]}", "0 signatures"),
            ("{\(payload),\"signatures\":[{\"sig\":\"AA==\"},{\"sig\":\"AA==\"}]}", "2 signatures"),
            ("{\(payload),\"signatures\":[\"AA==\"]}", "1 signatures"),
            ("{\(payload),\"signatures\":[{\"sig\":\"\"}]}", "signature is no Base64"),
            ("{\(payload),\"signatures\":[{\"sig\":[\"AA==\"]}]}", "signature is no Base64"),
            ("{\(payload),\"signatures\":[{\"sig\":\"AA==\",\"keyid\":1}]}", "key id"),
            ("{\(payload),\"payload\":\"e30=\",\"signatures\":[{\"sig\":\"AA==\"}]}", "'payload' twice"),
            ("{\(payload),\"p\\u0061yload\":\"e30=\",\"signatures\":[{\"sig\":\"AA==\"}]}", "'payload' twice"),
            ("{\(payload),\"signatures\":[{\"sig\":\"AA==\",\"sig\":\"AB==\"}]}", "'sig' twice"),
            (String(repeating: "[", count: 100_000), "levels deep"),
            ("{\"a\":" + String(repeating: "[", count: 40) + String(repeating: "]", count: 40) + "}", "levels deep"),
            (String(repeating: " ", count: 1 << 20) + "{}", "bytes long"),
        ]
    )
    func refused(text: String, why: String) {
        let error = #expect(throws: MalformedAttestation.self) { try DSSEEnvelope(line: Array(text.utf8)) }
        #expect(error?.message.contains(why) == true, "\(error?.message ?? "")")
    }

    @Test("bytes that are no UTF-8 are refused")
    func notText() {
        let line = Array(#"{"payload":"e30=","payloadType":"application/vnd.in-toto+json","x":""#.utf8) + [0xFF]
        let error = #expect(throws: MalformedAttestation.self) { try DSSEEnvelope(line: line + Array("\"}".utf8)) }
        #expect(error?.message.contains("UTF-8") == true)
    }
}
