/// A job that a CI engine found red, as somebody says.
struct RedJob: Sendable, Hashable {
    /// As the engine shows it.
    var name: String
    /// The steps that failed there, as the engine names them; empty where nobody says.
    var steps: [String] = []
    /// Who says so.
    var source: String
    /// The commit it ran on, where that is known.
    var commit: String?
    /// The workflow it belongs to, by its shown name, where that is known.
    var workflow: String?

    /// Reads what a person types: `name`, or `name::step`.
    init?(typed text: String) {
        let parts = text.split(separator: "::", maxSplits: 1).map { String($0).trimmedBlanks }
        guard let name = parts.first, !name.isEmpty, name.utf8.count <= 512 else { return nil }
        self.name = name
        steps = parts.count == 2 && !parts[1].isEmpty ? [parts[1]] : []
        source = "--ci-job"
    }

    init(name: String, steps: [String] = [], source: String, commit: String? = nil, workflow: String? = nil) {
        self.name = name
        self.steps = steps
        self.source = source
        self.commit = commit
        self.workflow = workflow
    }
}

/// What engines write about their jobs: `gh pr checks`, `gh run view` and `glab ci get`, as JSON.
enum RedJobReport {
    /// Most jobs of one sign-off.
    static let most = 64

    /// - Parameter source: who says so, for people.
    /// - Returns: the red jobs; `nil` where the bytes are no such report.
    static func read(_ bytes: [UInt8], source: String) -> [RedJob]? {
        guard let document = JSONValue.read(bytes) else { return nil }
        if case .list(let checks) = document {
            // Checks of a pull request, or the list of GitLab's jobs.
            guard checks.allSatisfy({ $0["name"].string != nil && state(of: $0) != nil }) else { return nil }
            return checks.filter { isRed(state(of: $0)) && $0["allow_failure"] != .truth(true) }
                .map { RedJob(name: name(of: $0), source: source, commit: $0["commit"]["id"].string) }
        }
        guard case .list(let jobs) = document["jobs"], jobs.allSatisfy({ $0["name"].string != nil }) else { return nil }
        let commit = document["headSha"].string ?? document["sha"].string
        return jobs.filter { isRed(state(of: $0)) && $0["allow_failure"] != .truth(true) }.map { job in
            RedJob(
                name: job["name"].string ?? "",
                steps: job["steps"].elements.filter { isRed($0["conclusion"].string) }.compactMap { $0["name"].string },
                source: source,
                commit: commit,
                workflow: document["workflowName"].string.flatMap { $0.isEmpty ? nil : $0 }
            )
        }
    }

    /// Ids of the runs of GitHub Actions that red checks belong to, from their links.
    static func runs(in bytes: [UInt8]) -> [String] {
        var runs: [String] = []
        for check in JSONValue.read(bytes)?.elements ?? [] where isRed(state(of: check)) {
            guard let link = check["link"].string, let start = link.firstRange(of: "/actions/runs/") else { continue }
            let id = String(link[start.upperBound...].prefix { $0.isASCII && $0.isNumber })
            if !id.isEmpty, id.count <= 20, !runs.contains(id) { runs.append(id) }
        }
        return runs
    }

    private static func name(of check: JSONValue) -> String {
        guard let workflow = check["workflow"].string, !workflow.isEmpty else { return check["name"].string ?? "" }
        return "\(workflow) / \(check["name"].string ?? "")"
    }

    private static func state(of job: JSONValue) -> String? {
        job["conclusion"].string.flatMap { $0.isEmpty ? nil : $0 } ?? job["bucket"].string ?? job["state"].string
            ?? job["status"].string
    }

    private static func isRed(_ state: String?) -> Bool {
        [
            "failure", "fail", "failed", "error", "timed_out", "startup_failure", "action_required", "cancel",
            "cancelled", "canceled",
        ].contains(state?.lowercased() ?? "")
    }
}
