internal import CGit2

/// A repository, opened once and asked from one thread at a time.
///
/// Everything it returns is a plain value. Trees, blobs and commits are read and written through libgit2; whatever
/// needs git's own knowledge of working trees, filters, history of shallow clones and configuration goes through
/// `GitCommand`.
package actor GitRepository {
    /// Absolute path of the working tree, without a trailing slash; `nil` for a bare repository.
    package nonisolated let workingTree: String?
    /// Absolute path of this worktree's git directory.
    package nonisolated let gitDirectory: String
    /// Absolute path of the directory that linked worktrees share.
    package nonisolated let commonDirectory: String
    /// Runs `git` in this repository.
    package nonisolated let command: GitCommand

    let handle: RepositoryHandle
    /// What git's configuration says about the gate, once it has been asked for.
    var ownSettings: [GitSetting]?
    private let executor = SerialQueueExecutor(label: "git-gatekeeper.repository")

    package nonisolated var unownedExecutor: UnownedSerialExecutor { executor.asUnownedSerialExecutor() }

    /// Opens the repository that contains a folder.
    ///
    /// - Parameters:
    ///   - path: absolute path of the folder to start from.
    ///   - environment: the caller's environment, from which the environment of `git` is built.
    /// - Throws: `GitError` with `not-a-repository`, `unsupported-repository` or `dubious-ownership`; each names the
    ///   thing and what to do.
    package init(containing path: String, environment: [String: String]) async throws {
        let locations = try await RepositoryLocations.discover(from: path, environment: environment)
        try RepositorySupport.check(locations)
        try Libgit2.initialise()
        var pointer: OpaquePointer?
        let status = git_repository_open_ext(
            &pointer,
            locations.placeToOpen,
            GIT_REPOSITORY_OPEN_NO_SEARCH.rawValue,
            nil
        )
        if status < 0 { throw RepositorySupport.openError(status: status, locations: locations) }
        guard let pointer else { throw GitError(.library, "libgit2 opened nothing at '\(path)'") }
        handle = RepositoryHandle(taking: pointer)
        workingTree = locations.workingTree
        gitDirectory = locations.gitDirectory
        commonDirectory = locations.commonDirectory
        let objects = ObjectPlaces(environment: environment, commonDirectory: locations.commonDirectory)
        try objects?.use(in: handle)
        command = GitCommand(
            gitDirectory: locations.gitDirectory,
            workingTree: locations.workingTree,
            callerEnvironment: environment,
            objects: objects
        )
    }
}
