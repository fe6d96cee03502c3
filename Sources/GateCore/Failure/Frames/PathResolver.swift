package import GateGit

/// Finds files of the repository by the names that tools give them; everything else is external and has no name here.
package struct PathResolver: Sendable {
    private let files: Set<RepositoryPath>
    private let byName: [[UInt8]: [RepositoryPath]]
    /// Folders that runs saw as the repository, longest first, each with a slash at its end.
    private let roots: [[UInt8]]

    /// Names of what lies at the top, or in a folder of sources, without endings.
    private let tops: Set<String>

    /// Longest name that is looked at, in bytes.
    private static let limit = 1024
    private static let slash = UInt8(ascii: "/")

    /// - Parameters:
    ///   - files: every path of the tree.
    ///   - roots: absolute paths that commands saw as the repository's root; without a sandbox each worktree has its own.
    package init(files: Set<RepositoryPath>, roots: Set<String>) {
        self.files = files
        self.roots = roots.filter { $0.count > 1 }.sorted { ($1.utf8.count, $0) < ($0.utf8.count, $1) }
            .map { Array($0.utf8) + ($0.hasSuffix("/") ? [] : [Self.slash]) }
        var byName: [[UInt8]: [RepositoryPath]] = [:]
        for path in files { byName[Self.baseName(path.bytes[...]), default: []].append(path) }
        self.byName = byName.mapValues { $0.sorted() }
        var tops: Set<String> = []
        for path in files {
            let parts = path.components
            let first = ["src", "lib", "Sources", "python"].contains { parts[0].elementsEqual($0.utf8) } ? 1 : 0
            guard first < parts.count, let name = parts[first].split(separator: UInt8(ascii: ".")).first else {
                continue
            }
            tops.insert(String(decoding: name, as: UTF8.self))
        }
        self.tops = tops
    }

    /// The file that a tool names, if it is one of the repository.
    ///
    /// - Parameters:
    ///   - allowsBaseName: whether a name without a folder may be that of a file anywhere, if only one has it.
    ///   - folder: what is known of the folder it lies in, from the outside in, such as a package.
    package func resolve(
        _ name: ArraySlice<UInt8>,
        allowsBaseName: Bool = false,
        near folder: [[UInt8]] = []
    ) -> RepositoryPath? {
        guard let relative = relative(name) else { return nil }
        let path = RepositoryPath(bytes: relative)
        if files.contains(path) { return path }
        guard relative.contains(Self.slash) || allowsBaseName else { return nil }
        let suffix = [Self.slash] + relative
        let candidates = byName[Self.baseName(relative[...]), default: []].filter { candidate in
            candidate.bytes.count > suffix.count ? candidate.bytes.suffix(suffix.count).elementsEqual(suffix) : false
        }
        return nearest(candidates, to: folder)
    }

    /// The file of a class, as traces of the JVM name it: a base name and a package.
    ///
    /// Without the package the base name alone would take every library for the repository.
    package func resolve(baseName: ArraySlice<UInt8>, package folder: [[UInt8]]) -> RepositoryPath? {
        let candidates = byName[Array(baseName), default: []]
        // Kotlin's own advice is to leave out the folders that all packages share.
        let needed = baseName.suffix(3).elementsEqual(".kt".utf8) ? min(1, folder.count) : folder.count
        return nearest(candidates.filter { Self.likeness($0, folder) >= needed }, to: folder)
    }

    /// Whether a module of a name could be the repository's own.
    package func hasTop(_ name: String) -> Bool { tops.contains(name) }

    private func nearest(_ candidates: [RepositoryPath], to folder: [[UInt8]]) -> RepositoryPath? {
        guard candidates.count > 1 else { return candidates.first }
        let best = candidates.prefix(1000).map { (path: $0, likeness: Self.likeness($0, folder)) }
        guard let most = best.map(\.likeness).max() else { return nil }
        let nearest = best.filter { $0.likeness == most }
        return nearest.count == 1 ? nearest.first?.path : nil
    }

    /// How many folders, from the file outwards, are those that were named.
    private static func likeness(_ path: RepositoryPath, _ folder: [[UInt8]]) -> Int {
        zip(path.components.dropLast().reversed(), folder.reversed()).prefix { $0 == $1 }.count
    }

    /// The name as a path below the repository; `nil` for what lies outside.
    private func relative(_ name: ArraySlice<UInt8>) -> [UInt8]? {
        guard !name.isEmpty, name.count <= Self.limit, name.first != UInt8(ascii: "<") else { return nil }
        var bytes = name
        for scheme in Self.schemes where bytes.starts(with: scheme) { bytes = bytes.dropFirst(scheme.count) }
        // Development servers add the time of the change.
        if let query = bytes.firstIndex(of: UInt8(ascii: "?")) { bytes = bytes[..<query] }
        if bytes.first == Self.slash {
            guard let root = roots.first(where: { bytes.starts(with: $0) }) else { return nil }
            bytes = bytes.dropFirst(root.count)
        }
        var parts: [ArraySlice<UInt8>] = []
        for part in bytes.split(separator: Self.slash) {
            if part.elementsEqual(".".utf8) { continue }
            if part.elementsEqual("..".utf8) {
                guard parts.popLast() != nil else { return nil }
                continue
            }
            if Self.external.contains(Array(part)) { return nil }
            parts.append(part)
        }
        return parts.isEmpty ? nil : Array(parts.joined(separator: [Self.slash]))
    }

    private static let schemes = ["file://", "webpack-internal:///", "webpack:///", "webpack://", "(rsc)/", "(ssr)/"]
        .map { Array($0.utf8) }

    /// Folders that hold other people's code, wherever they lie.
    private static let external: Set<[UInt8]> = Set(
        ["node_modules", "site-packages", "dist-packages", ".venv", "venv", ".tox", ".nox", ".build", ".cargo"]
            .map { Array($0.utf8) }
    )

    private static func baseName(_ path: ArraySlice<UInt8>) -> [UInt8] {
        Array(path.suffix(from: path.lastIndex(of: slash).map { $0 + 1 } ?? path.startIndex))
    }
}
