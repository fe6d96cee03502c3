package import GateGit

/// An in-toto Statement, version 1: what is said, and of which things.
package struct Statement: Sendable, Hashable {
    package static let type = "https://in-toto.io/Statement/v1"

    /// What a statement is about, by git's own digests. Names are for people and match nothing.
    package struct Subject: Sendable, Hashable {
        package var tree: String?
        package var commit: String?

        package init(tree: String?, commit: String? = nil) {
            self.tree = tree
            self.commit = commit
        }
    }

    package var subjects: [Subject]
    package var predicateType: String
    package var predicate: JSONValue

    package init(subjects: [Subject], predicateType: String, predicate: JSONValue) {
        self.subjects = subjects
        self.predicateType = predicateType
        self.predicate = predicate
    }

    /// A statement about a tree, and about a commit that has it where there is one.
    package init(tree: ObjectID, commit: ObjectID?, predicateType: String, predicate: JSONValue) {
        subjects = [Subject(tree: tree.hex)] + (commit.map { [Subject(tree: nil, commit: $0.hex)] } ?? [])
        self.predicateType = predicateType
        self.predicate = predicate
    }

    /// The statement as it is signed.
    package func encoded() throws -> [UInt8] {
        let subjects: [JSONValue] = subjects.map { subject in
            var digest: JSONValue = [:]
            if let tree = subject.tree { digest["gitTree"] = .text(tree) }
            if let commit = subject.commit { digest["gitCommit"] = .text(commit) }
            return ["name": .text(subject.commit == nil ? "tree" : "commit"), "digest": digest]
        }
        let document: JSONValue = [
            "_type": .text(Self.type),
            "subject": .list(subjects),
            "predicateType": .text(predicateType),
            "predicate": predicate,
        ]
        return Array(try JSON.encode(document, pretty: false).dropLast())
    }

    /// Reads a payload whose signature has been checked.
    ///
    /// Fields and digests that are not known are passed over: in-toto's own rule, under which nothing that is left out
    /// can turn a refusal into an acceptance.
    package init(verified payload: [UInt8]) throws(MalformedAttestation) {
        let document = try StrictJSON.object(payload, maximumBytes: DSSEEnvelope.maximumBytes)
        guard document["_type"].string == Self.type else {
            throw MalformedAttestation("its payload is no in-toto statement of version 1")
        }
        guard case .list(let subjects) = document["subject"], !subjects.isEmpty, subjects.count <= 64 else {
            throw MalformedAttestation("its statement is about nothing")
        }
        guard let type = document["predicateType"].string, !type.isEmpty else {
            throw MalformedAttestation("its statement does not say what it says")
        }
        var read: [Subject] = []
        for subject in subjects {
            guard subject["digest"].isObject else { throw MalformedAttestation("a subject has no digest") }
            read.append(
                Subject(tree: subject["digest"]["gitTree"].string, commit: subject["digest"]["gitCommit"].string)
            )
        }
        self.subjects = read
        predicateType = type
        predicate = document["predicate"]
    }

    /// Whether one of the subjects is this tree.
    package func isAbout(tree: ObjectID) -> Bool { subjects.contains { $0.tree == tree.hex } }
}

/// Names of the gate's own in statements. They are identifiers and lead nowhere.
package enum AttestationName {
    package static let verifier = "urn:git-gatekeeper"
    package static let repair = "urn:git-gatekeeper:predicate:repair:v0.1"
    package static let signoff = "urn:git-gatekeeper:predicate:signoff:v0.1"
    package static let verdict = "urn:git-gatekeeper:predicate:verdict:v0.1"
    package static let run = "urn:git-gatekeeper:run"
    package static let step = "urn:git-gatekeeper:step"
    package static let part = "urn:git-gatekeeper:part"
    package static let rules = "urn:git-gatekeeper:rules"
    package static let omitted = "urn:git-gatekeeper:omitted"
    package static let testResult = "https://in-toto.io/attestation/test-result/v0.1"
    package static let summary = "https://slsa.dev/verification_summary/v1"
}
