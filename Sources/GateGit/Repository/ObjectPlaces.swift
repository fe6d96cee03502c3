internal import CGit2

/// Where the objects of a push lie while nobody has said yes to it: in quarantine, with the repository behind it.
///
/// Git tells `pre-receive` by its environment. What the gate stores meanwhile goes into the quarantine as well, and is
/// thrown away with it when the push is refused.
struct ObjectPlaces: Sendable, Hashable {
    /// Absolute path of the quarantine.
    let quarantine: String
    /// Absolute paths of the object folders behind it.
    let alternates: [String]
    /// What `git` has to be told.
    let environment: [String: String]

    /// - Parameter commonDirectory: absolute path of the repository that the quarantine must belong to.
    /// - Returns: `nil` where the environment names no quarantine of that repository.
    init?(environment: [String: String], commonDirectory: String) {
        guard let named = environment["GIT_QUARANTINE_PATH"], named.hasPrefix("/"),
            let quarantine = RealPath.of(named), let objects = RealPath.of("\(commonDirectory)/objects"),
            quarantine != objects, RealPath.isInside(quarantine, objects)
        else { return nil }
        self.quarantine = quarantine
        let given = Self.split(environment["GIT_ALTERNATE_OBJECT_DIRECTORIES"] ?? "")
        alternates = Self.closure(of: [objects] + given.compactMap { RealPath.of($0) })
        self.environment = [
            "GIT_QUARANTINE_PATH": quarantine, "GIT_OBJECT_DIRECTORY": quarantine,
            "GIT_ALTERNATE_OBJECT_DIRECTORIES": alternates.map(Self.quoted).joined(separator: ":"),
        ]
    }

    /// Makes a repository read from and write to these places.
    func use(in repository: borrowing RepositoryHandle) throws(GitError) {
        var pointer: OpaquePointer?
        try GitError.check(git_odb_open(&pointer, quarantine), "cannot open the quarantine '\(quarantine)'")
        defer { git_odb_free(pointer) }
        for place in alternates {
            try GitError.check(git_odb_add_disk_alternate(pointer, place), "cannot read the objects in '\(place)'")
        }
        try GitError.check(git_repository_set_odb(repository.pointer, pointer), "cannot use the quarantine")
    }

    /// The folders, and those that their own lists of alternates name, each once.
    private static func closure(of folders: [String]) -> [String] {
        var found: [String] = []
        var waiting = folders.map { (folder: $0, depth: 0) }
        while !waiting.isEmpty {
            let (folder, depth) = waiting.removeFirst()
            guard !found.contains(folder) else { continue }
            found.append(folder)
            // Git itself goes five deep.
            guard depth < 5, let place = try? SafeFolder(path: folder),
                let list = try? place.read(RepositoryPath("info/alternates"), limit: 1 << 20)
            else { continue }
            for line in String(decoding: list.content, as: UTF8.self).split(separator: "\n")
            where !line.hasPrefix("#") && !line.isEmpty {
                let path = line.hasPrefix("/") ? String(line) : "\(folder)/\(line)"
                if let path = RealPath.of(path) { waiting.append((path, depth + 1)) }
            }
        }
        return found
    }

    /// The entries of a list divided by colons, in which a path may stand between quotes as git writes it.
    static func split(_ list: String) -> [String] {
        var entries: [String] = []
        var rest = Array(list.utf8)[...]
        while !rest.isEmpty {
            if rest.first == UInt8(ascii: "\"") {
                var text: [UInt8] = []
                rest = rest.dropFirst()
                while let byte = rest.first, byte != UInt8(ascii: "\"") {
                    rest = rest.dropFirst()
                    if byte == UInt8(ascii: "\\"), let escaped = rest.first {
                        rest = rest.dropFirst()
                        text.append(escaped)
                    } else {
                        text.append(byte)
                    }
                }
                rest = rest.dropFirst()
                entries.append(String(decoding: text, as: UTF8.self))
                rest = rest.drop { $0 != UInt8(ascii: ":") }.dropFirst()
            } else {
                let entry = rest.prefix { $0 != UInt8(ascii: ":") }
                if !entry.isEmpty { entries.append(String(decoding: entry, as: UTF8.self)) }
                rest = rest.dropFirst(entry.count).dropFirst()
            }
        }
        return entries
    }

    private static func quoted(_ path: String) -> String {
        guard path.contains(":") || path.hasPrefix("\"") else { return path }
        return "\"" + path.replacing("\\", with: "\\\\").replacing("\"", with: "\\\"") + "\""
    }
}
