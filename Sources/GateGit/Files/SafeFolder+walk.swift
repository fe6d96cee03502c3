#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

extension SafeFolder {
    /// One name found below a folder.
    package struct Found: Sendable, Hashable {
        /// Relative to the folder that was walked.
        package let path: RepositoryPath
        package let status: FileStatus
    }

    /// Everything below this folder that is not itself a folder, in path order, without following links.
    ///
    /// - Parameters:
    ///   - maximum: how many names may be seen, folders included; more is an error, never a silent cut.
    ///   - includingFolders: whether folders are among what is returned.
    ///   - descend: says for each folder whether it is entered.
    /// - Throws: `GitError` with `file` where there are more names than `maximum`, folders are nested deeper than 512,
    ///   or a folder cannot be read.
    package func walk(
        maximum: Int,
        includingFolders: Bool = false,
        descend: (RepositoryPath) -> Bool = { _ in true }
    ) throws(GitError) -> [Found] {
        var found: [Found] = []
        var seen = 0
        // Folders yet to be read, by path: opening each anew keeps no descriptors open, however deep it gets.
        var pending = [RepositoryPath("")]
        while let next = pending.popLast() {
            let opened: SafeFolder? = next.bytes.isEmpty ? nil : try folder(next)
            if opened == nil, !next.bytes.isEmpty { continue }
            let here = opened?.descriptor ?? descriptor
            for name in try TreeRemoval.names(in: here, for: next.bytes.isEmpty ? RepositoryPath(path) : next) {
                let path = next.appending(name)
                let (status, number) = FileStatus.of(name, in: here)
                guard let status else {
                    // It went away between listing and looking.
                    if number == ENOENT { continue }
                    throw .file("look at", path, number)
                }
                seen += 1
                guard seen <= maximum else {
                    throw GitError(.file, "'\(self.path)' holds more than \(maximum) files and folders")
                }
                if status.kind == .folder {
                    if includingFolders { found.append(Found(path: path, status: status)) }
                    guard descend(path) else { continue }
                    guard path.components.count <= 512 else {
                        throw GitError(.file, "'\(self.path)' holds folders nested deeper than 512")
                    }
                    pending.append(path)
                } else {
                    found.append(Found(path: path, status: status))
                }
            }
            withExtendedLifetime(opened) {}
        }
        return found.sorted { $0.path < $1.path }
    }
}
