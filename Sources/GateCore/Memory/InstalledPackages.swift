import GateGit

/// What is installed for the tests outside any tree, known by the times of the folders in which packages lie.
///
/// Package managers create, rename or remove entries when they install, which changes the time of a folder, or they
/// rewrite a file that lists what there is. An edit of an installed file in place is not seen: `--fresh` is for that.
enum InstalledPackages {
    /// More names than this in one folder are not looked at; then nothing is remembered.
    private static let maximum = 50_000
    /// Files at the top in which package managers note what they installed.
    private static let notes: Set = [".package-lock.json", ".yarn-state.yml", ".modules.yaml", "pyvenv.cfg"]

    /// One line for each folder that counts.
    ///
    /// - Parameters:
    ///   - carried: absolute paths of ignored folders that tests are shown.
    ///   - programs: first words of the checks' commands.
    /// - Returns: `nil` where there is too much of it.
    static func fingerprint(
        carried: [String],
        programs: [String],
        _ environment: [String: String]
    ) throws -> [String]? {
        var lines: [String] = []
        for folder in carried {
            guard let place = try? SafeFolder(path: folder) else { continue }
            guard let found = try? place.walk(maximum: maximum, includingFolders: true, descend: Carried.isListed)
            else { return nil }
            for file in found where file.status.kind == .folder || isNote(file.path) {
                lines.append("\(folder)/\(file.path) \(file.status.modified) \(file.status.size)")
            }
        }
        for program in programs {
            guard let path = Programs.find(program, in: environment) else { continue }
            lines += beside(path)
        }
        for name in ["VIRTUAL_ENV", "PYTHONUSERBASE"] {
            if let root = environment[name], root.hasPrefix("/") { lines += libraries(below: root) }
        }
        // Programs of pyenv are stand-ins that look for the version when they run.
        if let root = environment["PYENV_ROOT"], let versions = try? SafeFolder(path: "\(root)/versions"),
            let names = try? versions.walk(maximum: maximum, includingFolders: true, descend: { _ in false })
        {
            for name in names { lines += libraries(below: "\(root)/versions/\(name.path)") }
        }
        return lines
    }

    /// Libraries of the interpreter that a program belongs to.
    private static func beside(_ program: String) -> [String] {
        guard let bin = folder(of: program), let root = folder(of: bin) else { return [] }
        return libraries(below: root)
    }

    /// Folders of an installation in which packages lie.
    private static func libraries(below root: String) -> [String] {
        guard let place = try? SafeFolder(path: root) else { return [] }
        var lines: [String] = []
        for library in ["lib", "local/lib", "lib64"] {
            guard let below = try? place.folder(RepositoryPath(library)),
                let names = try? below.walk(maximum: maximum, includingFolders: true, descend: { _ in false })
            else { continue }
            for name in names.map(\.path.description)
            where name.hasPrefix("python") || name.hasPrefix("pypy") || name == "node_modules" {
                for packages in name == "node_modules" ? [""] : ["/site-packages", "/dist-packages"] {
                    guard let status = try? below.status(RepositoryPath(name + packages)) else { continue }
                    lines.append("\(root)/\(library)/\(name)\(packages) \(status.modified)")
                }
            }
        }
        return lines
    }

    private static func isNote(_ path: RepositoryPath) -> Bool {
        path.components.count == 1 && notes.contains(String(decoding: path.components[0], as: UTF8.self))
    }

    private static func folder(of path: String) -> String? {
        path.lastIndex(of: "/").map { String(path[..<$0]) }
    }
}
