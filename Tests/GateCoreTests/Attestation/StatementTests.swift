import Foundation
import GateGit
import Testing

@testable import GateCore

@Suite("statements")
struct StatementTests {
    private static let tree = ObjectID(hex: String(repeating: "a", count: 40)) ?? .zero
    private static let commit = ObjectID(hex: String(repeating: "b", count: 40)) ?? .zero
    private static let binding = PolicyBinding(tracked: "c0ffee", plan: "p", contract: "k", rules: "r")

    @Test("a statement about a tree and a commit, byte for byte")
    func bytes() throws {
        let statement = Statement(
            tree: Self.tree,
            commit: Self.commit,
            predicateType: "https://example.com/x/v1",
            predicate: ["a": 1, "path": "b/c"]
        )
        let bytes = try statement.encoded()
        #expect(
            String(decoding: bytes, as: UTF8.self)
                == #"{"_type":"https://in-toto.io/Statement/v1","predicate":{"a":1,"path":"b/c"},"#
                + #""predicateType":"https://example.com/x/v1","subject":["#
                + #"{"digest":{"gitTree":"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"},"name":"tree"},"#
                + #"{"digest":{"gitCommit":"bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"},"name":"commit"}]}"#
        )
        #expect(try Statement(verified: bytes) == statement)
        #expect(statement.isAbout(tree: Self.tree))
        #expect(!statement.isAbout(tree: Self.commit))
    }

    @Test(
        "what is no statement is refused",
        arguments: [
            "[]", "{}", #"{"_type":"https://in-toto.io/Statement/v0.1","subject":[],"predicateType":"x"}"#,
            #"{"_type":"https://in-toto.io/Statement/v1","subject":[],"predicateType":"x"}"#,
            #"{"_type":"https://in-toto.io/Statement/v1","subject":{},"predicateType":"x"}"#,
            #"{"_type":"https://in-toto.io/Statement/v1","subject":[{"name":"x"}],"predicateType":"x"}"#,
            #"{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{}}]}"#,
            #"{"_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{}}],"predicateType":["x"]}"#,
            #"{"_type":"x","_type":"https://in-toto.io/Statement/v1","subject":[{"digest":{}}],"predicateType":"x"}"#,
        ]
    )
    func refused(text: String) {
        #expect(throws: MalformedAttestation.self) { try Statement(verified: Array(text.utf8)) }
    }

    @Test("a tree's digest under another name is nobody's tree")
    func digestNames() throws {
        let text =
            #"{"_type":"https://in-toto.io/Statement/v1","predicateType":"x","subject":[{"digest":{"sha1":""#
            + "\(Self.tree)" + #"","gitCommit":""# + "\(Self.tree)" + #""}}]}"#
        #expect(try !Statement(verified: Array(text.utf8)).isAbout(tree: Self.tree))
    }

    private static func summary(part: AttestedPart? = nil) -> VerificationSummary {
        VerificationSummary(
            time: Date(timeIntervalSince1970: 1_700_000_000),
            tree: tree,
            binding: binding,
            isPassed: true,
            levels: [.green, .isolated],
            part: part
        )
    }

    @Test("a summary has every field that SLSA requires, and names all it rests on")
    func summaryShape() throws {
        let predicate = Self.summary().predicate(
            run: "r1",
            gate: "1.2",
            inputs: [("test-result", Self.tree.hex, "d1"), ("repair", Self.tree.hex, "d2")]
        )
        #expect(predicate["verifier"]["id"] == .text(AttestationName.verifier))
        #expect(predicate["timeVerified"] == "2023-11-14T22:13:20Z")
        #expect(predicate["resourceUri"] == .text("gitoid:tree:sha1:\(Self.tree)"))
        #expect(predicate["policy"]["digest"]["sha256"] == .text(Self.binding.digest))
        #expect(predicate["policy"]["digest"]["gitBlob"] == "c0ffee")
        #expect(predicate["verificationResult"] == "PASSED")
        #expect(predicate["verifiedLevels"] == ["GATEKEEPER_GREEN", "GATEKEEPER_ISOLATED"])
        #expect(predicate["inputAttestations"].elements.map { $0["digest"]["sha256"].string } == ["d1", "d2"])
        #expect(try VerificationSummary(predicate) == Self.summary())
    }

    @Test("a part is told from the whole, and read again")
    func part() throws {
        let part = AttestedPart(id: "unit", index: 2, count: 3, matrix: "m")
        let predicate = Self.summary(part: part).predicate(run: "r", gate: "1", inputs: [])
        #expect(try VerificationSummary(predicate).part == part)
        for change in [JSONValue("x"), ["id": "unit"], ["id": "u", "index": 4, "count": 3, "matrix": "m"]] {
            var other = predicate
            other[AttestationName.part] = change
            #expect(throws: MalformedAttestation.self) { try VerificationSummary(other) }
        }
    }

    @Test(
        "a summary that lacks or bends a field is refused",
        arguments: [
            ("verifier", ["id": "somebody"]), ("verifier", "urn:git-gatekeeper"), ("timeVerified", "yesterday"),
            ("timeVerified", 17), ("resourceUri", "pkg:x"), ("policy", nil), ("policy", ["digest": ["sha256": "x"]]),
            ("verificationResult", "passed"), ("verificationResult", true), ("verifiedLevels", "GATEKEEPER_GREEN"),
        ] as [(String, JSONValue)]
    )
    func bent(field: String, value: JSONValue) {
        var predicate = Self.summary().predicate(run: "r", gate: "1", inputs: [])
        predicate[field] = value
        #expect(throws: MalformedAttestation.self) { try VerificationSummary(predicate) }
    }

    @Test("the parts of a policy cannot be others than its digest says")
    func policyParts() {
        var predicate = Self.summary().predicate(run: "r", gate: "1", inputs: [])
        predicate["policy"]["annotations"]["plan"] = "another"
        #expect(throws: MalformedAttestation.self) { try VerificationSummary(predicate) }
    }

    @Test("bindings differ in what they say they differ")
    func bindings() {
        var other = Self.binding
        other.plan = "q"
        other.tracked = nil
        #expect(other.digest != Self.binding.digest)
        #expect(other.differences(from: Self.binding) == ["the tracked policy", "the plan"])
    }
}
