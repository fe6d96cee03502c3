/// Reads packages of every known ecosystem.
enum PackageReader {
    /// What the tree says of the packages in a folder: none, one, or one for each ecosystem.
    static func states(in folder: String, _ shelf: PackageShelf) -> [PackageState] {
        let readers: [(PackageEcosystem, String, (String, PackageShelf) throws(PackageUnclear) -> PackageState)] = [
            (.npm, "package.json", NodePackage.state), (.cargo, "Cargo.toml", CargoPackage.state),
            (.swiftpm, "Package.swift", SwiftPackage.state),
        ]
        var states: [PackageState] = []
        for (ecosystem, name, read) in readers {
            let manifest = FolderPath.join(folder, name)
            guard shelf.has(manifest) else { continue }
            states.append(state(ecosystem, folder, manifest) { () throws(PackageUnclear) in try read(folder, shelf) })
        }
        if let manifest = PythonPackage.manifest(in: folder, shelf) {
            states.append(
                state(.pypi, folder, manifest) { () throws(PackageUnclear) in
                    try PythonPackage.state(in: folder, manifest: manifest, shelf)
                }
            )
        }
        return states
    }

    private static func state(
        _ ecosystem: PackageEcosystem,
        _ folder: String,
        _ manifest: String,
        _ read: () throws(PackageUnclear) -> PackageState
    ) -> PackageState {
        do throws(PackageUnclear) {
            var state = try read()
            state.compare()
            return state
        } catch {
            var state = PackageState(ecosystem, folder: folder, manifest: manifest)
            state.unclear = [error.message]
            return state
        }
    }
}
