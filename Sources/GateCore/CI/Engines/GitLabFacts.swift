import GateGit

/// What GitLab says in its predefined variables, for pipelines of merge requests and of branches.
enum GitLabFacts {
    static func read(_ variables: CIVariables) throws -> CIFacts {
        var facts = CIFacts(engine: .gitlab)
        let sha = try variables.commit("CI_COMMIT_SHA")
        facts.heads = [sha].compactMap { $0 }
        facts.url = variables.url("CI_JOB_URL") ?? variables.url("CI_PIPELINE_URL")
        let main = try variables.branch("CI_DEFAULT_BRANCH")
        guard let request = try variables.number("CI_MERGE_REQUEST_IID") else {
            facts.event = variables.text("CI_PIPELINE_SOURCE") == "push" ? .push : .unknown
            PushBase.fill(
                &facts,
                branch: try variables.branch("CI_COMMIT_BRANCH"),
                main: main,
                before: try variables.commit("CI_COMMIT_BEFORE_SHA")
            )
            return facts
        }
        facts.event = variables.text("CI_MERGE_REQUEST_EVENT_TYPE") == "merge_train" ? .queue : .request
        facts.request = request
        facts.target = try variables.branch("CI_MERGE_REQUEST_TARGET_BRANCH_NAME")
        if ["merged_result", "merge_train"].contains(variables.text("CI_MERGE_REQUEST_EVENT_TYPE") ?? "") {
            facts.merge = sha
            facts.bases = [.firstParent]
        }
        facts.bases += facts.target.map { [.branch($0)] } ?? []
        if let tip = try variables.commit("CI_MERGE_REQUEST_TARGET_BRANCH_SHA") {
            facts.bases.append(.commit(tip, "target branch of the merge request"))
        }
        if let base = try variables.commit("CI_MERGE_REQUEST_DIFF_BASE_SHA") {
            facts.bases.append(.commit(base, "base of the merge request's difference"))
        }
        return facts
    }
}
