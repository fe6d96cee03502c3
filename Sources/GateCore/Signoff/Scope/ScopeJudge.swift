import GateGit

/// Judges the rows of a scope matrix; a pure function of what is given here.
struct ScopeJudge: Sendable {
    let changed: [TreeChange]
    /// Packages at the head, of every folder that a row names.
    let states: [PackageState]
    /// Ids of the steps of the plan.
    let steps: [String]
    /// Those of them that have to be green for the work to be green.
    let required: [String]
    /// What ran on the head; `nil` before it did.
    let gate: RunRecord?
    let tree: String
    /// SHA-256 of the files that proofs name; those that are not there are missing.
    let digests: [RepositoryPath: String]
    /// The day in UTC, as `2026-11-21`.
    let today: String
    /// The branch that is checked out.
    let branch: String?
    /// Whether the work is what is checked out.
    let isBranchHead: Bool
    let evidence: [String: ScopeRequest.Evidence]

    /// What is wrong with a row; it is open, or shown not to be so.
    private struct Findings {
        var open: [String] = []
        var contradicted: [String] = []
        var isPending = false

        func status(_ usual: ScopeRecord.Status) -> ScopeRecord.Status {
            !contradicted.isEmpty ? .contradicted : !open.isEmpty ? .open : isPending ? .pending : usual
        }
    }

    func judge(_ row: ScopeMatrix.Row, isHere: Bool) -> ScopeRecord.Row {
        var made = ScopeRecord.Row(
            id: row.id,
            repository: row.repository,
            branch: row.branch,
            pullRequest: row.pullRequest,
            surface: row.surface,
            package: row.package,
            expectedChange: row.expectedChange,
            producerVersion: row.producerVersion,
            files: row.files.map(\.pattern),
            state: row.state,
            owner: row.owner,
            until: row.until,
            reason: row.reason
        )
        var findings = Findings()
        if isHere { judgeHere(row, &made, &findings) } else { judgeElsewhere(row, &made, &findings) }
        if row.state == .deferred { judgeDeferral(row, &made, &findings) }
        judgeVersions(row, isHere: isHere, &made, &findings)
        let usual: ScopeRecord.Status =
            switch row.state {
            case .implemented, .dependencyOnly: .met
            case .deferred: .deferred
            case .notApplicable: .notApplicable
            }
        made.problems = findings.contradicted + findings.open
        made.status = findings.status(usual)
        return made
    }

    /// One row for each package or surface that the delta touches.
    func derive(_ groups: [(folder: String, paths: [RepositoryPath])]) -> [ScopeRecord.Row] {
        groups.map { folder, paths in
            let place = folder == "." ? "" : folder
            let state = states.first { $0.folder == place }
            let own = changed.filter { paths.contains($0.path) }
            let added = own.count { $0.old == nil }
            let removed = own.count { $0.new == nil }
            var row = ScopeRecord.Row(
                id: folder,
                surface: folder,
                package: state.map {
                    ScopeMatrix.Package(ecosystem: $0.ecosystem, name: $0.name ?? "?", folder: place)
                },
                expectedChange: "files added: \(added), changed: \(own.count - added - removed), removed: \(removed)",
                producerVersion: state?.version,
                files: [place.isEmpty ? "**" : "\(place)/**"],
                state: paths.allSatisfy(PackageShelf.isManifestOrLock) ? .dependencyOnly : .implemented
            )
            claim(paths, &row)
            // What the gate makes of the plan as a whole holds for all of it; no row of the team's asks for more.
            let isGreen = gate.map { ["green", "accepted"].contains($0.result?.verdict) }
            row.gates = required.map {
                ScopeRecord.Gate(id: $0, result: isGreen.map { $0 ? "passed" : "failed" } ?? "pending", run: gate?.id)
            }
            row.status = isGreen == nil ? .pending : isGreen == true ? .met : .open
            return row
        }
    }

