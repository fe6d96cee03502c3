/// A repository's status in words.
package enum StatusReport {
    package static func text(_ status: RepositoryStatus) -> String {
        var lines = [head(status)]
        if let proof = status.proof {
            let age = Excerpt.age(from: proof.provenAt, to: status.taken)
            lines.append("proven: green by run \(proof.run), \(age) ago")
        } else if let problem = status.problem {
            lines.append("the gate cannot work here: \(Excerpt.visible(problem))")
        } else if status.commit != nil {
            lines.append("not proven" + (status.unproven.map { ": \(Excerpt.visible($0))" } ?? ""))
        }
        if status.requiresSignoff { lines.append("sign-off: policy requires one, beyond what tests prove") }
        if status.changedPaths > 0 {
            let count = status.changedPaths
            lines.append("working tree: \(count) path\(count == 1 ? "" : "s") differ\(count == 1 ? "s" : "") from HEAD")
        }
        lines += background(status)
        for run in status.activeRuns { lines.append("going on: run \(run)") }
        for fix in status.fixes {
            lines.append("fix waiting: \(fix.reference)")
            lines.append("  look at it with 'git show \(fix.commit.prefix(10))'")
        }
        lines.append("memory: \(status.provenTrees) proven tree\(status.provenTrees == 1 ? "" : "s")")
        return lines.joined(separator: "\n")
    }

    private static func head(_ status: RepositoryStatus) -> String {
        guard let commit = status.commit, let tree = status.tree else { return "head: no commit yet" }
        let prefix = "refs/heads/"
        let branch = status.branch.map { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 }
        return "head: \(Excerpt.visible(branch ?? "detached")), commit \(commit.prefix(10)), tree \(tree.prefix(10))"
    }

    private static func background(_ status: RepositoryStatus) -> [String] {
        guard let state = status.background else { return [] }
        let commit = state.commit.prefix(10)
        if status.backgroundIsWorking {
            return [
                "background: validating commit \(commit), process \(state.process.map(String.init) ?? "unknown")",
                "  stop it with 'git gatekeeper status --stop'",
            ]
        }
        if let problem = state.problem {
            return ["background: commit \(commit) could not be validated: \(Excerpt.visible(problem))"]
        }
        guard let verdict = state.verdict else { return ["background: the validation of commit \(commit) was cut off"] }
        let run = state.run.map { ", run \($0)" } ?? ""
        return ["background: commit \(commit) is \(verdict)\(run)"]
    }
}
