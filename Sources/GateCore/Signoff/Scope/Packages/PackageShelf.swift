import GateGit
import TOMLKit

/// Manifests and lock files of one tree, read from its blobs: nothing of them is ever run.
struct PackageShelf: Sendable {
    enum Item: Sendable {
        case bytes([UInt8])
        /// Why it is not read.
        case unreadable(String)
    }

    /// Larger files are named and not read, in bytes.
    static let mostOfManifest = 1 << 20
    static let mostOfLock = 16 << 20
    /// Most files of one tree.
    static let mostFiles = 400

    private static let locks: Set<String> = [
        "package-lock.json", "npm-shrinkwrap.json", "yarn.lock", "pnpm-lock.yaml", "bun.lock", "bun.lockb",
        "Cargo.lock",
        "poetry.lock", "uv.lock", "pdm.lock", "Pipfile.lock", "pylock.toml", "Package.resolved",
    ]
    private static let manifests: Set<String> = [
        "package.json", "Cargo.toml", "pyproject.toml", "setup.py", "Package.swift",
    ]

    private var items: [String: Item]

    init(_ items: [String: Item]) { self.items = items }

    /// For tables of tests and for whoever has the text already.
    init(texts: [String: String]) { items = texts.mapValues { .bytes(Array($0.utf8)) } }

    /// Reads what lies in the named folders and in those around them.
    ///
    /// - Parameter folders: as text; the top of the repository is empty.
    static func load(_ folders: Set<String>, in tree: ObjectID, of repository: GitRepository) async throws
        -> PackageShelf
    {
        guard tree != .emptyTree else { return PackageShelf([:]) }
        let places = Set(folders.flatMap { FolderPath.upwards(from: $0) })
        var items: [String: Item] = [:]
        for (path, entry) in try await repository.files(in: tree).sorted(by: { $0.key < $1.key }) {
            guard let text = path.text, places.contains(FolderPath.folder(of: text)) else { continue }
            let name = FolderPath.name(of: text)
            let isLock = locks.contains(name)
            guard isLock || manifests.contains(name) || isRequirements(name) else { continue }
            guard items.count < mostFiles else {
                items[text] = .unreadable("more than \(mostFiles) manifests and lock files are touched")
                continue
            }
            let most = isLock ? mostOfLock : mostOfManifest
            guard entry.mode.isRegularFile else {
                items[text] = .unreadable("it is no regular file")
                continue
            }
            let size = try await repository.blobSize(entry.id)
            items[text] =
                size <= most
                ? .bytes(try await repository.blob(entry.id))
                : .unreadable("it has \(size) bytes, more than \(most)")
        }
        return PackageShelf(items)
    }

    static func isManifestOrLock(_ path: RepositoryPath) -> Bool {
        guard let text = path.text else { return false }
        let name = FolderPath.name(of: text)
        return locks.contains(name) || manifests.contains(name) || isRequirements(name)
    }

    private static func isRequirements(_ name: String) -> Bool {
        name.hasPrefix("requirements") && name.hasSuffix(".txt")
    }

    func has(_ path: String) -> Bool { items[path] != nil }

    /// Names of files in a folder, in order.
    func names(in folder: String) -> [String] {
        items.keys.filter { FolderPath.folder(of: $0) == folder }.map { FolderPath.name(of: $0) }.sorted()
    }

    func requirementFiles(in folder: String) -> [String] {
        names(in: folder).filter(Self.isRequirements).map { FolderPath.join(folder, $0) }
    }

    /// - Throws: `PackageUnclear` where the file cannot be read as text.
    func text(_ path: String) throws(PackageUnclear) -> String {
        switch items[path] {
        case .bytes(let bytes):
            guard let text = String(validating: bytes, as: UTF8.self), !bytes.contains(0) else {
                throw PackageUnclear("'\(path)' is not UTF-8 text")
            }
            return text
        case .unreadable(let why): throw PackageUnclear("'\(path)' is not read: \(why)")
        case nil: throw PackageUnclear("there is no '\(path)'")
        }
    }

    /// A JSON object in which no key is given twice.
    func json(_ path: String) throws(PackageUnclear) -> JSONValue {
        let bytes = Array(try text(path).utf8)
        guard let value = JSONValue.read(bytes), value.isObject else {
            throw PackageUnclear("'\(path)' is not one JSON object")
        }
        if let twice = JSONKeys.firstDouble(in: bytes) {
            throw PackageUnclear("'\(path)' gives '\(Excerpt.line(twice, maximum: 60))' twice")
        }
        return value
    }

    /// A TOML document, as JSON would have it.
    func toml(_ path: String) throws(PackageUnclear) -> JSONValue {
        let text = try text(path)
        do {
            guard let value = JSONValue.read(Array(try TOMLTable(string: text).convert(to: .json).utf8)) else {
                throw PackageUnclear("'\(path)' holds numbers that are none")
            }
            return value
        } catch let error as TOMLParseError {
            throw PackageUnclear(
                "'\(path)' is not TOML: \(Excerpt.line(error.description)), line \(error.source.begin.line)"
            )
        } catch let error as PackageUnclear {
            throw error
        } catch {
            throw PackageUnclear("'\(path)' is not TOML")
        }
    }
}

/// Something about a package that the gate cannot make out; it is named, and never taken for agreement.
struct PackageUnclear: Error, Sendable, Hashable {
    let message: String
    init(_ message: String) { self.message = message }
}
