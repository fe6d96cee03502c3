import GateGit

#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// SLSA's verification summary, version 1: what the gate concluded about a tree.
package struct VerificationSummary: Sendable, Hashable {
    /// What a summary says beyond passed or failed; names of the gate's own.
    package enum Level: String, Sendable, Hashable, CaseIterable {
        /// Every test of the whole plan holds.
        case green = "GATEKEEPER_GREEN"
        /// A candidate was accepted; what failed at the base as well may still fail.
        case accepted = "GATEKEEPER_ACCEPTED"
        /// The contract is byte for byte that of the head which was repaired.
        case contractIntact = "GATEKEEPER_CONTRACT_INTACT"
        /// Tests ran with no network and no files but their own.
        case isolated = "GATEKEEPER_ISOLATED"
        /// Only scenarios that somebody named were run.
        case scenario = "GATEKEEPER_SCENARIO"
        /// One part of a divided plan was run.
        case part = "GATEKEEPER_PART"
    }

    package var time: Date
    package var tree: String
    package var binding: PolicyBinding
    package var isPassed: Bool
    package var levels: Set<String>
    package var part: AttestedPart?

    init(
        time: Date,
        tree: ObjectID,
        binding: PolicyBinding,
        isPassed: Bool,
        levels: Set<Level>,
        part: AttestedPart?
    ) {
        self.time = time
        self.tree = tree.hex
        self.binding = binding
        self.isPassed = isPassed
        self.levels = Set(levels.map(\.rawValue))
        self.part = part
    }

    /// The predicate, with the attestations it rests on: all of them, each by the digest of its envelope.
    func predicate(run: String, gate: String, inputs: [(name: String, tree: String, digest: String)]) -> JSONValue {
        var policy: JSONValue = [
            "uri": .text(binding.tracked.map { "gitoid:blob:sha1:\($0)" } ?? AttestationName.verifier),
            "digest": ["sha256": .text(binding.digest)],
            "annotations": [
                "plan": .text(binding.plan), "contract": .text(binding.contract), "rules": .text(binding.rules),
            ],
        ]
        if let tracked = binding.tracked {
            policy["digest"] = ["sha256": .text(binding.digest), "gitBlob": .text(tracked)]
        }
        var predicate: JSONValue = [
            "verifier": ["id": .text(AttestationName.verifier), "version": ["git-gatekeeper": .text(gate)]],
            "timeVerified": .text(Self.text(time)),
            "resourceUri": .text(Self.uri(tree)),
            "policy": policy,
            "inputAttestations": .list(
                inputs.map {
                    ["name": .text($0.name), "uri": .text(Self.uri($0.tree)), "digest": ["sha256": .text($0.digest)]]
                }
            ),
            "verificationResult": .text(isPassed ? "PASSED" : "FAILED"),
            "verifiedLevels": .list(levels.sorted().map(JSONValue.text)),
            AttestationName.run: .text(run),
        ]
        if let part { predicate[AttestationName.part] = part.json }
        return predicate
    }

    /// Reads a verified predicate.
    package init(_ predicate: JSONValue) throws(MalformedAttestation) {
        func missing(_ what: String) -> MalformedAttestation { MalformedAttestation("its summary has no \(what)") }
        guard predicate["verifier"]["id"].string == AttestationName.verifier else {
            throw MalformedAttestation("its summary is another verifier's")
        }
        guard let time = predicate["timeVerified"].string.flatMap(Self.date) else { throw missing("time") }
        guard let uri = predicate["resourceUri"].string, uri.hasPrefix(Self.uri("")) else { throw missing("resource") }
        let policy = predicate["policy"]
        guard let digest = policy["digest"]["sha256"].string, let plan = policy["annotations"]["plan"].string,
            let contract = policy["annotations"]["contract"].string, let rules = policy["annotations"]["rules"].string
        else { throw missing("policy") }
        binding = PolicyBinding(
            tracked: policy["digest"]["gitBlob"].string,
            plan: plan,
            contract: contract,
            rules: rules
        )
        guard binding.digest == digest else {
            throw MalformedAttestation("the parts of its policy are not those of the policy's digest")
        }
        switch predicate["verificationResult"].string {
        case "PASSED": isPassed = true
        case "FAILED": isPassed = false
        default: throw missing("result")
        }
        guard case .list(let levels) = predicate["verifiedLevels"] else { throw missing("levels") }
        self.levels = Set(levels.compactMap(\.string))
        self.time = time
        tree = String(uri.dropFirst(Self.uri("").count))
        part = nil
        if predicate[AttestationName.part] != .null {
            guard let part = AttestedPart(predicate[AttestationName.part]) else { throw missing("readable part") }
            self.part = part
        }
    }

    private static func uri(_ tree: String) -> String { "gitoid:tree:sha1:\(tree)" }

    static func text(_ date: Date) -> String { date.formatted(.iso8601) }

    static func date(_ text: String) -> Date? { try? Date(text, strategy: .iso8601) }
}
