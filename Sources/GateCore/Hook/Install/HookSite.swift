import GateGit

/// One file of one hook: what is there, and the few steps by which that changes.
struct HookSite {
    private let kind: HookKind
    private let past: [HookKind: Set<String>]
    /// Absolute path of the folder.
    let folderPath: String
    /// Name of the file within the folder.
    let name: String
    private let former: RepositoryPath
    private let mark: HookFolderMark

    /// The name under which ours is to be found; `nil` where it is not.
    private(set) var ours: String?
    /// Content of somebody else's hook in this place.
    private(set) var foreign: [UInt8]?

    /// Names under which a hook of ours may stand: as git runs it, as pre-commit runs it, as lefthook sets it aside.
    static func names(_ kind: HookKind) -> [String] {
        [kind.rawValue, "\(kind.rawValue).legacy", "\(kind.rawValue).old"]
    }

    /// Looks at a place.
    ///
    /// - Parameter name: another name than that by which git runs the hook.
    init(_ place: HookPlace, _ kind: HookKind, _ past: [HookKind: Set<String>], name: String? = nil) throws {
        self.kind = kind
        self.past = past
        self.name = name ?? kind.rawValue
        former = RepositoryPath(HookScript.former(kind))
        if case .husky(let scripts) = place.owner { folderPath = scripts } else { folderPath = place.path }
        mark = HookFolderMark(folderPath, commonDirectory: place.commonDirectory)
        guard let folder = try? SafeFolder(path: folderPath, obstacles: .refuse) else { return }
        let content = try Self.content(of: self.name, in: folder)
        guard let content else { return }
        if HookScript.kinship(of: content, as: kind, past: past) != .foreign {
            ours = self.name
            return
        }
        foreign = content
        // What another manager runs is in its place as well; what one has set aside is not.
        if case .preCommit = HookManager(content), name == nil {
            let legacy = "\(kind.rawValue).legacy"
            if let text = try Self.content(of: legacy, in: folder),
                HookScript.kinship(of: text, as: kind, past: past) != .foreign
            {
                ours = legacy
            }
        }
    }

    var path: String { "\(folderPath)/\(name)" }

    /// Content of a hook, through a link as git runs it; `nil` where nothing has that name.
    private static func content(of name: String, in folder: SafeFolder) throws -> [UInt8]? {
        let path = RepositoryPath(name)
        guard let status = try folder.status(path) else { return nil }
        switch status.kind {
        case .file: return try folder.read(path, limit: 64 << 20)?.content
        case .symlink:
            // A link that leads nowhere is somebody's all the same.
            guard let target = RealPath.of("\(folder.path)/\(name)"), let slash = target.lastIndex(of: "/"),
                let place = try? SafeFolder(path: slash == target.startIndex ? "/" : String(target[..<slash])),
                let read = try? place.read(
                    RepositoryPath(String(target[target.index(after: slash)...])),
                    limit: 64 << 20
                )
            else { return [] }
            return read.content
        case .folder, .other: return []
        }
    }

    /// Whether a hook of ours is as it is shipped now, and git would run it.
    func isCurrent(_ name: String) throws -> Bool {
        let folder = try open()
        guard let content = try Self.content(of: name, in: folder),
            HookScript.kinship(of: content, as: kind, past: past) == .current,
            let status = try folder.status(RepositoryPath(name))
        else { return false }
        return status.permissions & 0o111 != 0
    }

    /// Brings a hook of ours up to date.
    ///
    /// - Returns: whether there was anything to do.
    func refresh(_ name: String) throws -> Bool {
        guard try !isCurrent(name) else { return false }
        let folder = try open()
        let path = RepositoryPath(name)
        try write(in: folder) { temporary in
            guard try folder.renameReplacing(temporary, to: path) == .done else { throw taken(name) }
        }
        return true
    }

    /// Puts ours into a free place.
    func place() throws {
        let folder = try openMaking()
        let target = RepositoryPath(name)
        try write(in: folder) { temporary in
            switch try folder.renameNoReplace(temporary, to: target) {
            case .done: return
            case .unsupported:
                // The file system cannot rename without replacing; a second name fails where the first is taken.
                guard try folder.link(temporary, to: target) == .done else { throw taken(name) }
                try folder.remove(temporary, pruning: false)
            case .exists, .missing: throw taken(name)
            }
        }
    }

