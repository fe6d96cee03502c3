extension GitRepository {
    /// Writes every file of a tree into a folder that nobody has touched yet, as a checkout would.
    ///
    /// Git's own checkout is fast and applies line endings and filters; it is used for fresh folders only, because it
    /// follows links that hostile code may have left in used ones. The folder is git's working tree meanwhile, so that
    /// attributes come from the tree and not from the user's files.
    ///
    /// - Parameters:
    ///   - folder: absolute path of an empty folder.
    ///   - temporaryFolder: absolute path of a private folder for a throw-away index.
    package func populate(_ folder: String, with tree: ObjectID, temporaryFolder: String) async throws {
        guard tree != .emptyTree else { return }
        let index = "\(temporaryFolder)/checkout.index"
        _ = try await command.output(["read-tree", tree.hex], indexFile: index)
        _ = try await command.output(
            ["-c", "checkout.workers=0", "checkout-index", "--all", "--quiet", "--prefix=\(folder)/"],
            indexFile: index,
            workingTree: folder
        )
    }

    /// The contents of files as a checkout would write them, with line endings and filters applied.
    ///
    /// One git process answers for all of them, whatever their number.
    ///
    /// - Parameters:
    ///   - files: paths with their entries; links and submodules are not asked about.
    ///   - tree: the tree whose attributes hold.
    ///   - temporaryFolder: absolute path of a private folder, in which those attributes are laid out for git.
    package func checkedOut(
        _ files: [(path: RepositoryPath, entry: TreeEntry)],
        of tree: ObjectID,
        temporaryFolder: String
    ) async throws -> [RepositoryPath: [UInt8]] {
        guard !files.isEmpty else { return [:] }
        let place = try SafeFolder(path: temporaryFolder)
        for path in Set(files.flatMap { Self.attributeFiles(above: $0.path) }) {
            guard let entry = try self.entry(path, in: tree), entry.mode.isRegularFile else { continue }
            try place.write(path, content: try blob(entry.id), mode: .file)
        }
        // An index that is not there: git must not find other attributes in the user's.
        let index = "\(temporaryFolder)/.git-index"
        var contents: [RepositoryPath: [UInt8]] = [:]
        var asked: [(path: RepositoryPath, entry: TreeEntry)] = []
        for file in files {
            // The batch format separates requests by newlines, and links are never filtered.
            if file.entry.mode.isRegularFile, !file.path.bytes.contains(UInt8(ascii: "\n")) {
                asked.append(file)
            } else if file.entry.mode.isRegularFile, let name = file.path.text {
                contents[file.path] = try await command.output(
                    ["cat-file", "--filters", "--path=\(name)", file.entry.id.hex],
                    indexFile: index,
                    workingTree: temporaryFolder
                )
            } else if file.entry.mode != .gitlink {
                contents[file.path] = try blob(file.entry.id)
            }
        }
        guard !asked.isEmpty else { return contents }
        // Git prints the size before filtering, which says nothing of what follows. So each content is followed by a
        // question that git answers with a line nobody can foresee.
        let mark = "gatekeeper-\(UInt64.random(in: 0 ... .max))-\(UInt64.random(in: 0 ... .max))"
        var request: [UInt8] = []
        for file in asked {
            request += Array("\(file.entry.id) ".utf8) + file.path.bytes + Array("\n\(mark) end\n".utf8)
        }
        let result = try await command.run(
            ["cat-file", "--batch=", "--filters"],
            input: request,
            indexFile: index,
            workingTree: temporaryFolder,
            limits: ProcessLimits(wallTime: .seconds(300), headBytes: 1 << 30, maximumBytes: 1 << 30)
        )
        guard result.isSuccess else {
            throw GitError(.commandFailed, "git cat-file failed: \(GitCommand.complaint(of: result))")
        }
        let end = Array("\n\(mark) missing\n".utf8)
        var rest = result.standardOutput.bytes[...]
        for file in asked {
            guard let stop = rest.firstRange(of: end) else {
                throw GitError(.commandFailed, "git cat-file stopped before the end of '\(file.path)'")
            }
            // An empty line stands before each content; its absence means git had none.
            guard rest.first == UInt8(ascii: "\n") else {
                throw GitError(.missingObject, "git cat-file knows no content for '\(file.path)'")
            }
            let start = rest.index(after: rest.startIndex)
            contents[file.path] = start <= stop.lowerBound ? Array(rest[start..<stop.lowerBound]) : []
            rest = rest[stop.upperBound...]
        }
        return contents
    }

    /// Name of the files that give attributes to what lies in their folder.
    package static let attributes = Array(".gitattributes".utf8)

    /// Where git looks for the attributes of a path.
    private static func attributeFiles(above path: RepositoryPath) -> [RepositoryPath] {
        ([RepositoryPath("")] + path.ancestors).map { $0.appending(attributes) }
    }
}
