import GateGit

/// Remembers that the gate made the folder of hooks, so that taking the last hook away takes the folder as well.
struct HookFolderMark {
    private let folder: String
    private let state: String
    private let file = RepositoryPath("hooks-folder")

    /// - Parameters:
    ///   - folder: absolute path of the folder of hooks.
    ///   - commonDirectory: absolute path of what linked worktrees share.
    init(_ folder: String, commonDirectory: String) {
        self.folder = folder
        state = "\(commonDirectory)/gatekeeper"
    }

    /// To be called before the folder is made.
    func set() throws {
        try SafeScratch.makeFolders(state)
        try SafeFolder(path: state).write(file, content: Array(folder.utf8), mode: .file)
    }

    /// Removes the folder where it is ours and empty.
    func clear() throws {
        guard let place = try? SafeFolder(path: state), let mark = try place.read(file, limit: 1 << 16),
            mark.content == Array(folder.utf8)
        else { return }
        let (parent, name) = try HookSite.split(folder)
        if try SafeFolder(path: parent).removeEmptyFolder(RepositoryPath(name)) {
            try place.remove(file, pruning: false)
        }
    }
}
