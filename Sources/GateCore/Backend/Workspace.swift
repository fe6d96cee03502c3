package import GateGit

/// A throw-away worktree that an agent may edit: files of a tree, and nothing of the repository they come from.
package struct Workspace: Sendable {
    /// Absolute path of the folder around it, in which the agent may keep what is its own until the run ends.
    package let folder: String
    /// Absolute path of the files.
    package let files: String
    /// The tree that was laid out.
    package let tree: ObjectID
    /// Whether the agent can write nowhere else, and sees neither the checkout nor the user's files.
    package let isEnclosed: Bool
    private let enclose: @Sendable ([String], [String]) -> [String]

    package init(
        folder: String,
        files: String,
        tree: ObjectID,
        isEnclosed: Bool,
        enclose: @escaping @Sendable ([String], [String]) -> [String]
    ) {
        self.folder = folder
        self.files = files
        self.tree = tree
        self.isEnclosed = isEnclosed
        self.enclose = enclose
    }

    /// A command as it is started in the workspace.
    ///
    /// - Parameter writable: absolute paths of files beyond the folder that it may read and write: a login.
    package func enclosed(_ command: [String], writable: [String]) -> [String] { enclose(command, writable) }
}

/// What became of a workspace, read by the gate itself.
package struct Harvest: Sendable {
    /// The tree its files make; `nil` where they are what they were.
    package var tree: ObjectID?
    /// What may not be: reasons to refuse the whole.
    package var findings: [AdmissionFinding]
    /// What was left out of the tree, one sentence each.
    package var notes: [String]

    package init(tree: ObjectID?, findings: [AdmissionFinding] = [], notes: [String] = []) {
        self.tree = tree
        self.findings = findings
        self.notes = notes
    }
}

extension TrialBench {
    package func workspace(for name: String, tree: ObjectID) async throws -> Workspace {
        throw GateFailure("workspace.none", "there is no workspace for '\(name)' here")
    }

    package func harvest(_ workspace: Workspace) async throws -> Harvest { Harvest(tree: nil) }

    package func discard(_ workspace: Workspace) async {}
}