    /// Changed files that belong to no row, and those that two owners claim.
    static func ownership(_ rows: [ScopeMatrix.Row], _ changed: [RepositoryPath]) -> [String] {
        var unclaimed: [String] = []
        var shared: [String: [String]] = [:]
        for path in changed {
            let claiming = rows.filter { $0.files.contains { $0.matches(path) } }
            if claiming.isEmpty { unclaimed.append(path.description) }
            guard Set(claiming.map(\.owner)).count > 1 else { continue }
            let who = claiming.map { "\($0.owner) (row '\($0.id)')" }.joined(separator: " and ")
            shared[who, default: []].append(path.description)
        }
        var problems = shared.sorted { $0.key < $1.key }.map {
            "\($0.key) claim the same files: \(Listing.some($0.value)): let one row claim each"
        }
        if !unclaimed.isEmpty {
            problems.append("changed, and in no row: \(Listing.some(unclaimed)): give it a row, or leave it out")
        }
        return problems
    }

    // MARK: What a row says of this repository

    private func claim(_ paths: [RepositoryPath], _ made: inout ScopeRecord.Row) {
        made.changedCount = paths.count
        made.changed = paths.prefix(ScopeRecord.Row.mostPaths).map(\.description)
    }

    private func judgeHere(_ row: ScopeMatrix.Row, _ made: inout ScopeRecord.Row, _ findings: inout Findings) {
        let paths = changed.map(\.path)
        let claimed = paths.filter { path in row.files.contains { $0.matches(path) } }
        claim(claimed, &made)
        if let wanted = row.branch, isBranchHead, let branch, wanted != branch {
            findings.contradicted.append("the work is on the branch '\(branch)', and the row says '\(wanted)'")
        }
        for id in row.gates { made.gates.append(result(of: id, &findings)) }
        switch row.state {
        case .implemented, .dependencyOnly:
            for glob in row.files where !paths.contains(where: glob.matches) {
                findings.open.append("nothing that '\(glob.pattern)' names is changed")
            }
            made.evidence.append("\(claimed.count) changed files")
            guard row.state == .dependencyOnly else { break }
            let others = claimed.filter { !PackageShelf.isManifestOrLock($0) }
            if !others.isEmpty {
                findings.contradicted.append(
                    "it says dependency-only, and more than manifests and lock files change: "
                        + Listing.some(others.map(\.description))
                )
            }
        case .deferred:
            if !claimed.isEmpty {
                findings.contradicted.append(
                    "it is deferred, and its files change: \(Listing.some(claimed.map(\.description)))"
                )
            }
        case .notApplicable:
            if !claimed.isEmpty {
                findings.contradicted.append(
                    "it is not applicable, and its files change: \(Listing.some(claimed.map(\.description)))"
                )
            }
            judgeProof(row, &made, &findings)
        }
    }

    private func judgeProof(_ row: ScopeMatrix.Row, _ made: inout ScopeRecord.Row, _ findings: inout Findings) {
        switch row.proof {
        case .untouched(let globs):
            let names = globs.map { "'\($0.pattern)'" }.joined(separator: ", ")
            let touched = changed.map(\.path).filter { path in globs.contains { $0.matches(path) } }
            if touched.isEmpty {
                made.evidence.append("nothing of the delta lies under \(names)")
            } else {
                findings.contradicted.append(
                    "its proof does not hold: \(Listing.some(touched.map(\.description))) lies under \(names)"
                )
            }
        case .digest(let path, let wanted):
            if digests[path] == wanted {
                made.evidence.append("'\(path)' of the head has the SHA-256 \(wanted)")
            } else {
                findings.contradicted.append(
                    "its proof does not hold: '\(path)' of the head "
                        + (digests[path].map { "has the SHA-256 \($0)" } ?? "is not there, or cannot be read")
                )
            }
        case .gate(let id): made.gates.append(result(of: id, &findings))
        case nil: findings.open.append("it has no proof")
        }
    }

