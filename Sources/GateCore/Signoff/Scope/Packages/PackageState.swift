/// The tools whose manifests and lock files are compared.
package enum PackageEcosystem: String, Codable, Sendable, Hashable, CaseIterable {
    case npm, pypi, cargo, swiftpm

    /// Names that the ecosystem takes for the same give the same.
    func normal(_ name: String) -> String {
        switch self {
        case .npm, .cargo: name
        case .swiftpm: name.lowercased()
        case .pypi: name.lowercased().split { "-_.".contains($0) }.joined(separator: "-")
        }
    }

    /// Spellings that the ecosystem takes for the same version give the same.
    func spelling(ofVersion version: String) -> String {
        self == .pypi ? PythonVersion(version)?.spelling ?? version : version
    }
}

/// What manifest and lock file of one package say of it, in one tree.
struct PackageState: Sendable, Hashable {
    let ecosystem: PackageEcosystem
    let folder: String
    /// Path of the manifest.
    let manifest: String
    var name: String?
    /// As the manifest has it.
    var version: String?
    /// Why the manifest's version is not known although there may be one.
    var versionUnclear: String?
    var requirements: [PackageRequirement] = []
    /// Path of the lock file that speaks of it.
    var lock: String?
    /// Versions that this package gets of what it requires, by normal name.
    var locked: [String: [String]] = [:]
    /// What manifest and lock file say differently.
    var disagreements: [String] = []
    var unclear: [String] = []

    init(_ ecosystem: PackageEcosystem, folder: String, manifest: String) {
        self.ecosystem = ecosystem
        self.folder = folder
        self.manifest = manifest
    }

    func requirements(of name: String) -> [PackageRequirement] {
        let normal = ecosystem.normal(name)
        return requirements.filter { $0.name == normal }
    }

    /// Holds every requirement against the lock file.
    mutating func compare() {
        guard let lock else { return }
        for requirement in requirements {
            let found = locked[requirement.name] ?? []
            if found.isEmpty {
                if !requirement.mayBeMissing {
                    disagreements.append("'\(lock)' has no '\(requirement.name)', which '\(manifest)' requires")
                }
                continue
            }
            let taken = found.map(requirement.range.accepts)
            if taken.contains(.yes) { continue }
            if let why = taken.compactMap({ if case .unclear(let why) = $0 { why } else { nil } }).first {
                unclear.append("'\(requirement.name)' as '\(requirement.written)' requires it: \(why)")
            } else {
                disagreements.append(
                    "'\(manifest)' requires '\(requirement.name)' as '\(requirement.written)', and '\(lock)' has "
                        + found.joined(separator: ", ")
                )
            }
        }
    }

    /// Holds the package's own version against the lock file's.
    mutating func compareVersion(_ locked: String?) {
        guard let lock, let version, let locked,
            ecosystem.spelling(ofVersion: locked) != ecosystem.spelling(ofVersion: version)
        else { return }
        disagreements.append("'\(manifest)' has version \(version), and '\(lock)' has \(locked) of it")
    }
}

/// One line of a manifest that wants another package.
struct PackageRequirement: Sendable, Hashable {
    /// As its ecosystem normalises it.
    let name: String
    /// As the manifest has it.
    let written: String
    let range: VersionRange
    /// Whether the lock file may be without it.
    var mayBeMissing = false
}
