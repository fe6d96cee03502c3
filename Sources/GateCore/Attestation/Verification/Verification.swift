#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

/// What the attestations of a tree come to: proven or not, and of each the first thing that fails. Version 1 of its JSON.
package struct Verification: Sendable, Codable {
    /// What fails first, in the order in which it is looked at.
    package enum Failure: String, Sendable, Hashable, Codable, CaseIterable {
        /// It cannot be read as an attestation.
        case malformed
        /// The signature is not one over these bytes, or was made for another purpose.
        case signature
        /// The key is nobody's who is trusted, or no longer.
        case signer
        /// It is about something else.
        case subject
        /// It was made under another policy.
        case policy
        /// It is too old, or from the future.
        case freshness
        /// It says that this did not pass, or not all of it.
        case result
    }

    /// One envelope.
    package struct Finding: Sendable, Codable {
        /// SHA-256 of its line.
        package var envelope: String
        /// `summary`, `test-result`, `repair`, `sign-off` or `other`; absent where that cannot be known.
        package var kind: String?
        package var signer: String?
        /// Fingerprint of the key.
        package var key: String?
        /// When it was verified, by its own word.
        package var time: Date?
        package var failure: Failure?
        package var message: String
        /// Whether the tree is proven by it alone.
        package var proves = false
        /// Which part of a divided plan it is about.
        package var part: AttestedPart?
        /// Whether its summary says that all is well; absent where it is no summary.
        package var passed: Bool?
        /// What its summary claims beyond that; absent where it is no summary.
        package var levels: [String]?

        /// The same with what fails.
        func failing(_ failure: Failure, _ message: String) -> Finding {
            var copy = self
            copy.failure = failure
            copy.message = Excerpt.line(message, maximum: 240)
            return copy
        }
    }

    package var version = 1
    package var tree: String
    package var commit: String?
    package var base: String?
    package var isProven: Bool
    /// Where trusted signers were read.
    package var trust: [String]
    package var findings: [Finding]
    /// What would help, one sentence each.
    package var next: [String]

    /// Whose word proves the tree, in words; `nil` where nobody's does.
    package var word: String? {
        findings.first(where: \.proves).map { finding in
            "an attestation of \(finding.signer ?? "a trusted signer")"
                + (finding.time.map { ", \($0.formatted(.iso8601))" } ?? "")
        }
    }
}
