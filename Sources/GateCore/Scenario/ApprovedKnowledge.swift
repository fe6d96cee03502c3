package import GateGit

/// Which records the person at this machine has approved, by the SHA-256 of their bytes.
///
/// It lies in the git directory, where no tracked file can reach it: approving is a person's act, and says nothing to
/// anybody else until the record is in the base.
package struct ApprovedKnowledge: Sendable {
    private let folder: String
    private static let name = RepositoryPath("approved-scenarios")

    package init(repository: GitRepository) { folder = "\(repository.commonDirectory)/gatekeeper" }

    /// Digests as hexadecimal text.
    package func digests() throws -> Set<String> {
        guard let place = try? SafeFolder(path: folder), let file = try place.read(Self.name, limit: 1 << 20) else {
            return []
        }
        return Set(String(decoding: file.content, as: UTF8.self).split(separator: "\n").map(String.init))
    }

    /// Remembers an approval.
    package func add(_ bytes: [UInt8]) throws {
        let digest = SHA256.hex(bytes)
        guard try !digests().contains(digest) else { return }
        try SafeScratch.makeFolders(folder)
        try SafeFolder(path: folder).append(Self.name, content: Array("\(digest)\n".utf8))
    }
}
