import GateGit

/// What GitHub Actions says: variables, and the event as a file of JSON.
enum GitHubFacts {
    static func read(_ variables: CIVariables, file: (String) throws -> [UInt8]?) throws -> CIFacts {
        var facts = CIFacts(engine: .github)
        let event = try event(variables, file: file)
        let sha = try variables.commit("GITHUB_SHA")
        facts.heads = [sha].compactMap { $0 }
        facts.url = url(variables)
        let name = variables.text("GITHUB_EVENT_NAME") ?? ""
        switch name {
        case "pull_request":
            facts.event = .request
            let request = event["pull_request"]
            facts.request = event["number"].integer ?? request["number"].integer
            facts.target =
                try variables.branch("GITHUB_BASE_REF") ?? branch(request["base"]["ref"], "pull_request.base.ref")
            if let sha, variables.text("GITHUB_REF")?.hasSuffix("/merge") == true {
                facts.merge = sha
                facts.bases = [.firstParent]
            }
            if let head = try commit(request["head"]["sha"], "pull_request.head.sha") { facts.heads.append(head) }
            facts.bases += facts.target.map { [.branch($0)] } ?? []
            if let base = try commit(request["base"]["sha"], "pull_request.base.sha") {
                facts.bases.append(.commit(base, "base of the pull request"))
            }
        case "pull_request_target":
            // Here the checkout is the base, and secrets are at hand: whoever tests the head in such a job gives it both.
            throw GateFailure(
                "ci.pull-request-target",
                "'pull_request_target' runs with secrets and checks out the base: nothing of a request may be run there",
                hints: ["let the workflow run on 'pull_request'", "'git gatekeeper install --ci github' writes one"]
            )
        case "merge_group":
            facts.event = .queue
            let group = event["merge_group"]
            if let head = try commit(group["head_sha"], "merge_group.head_sha") { facts.heads.append(head) }
            if let reference = group["base_ref"].string { facts.target = BranchName.of(reference: reference) }
            if let base = try commit(group["base_sha"], "merge_group.base_sha") {
                facts.bases.append(.commit(base, "base of the merge group"))
            }
            facts.bases += facts.target.map { [.branch($0)] } ?? []
        default:
            let main = try branch(event["repository"]["default_branch"], "repository.default_branch")
            let own = variables.text("GITHUB_REF").flatMap(BranchName.of)
            if name == "push" {
                facts.event = .push
                if let after = try commit(event["after"], "after") { facts.heads.append(after) }
            }
            PushBase.fill(
                &facts,
                branch: own,
                main: main,
                before: name == "push" ? try commit(event["before"], "before") : nil
            )
        }
        return facts
    }

    private static func event(_ variables: CIVariables, file: (String) throws -> [UInt8]?) throws -> JSONValue {
        guard let path = variables.text("GITHUB_EVENT_PATH"), let bytes = try file(path) else { return .null }
        guard let value = JSONValue.read(bytes), value.isObject else {
            throw GateFailure(
                "ci.environment",
                "'GITHUB_EVENT_PATH' names a file that is no JSON object: '\(path)'",
                hints: ["say base and head yourself with --base and --head"]
            )
        }
        return value
    }

    private static func commit(_ value: JSONValue, _ name: String) throws -> ObjectID? {
        try CIVariables.commit(value.string, of: name)
    }

    private static func branch(_ value: JSONValue, _ name: String) throws -> String? {
        try CIVariables.branch(value.string, of: name)
    }

    private static func url(_ variables: CIVariables) -> String? {
        guard let server = variables.url("GITHUB_SERVER_URL"), let repository = variables.text("GITHUB_REPOSITORY"),
            let run = variables.text("GITHUB_RUN_ID")
        else { return nil }
        return CIVariables.url("\(server)/\(repository)/actions/runs/\(run)")
    }
}

/// The base of a branch that was pushed, where no request says what it is to go into.
enum PushBase {
    /// - Parameters:
    ///   - branch: the branch that was pushed.
    ///   - main: the branch that everything goes into.
    ///   - before: where the branch stood.
    static func fill(_ facts: inout CIFacts, branch: String?, main: String?, before: ObjectID?) {
        facts.target = main ?? branch
        if let main, branch != main {
            // Where the branch stood before is its author's own word, and no policy is taken from there.
            facts.bases.append(.branch(main))
        } else if let before {
            facts.bases.append(.commit(before, "the branch before the push"))
        } else if let branch {
            facts.bases.append(.branch(branch))
        }
    }
}
