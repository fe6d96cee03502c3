/// A sign-off of another repository, as evidence for one row.
///
/// It is as trustworthy as the file that somebody named on the command line; nothing in the work can name one.
enum ForeignSignoff {
    enum Reading: Sendable {
        case signedOff(SignoffRecord, name: String)
        /// Why it shows nothing.
        case refused(String)
    }

    static func read(_ evidence: ScopeRequest.Evidence, tree: String) -> Reading {
        func refused(_ why: String) -> Reading { .refused("'\(evidence.name)' \(why)") }
        guard let seal = evidence.seal else { return refused("has no '\(SignoffBook.file).sha256' beside it") }
        let digest = String(decoding: seal.prefix(64), as: UTF8.self)
        guard digest == SHA256.hex(evidence.record), seal.count < 256 else {
            return refused("is not what its digest says; it was changed after it was written")
        }
        guard let record = try? JSON.decode(SignoffRecord.self, from: evidence.record), record.version == 1 else {
            return refused("is no record of a sign-off that is known here")
        }
        guard let result = record.result, result.state == .signedOff, result.exitStatus == 0 else {
            return refused("ended as '\(record.result?.state.rawValue ?? "unfinished")', not signed off")
        }
        guard record.head.tree == tree.lowercased() else {
            return refused("is about the tree \(record.head.tree), and the row names \(tree)")
        }
        return .signedOff(record, name: evidence.name)
    }
}
