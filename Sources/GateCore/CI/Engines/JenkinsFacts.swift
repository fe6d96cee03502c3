import GateGit

/// What Jenkins says in a multibranch pipeline.
enum JenkinsFacts {
    static func read(_ variables: CIVariables) throws -> CIFacts {
        var facts = CIFacts(engine: .jenkins)
        facts.heads = [try variables.commit("GIT_COMMIT")].compactMap { $0 }
        facts.url = variables.url("BUILD_URL")
        if let change = variables.text("CHANGE_ID") {
            facts.event = .request
            facts.request = CIVariables.number(change)
            facts.target = try variables.branch("CHANGE_TARGET")
            facts.bases = facts.target.map { [.branch($0)] } ?? []
            return facts
        }
        facts.event = .push
        let branch =
            try variables.branch("BRANCH_NAME")
            ?? variables.text("GIT_BRANCH").flatMap { name in
                try CIVariables.branch(name.hasPrefix("origin/") ? String(name.dropFirst(7)) : name, of: "GIT_BRANCH")
            }
        // Jenkins does not say which branch all others go into; BRANCH_IS_PRIMARY says whether it is this one.
        let isMain = variables.text("BRANCH_IS_PRIMARY") == "true"
        PushBase.fill(
            &facts,
            branch: isMain ? branch : nil,
            main: isMain ? branch : try variables.branch("GIT_GATEKEEPER_TARGET"),
            before: isMain
                ? try variables.commit("GIT_PREVIOUS_SUCCESSFUL_COMMIT") ?? variables.commit("GIT_PREVIOUS_COMMIT")
                : nil
        )
        return facts
    }
}
