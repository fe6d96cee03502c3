import GateGit

#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// Everything a green verdict about a tree rests on: equal keys, equal verdicts.
///
/// Made before anything runs and without starting a program, so that asking the memory costs a few looks at files.
package struct ProofKey: Sendable, Hashable, Codable {
    /// Git's id of the tree.
    package let tree: String
    /// SHA-256 of each thing it rests on, by its name in `names`.
    package let parts: [String: String]

    /// The parts in words, in the order in which a difference is named.
    private static let names = [
        ("policy", "another policy"), ("plan", "other checks"), ("contract", "another contract"),
        ("tools", "other tools"), ("environment", "another environment"), ("base", "another base"),
        ("scope", "other targets"),
    ]

    /// The name under which a proof is kept: SHA-256 of all of it.
    package var name: String {
        SHA256.hex(
            (["proof 1", tree] + parts.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" })
                .joined(separator: "\n")
        )
    }

    /// How another key of the same tree differs, in words; empty where it does not.
    package func differences(from other: ProofKey) -> [String] {
        Self.names.filter { parts[$0.0] != other.parts[$0.0] }.map(\.1)
    }

    /// The same conditions for another tree.
    func moved(to tree: ObjectID) -> ProofKey { ProofKey(tree: tree.hex, parts: parts) }

    /// The key of a session's head.
    ///
    /// - Returns: `nil` where something it rests on is too large to be looked at.
    package static func make(_ session: Session) async throws -> ProofKey? {
        let policy = session.policy
        let environment = CheckEnvironment.make(
            caller: session.context.environment,
            settings: policy.environment.map(\.value)
        )
        let programs = Set(session.plan.steps.compactMap(\.command.first)).sorted()
        let carried = try await Carried.folders(
            named: policy.carried.map(\.value),
            in: session.repository,
            tree: session.proposal.headTree
        )
        guard let installed = try InstalledPackages.fingerprint(carried: carried, programs: programs, environment)
        else { return nil }
        let own = [session.context.executable.map { RunDigests.tool($0, in: [:]) }].compactMap { $0 }
        let tools =
            own
            + ["git", "bwrap", "unshare", "sandbox-exec"].map { RunDigests.tool($0, in: session.context.environment) }
            + programs.map { RunDigests.tool($0, in: environment) }
        var parts = [
            "policy": lines(
                policy.effective.filter { bears($0.key) }.map(RunDigests.line)
                    // What a test leaves out proves nothing for those who do not.
                    + Defence.allCases.filter { !$0.isOn }.map { "without \($0.rawValue)" }
            ),
            "plan": lines(
                session.plan.steps.map(RunDigests.line) + session.plan.exempting.sorted().map { "exempting \($0)" }
            ),
            "contract": SHA256.hex(session.contract.listing),
            "tools": lines(
                [session.context.version, libgit2Version] + tools.map { "\($0.name)\0\($0.path ?? "")\0\($0.digest)" }
            ),
            "environment": lines(
                [machine] + variables(environment) + carried + policy.readable.map(\.value) + installed
            ),
            "scope": lines(session.options.targets + ["--"] + session.options.scenarios),
        ]
        // Most verdicts about a head are the same whatever it is held against.
        if policy.contractFrom.value == .base || policy.contractDrift.value == .block {
            parts["base"] = session.proposal.baseTree.hex
        }
        return ProofKey(tree: session.proposal.headTree.hex, parts: parts)
    }

    /// Whether a setting bears on what a tree's tests give; the others are about repairs, and about telling of them.
    static func bears(_ key: String) -> Bool {
        let others = [
            "gatekeeper.backend", "gatekeeper.model", "gatekeeper.council.", "gatekeeper.clarification.",
            "gatekeeper.context.", "gatekeeper.escalation.", "gatekeeper.budget.", "gatekeeper.limits.replybytes",
            "gatekeeper.limits.files", "gatekeeper.limits.lines", "gatekeeper.memory", "gatekeeper.hook.",
            "gatekeeper.ci.", "gatekeeper.attest", "gatekeeper.trust.", "gatekeeper.signingkey",
            "gatekeeper.protectedbranch",
            "gatekeeper.push.", "gatekeeper.signoff.", "gatekeeper.notify.",
        ]
        let exact: Set = [
            "gatekeeper.maxretries", "gatekeeper.conversation", "gatekeeper.jobs", "gatekeeper.timebudget",
            "gatekeeper.secondlook", "gatekeeper.tripwires", "gatekeeper.heldout", "gatekeeper.ui",
        ]
        let key = key.lowercased()
        return !exact.contains(key) && !others.contains { key.hasPrefix($0) }
    }

    private static func lines(_ lines: [String]) -> String { SHA256.hex(lines.joined(separator: "\n")) }

    /// Variables of checks: without the folder that git puts before `PATH` for its hooks, and without the values of
    /// secrets, whose digests could be tried against guesses.
    private static func variables(_ environment: [String: String]) -> [String] {
        environment.sorted { $0.key < $1.key }.map { name, value in
            if SecretEnvironment.isTelling(name) { return "\(name)=" }
            guard name == "PATH" else { return "\(name)=\(value)" }
            var seen: Set<Substring> = []
            let folders = value.split(separator: ":").filter { !$0.hasSuffix("/git-core") && seen.insert($0).inserted }
            return "PATH=\(folders.joined(separator: ":"))"
        }
    }

    /// The kernel and whose rights the tests have: what decides how they can be isolated.
    private static var machine: String {
        var name = utsname()
        guard uname(&name) == 0 else { return "unknown" }
        func text<T>(_ field: T) -> String {
            withUnsafeBytes(of: field) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        }
        return "\(text(name.sysname)) \(text(name.release)) \(text(name.machine)) \(geteuid())"
    }
}
