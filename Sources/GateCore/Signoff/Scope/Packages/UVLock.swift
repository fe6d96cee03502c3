/// Reads `uv.lock`, which says besides what it was made for.
enum UVLock {
    private static let places = ["editable", "virtual", "directory", "git", "url", "path"]

    static func read(
        _ state: inout PackageState,
        _ distributed: [PythonRequirement],
        _ shelf: PackageShelf
    ) throws(PackageUnclear) {
        guard let name = state.name.map(PackageEcosystem.pypi.normal) else { return }
        for place in FolderPath.upwards(from: state.folder) {
            let path = FolderPath.join(place, "uv.lock")
            guard shelf.has(path) else { continue }
            let packages = try shelf.toml(path)["package"].elements
            let key = FolderPath.relative(state.folder, to: place) ?? ""
            let own = packages.first { package in
                package["name"].string.map(PackageEcosystem.pypi.normal) == name
                    && ["editable", "virtual", "directory"].contains {
                        package["source"][$0].string == (key.isEmpty ? "." : key)
                    }
            }
            guard let own else {
                let root = FolderPath.join(place, "pyproject.toml")
                let workspace =
                    shelf.has(root) && !key.isEmpty ? try shelf.toml(root)["tool"]["uv"]["workspace"] : .null
                let isMember =
                    key.isEmpty
                    || WorkspaceMembers.contains(
                        key,
                        workspace["members"].elements,
                        except: workspace["exclude"].elements
                    )
                if isMember { state.disagreements.append("'\(path)' does not know '\(name)'") }
                return
            }
            state.lock = path
            state.compareVersion(own["version"].string)
            PythonPackage.take(packages, &state)
            compare(own["metadata"]["requires-dist"].elements, distributed, path, &state)
            return
        }
    }

    private static func compare(
        _ known: [JSONValue],
        _ distributed: [PythonRequirement],
        _ path: String,
        _ state: inout PackageState
    ) {
        func name(_ entry: JSONValue) -> String { PackageEcosystem.pypi.normal(entry["name"].string ?? "") }
        for item in distributed {
            let entries = known.filter { name($0) == item.requirement.name }
            if entries.isEmpty {
                state.disagreements.append(
                    "'\(state.manifest)' requires '\(item.requirement.name)', and '\(path)' was made without it"
                )
                continue
            }
            let isSame = entries.contains { entry in
                places.contains { entry[$0] != .null } || item.isElsewhere
                    || PythonRequirement.canonical(entry["specifier"].string ?? "") == item.canonical
            }
            if !isSame {
                let made = entries.map { $0["specifier"].string ?? "any version" }.joined(separator: " or ")
                state.disagreements.append(
                    "'\(state.manifest)' requires '\(item.requirement.name)' as '\(item.requirement.written)', and "
                        + "'\(path)' was made for '\(made)'"
                )
            }
        }
        for entry in known where !distributed.contains(where: { $0.requirement.name == name(entry) }) {
            state.disagreements.append(
                "'\(path)' was made with '\(name(entry))', which '\(state.manifest)' does not require"
            )
        }
    }
}
