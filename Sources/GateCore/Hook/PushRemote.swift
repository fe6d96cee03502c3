package import GateGit

/// The place a push goes to, as git tells the hook.
package struct PushRemote: Sendable, Hashable {
    /// Name of the remote, or its address where it was given by address.
    package let name: String
    package let address: String

    package init(name: String, address: String) {
        self.name = name
        self.address = address
    }

    package var description: String { "'\(Excerpt.visible(Excerpt.line(Self.withoutPassword(name))))'" }

    /// What is known, without asking, to be out there.
    struct Published: Sendable, Hashable {
        let tips: [ObjectID]
        /// Whether they are branches of the very remote that is pushed to.
        let isOfTheRemote: Bool
    }

    /// The remote's branches as they were seen last; where none were seen, those of all remotes.
    func published(in repository: GitRepository) async throws -> Published {
        for name in try await names(in: repository) {
            let tips = try await tips(under: "refs/remotes/\(name)/", in: repository)
            if !tips.isEmpty { return Published(tips: tips, isOfTheRemote: true) }
        }
        return Published(tips: try await tips(under: "refs/remotes/", in: repository), isOfTheRemote: false)
    }

    /// Whether the commit that is checked out is known to be in a branch of the remote.
    package func hasHead(of repository: GitRepository) async throws -> Bool {
        guard let head = try await repository.resolveCommit("HEAD") else { return true }
        let published = try await published(in: repository)
        guard published.isOfTheRemote else { return false }
        return try await repository.mergeBase(head, ofAny: published.tips) == head
    }

    /// Names of the remotes that this one may be known by.
    private func names(in repository: GitRepository) async throws -> [String] {
        var names: [String] = []
        for setting in try await repository.settings(prefix: "remote.") {
            let parts = setting.key.split(separator: ".", omittingEmptySubsequences: false)
            guard parts.count >= 3, let last = parts.last, last == "url" || last == "pushurl" else { continue }
            let remote = parts.dropFirst().dropLast().joined(separator: ".")
            if remote == name { return [name] }
            if setting.value == address || setting.value == name { names.append(remote) }
        }
        return names
    }

    private func tips(under prefix: String, in repository: GitRepository) async throws -> [ObjectID] {
        var tips: [ObjectID] = []
        var seen: Set<ObjectID> = []
        for (name, target) in try await repository.references(under: prefix)
        where name.hasPrefix(prefix) && seen.insert(target).inserted { tips.append(target) }
        return tips
    }

    /// An address as it may be shown: what stands before the `@` of a URL's host is left out.
    static func withoutPassword(_ address: String) -> String {
        guard let scheme = address.firstRange(of: "://") else { return address }
        let rest = address[scheme.upperBound...]
        let host = rest.prefix { $0 != "/" }
        guard let at = host.lastIndex(of: "@") else { return address }
        return String(address[..<scheme.upperBound] + rest[rest.index(after: at)...])
    }
}
