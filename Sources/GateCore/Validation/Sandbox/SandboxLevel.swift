/// How far a run was kept from the machine it ran on; recorded in every evidence.
package enum SandboxLevel: String, Sendable, Hashable, Codable, Comparable {
    /// Own process group, own environment, limits. The code under test can read and write what its user can.
    case process
    /// macOS's own sandbox: no network, writes only to the worktree and to temporary files.
    case seatbelt
    /// Namespaces: no network, no other processes, a read-only machine; the staged tree at the repository's own path.
    case namespaces
    /// Namespaces, and every write lands in a layer that is thrown away after the run.
    case overlay

    package static func < (left: SandboxLevel, right: SandboxLevel) -> Bool { left.rank < right.rank }

    /// Whether candidate code is kept from the user's files and the network.
    package var isIsolated: Bool { self != .process }

    /// Whether the staged tree stands at the repository's own path, so that nothing can lead from it to the checkout.
    package var standsAtOwnPath: Bool { self >= .namespaces }

    /// One phrase for people.
    package var summary: String {
        switch self {
        case .process: "process group only: no isolation of files or network"
        case .seatbelt: "sandbox-exec: no network, writes only to the worktree"
        case .namespaces: "bubblewrap: no network, read-only machine, tree at the repository's own path"
        case .overlay:
            "bubblewrap and overlay: no network, read-only machine, tree at the repository's own path, writes thrown away"
        }
    }

    private var rank: Int {
        switch self {
        case .process: 0
        case .seatbelt: 1
        case .namespaces: 2
        case .overlay: 3
        }
    }
}
