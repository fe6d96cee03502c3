package import GateGit

/// Whether a hook is to do its work just now, and who said that it is not.
package enum HookSwitch: Sendable, Hashable {
    case on
    /// Switched off by the user's own configuration.
    case off(PolicySource)
    /// Passed over for this once; that is put on record.
    case bypassed(Bypass)

    /// One passing over of a hook: whose variable, and in whose words why.
    package struct Bypass: Sendable, Hashable {
        package let variable: String
        package let reason: String
    }

    /// The variable that passes over any hook of the user's, with the reason as its value.
    package static let skip = "GIT_GATEKEEPER_SKIP"
    /// The name that passes over `pre-commit` where it is `1`.
    package static let skipCommit = "SKIP_CI_GATEKEEPER_PRE_COMMIT"
    private static let longestReason = 500

    /// Reads configuration and environment. Neither is anything that a repository's files could set.
    ///
    /// - Throws: `GateFailure` with `hook.no-reason` where a hook is to be passed over and nobody says why.
    package static func read(
        _ kind: HookKind,
        _ settings: HookSettings,
        environment: [String: String]
    ) throws -> HookSwitch {
        guard settings.isEnabled.value else { return .off(settings.isEnabled.source) }
        // Whoever pushes does not decide whether the receiving side looks.
        guard kind != .preReceive else { return .on }
        if let text = environment[skip] {
            let reason = text.trimmedBlanks
            guard !reason.isEmpty else {
                throw GateFailure(
                    "hook.no-reason",
                    "'\(skip)' is set, and gives no reason",
                    hints: ["say why, for the record: \(skip)='the mirror is down' git …"]
                )
            }
            return .bypassed(Bypass(variable: skip, reason: String(reason.prefix(longestReason))))
        }
        if kind == .preCommit, environment[skipCommit] == "1" {
            return .bypassed(Bypass(variable: skipCommit, reason: "\(skipCommit)=1, without a reason"))
        }
        return .on
    }

    /// What the user's own configuration says about hooks and pushes; the tracked policy is not even read.
    ///
    /// - Throws: `GateFailure` with `policy.invalid` where a value is malformed.
    package static func settings(of repository: GitRepository) async throws -> ResolvedPolicy {
        var resolver = PolicyResolver(knownFormats: [])
        resolver.add(
            try await repository.settings(prefix: "gatekeeper.").filter {
                $0.key.hasPrefix("gatekeeper.hook.") || $0.key.hasPrefix("gatekeeper.push.")
                    || $0.key.hasPrefix("gatekeeper.notify.")
                    || ["gatekeeper.protectedbranch", "gatekeeper.attest"].contains($0.key)
            }
        )
        return try resolver.resolve()
    }
}
