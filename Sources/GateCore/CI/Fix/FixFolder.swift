import GateGit

/// Leaves a proven fix in a folder that the engine keeps: the patch, and the record that says why it is one.
package enum FixFolder {
    package static let patch = "fix.patch"
    package static let record = "record.json"

    /// - Parameters:
    ///   - folder: absolute path; made where it is missing.
    /// - Returns: names of the files.
    @discardableResult
    package static func write(_ files: [(name: String, content: [UInt8])], to folder: String) throws -> [String] {
        try SafeScratch.makeFolders(folder)
        let place = try SafeFolder(path: folder)
        for file in files {
            try place.write(RepositoryPath(file.name), content: file.content, mode: .file)
        }
        return files.map(\.name)
    }

    /// The patch of the candidate that a run accepted.
    package static func patch(of record: RunRecord, in run: RunLedger.Run) throws -> [UInt8]? {
        guard record.result?.verdict == "accepted",
            let attempt = record.attempts.last(where: {
                $0.candidate != nil && $0.candidate == record.result?.candidate
            })
        else { return nil }
        return try run.read("attempt-\(attempt.number)/patch.diff")
    }
}
