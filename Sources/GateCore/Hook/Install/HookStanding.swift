import GateGit

/// How a hook stands just now, for whoever only wants to know.
package enum HookStanding: Sendable, Hashable {
    /// Ours runs; the place says through whom.
    case runs(place: String)
    /// Ours runs, and is of an earlier version.
    case past(place: String)
    /// Somebody else's hook calls the gate.
    case called(by: String)
    /// Somebody set ours aside, where nothing runs it.
    case displaced(to: String, by: String)
    /// Somebody else's hook, which calls no gate.
    case foreign(place: String, owner: String)
    case none
}

extension HookInstaller {
    /// Looks at one hook and changes nothing.
    package func standing(_ kind: HookKind) async throws -> HookStanding {
        let configured = ConfiguredHook(kind, repository)
        if version >= .configuredHooks, try await configured.isThere() { return .runs(place: configured.section) }
        let site = try HookSite(place, kind, past)
        if let name = site.ours {
            let path = "\(site.folderPath)/\(name)"
            return try site.isCurrent(name) ? .runs(place: path) : .past(place: path)
        }
        guard let foreign = site.foreign else { return .none }
        if HookManager.callsGate(foreign, kind) { return .called(by: site.path) }
        let owner = HookManager(foreign).name
        for name in HookSite.names(kind).dropFirst() {
            let aside = try HookSite(place, kind, past, name: name)
            if aside.ours == name { return .displaced(to: aside.path, by: owner) }
        }
        return .foreign(place: site.path, owner: owner)
    }
}
