#if canImport(Glibc)
    @preconcurrency import Glibc
#elseif canImport(Darwin)
    import Darwin
#endif

/// What of the machine a check sees: an allow-list of places, shown read-only where they really are.
///
/// What a test can read can end up in its output, and output is kept and shown to backends. So nothing is there that is
/// not on the list: no home folder, no other repository, no data of other programs.
package struct MachineView: Sendable {
    private enum Mount: Sendable, Hashable {
        case shown(String)
        case link(at: String, to: String)
    }

    private var mounts: [Mount] = []
    /// Real paths that are shown, with everything below them.
    private var shown: [String] = []
    private var links: Set<String> = []
    /// Real paths that no rule may show as a whole, because user data lies below them.
    private let kept: [String]

    /// Folders that hold programs, libraries and their settings on every system that has them.
    private static let system = [
        "/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/etc", "/opt", "/nix", "/gnu", "/sw",
        // Tools ask these for the number of processors and the size of pages.
        "/sys/devices/system/cpu", "/sys/devices/system/node", "/sys/kernel/mm/transparent_hugepage",
        // Package managers keep what compilers and interpreters load at run time here.
        "/var/lib/ghc", "/var/lib/gems", "/var/lib/texmf", "/var/cache/fontconfig",
    ]

    /// A view of the system's own folders.
    ///
    /// - Parameter keeping: absolute paths of folders with user data; no tool folder may be one of them, nor lie above.
    package init(keeping: [String]) {
        kept = keeping.flatMap { [$0, FileSystem.resolved($0)].compactMap { $0 } }
        for path in Self.system { show(path) }
    }

    /// Whether a path is among what is shown.
    package func shows(_ path: String) -> Bool { shown.contains { FileSystem.isPath(path, within: $0) } }

    /// Shows a file or folder at its own path, with the links that lead to it; what does not exist is left out.
    package mutating func show(_ path: String) {
        guard path.hasPrefix("/") else { return }
        var rest = Substring(path).split(separator: "/")[...]
        var place = ""
        var hops = 0
        while let name = rest.popFirst() {
            if name == "." { continue }
            if name == ".." {
                place = FileSystem.parent(place)
                continue
            }
            let next = "\(place)/\(name)"
            guard let kind = FileSystem.kind(next) else { return }
            guard kind == .link else {
                place = next
                continue
            }
            hops += 1
            guard hops <= 40, let target = FileSystem.target(of: next) else { return }
            if !shows(next), links.insert(next).inserted { mounts.append(.link(at: next, to: target)) }
            if target.hasPrefix("/") { place = "" }
            rest = (target.split(separator: "/") + rest)[...]
        }
        guard !place.isEmpty, !shows(place) else { return }
        mounts.append(.shown(place))
        shown.append(place)
    }

    /// Shows a folder of programs, and the installation it belongs to.
    package mutating func showPrograms(in folder: String) {
        guard let real = FileSystem.resolved(folder), !isAboveUserData(real) else { return }
        show(folder)
        let parent = FileSystem.parent(real)
        guard ["bin", "sbin", "shims"].contains(FileSystem.name(real)) else { return }
        showInstallation(parent)
    }

    /// Shows an installation of tools: a folder with `bin` and what its programs load.
    package mutating func showInstallation(_ prefix: String) {
        guard let real = FileSystem.resolved(prefix), !shows(real), real.split(separator: "/").count >= 2,
            !isAboveUserData(real),
            ["lib", "lib64", "libexec", "pyvenv.cfg", "release"].contains(where: {
                FileSystem.kind("\(real)/\($0)") != nil
            })
        else { return }
        let name = FileSystem.name(real)
        let isCheckout = FileSystem.kind("\(real)/.git") != nil
        if name == ".local" || (isCheckout && !name.hasPrefix(".")) {
            // A folder that holds more than an installation: a home's own, or somebody's repository.
            for part in ["bin", "sbin", "lib", "lib64", "libexec"] { show("\(real)/\(part)") }
            return
        }
        show(prefix)
        showInterpreter(of: real)
    }

    /// Shows the interpreter that a virtual environment was made from.
    package mutating func showInterpreter(of environment: String) {
        guard let notes = FileSystem.text("\(environment)/pyvenv.cfg", limit: 1 << 16) else { return }
        for line in notes.split(whereSeparator: \.isNewline) {
            let parts = line.split(separator: "=", maxSplits: 1).map { $0.trimmingSpaces() }
            if parts.count == 2, parts[0] == "home" { showPrograms(in: String(parts[1])) }
        }
        if let python = FileSystem.resolved("\(environment)/bin/python") {
            showPrograms(in: FileSystem.parent(python))
        }
    }

    /// Shows where the links of a folder of programs lead: other installations, or single programs.
    package mutating func showTargets(ofLinksIn folder: String) {
        for name in FileSystem.names(in: folder) where FileSystem.kind("\(folder)/\(name)") == .link {
            guard let real = FileSystem.resolved("\(folder)/\(name)"), !shows(real) else { continue }
            showProgram("\(folder)/\(name)")
        }
    }

    /// Shows a program: its installation where it has one, its own file, and what its first line names.
    package mutating func showProgram(_ path: String) {
        guard let real = FileSystem.resolved(path), !isAboveUserData(real) else { return }
        // A virtual environment's program is a link, and what it loads lies around the link.
        let own = FileSystem.parent(path)
        if FileSystem.name(own) == "bin", FileSystem.kind("\(FileSystem.parent(own))/pyvenv.cfg") != nil {
            showInstallation(FileSystem.parent(own))
        }
        if !shows(real) {
            let folder = FileSystem.parent(real)
            if FileSystem.name(folder) == "bin" { showInstallation(FileSystem.parent(folder)) }
            show(path)
        }
        guard let start = FileSystem.text(real, limit: 256, whole: false), start.hasPrefix("#!"),
            let interpreter = start.dropFirst(2).split(whereSeparator: \.isWhitespace).first,
            interpreter.hasPrefix("/"), let resolved = FileSystem.resolved(String(interpreter)), !shows(resolved)
        else { return }
        showPrograms(in: FileSystem.parent(String(interpreter)))
        showPrograms(in: FileSystem.parent(resolved))
    }

    private func isAboveUserData(_ path: String) -> Bool { kept.contains { FileSystem.isPath($0, within: path) } }

    /// The mounts as arguments of bubblewrap, in their order.
    var arguments: [String] {
        mounts.flatMap { mount -> [String] in
            switch mount {
            case .shown(let path): ["--ro-bind", path, path]
            case .link(let place, let target): ["--symlink", target, place]
            }
        }
    }
}

extension Substring {
    fileprivate func trimmingSpaces() -> Substring {
        var text = self
        while text.first?.isWhitespace == true { text.removeFirst() }
        while text.last?.isWhitespace == true { text.removeLast() }
        return text
    }
}