    private func judgeDeferral(_ row: ScopeMatrix.Row, _ made: inout ScopeRecord.Row, _ findings: inout Findings) {
        guard let until = row.until else { return findings.open.append("it is deferred without a day") }
        if until < today {
            findings.contradicted.append("it was deferred until \(until), and that day is over")
        } else {
            made.evidence.append("deferred by \(row.owner) until \(until)")
        }
    }

    /// What the run says of a step of the plan on this very tree.
    private func result(of name: String, _ findings: inout Findings) -> ScopeRecord.Gate {
        guard let id = [name, "check:\(name)", "scenario:\(name)"].first(where: steps.contains) else {
            findings.open.append("the plan has no step '\(name)'; there are: \(Listing.some(steps))")
            return ScopeRecord.Gate(id: name, result: "unknown")
        }
        guard let gate else {
            findings.isPending = true
            return ScopeRecord.Gate(id: id, result: "pending")
        }
        let runs = gate.steps.filter {
            $0.step == id && $0.tree == tree && ($0.phase == "head" || $0.phase.contains("/confirm"))
        }
        let red = Outcome.allCases.filter { $0.isRed || $0 == .indeterminate }.map(\.rawValue)
        let isGreen = runs.allSatisfy { run in
            run.problems.isEmpty && run.ending == "itself" && run.exitCode == 0
                && !run.outcomes.values.contains(where: red.contains)
        }
        if runs.isEmpty || !isGreen {
            findings.open.append("the step '\(id)' \(runs.isEmpty ? "did not run on this tree" : "is not green")")
        }
        return ScopeRecord.Gate(id: id, result: runs.isEmpty ? "unknown" : isGreen ? "passed" : "failed", run: gate.id)
    }

    // MARK: What a row says of another repository

    private func judgeElsewhere(_ row: ScopeMatrix.Row, _ made: inout ScopeRecord.Row, _ findings: inout Findings) {
        guard row.state != .deferred else { return }
        guard let tree = row.tree, let given = evidence[row.id] else {
            findings.open.append(
                "'\(row.repository ?? "")' is another repository: show its sign-off of the tree \(row.tree ?? "?") with "
                    + "'--scope-evidence \(row.id)=FOLDER'"
            )
            return
        }
        switch ForeignSignoff.read(given, tree: tree) {
        case .refused(let why): findings.contradicted.append(why)
        case .signedOff(let record, let name):
            made.evidence.append(
                "sign-off \(record.id) of the tree \(tree) in '\(record.repository)', from '\(name)', SHA-256 "
                    + SHA256.hex(given.record)
            )
            guard let package = row.package, let wanted = row.producerVersion else { return }
            let known = record.scope?.packages.filter { $0.ecosystem == package.ecosystem && $0.name == package.name }
            switch known?.compactMap(\.version) ?? [] {
            case [wanted]: made.evidence.append("\(package.name) is \(wanted) there")
            case let versions where versions.isEmpty:
                findings.open.append("the sign-off in '\(name)' does not say which version '\(package.name)' has")
            case let versions:
                findings.contradicted.append(
                    "'\(package.name)' is \(versions.joined(separator: ", ")) in '\(name)', and the row says \(wanted)"
                )
            }
        }
    }

    // MARK: Versions of producers and consumers

    private func judgeVersions(
        _ row: ScopeMatrix.Row,
        isHere: Bool,
        _ made: inout ScopeRecord.Row,
        _ findings: inout Findings
    ) {
        guard let package = row.package else { return }
        if isHere { judgeProducer(package, row.producerVersion, &made, &findings) }
        guard let version = row.producerVersion else { return }
        for consumer in row.consumers {
            made.consumers.append(judge(consumer, of: package, version, &made, &findings))
        }
    }

