package import GateGit

/// What the terminal behind standard error can show, and what its user wants of it.
package struct TerminalTraits: Sendable, Hashable {
    /// Whether something may be drawn and drawn again in place.
    package var isLive: Bool
    package var hasColour: Bool
    /// Whether it shows more than ASCII.
    package var isUnicode: Bool

    package init(isLive: Bool, hasColour: Bool, isUnicode: Bool) {
        self.isLive = isLive
        self.hasColour = hasColour
        self.isUnicode = isUnicode
    }

    package var withoutColour: TerminalTraits {
        TerminalTraits(isLive: isLive, hasColour: false, isUnicode: isUnicode)
    }

    /// - Parameters:
    ///   - isTerminal: whether standard error is one.
    ///   - isQuiet: whether progress is left out.
    ///   - settings: git's own about colour; the last of each key counts.
    package static func read(
        _ environment: [String: String],
        isTerminal: Bool,
        isQuiet: Bool = false,
        settings: [GitSetting] = []
    ) -> TerminalTraits {
        let terminal = environment["TERM"] ?? ""
        let isDrawable = isTerminal && !isQuiet && terminal != "" && terminal != "dumb"
        let isPlain =
            environment["GIT_GATEKEEPER_UI"] == DisplayStyle.plain.rawValue || isSet(environment["ACCESSIBLE"])
        return TerminalTraits(
            // An engine may give its jobs a terminal, and keeps what is written there as a log.
            isLive: isDrawable && !isPlain && !isSet(environment["CI"]),
            // As https://no-color.org has it: set and not empty.
            hasColour: isDrawable && (environment["NO_COLOR"] ?? "").isEmpty && wantsColour(settings),
            isUnicode: isUnicode(environment)
        )
    }

    private static func isSet(_ value: String?) -> Bool {
        !["", "0", "false", "no", "off"].contains((value ?? "").lowercased())
    }

    /// `color.gatekeeper` where it is set, else `color.ui`; a key without a value means yes, as in git.
    private static func wantsColour(_ settings: [GitSetting]) -> Bool {
        for key in ["color.gatekeeper", "color.ui"] {
            if let setting = settings.last(where: { $0.key.lowercased() == key }) {
                return setting.value.map { !["never", "false", "no", "off", "0", ""].contains($0.lowercased()) } ?? true
            }
        }
        return true
    }

    /// The first of the variables that has a value decides, as in POSIX.
    private static func isUnicode(_ environment: [String: String]) -> Bool {
        let locale = ["LC_ALL", "LC_CTYPE", "LANG"].compactMap { environment[$0] }.first { !$0.isEmpty } ?? ""
        let name = locale.lowercased()
        return name.contains("utf-8") || name.contains("utf8")
    }
}
