import GateGit

/// The files of one tree that say what CI jobs run, read as data and never run.
struct JobFiles: Sendable, Hashable {
    /// Content by path.
    var contents: [String: [UInt8]] = [:]
    /// Files that are there and not read, with the reason.
    var unread: [String: String] = [:]
    /// Job files that are programs: what they would run, only they know.
    var programs: [String] = []

    private static let mostFiles = 300

    /// - Parameter tree: of the head or the base.
    static func load(_ tree: ObjectID, of repository: GitRepository) async throws -> JobFiles {
        var files = JobFiles()
        guard tree != .emptyTree else { return files }
        for (path, entry) in try await repository.files(in: tree).sorted(by: { $0.key < $1.key }) {
            guard let name = path.text else { continue }
            if isProgram(name) { files.programs.append(name) }
            guard entry.mode.isRegularFile, isTelling(name) else { continue }
            guard files.contents.count < mostFiles else {
                files.unread[name] = "is beyond the first \(mostFiles) job files"
                continue
            }
            let size = try await repository.blobSize(entry.id)
            guard size <= YAMLValue.mostBytes else {
                files.unread[name] = "has \(size) bytes; more than \(YAMLValue.mostBytes) are not read"
                continue
            }
            files.contents[name] = try await repository.blob(entry.id)
        }
        return files
    }

    /// A document; `nil` where there is no such file.
    func read(_ path: String) throws(YAMLValue.Fault) -> YAMLValue? {
        if let why = unread[path] { throw YAMLValue.Fault(why) }
        guard let content = contents[path] else { return nil }
        return try YAMLValue.read(content)
    }

    static func isWorkflow(_ path: String) -> Bool {
        path.hasPrefix(".github/workflows/") && !path.dropFirst(18).contains("/") && isYAML(path)
    }

    private static func isYAML(_ path: String) -> Bool { path.hasSuffix(".yml") || path.hasSuffix(".yaml") }

    private static func isTelling(_ path: String) -> Bool {
        if isWorkflow(path) { return true }
        let name = path.split(separator: "/").last.map(String.init) ?? path
        // Files that GitLab includes lie anywhere; those with other names are read as if they were not there.
        return ["action.yml", "action.yaml"].contains(name) || name.hasSuffix(".gitlab-ci.yml")
            || path.hasPrefix(".gitlab/") && isYAML(path) || path.hasPrefix("ci/") && isYAML(path)
            || path.hasPrefix(".ci/") && isYAML(path)
    }

    private static func isProgram(_ path: String) -> Bool {
        let name = path.split(separator: "/").last.map(String.init) ?? path
        return name.hasPrefix("Jenkinsfile") || name == "master.cfg" || path == "buildbot/gatekeeper.py"
    }
}