    /// Keeps the hook that is there under another name, and puts ours in its place.
    ///
    /// - Returns: why not, where nothing was done.
    func chain() throws -> String? {
        let folder = try open()
        let target = RepositoryPath(name)
        guard let found = try folder.status(target), found.kind == .file || found.kind == .symlink else {
            return "it is neither a file nor a link"
        }
        if let aside = try folder.status(former) {
            let isSame = aside.inode == found.inode && aside.device == found.device
            let kept = try Self.content(of: HookScript.former(kind), in: folder)
            guard isSame || kept == foreign else {
                return "'\(HookScript.former(kind))' is a former hook already, and another one"
            }
        } else {
            // Both names at first: git finds the old hook until ours is in its place.
            switch try folder.link(target, to: former) {
            case .done: break
            case .unsupported, .exists, .missing: return "the file system gives no file a second name"
            }
        }
        try FaultPoint.reach("hook.former-kept")
        try write(in: folder) { temporary in
            guard try folder.renameReplacing(temporary, to: target) == .done else { throw taken(name) }
        }
        return nil
    }

    /// Takes ours away; the former hook gets its place.
    ///
    /// - Returns: whether there was a former hook.
    func remove() throws -> Bool {
        let folder = try open()
        let target = RepositoryPath(name)
        if try folder.status(former) != nil {
            guard try folder.renameReplacing(former, to: target) == .done else { throw taken(name) }
            try folder.synchroniseFolder(of: target)
            return true
        }
        try folder.remove(target, pruning: false)
        try FaultPoint.reach("hook.removed")
        try mark.clear()
        return false
    }

    /// Removes what an interrupted installation left: ours beside its place, and a second name of the hook that is there.
    func forgetLeftovers() throws {
        guard let folder = try? SafeFolder(path: folderPath, obstacles: .refuse) else { return }
        if try folder.status(temporary) != nil { try folder.remove(temporary, pruning: false) }
        guard let aside = try folder.status(former), let found = try folder.status(RepositoryPath(name)),
            aside.inode == found.inode, aside.device == found.device
        else { return }
        try folder.remove(former, pruning: false)
    }

    private var temporary: RepositoryPath { RepositoryPath(".\(name).gatekeeper-new") }

    /// Writes ours beside its place, and hands over its name there.
    private func write(in folder: SafeFolder, _ move: (RepositoryPath) throws -> Void) throws {
        let temporary = temporary
        if try folder.status(temporary) != nil { try folder.remove(temporary, pruning: false) }
        do {
            try folder.write(
                temporary,
                content: Array(HookScript.text(of: kind).utf8),
                mode: .executable,
                permissions: 0o755,
                durably: true
            )
        } catch let error {
            throw GateFailure(
                "hook.folder-not-writable",
                "cannot write a hook into '\(folderPath)': \(error.message)",
                hints: ["make the folder writable, or let somebody install the hook who can"]
            )
        }
        try FaultPoint.reach("hook.written")
        do {
            try move(temporary)
        } catch {
            try? folder.remove(temporary, pruning: false)
            throw error
        }
        try FaultPoint.reach("hook.placed")
        try folder.synchroniseFolder(of: RepositoryPath(name))
    }

    private func open() throws -> SafeFolder { try SafeFolder(path: folderPath, obstacles: .refuse) }

    private func openMaking() throws -> SafeFolder {
        if let folder = try? open() { return folder }
        let (parent, last) = try Self.split(folderPath)
        guard let above = try? SafeFolder(path: parent, obstacles: .refuse) else {
            throw GateFailure(
                "hook.no-folder",
                "the folder of hooks '\(folderPath)' cannot be made: '\(parent)' is missing"
            )
        }
        try mark.set()
        try above.makeFolder(RepositoryPath(last))
        return try open()
    }

    static func split(_ path: String) throws -> (parent: String, name: String) {
        guard let slash = path.lastIndex(of: "/"), slash != path.startIndex else {
            throw GateFailure("hook.no-folder", "'\(path)' can be no folder of hooks")
        }
        return (String(path[..<slash]), String(path[path.index(after: slash)...]))
    }

    private func taken(_ name: String) -> GateFailure {
        GateFailure(
            "hook.place-taken",
            "somebody else wrote '\(folderPath)/\(name)' just now, and it was left as it is",
            hints: ["run the same command again"]
        )
    }
}
