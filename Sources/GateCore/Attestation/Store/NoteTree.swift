import GateGit

/// Reads and changes trees of notes as git lays them out: the annotated object's id is the path, cut into folders of two
/// digits as deep as whoever wrote it liked.
struct NoteTree {
    /// Largest note that is read or written.
    static let maximumBytes = 4 << 20
    /// Most lines of a note that are read or kept.
    static let maximumLines = 512

    let repository: GitRepository
    let tree: ObjectID

    /// Everything that is noted of an object, line by line, newest first.
    func lines(of object: ObjectID) async throws -> [[UInt8]] {
        var lines: [[UInt8]] = []
        for place in try await places(of: object) { lines += try await Self.lines(in: place.id, repository) }
        return Array(lines.prefix(Self.maximumLines))
    }

    /// The tree in which some lines stand before those that an object has; this tree where all are there already.
    func adding(_ new: [[UInt8]], to objects: [ObjectID]) async throws -> ObjectID {
        var changes: [RepositoryPath: TreeEntry?] = [:]
        for object in objects {
            let places = try await places(of: object)
            let old = try await lines(of: object)
            let all = Self.union(new.filter { !old.contains($0) }, old)
            guard all != old || places.count > 1 else { continue }
            for place in places { changes[place.path] = .some(nil) }
            let id = try await repository.writeBlob(Self.text(all))
            changes[Self.path(of: object)] = TreeEntry(mode: .file, id: id)
        }
        return try await repository.graft(changes, onto: tree)
    }

    /// The tree that has the lines of both; what is no note in the other one is left behind.
    func merging(_ other: ObjectID) async throws -> ObjectID {
        var notes: [ObjectID: [ObjectID]] = [:]
        for change in try await repository.changes(from: tree, to: other) {
            guard let entry = change.new, entry.mode.isRegularFile, let object = Self.object(at: change.path) else {
                continue
            }
            notes[object, default: []].append(entry.id)
            guard notes.count <= 200_000 else {
                throw GateFailure("attestation.too-many-notes", "more than 200000 notes differ; nothing was merged")
            }
        }
        var changes: [RepositoryPath: TreeEntry?] = [:]
        for (object, blobs) in notes {
            var theirs: [[UInt8]] = []
            for blob in blobs { theirs += try await Self.lines(in: blob, repository) }
            let ours = try await lines(of: object)
            let all = Self.union(ours, theirs)
            guard all != ours else { continue }
            for place in try await places(of: object) { changes[place.path] = .some(nil) }
            let id = try await repository.writeBlob(Self.text(all))
            changes[Self.path(of: object)] = TreeEntry(mode: .file, id: id)
        }
        return try await repository.graft(changes, onto: tree)
    }

    /// Where the notes of an object lie: at most one place, unless two programs wrote with different depths.
    private func places(of object: ObjectID) async throws -> [(path: RepositoryPath, id: ObjectID)] {
        var found: [(path: RepositoryPath, id: ObjectID)] = []
        var path = RepositoryPath("")
        var folder = tree
        var rest = Array(object.hex.utf8)
        while rest.count > 1 {
            let entries = try await repository.children(of: folder)
            if let note = entries[rest], note.mode.isRegularFile { found.append((path.appending(rest), note.id)) }
            let name = Array(rest.prefix(2))
            guard let next = entries[name], next.mode == .tree else { break }
            path = path.appending(name)
            folder = next.id
            rest.removeFirst(2)
        }
        return found
    }

    /// The lines of one note; none of one that is too large to be ours.
    private static func lines(in blob: ObjectID, _ repository: GitRepository) async throws -> [[UInt8]] {
        guard try await repository.blobSize(blob) <= maximumBytes else { return [] }
        return try await repository.blob(blob).split(separator: UInt8(ascii: "\n")).prefix(maximumLines).map(Array.init)
    }

    /// The first lines and then those of the second that are not among them, as far as there is room.
    private static func union(_ first: [[UInt8]], _ second: [[UInt8]]) -> [[UInt8]] {
        var seen: Set<[UInt8]> = []
        var bytes = 0
        var lines: [[UInt8]] = []
        for line in first + second where seen.insert(line).inserted {
            bytes += line.count + 1
            guard bytes <= maximumBytes, lines.count < maximumLines else { break }
            lines.append(line)
        }
        return lines
    }

    private static func text(_ lines: [[UInt8]]) -> [UInt8] { lines.flatMap { $0 + [UInt8(ascii: "\n")] } }

    /// Where the gate writes a note: one level of folders, which git reads whatever it would have chosen itself.
    private static func path(of object: ObjectID) -> RepositoryPath {
        RepositoryPath("\(object.hex.prefix(2))/\(object.hex.dropFirst(2))")
    }

    private static func object(at path: RepositoryPath) -> ObjectID? {
        guard path.components.dropLast().allSatisfy({ $0.count == 2 }) else { return nil }
        return ObjectID(hex: String(decoding: path.components.joined(), as: UTF8.self))
    }
}
