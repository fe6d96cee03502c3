/// What somebody who asks for a sign-off says of its scope, beside what lies in the work.
package struct ScopeRequest: Sendable {
    /// A matrix that is taken instead of the one in the work.
    package var document: Document?
    /// Sign-offs of other repositories, by the id of the row that they are about.
    package var evidence: [String: Evidence] = [:]

    package struct Document: Sendable {
        /// As messages name it.
        package var name: String
        package var bytes: [UInt8]

        package init(name: String, bytes: [UInt8]) {
            self.name = name
            self.bytes = bytes
        }
    }

    /// Files of a sign-off that was made elsewhere.
    package struct Evidence: Sendable {
        package var name: String
        /// The content of `signoff.json`.
        package var record: [UInt8]
        /// The content of `signoff.json.sha256`; `nil` where there is none.
        package var seal: [UInt8]?

        package init(name: String, record: [UInt8], seal: [UInt8]?) {
            self.name = name
            self.record = record
            self.seal = seal
        }
    }

    package init() {}
}