    private func judgeProducer(
        _ package: ScopeMatrix.Package,
        _ version: String?,
        _ made: inout ScopeRecord.Row,
        _ findings: inout Findings
    ) {
        let place = package.folder.isEmpty ? "the top of the repository" : "'\(package.folder)'"
        guard let state = states.first(where: { $0.folder == package.folder && $0.ecosystem == package.ecosystem })
        else { return findings.contradicted.append("\(place) has no manifest of \(package.ecosystem.rawValue)") }
        let isUnread = state.name == nil && state.version == nil && !state.unclear.isEmpty
        if isUnread { return findings.open.append(state.unclear.joined(separator: "; ")) }
        if let name = state.name {
            if package.ecosystem.normal(name) != package.ecosystem.normal(package.name) {
                findings.contradicted.append("'\(state.manifest)' calls itself '\(name)', not '\(package.name)'")
            }
        } else {
            findings.open.append("'\(state.manifest)' has no name")
        }
        guard let version else { return }
        switch (state.version, state.versionUnclear) {
        case (version?, _): made.evidence.append("'\(state.manifest)' has \(version)")
        case (let other?, _):
            findings.contradicted.append("'\(state.manifest)' has version \(other), and the row says \(version)")
        case (nil, let why?) where package.ecosystem == .swiftpm: made.evidence.append("not compared: \(why)")
        case (nil, let why): findings.open.append(why ?? "'\(state.manifest)' has no version")
        }
    }

    private func judge(
        _ consumer: ScopeMatrix.Consumer,
        of package: ScopeMatrix.Package,
        _ version: String,
        _ made: inout ScopeRecord.Row,
        _ findings: inout Findings
    ) -> ScopeRecord.Consumer {
        var found = ScopeRecord.Consumer(folder: consumer.folder)
        let place = consumer.folder.isEmpty ? "." : consumer.folder
        guard let state = states.first(where: { $0.folder == consumer.folder && $0.ecosystem == package.ecosystem })
        else {
            findings.contradicted.append("the consumer '\(place)' has no manifest of \(package.ecosystem.rawValue)")
            return found
        }
        found.version = state.version
        if let wanted = consumer.version, wanted != state.version {
            findings.contradicted.append(
                "'\(state.manifest)' has \(state.version.map { "version \($0)" } ?? "no version"), and the row says \(wanted)"
            )
        }
        let requirements = state.requirements(of: package.name)
        found.requirement = requirements.isEmpty ? nil : requirements.map(\.written).joined(separator: " and ")
        if requirements.isEmpty {
            if state.unclear.isEmpty {
                findings.contradicted.append("'\(state.manifest)' does not require '\(package.name)'")
            } else {
                findings.open.append(state.unclear.joined(separator: "; "))
            }
        }
        for requirement in requirements {
            switch requirement.range.accepts(version) {
            case .yes: break
            case .no:
                findings.contradicted.append(
                    "'\(state.manifest)' requires '\(package.name)' as '\(requirement.written)', which does not take "
                        + version
                )
            case .unclear(let why): findings.open.append("whether '\(state.manifest)' takes \(version): \(why)")
            }
        }
        found.locked = state.locked[package.ecosystem.normal(package.name)] ?? []
        switch (consumer.isLocked, state.lock) {
        case (true, nil):
            findings.open.append(
                "no lock file speaks of '\(state.manifest)'\(state.unclear.isEmpty ? "" : ": ")"
                    + state.unclear.joined(separator: "; ")
            )
        case (true, let lock?):
            // What is taken from a folder beside it needs no entry of its own in SwiftPM.
            if found.locked.isEmpty, requirements.contains(where: { $0.range == .whatever && $0.mayBeMissing }) {
                break
            }
            if found.locked != [version] {
                findings.contradicted.append(
                    "'\(lock)' has \(found.locked.isEmpty ? "nothing" : found.locked.joined(separator: ", ")) of "
                        + "'\(package.name)' for '\(place)', not exactly \(version)"
                )
            }
        case (false, let lock?):
            findings.contradicted.append("the row says that '\(place)' keeps no lock file, and there is '\(lock)'")
        case (false, nil): break
        }
        return found
    }
}
