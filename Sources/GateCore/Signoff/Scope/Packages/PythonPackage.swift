/// Reads `pyproject.toml` or `requirements*.txt`, and the lock files of uv and Poetry.
enum PythonPackage {
    /// Path of what says what the package in a folder wants; `nil` where there is no package.
    static func manifest(in folder: String, _ shelf: PackageShelf) -> String? {
        for name in ["pyproject.toml", "setup.py"] where shelf.has(FolderPath.join(folder, name)) {
            return FolderPath.join(folder, name)
        }
        return shelf.requirementFiles(in: folder).first
    }

    static func state(
        in folder: String,
        manifest: String,
        _ shelf: PackageShelf
    ) throws(PackageUnclear) -> PackageState {
        var state = PackageState(.pypi, folder: folder, manifest: manifest)
        var listed: [PythonRequirement] = []
        for path in shelf.requirementFiles(in: folder) {
            do { listed += try PythonRequirement.file(path, shelf, &state.unclear) } catch {
                state.unclear.append(error.message)
            }
        }
        switch FolderPath.name(of: manifest) {
        case "pyproject.toml": try read(&state, listed, shelf)
        case "setup.py":
            state.versionUnclear = "'\(manifest)' is a program, and is not run"
            state.unclear.append("'\(manifest)' is a program, and is not run")
            fallthrough
        default:
            state.requirements = listed.map(\.requirement)
            for index in state.requirements.indices { state.requirements[index].mayBeMissing = true }
            take(pins: listed, &state)
        }
        return state
    }

    /// A list in which versions are pinned is a lock file for those.
    private static func take(pins listed: [PythonRequirement], _ state: inout PackageState) {
        for item in listed {
            guard let pin = item.pin else { continue }
            state.lock = state.lock ?? item.file
            state.locked[item.requirement.name, default: []].append(pin)
        }
    }

    private static func read(
        _ state: inout PackageState,
        _ listed: [PythonRequirement],
        _ shelf: PackageShelf
    ) throws(PackageUnclear) {
        let fields = try shelf.toml(state.manifest)
        let project = fields["project"]
        let poetry = fields["tool"]["poetry"]
        state.name = project["name"].string ?? poetry["name"].string
        state.version = project["version"].string ?? poetry["version"].string
        if state.version == nil, project["dynamic"].elements.contains(.text("version")) {
            state.versionUnclear = "the version in '\(state.manifest)' is made by its build"
        }
        var distributed: [PythonRequirement] = []
        var lines = project["dependencies"].elements
        if case .object(let extras) = project["optional-dependencies"] {
            lines += extras.sorted { $0.key < $1.key }.flatMap(\.value.elements)
        }
        for line in lines { distributed.append(try PythonRequirement(line.string ?? "", file: state.manifest)) }
        var all = distributed
        if case .object(let groups) = fields["dependency-groups"] {
            for item in groups.sorted(by: { $0.key < $1.key }).flatMap(\.value.elements) where !item.isObject {
                all.append(try PythonRequirement(item.string ?? "", file: state.manifest))
            }
        }
        state.requirements = all.map(\.requirement)
        try readPoetry(poetry, &state)
        do {
            try readLock(&state, distributed, listed, shelf)
        } catch {
            state.lock = nil
            state.unclear.append(error.message)
        }
    }

    private static func readPoetry(_ poetry: JSONValue, _ state: inout PackageState) throws(PackageUnclear) {
        var tables = [poetry["dependencies"], poetry["dev-dependencies"]]
        if case .object(let groups) = poetry["group"] {
            tables += groups.sorted { $0.key < $1.key }.map { $0.value["dependencies"] }
        }
        for table in tables {
            guard case .object(let members) = table else { continue }
            for (name, value) in members.sorted(by: { $0.key < $1.key }) where name != "python" {
                let written = value.string ?? value["version"].string
                let range: VersionRange
                if let written {
                    range =
                        PythonRange(poetry: written).map { .python($0) }
                        ?? .unclear("'\(Excerpt.line(written, maximum: 80))' is no range of versions")
                } else if ["path", "git", "url"].contains(where: { value[$0].string != nil }) {
                    range = .whatever
                } else {
                    range = .unclear("it is required in several ways")
                }
                state.requirements.append(
                    PackageRequirement(
                        name: PackageEcosystem.pypi.normal(name),
                        written: written ?? "no version",
                        range: range,
                        mayBeMissing: value["markers"] != .null || value["python"] != .null
                    )
                )
            }
        }
    }

    private static func readLock(
        _ state: inout PackageState,
        _ distributed: [PythonRequirement],
        _ listed: [PythonRequirement],
        _ shelf: PackageShelf
    ) throws(PackageUnclear) {
        let poetry = FolderPath.join(state.folder, "poetry.lock")
        if shelf.has(poetry) {
            let packages = try shelf.toml(poetry)["package"].elements
            state.lock = poetry
            take(packages, &state)
        } else {
            try UVLock.read(&state, distributed, shelf)
        }
        let others = ["pdm.lock", "Pipfile.lock", "pylock.toml"].map { FolderPath.join(state.folder, $0) }
        if state.lock == nil, let other = others.first(where: shelf.has) {
            throw PackageUnclear("'\(other)' is not read: the gate knows the lock files of uv and Poetry")
        }
        guard state.lock != nil else {
            // Without a lock file of its own a list with pins is what is installed.
            for index in state.requirements.indices { state.requirements[index].mayBeMissing = true }
            take(pins: listed, &state)
            return
        }
        for item in listed {
            guard let pin = item.pin else { continue }
            for requirement in state.requirements(of: item.requirement.name)
            where requirement.range.accepts(pin) == .no {
                state.disagreements.append(
                    "'\(state.manifest)' requires '\(requirement.name)' as '\(requirement.written)', and '\(item.file)' "
                        + "pins \(pin)"
                )
            }
        }
    }

    static func take(_ packages: [JSONValue], _ state: inout PackageState) {
        for package in packages {
            guard let name = package["name"].string, let version = package["version"].string else { continue }
            state.locked[PackageEcosystem.pypi.normal(name), default: []].append(version)
        }
    }
}
