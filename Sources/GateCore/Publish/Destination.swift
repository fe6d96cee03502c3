package import GateGit

/// Where the current branch is pushed to.
package struct Destination: Sendable, Hashable {
    /// Name of the remote.
    package let remote: String
    /// Full name of the branch there.
    package let reference: String
    /// Full name of the branch here.
    package let branch: String

    /// The branch it follows; without one, the branch of its own name on `origin` or on the only remote there is.
    ///
    /// - Throws: `GateFailure` with `publish.no-branch` or `publish.no-remote`.
    package static func find(in repository: GitRepository) async throws -> Destination {
        guard let branch = try await repository.currentBranch(), branch.hasPrefix("refs/heads/") else {
            throw GateFailure(
                "publish.no-branch",
                "HEAD is on no branch, so there is nothing to push",
                hints: ["switch to a branch first: git switch -c <name>"]
            )
        }
        let name = branch.dropFirst("refs/heads/".count)
        let settings = try await repository.settings(prefix: "branch.")
        func value(_ key: String) -> String? { settings.last { $0.key == "branch.\(name).\(key)" }?.value }
        if let remote = value("remote"), remote != ".", let merge = value("merge"), merge.hasPrefix("refs/heads/") {
            return Destination(remote: remote, reference: merge, branch: branch)
        }
        var remotes: [String] = []
        for setting in try await repository.settings(prefix: "remote.") where setting.key.hasSuffix(".url") {
            remotes.append(String(setting.key.dropFirst("remote.".count).dropLast(".url".count)))
        }
        guard let remote = remotes.contains("origin") ? "origin" : remotes.count == 1 ? remotes[0] : nil else {
            throw GateFailure(
                "publish.no-remote",
                remotes.isEmpty ? "there is no remote to push to" : "it is not clear which remote to push to",
                hints: ["say where '\(name)' belongs: git push -u <remote> \(name)"]
            )
        }
        return Destination(remote: remote, reference: branch, branch: branch)
    }
}
