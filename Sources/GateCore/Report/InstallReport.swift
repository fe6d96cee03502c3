/// What `install` and `uninstall` say. Pure: the same change gives the same text.
package enum InstallReport {
    package static func text(_ change: HookChange) -> String {
        let place = Excerpt.visible(change.place)
        let what: String =
            switch change.action {
            case .installed: "installed as '\(place)'"
            case .upgraded: "brought up to date in '\(place)'"
            case .alreadyThere: "there already, '\(place)'"
            case .chained: "installed as '\(place)', in front of the hook that was there"
            case .beside: "installed as '\(place)', beside the hook that is there"
            case .configured: "installed in git's configuration, '\(place)'"
            case .callsAlready: "nothing to do: '\(place)' calls the gate already"
            case .instructions: "not done, a person has to"
            case .removed: "removed from '\(place)'"
            case .restored: "removed; the hook that was there before is back, '\(place)'"
            case .notInstalled: "there is none of ours, '\(place)'"
            }
        return (["\(change.kind.rawValue): \(what)"] + change.notes.map { "  \(Excerpt.visible($0))" })
            .joined(separator: "\n")
    }
}

/// One change for machines.
package struct HookChangeRecord: Codable, Sendable {
    package var hook: String
    /// `installed`, `chained`, `instructions` …: the names of `HookChange.Action`.
    package var action: String
    package var place: String
    package var notes: [String]

    package init(_ change: HookChange) {
        hook = change.kind.rawValue
        action = change.action.rawValue
        place = change.place
        notes = change.notes
    }
}
