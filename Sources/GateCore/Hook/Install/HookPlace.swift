package import GateGit

/// Where a repository's hooks lie, and whose place that is.
package struct HookPlace: Sendable, Hashable {
    package enum Owner: Sendable, Hashable {
        /// The repository itself: nobody else's hooks are there, and nothing there is tracked.
        case repository
        /// The working tree: what lies there is, or will be, tracked and everybody's.
        case workingTree
        /// husky, which fills the folder anew at every installation and runs what stands in the other one.
        case husky(scripts: String)
        /// Somewhere else: the folder serves other repositories as well.
        case shared
    }

    /// Absolute path of the folder, with links resolved as far as it exists.
    package let path: String
    package let owner: Owner
    /// Absolute path of what linked worktrees share.
    let commonDirectory: String
    /// Who named the folder, for messages; `nil` where nobody did.
    package let origin: String?

    package static func find(in repository: GitRepository) async throws -> HookPlace {
        let folder = try await repository.hookFolder()
        let path = folder.resolved ?? folder.path
        let origin = folder.setting.map { "core.hooksPath in \($0.scope) configuration" }
        let common = RealPath.of(repository.commonDirectory) ?? repository.commonDirectory
        let tree = repository.workingTree.map { RealPath.of($0) ?? $0 }
        // Seen from a bare repository inside a working tree, nothing but its own folder is its own.
        let owner: Owner
        if RealPath.isInside(path, common) {
            owner = .repository
        } else if let tree, RealPath.isInside(path, tree) {
            owner =
                path.hasSuffix("/.husky/_") ? .husky(scripts: String(path.dropLast("/_".count))) : .workingTree
        } else {
            owner = .shared
        }
        return HookPlace(path: path, owner: owner, commonDirectory: repository.commonDirectory, origin: origin)
    }
}
