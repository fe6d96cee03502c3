/// Who runs the job: what the gate knows of its variables, its report and its files.
package enum CIEngine: String, Sendable, Hashable, CaseIterable {
    case github, gitlab, jenkins, buildbot
    /// Any other; flags say what is to be known.
    case none

    /// The engine whose variables are set; `none` where there is none.
    package static func detect(_ environment: [String: String]) -> CIEngine {
        func says(_ name: String) -> Bool { environment[name].map { !$0.isEmpty && $0 != "false" } ?? false }
        if says("GITHUB_ACTIONS") { return .github }
        if says("GITLAB_CI") { return .gitlab }
        if says("BUILDBOT_BUILDERNAME") { return .buildbot }
        if says("JENKINS_URL") || says("JENKINS_HOME") { return .jenkins }
        return .none
    }

    /// The engine in words.
    package var title: String {
        switch self {
        case .github: "GitHub Actions"
        case .gitlab: "GitLab CI"
        case .jenkins: "Jenkins"
        case .buildbot: "Buildbot"
        case .none: "no known engine"
        }
    }

    /// What makes the job's clone deep enough, as it stands in the engine's own file.
    ///
    /// - Parameter branch: branch whose commits are wanted.
    package func depthAdvice(branch: String?) -> String {
        switch self {
        case .github: "give the step that uses actions/checkout 'with: { fetch-depth: 0 }'"
        case .gitlab: "give the job 'variables: { GIT_DEPTH: \"0\" }'"
        case .jenkins:
            "switch 'Shallow clone' off and 'Honor refspec on initial clone' off, under 'Advanced clone behaviours'"
        case .buildbot:
            "leave 'shallow' out of the Git step of the factory, and give it 'branch' and 'tags' as they are"
        case .none: "clone without --depth"
        }
    }
}
