/// Reads `package.json` and the lock file that npm keeps, in each of its three versions.
enum NodePackage {
    private static let sections = ["dependencies", "devDependencies", "optionalDependencies", "peerDependencies"]

    static func state(in folder: String, _ shelf: PackageShelf) throws(PackageUnclear) -> PackageState {
        let manifest = FolderPath.join(folder, "package.json")
        let fields = try shelf.json(manifest)
        var state = PackageState(.npm, folder: folder, manifest: manifest)
        state.name = fields["name"].string
        state.version = fields["version"].string
        if fields["version"] != .null, state.version == nil { state.versionUnclear = "the version is no text" }
        var wanted: [String: [String: String]] = [:]
        for section in sections {
            guard case .object(let members) = fields[section] else {
                if fields[section] != .null { throw PackageUnclear("'\(section)' of '\(manifest)' is no object") }
                continue
            }
            for (name, value) in members {
                guard let text = value.string else {
                    throw PackageUnclear("'\(name)' in '\(section)' of '\(manifest)' is no text")
                }
                wanted[section, default: [:]][name] = text
            }
        }
        // What is optional counts as that, wherever else it stands.
        for name in (wanted["optionalDependencies"] ?? [:]).keys { wanted["dependencies"]?[name] = nil }
        for section in sections {
            for (name, text) in (wanted[section] ?? [:]).sorted(by: { $0.key < $1.key }) {
                state.requirements.append(
                    PackageRequirement(
                        name: name,
                        written: text,
                        range: range(text),
                        mayBeMissing: section == "optionalDependencies" || section == "peerDependencies"
                    )
                )
            }
        }
        do {
            try readLock(&state, wanted, shelf)
        } catch {
            state.lock = nil
            state.unclear.append(error.message)
        }
        return state
    }

    /// What a requirement of npm takes.
    static func range(_ text: String) -> VersionRange {
        if let range = SemanticRange(npm: text) { return .semantic(range) }
        if text.hasPrefix("npm:"), let at = text.lastIndex(of: "@"), at > text.index(text.startIndex, offsetBy: 4),
            let range = SemanticRange(npm: String(text[text.index(after: at)...]))
        {
            return .semantic(range)
        }
        for prefix in ["file:", "link:"] where text.hasPrefix(prefix) { return .whatever }
        if text.hasPrefix("workspace:") {
            let rest = String(text.dropFirst("workspace:".count))
            if ["*", "^", "~"].contains(rest) { return .whatever }
            if let range = SemanticRange(npm: rest) { return .semantic(range) }
        }
        return .unclear("'\(Excerpt.line(text, maximum: 80))' is no range of versions")
    }

    private static func readLock(
        _ state: inout PackageState,
        _ wanted: [String: [String: String]],
        _ shelf: PackageShelf
    ) throws(PackageUnclear) {
        for place in FolderPath.upwards(from: state.folder) {
            let names = shelf.names(in: place)
            if let other = names.first(where: { ["yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb"].contains($0) })
            {
                throw PackageUnclear(
                    "'\(FolderPath.join(place, other))' is not read: the gate knows npm's own lock files"
                )
            }
            guard let name = ["npm-shrinkwrap.json", "package-lock.json"].first(where: names.contains) else { continue }
            let path = FolderPath.join(place, name)
            let lock = try shelf.json(path)
            guard let key = FolderPath.relative(state.folder, to: place) else { continue }
            guard let version = lock["lockfileVersion"].integer, (1...3).contains(version) else {
                throw PackageUnclear("'\(path)' is of no version that is known: 1, 2 or 3")
            }
            if version == 1 {
                guard key.isEmpty else { continue }
                state.lock = path
                state.compareVersion(lock["version"].string)
                for requirement in state.requirements {
                    if let found = lock["dependencies"][requirement.name]["version"].string {
                        // Of a folder or an address it has that, and no version.
                        state.locked[requirement.name] = [found]
                    }
                }
                return
            }
            guard case .object(let packages) = lock["packages"] else {
                throw PackageUnclear("'\(path)' has no 'packages'")
            }
            guard let own = packages[key] else {
                if try isWorkspace(key, of: place, shelf) {
                    state.lock = path
                    state.disagreements.append("'\(path)' does not know the workspace '\(key)'")
                    state.lock = nil
                    return
                }
                continue
            }
            state.lock = path
            read(own, key, packages, path, wanted, &state)
            return
        }
    }

    private static func read(
        _ own: JSONValue,
        _ key: String,
        _ packages: [String: JSONValue],
        _ path: String,
        _ wanted: [String: [String: String]],
        _ state: inout PackageState
    ) {
        if state.versionUnclear == nil { state.compareVersion(own["version"].string) }
        if let version = state.version, own["version"].string == nil {
            state.disagreements.append("'\(state.manifest)' has version \(version), and '\(path)' has none of it")
        }
        for section in sections {
            var known: [String: String] = [:]
            if case .object(let members) = own[section] { known = members.compactMapValues(\.string) }
            let asked = wanted[section] ?? [:]
            for (name, text) in asked.sorted(by: { $0.key < $1.key }) where known[name] != text {
                state.disagreements.append(
                    "'\(state.manifest)' requires '\(name)' as '\(text)', and '\(path)' was made "
                        + (known[name].map { "for '\($0)'" } ?? "without it")
                )
            }
            for name in known.keys.sorted() where asked[name] == nil {
                state.disagreements.append(
                    "'\(path)' was made with '\(name)', which '\(state.manifest)' does not require"
                )
            }
        }
        for requirement in state.requirements {
            for place in FolderPath.upwards(from: key) {
                guard let found = packages[FolderPath.join(place, "node_modules/\(requirement.name)")] else { continue }
                let entry = found["link"].bool == true ? packages[found["resolved"].string ?? ""] ?? .null : found
                if let version = entry["version"].string { state.locked[requirement.name] = [version] }
                if entry["version"].string == nil, found["link"].bool == true {
                    state.unclear.append("'\(path)' links '\(requirement.name)' and has no version of it")
                    state.locked[requirement.name] = []
                }
                break
            }
        }
    }

    /// Whether the manifest of `place` counts a folder below it among its workspaces.
    private static func isWorkspace(
        _ folder: String,
        of place: String,
        _ shelf: PackageShelf
    ) throws(PackageUnclear) -> Bool {
        let manifest = FolderPath.join(place, "package.json")
        guard shelf.has(manifest) else { return false }
        let field = try shelf.json(manifest)["workspaces"]
        return WorkspaceMembers.contains(folder, (field.isObject ? field["packages"] : field).elements)
    }
}
