package import GateGit

/// A tracked symbolic link, and what it points at.
package struct ContractLink: Sendable, Hashable {
    package let path: RepositoryPath
    /// The path it names inside the repository; `nil` where it leaves it, or names its top.
    package let target: RepositoryPath?

    /// - Parameter content: the link's text, as its blob holds it.
    package init(path: RepositoryPath, content: [UInt8]) {
        self.path = path
        target = Self.resolve(content, from: path.components.dropLast())
    }

    /// Follows the text of a link by its words alone; a folder on the way that is a link itself is not looked up.
    private static func resolve(_ content: [UInt8], from folder: ArraySlice<[UInt8]>) -> RepositoryPath? {
        guard content.first != UInt8(ascii: "/") else { return nil }
        var place = Array(folder)
        for component in RepositoryPath(bytes: content).components {
            switch component {
            case [], [UInt8(ascii: ".")]: continue
            case [UInt8(ascii: "."), UInt8(ascii: ".")]:
                guard place.popLast() != nil else { return nil }
            default: place.append(component)
            }
        }
        return place.isEmpty ? nil : RepositoryPath(bytes: Array(place.joined(separator: [UInt8(ascii: "/")])))
    }
}

/// The links of trees, each tree read once: what a tree holds never changes.
actor ContractLinks {
    static let shared = ContractLinks()
    private var known: [ObjectID: [ContractLink]] = [:]

    func links(in tree: ObjectID, of repository: GitRepository) async throws -> [ContractLink] {
        if let links = known[tree] { return links }
        var links: [ContractLink] = []
        for (path, entry) in try await repository.files(in: tree) where entry.mode == .symlink {
            links.append(ContractLink(path: path, content: try await repository.blob(entry.id)))
        }
        links.sort { $0.path < $1.path }
        known[tree] = links
        return links
    }
}
