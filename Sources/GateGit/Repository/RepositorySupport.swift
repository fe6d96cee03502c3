internal import CGit2

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Where a repository's parts lie, as `git rev-parse` says.
struct RepositoryLocations: Sendable {
    let workingTree: String?
    let gitDirectory: String
    let commonDirectory: String
    let isShallow: Bool

    /// Whether the caller says where the working tree is: by a variable, or by standing in it.
    private(set) var isPlaceGiven = false

    /// Where libgit2 finds the repository. A working tree that has no sign of it counts only where the caller gave it:
    /// what a repository's own configuration says could be any folder of the machine.
    var placeToOpen: String {
        guard let workingTree else { return gitDirectory }
        return isPlaceGiven && access("\(workingTree)/.git", F_OK) != 0 ? gitDirectory : workingTree
    }

    /// Asks git, which knows about discovery, linked worktrees and ownership.
    ///
    /// Where the caller says by `GIT_DIR` which repository is meant, as git does in hooks, it is that one. Its working
    /// tree is looked for from the folder first, because git takes the folder itself for one where only `GIT_DIR` is set.
    static func discover(from path: String, environment: [String: String]) async throws -> RepositoryLocations {
        guard let named = environment["GIT_DIR"], !named.isEmpty else {
            return try await ask(from: path, environment: environment, honouring: [])
        }
        var explicit = try await ask(from: path, environment: environment, honouring: ["GIT_DIR", "GIT_WORK_TREE"])
        explicit.isPlaceGiven = environment["GIT_WORK_TREE"] != nil || explicit.workingTree == resolved(path)
        if environment["GIT_WORK_TREE"] == nil,
            let found = try? await ask(from: path, environment: environment, honouring: []),
            found.gitDirectory == explicit.gitDirectory
        {
            return found
        }
        return explicit
    }

    /// A path without links, as git prints it.
    private static func resolved(_ path: String) -> String? {
        guard let resolved = realpath(path, nil) else { return nil }
        defer { free(resolved) }
        return String(cString: resolved)
    }

    private static func ask(
        from path: String,
        environment: [String: String],
        honouring variables: [String]
    ) async throws -> RepositoryLocations {
        let result = try await GitCommand.discover(
            [
                "rev-parse", "--is-bare-repository", "--absolute-git-dir", "--path-format=absolute",
                "--git-common-dir", "--is-shallow-repository", "--show-toplevel",
            ],
            from: path,
            callerEnvironment: environment,
            honouring: variables
        )
        var lines = result.standardOutput.text.split(separator: "\n").map(String.init)
        // A bare repository has no top level: git prints the first four answers and then complains.
        guard lines.count >= 4, result.isSuccess || lines[0] == "true" else {
            throw RepositorySupport.discoveryError(result.standardError.text, path: path)
        }
        let isBare = lines.removeFirst() == "true"
        return RepositoryLocations(
            workingTree: isBare ? nil : lines.count > 3 ? lines[3] : nil,
            gitDirectory: lines[0],
            commonDirectory: lines[1],
            isShallow: lines[2] == "true"
        )
    }
}

/// Says clearly, before anything is read, which repositories the gate cannot judge.
enum RepositorySupport {
    /// Refuses repositories in which libgit2 and git would see different content.
    static func check(_ locations: RepositoryLocations) throws(GitError) {
        let config = try readConfig("\(locations.commonDirectory)/config")
        func refuse(_ what: String, _ hints: [String]) -> GitError {
            GitError(.unsupportedRepository, "'\(locations.commonDirectory)' \(what)", hints: hints)
        }
        if let format = config["extensions.objectformat"], format.lowercased() != "sha1" {
            throw refuse(
                "stores its objects as \(format), which the gate cannot read",
                ["run the gate in a SHA-1 clone of the project"]
            )
        }
        if let storage = config["extensions.refstorage"], storage.lowercased() != "files" {
            throw refuse(
                "stores its references as \(storage), which the gate cannot read",
                ["convert it with 'git refs migrate --ref-format=files', or use a fresh clone"]
            )
        }
        let promisors = config.filter {
            $0.key.hasPrefix("remote.") && $0.key.hasSuffix(".promisor") && $0.value != "false"
        }
        if config["extensions.partialclone"] != nil || !promisors.isEmpty {
            throw refuse(
                "is a partial clone, so objects the gate needs may be missing",
                [
                    "fetch everything with 'git fetch --refetch --no-filter', then "
                        + "'git config --unset remote.origin.promisor' and '--unset remote.origin.partialclonefilter'",
                    "or use a full clone",
                ]
            )
        }
        let known: Set = ["noop", "objectformat", "refstorage", "partialclone", "worktreeconfig", "preciousobjects"]
        for key in config.keys.sorted() where key.hasPrefix("extensions.") {
            let name = String(key.dropFirst("extensions.".count))
            if !known.contains(name) {
                throw refuse("uses the repository extension '\(name)', which the gate does not know", [])
            }
            if ["worktreeconfig", "preciousobjects"].contains(name), config["core.repositoryformatversion"] == "1" {
                throw refuse(
                    "uses the repository extension '\(name)', which libgit2 \(Libgit2.version) does not implement",
                    ["unset 'extensions.\(name)' if nothing depends on it, or use a fresh clone"]
                )
            }
        }
        if exists("\(locations.commonDirectory)/info/grafts") {
            throw refuse("has an 'info/grafts' file, which rewrites history for git only", ["remove the file"])
        }
    }

    static func openError(status: Int32, locations: RepositoryLocations) -> GitError {
        let detail = git_error_last().flatMap { $0.pointee.message }.map { String(cString: $0) } ?? "status \(status)"
        let place = locations.workingTree ?? locations.gitDirectory
        if status == GIT_EOWNER.rawValue || detail.contains("safe.directory") {
            return GitError(
                .dubiousOwnership,
                "'\(place)' belongs to another user",
                hints: ["if you trust it: git config --global --add safe.directory '\(place)'"],
                libraryCode: status
            )
        }
        if detail.contains("unsupported extension") {
            return GitError(.unsupportedRepository, "cannot open '\(place)': \(detail)", libraryCode: status)
        }
        return GitError(.notARepository, "cannot open '\(place)': \(detail)", libraryCode: status)
    }

    static func discoveryError(_ standardError: String, path: String) -> GitError {
        if standardError.contains("dubious ownership") {
            return GitError(
                .dubiousOwnership,
                "the repository at '\(path)' belongs to another user",
                hints: ["if you trust it: git config --global --add safe.directory '\(path)'"]
            )
        }
        if standardError.contains("must be run in a work tree") {
            return GitError(.notARepository, "'\(path)' lies inside a git directory, not in a working tree")
        }
        if standardError.contains("not a git repository") {
            return GitError(
                .notARepository,
                "'\(path)' is not in a git repository",
                hints: ["run it inside a repository, or name one with 'git -C <folder> gatekeeper …'"]
            )
        }
        let line = standardError.split(separator: "\n").first.map(String.init) ?? "git said nothing"
        return GitError(.unsupportedRepository, "git cannot open the repository at '\(path)': \(line)")
    }

    /// Reads one config file alone, without includes taken as commands and without any other level.
    private static func readConfig(_ path: String) throws(GitError) -> [String: String] {
        try Libgit2.initialise()
        var values: [String: String] = [:]
        for entry in try ConfigFile.entries(path: path) { values[entry.key] = entry.value ?? "true" }
        return values
    }

    private static func exists(_ path: String) -> Bool {
        access(path, F_OK) == 0
    }
}
