package import GateGit

/// The file that lets an engine run the gate: its text, where it goes, and when it may be written.
package struct CIJobFile: Sendable, Hashable {
    package let engine: CIEngine
    /// Relative to the repository.
    package let path: RepositoryPath
    package let text: String
    /// What is left to a person, one sentence each.
    package let next: [String]

    /// What became of a file.
    package enum Outcome: String, Sendable, Hashable, Codable {
        case written, upgraded, unchanged
        /// Somebody changed it, or it is somebody else's; it stays as it is.
        case foreign
    }

    /// What stands in the first line of every version of a file of ours, with a digest of the rest.
    static let mark = "git-gatekeeper-job"

    /// The file for an engine.
    ///
    /// - Parameters:
    ///   - target: branch that changes go into.
    ///   - isFleet: whether the plan is shared among machines.
    /// - Throws: `GateFailure` with `ci.no-job` where there is none.
    package static func make(_ engine: CIEngine, target: String, isFleet: Bool = false) throws -> CIJobFile {
        guard BranchName.isInert(target) else {
            throw GateFailure("ci.target", "'\(target)' cannot stand in the file of an engine as it is")
        }
        let path: String
        let body: String
        var next: [String]
        switch engine {
        case .github:
            path = ".github/workflows/gatekeeper.yml"
            body = isFleet ? GitHubJob.fleet : GitHubJob.plain
            next = GitHubJob.next + (isFleet ? GitHubJob.nextOfFleet : [])
        case .gitlab:
            path = ".gitlab/gatekeeper.gitlab-ci.yml"
            body = isFleet ? GitLabJob.fleet : GitLabJob.plain
            next = GitLabJob.next
        case .jenkins:
            path = "Jenkinsfile.gatekeeper"
            body = JenkinsJob.text
            next = JenkinsJob.next
        case .buildbot:
            path = "gatekeeper_buildbot.py"
            body = BuildbotJob.text
            next = BuildbotJob.next
        case .none:
            throw GateFailure(
                "ci.no-job",
                "there is no job for \(engine.title)",
                hints: ["let the job run 'git gatekeeper ci --base <tip of the target branch>'"]
            )
        }
        if isFleet, engine == .jenkins {
            throw GateFailure("ci.no-job", "there is no job of a fleet for Jenkins", hints: ["leave --fleet out"])
        }
        let filled = body.replacing("@TARGET@", with: target)
        let comment = engine == .jenkins ? "//" : "#"
        let digest = SHA256.hex(filled).prefix(16)
        next.append("look at it, and commit it: 'git add \(path)'")
        return CIJobFile(
            engine: engine,
            path: RepositoryPath(path),
            text:
                "\(comment) \(mark) \(digest): written by 'git gatekeeper install --ci \(engine.rawValue)'\n\(filled)",
            next: next
        )
    }

    /// Writes the file, where nothing is there or what is there is ours and nobody changed it.
    ///
    /// - Parameter folder: absolute path of the working tree.
    package func install(in folder: String) throws -> Outcome {
        let place = try SafeFolder(path: folder, obstacles: .refuse)
        guard try place.status(path) != nil else {
            try place.write(path, content: Array(text.utf8), mode: .file)
            return .written
        }
        guard let there = try place.read(path, limit: 1 << 20)?.content, Self.isOurs(there) else { return .foreign }
        if there == Array(text.utf8) { return .unchanged }
        try place.remove(path, pruning: false)
        try place.write(path, content: Array(text.utf8), mode: .file)
        return .upgraded
    }

    /// Removes the file, where it is ours and nobody changed it.
    package func uninstall(in folder: String) throws -> Bool {
        let place = try SafeFolder(path: folder, obstacles: .refuse)
        guard let there = try place.read(path, limit: 1 << 20)?.content, Self.isOurs(there) else { return false }
        try place.remove(path)
        return true
    }

    /// Whether a file is one that some version of the gate wrote, and as it wrote it.
    static func isOurs(_ content: [UInt8]) -> Bool {
        let text = String(decoding: content, as: UTF8.self)
        guard let newline = text.utf8.firstIndex(of: UInt8(ascii: "\n")) else { return false }
        let words = text[..<newline].split(separator: " ")
        guard words.count > 2, words[1] == mark, words[2].hasSuffix(":") else { return false }
        return words[2].dropLast() == SHA256.hex(String(text[text.utf8.index(after: newline)...])).prefix(16)
    }
}
