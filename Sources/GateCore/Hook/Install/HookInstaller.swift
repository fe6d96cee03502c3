package import GateGit

/// Puts our hooks where git runs them, and takes them away again.
///
/// Somebody else's hook is never overwritten. Whatever is done is done by one rename at last, so that at every instant
/// git finds the old hook or the new one, and whoever is interrupted runs the same command again.
package struct HookInstaller: Sendable {
    /// Where a hook may be put.
    package enum Manner: String, Sendable, Hashable, CaseIterable {
        /// A file where the place is free, otherwise what disturbs nobody.
        case auto
        case file
        /// Git's own configuration, from git 2.54 on.
        case config
    }

    let repository: GitRepository
    let place: HookPlace
    let version: GitVersion
    let past: [HookKind: Set<String>]

    /// - Parameters:
    ///   - version: of the git that will run the hooks.
    ///   - past: digests of earlier texts of ours.
    package init(
        repository: GitRepository,
        version: GitVersion,
        past: [HookKind: Set<String>] = HookScript.past
    ) async throws {
        self.repository = repository
        self.version = version
        self.past = past
        place = try await HookPlace.find(in: repository)
    }

    /// Installs one hook, or says what keeps it from being installed.
    ///
    /// - Throws: `GateFailure` where a folder cannot be written, or the manner that was asked for is not to be had.
    package func install(_ kind: HookKind, _ manner: Manner = .auto) async throws -> HookChange {
        if kind == .preReceive, repository.workingTree != nil {
            throw GateFailure(
                "hook.not-a-server",
                "'pre-receive' belongs into the repository that is pushed to, and this one has a working tree",
                hints: ["run it there: git -C <repository>.git gatekeeper install pre-receive"]
            )
        }
        let configured = ConfiguredHook(kind, repository)
        if manner == .config { return try await configure(kind, configured) }
        if manner == .auto, version >= .configuredHooks, try await configured.isThere() {
            return HookChange(kind, .alreadyThere, at: configured.section)
        }
        let change = try await installFile(kind, manner)
        // A hook that stands in a file and in the configuration would run twice.
        if change.action != .instructions, change.action != .configured { try await configured.remove() }
        return change
    }

    private func installFile(_ kind: HookKind, _ manner: Manner) async throws -> HookChange {
        let site = try HookSite(place, kind, past)
        let usual = "\(place.path)/\(kind.rawValue)"
        if let found = site.ours {
            let done = try site.refresh(found)
            let action: HookChange.Action = done ? .upgraded : .alreadyThere
            return HookChange(kind, action, at: "\(site.folderPath)/\(found)", notes: displaced(found, kind))
        }
        guard let foreign = site.foreign else {
            if place.owner == .shared {
                return try await elsewhere(kind, manner, usual, "the folder serves other repositories as well")
            }
            try site.place()
            return HookChange(kind, .installed, at: site.path, notes: trackedNote())
        }
        if HookManager.callsGate(foreign, kind) { return HookChange(kind, .callsAlready, at: site.path) }
        if place.owner == .shared {
            return try await elsewhere(kind, manner, usual, "the folder serves other repositories as well")
        }
        if place.owner != .repository {
            return try await elsewhere(kind, manner, site.path, "it is somebody else's, and tracked or to be tracked")
        }
        let manager = HookManager(foreign)
        if case .preCommit(let name) = manager { return try await beside(kind, manner, site, name) }
        // Where git itself can run several hooks, nobody's has to be moved.
        if manner == .auto, version >= .configuredHooks {
            return try await configure(kind, ConfiguredHook(kind, repository))
        }
        if let obstacle = HookManager.obstacle(foreign) {
            return try await elsewhere(kind, manner, site.path, "it belongs to \(manager.name), and \(obstacle)")
        }
        return try await chain(kind, manner, site, manager)
    }

    /// Puts ours in front of a hook that then runs as it did before.
    private func chain(
        _ kind: HookKind,
        _ manner: Manner,
        _ site: HookSite,
        _ manager: HookManager
    ) async throws -> HookChange {
        if let why = try site.chain() { return try await elsewhere(kind, manner, site.path, why) }
        var notes = ["the hook of \(manager.name) is '\(HookScript.former(kind))' now, and is run as before"]
        if manager == .lefthook {
            notes +=
                [
                    "lefthook puts its own hook back when its configuration changes, and sets this one aside: look with "
                        + "'git gatekeeper doctor', and install again; or let lefthook run the gate, in lefthook.yml:"
                ] + HookMerge.lefthook(kind).map { "    \($0)" }
        }
        return HookChange(kind, .chained, at: site.path, notes: notes)
    }

    /// Puts ours where pre-commit runs what was there before it.
    private func beside(
        _ kind: HookKind,
        _ manner: Manner,
        _ site: HookSite,
        _ name: String
    ) async throws -> HookChange {
        let legacy = try HookSite(place, kind, past, name: "\(kind.rawValue).legacy")
        if legacy.foreign == nil {
            try legacy.place()
        } else if let why = try legacy.chain() {
            return try await elsewhere(kind, manner, legacy.path, why)
        }
        return HookChange(
            kind,
            .beside,
            at: legacy.path,
            notes: ["\(name) runs it first, and gives it the place '\(kind.rawValue)' when \(name) is uninstalled"]
        )
    }

    /// What can be done where the file is not ours to write.
    private func elsewhere(_ kind: HookKind, _ manner: Manner, _ path: String, _ why: String) async throws -> HookChange
    {
        if manner == .auto, version >= .configuredHooks {
            return try await configure(kind, ConfiguredHook(kind, repository))
        }
        var notes = ["'\(path)' is left alone: \(why)"]
        if let origin = place.origin { notes.append("git looks for hooks in '\(place.path)' (\(origin))") }
        return HookChange(kind, .instructions, at: path, notes: notes + HookMerge.lines(kind, into: path))
    }

    private func configure(_ kind: HookKind, _ configured: ConfiguredHook) async throws -> HookChange {
        guard version >= .configuredHooks else {
            throw GateFailure(
                "hook.git-too-old",
                "git \(version) runs no hooks from its configuration; git \(GitVersion.configuredHooks) does",
                hints: ["install a file instead: git gatekeeper install \(kind.rawValue)"]
            )
        }
        if try HookSite(place, kind, past).ours != nil {
            throw GateFailure(
                "hook.installed-twice",
                "'\(kind.rawValue)' stands in '\(place.path)' already, and would run twice",
                hints: ["first: git gatekeeper uninstall \(kind.rawValue)"]
            )
        }
        let wasThere = try await configured.isThere()
        if !wasThere { try await configured.add() }
        return HookChange(
            kind,
            wasThere ? .alreadyThere : .configured,
            at: configured.section,
            notes: ["git before \(GitVersion.configuredHooks) does not see it; '--as file' is seen by every git"]
        )
    }

    /// Takes one hook away, wherever it got to, and gives the former one its place back.
    package func uninstall(_ kind: HookKind) async throws -> HookChange {
        let configured = ConfiguredHook(kind, repository)
        let wasConfigured = try await configured.isThere()
        if wasConfigured { try await configured.remove() }
        var removed: [HookChange] = []
        for name in HookSite.names(kind) {
            let site = try HookSite(place, kind, past, name: name)
            try site.forgetLeftovers()
            guard let found = site.ours, found == name else { continue }
            let restored = try site.remove()
            removed.append(HookChange(kind, restored ? .restored : .removed, at: site.path))
        }
        if let change = removed.first(where: { $0.action == .restored }) ?? removed.first { return change }
        if wasConfigured { return HookChange(kind, .removed, at: configured.section) }
        let site = try HookSite(place, kind, past)
        if let foreign = site.foreign, HookManager.callsGate(foreign, kind) {
            return HookChange(
                kind,
                .instructions,
                at: site.path,
                notes: ["'\(site.path)' is somebody else's, and calls the gate: take that line out by hand"]
            )
        }
        return HookChange(kind, .notInstalled, at: site.path)
    }

    private func trackedNote() -> [String] {
        switch place.owner {
        case .workingTree, .husky: ["commit the file, so that everybody who clones has it"]
        case .repository, .shared: []
        }
    }

    private func displaced(_ name: String, _ kind: HookKind) -> [String] {
        name == kind.rawValue ? [] : ["'\(kind.rawValue)' belongs to another manager, which runs it"]
    }
}
