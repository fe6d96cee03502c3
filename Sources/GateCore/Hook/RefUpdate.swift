package import GateGit

/// One line of a push: a reference that is to name another object from now on.
package struct RefUpdate: Sendable, Hashable {
    /// Full name of the reference on the receiving side.
    package let reference: String
    /// What it names there now; zero where it does not exist.
    package let old: ObjectID
    /// What it is to name; zero where it is to be removed.
    package let new: ObjectID
    /// What the pusher called it: a reference, an expression, or an id; `nil` on the receiving side.
    package let source: String?

    package init(reference: String, old: ObjectID, new: ObjectID, source: String? = nil) {
        self.reference = reference
        self.old = old
        self.new = new
        self.source = source
    }

    package var isDeletion: Bool { new.isZero }
    package var isCreation: Bool { old.isZero && !new.isZero }
    package var isBranch: Bool { reference.hasPrefix("refs/heads/") }
    package var isTag: Bool { reference.hasPrefix("refs/tags/") }

    /// The reference as people name it: without `refs/heads/`, and otherwise in full.
    package var name: String {
        isBranch ? String(reference.dropFirst("refs/heads/".count)) : reference
    }
}
