package import GateGit

/// Where pages about runs lie: beside the ledger, because files in a run's own folder would no longer be as it left it,
/// and a file in the working tree would be part of what is judged next.
package struct ReportFolder: Sendable {
    /// Absolute path.
    package let path: String

    /// Name of the page about several runs.
    package static let trend = "runs.html"

    package init(repository: GitRepository) { path = "\(repository.commonDirectory)/gatekeeper/reports" }

    /// Name of the page about one run.
    package static func name(ofRun id: String) -> String { "\(id).html" }

    /// Puts a page under its name in one step.
    ///
    /// - Returns: its absolute path.
    package func write(_ page: [UInt8], named name: String) throws -> String {
        try SafeScratch.makeFolders(path)
        let place = try SafeFolder(path: path)
        let new = RepositoryPath(".\(SafeScratch.nonce())")
        try place.write(new, content: page, mode: .file)
        guard try place.renameReplacing(new, to: RepositoryPath(name)) == .done else {
            throw GateFailure("report.output", "'\(path)/\(name)' cannot be replaced")
        }
        return "\(path)/\(name)"
    }

    /// Removes the pages of runs that are gone.
    package func remove(ofRuns ids: [String]) throws {
        guard !ids.isEmpty, let place = try? SafeFolder(path: path) else { return }
        for id in ids where try place.status(RepositoryPath(Self.name(ofRun: id))) != nil {
            try place.removeTree(RepositoryPath(Self.name(ofRun: id)))
        }
    }
}
