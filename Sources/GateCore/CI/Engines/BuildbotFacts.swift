import GateGit

/// What the factory of `install --ci buildbot` hands to its steps. Buildbot itself sets no variable.
enum BuildbotFacts {
    static func read(_ variables: CIVariables) throws -> CIFacts {
        var facts = CIFacts(engine: .buildbot)
        facts.heads = [try variables.commit("BUILDBOT_GOT_REVISION")].compactMap { $0 }
        facts.url = variables.url("BUILDBOT_BUILD_URL")
        facts.event = .push
        PushBase.fill(
            &facts,
            branch: try variables.branch("BUILDBOT_BRANCH"),
            main: try variables.branch("GIT_GATEKEEPER_TARGET"),
            before: nil
        )
        return facts
    }
}
