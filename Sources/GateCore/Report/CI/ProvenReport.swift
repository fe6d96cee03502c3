#if canImport(FoundationEssentials)
    import FoundationEssentials
#else
    import Foundation
#endif

/// Why something is not run.
package struct ProvenReport: Sendable {
    private let proof: Verification.Finding

    package init(_ proof: Verification.Finding) { self.proof = proof }

    /// One sentence: what is proven, by whom, and when.
    package var text: String {
        let what = proof.part.map { "part \($0.id)" } ?? "this tree"
        let who = proof.signer.map { Excerpt.visible($0) } ?? "a trusted signer"
        let when = proof.time.map { " at \($0.formatted(.iso8601))" } ?? ""
        return "proven: \(what) was found green by \(who)\(when); it is not run again"
    }
}
