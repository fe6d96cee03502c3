/// Reads `Cargo.toml`, that of the workspace around it, and `Cargo.lock`.
enum CargoPackage {
    static func state(in folder: String, _ shelf: PackageShelf) throws(PackageUnclear) -> PackageState {
        let manifest = FolderPath.join(folder, "Cargo.toml")
        let fields = try shelf.toml(manifest)
        var state = PackageState(.cargo, folder: folder, manifest: manifest)
        let root = try workspace(around: folder, shelf)
        state.name = fields["package"]["name"].string
        let version = fields["package"]["version"]
        if version["workspace"].bool == true {
            state.version = root?.fields["workspace"]["package"]["version"].string
            if state.version == nil { state.versionUnclear = "no workspace around it has a version for its members" }
        } else {
            state.version = version.string
        }
        try requirements(&state, fields, root?.fields["workspace"]["dependencies"] ?? .null)
        do {
            try readLock(&state, root, shelf)
        } catch {
            state.lock = nil
            state.unclear.append(error.message)
        }
        return state
    }

    private struct Root {
        let folder: String
        let fields: JSONValue
    }

    /// The nearest manifest around a folder, or in it, that speaks for a workspace.
    private static func workspace(around folder: String, _ shelf: PackageShelf) throws(PackageUnclear) -> Root? {
        for place in FolderPath.upwards(from: folder) {
            let path = FolderPath.join(place, "Cargo.toml")
            guard shelf.has(path) else { continue }
            let fields = try shelf.toml(path)
            if fields["workspace"].isObject { return Root(folder: place, fields: fields) }
        }
        return nil
    }

    private static func requirements(
        _ state: inout PackageState,
        _ fields: JSONValue,
        _ shared: JSONValue
    ) throws(PackageUnclear) {
        let sections = ["dependencies", "dev-dependencies", "build-dependencies"]
        var tables = sections.map { fields[$0] }
        if case .object(let targets) = fields["target"] {
            for target in targets.sorted(by: { $0.key < $1.key }) { tables += sections.map { target.value[$0] } }
        }
        for table in tables {
            guard case .object(let members) = table else { continue }
            for (key, value) in members.sorted(by: { $0.key < $1.key }) {
                var found = value
                if value["workspace"].bool == true {
                    found = shared[key]
                    guard found != .null else {
                        throw PackageUnclear("'\(state.manifest)' leaves '\(key)' to a workspace that has no such")
                    }
                }
                let written = found.string ?? found["version"].string
                guard written != nil || found["path"].string != nil || found["git"].string != nil else {
                    throw PackageUnclear("'\(key)' in '\(state.manifest)' has neither version, path nor address")
                }
                let range: VersionRange
                if let written {
                    range =
                        SemanticRange(cargo: written).map { .semantic($0) }
                        ?? .unclear("'\(Excerpt.line(written, maximum: 80))' is no range of versions")
                } else {
                    range = .whatever
                }
                let name = found["package"].string ?? key
                let requirement = PackageRequirement(name: name, written: written ?? "no version", range: range)
                if !state.requirements.contains(requirement) { state.requirements.append(requirement) }
            }
        }
    }

    private static func readLock(
        _ state: inout PackageState,
        _ root: Root?,
        _ shelf: PackageShelf
    ) throws(PackageUnclear) {
        guard let name = state.name else { return }
        for place in FolderPath.upwards(from: state.folder) {
            let path = FolderPath.join(place, "Cargo.lock")
            guard shelf.has(path) else { continue }
            let packages = try shelf.toml(path)["package"].elements
            let own = packages.filter { $0["name"].string == name && $0["source"].string == nil }
            guard own.count == 1, let entry = own.first else {
                let key = FolderPath.relative(state.folder, to: place) ?? ""
                let members = root?.folder == place ? root?.fields["workspace"] ?? .null : .null
                let isMember =
                    key.isEmpty
                    || WorkspaceMembers.contains(key, members["members"].elements, except: members["exclude"].elements)
                if isMember { state.disagreements.append("'\(path)' does not know '\(name)'") }
                return
            }
            state.lock = path
            state.compareVersion(entry["version"].string)
            for line in entry["dependencies"].elements.compactMap(\.string) {
                // "name", "name version" or "name version (source)": as much as it takes to tell it from others.
                let words = line.split(separator: " ").map(String.init)
                guard let found = words.first else { continue }
                let versions =
                    words.count > 1
                    ? [words[1]] : packages.filter { $0["name"].string == found }.compactMap { $0["version"].string }
                state.locked[found, default: []] += versions
                if !state.requirements.contains(where: { $0.name == found }) {
                    state.disagreements.append(
                        "'\(path)' has '\(found)' for '\(name)', and '\(state.manifest)' does not require it"
                    )
                }
            }
            return
        }
    }
}
