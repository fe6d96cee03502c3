import GateCore
import GateGit
import SystemPackage

/// Reads what a user names on the command line, and only so much of it.
enum InputFile {
    /// The content of a file; `nil` where there is none.
    static func read(path: String, below folder: String, limit: Int) throws -> [UInt8]? {
        let absolute = path.hasPrefix("/") ? path : "\(folder)/\(path)"
        let descriptor: FileDescriptor
        do {
            descriptor = try FileDescriptor.open(FilePath(absolute), .readOnly, options: [.closeOnExec])
        } catch Errno.noSuchFileOrDirectory, Errno.notDirectory {
            return nil
        } catch let error as Errno {
            throw GateFailure("input.unreadable", "cannot read '\(path)': \(error)")
        }
        return try descriptor.closeAfter { try read(descriptor: descriptor.rawValue, limit: limit) }
    }

    /// Everything a descriptor gives.
    static func read(descriptor: Int32, limit: Int) throws -> [UInt8] {
        let file = FileDescriptor(rawValue: descriptor)
        var bytes: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 1 << 16)
        do {
            while true {
                let count = try chunk.withUnsafeMutableBytes { try file.read(into: $0) }
                if count == 0 { return bytes }
                bytes += chunk[..<count]
                guard bytes.count <= limit else {
                    throw GateFailure("input.too-large", "the input is larger than \(limit) bytes")
                }
            }
        } catch let error as Errno {
            throw GateFailure("input.unreadable", "cannot read the input: \(error)")
        }
    }
}

/// Copies artifacts of a run to where the user wants them.
enum Export {
    /// Copies every artifact; those of the last attempt also under the seed's flat names.
    static func copy(_ run: RunLedger.Run, to path: String, below folder: String) throws {
        let absolute = path.hasPrefix("/") ? path : "\(folder)/\(path)"
        try SafeScratch.makeFolders(absolute)
        let target = try SafeFolder(path: absolute)
        for name in try run.artifacts() {
            guard let content = try run.read(name) else { continue }
            try target.write(RepositoryPath(name), content: content, mode: .file)
            if name.hasPrefix("attempt-"), let slash = name.firstIndex(of: "/") {
                // Attempts come in order, so the last one stays.
                try target.write(
                    RepositoryPath(String(name[name.index(after: slash)...])),
                    content: content,
                    mode: .file
                )
            }
        }
    }
}

/// Writes files where a user or an engine names them.
enum OutputFile {
    /// Writes a new file, or replaces one.
    static func write(_ bytes: [UInt8], to path: String, below folder: String) throws {
        try put(bytes, path, below: folder, options: [.create, .truncate, .closeOnExec])
    }

    /// Writes behind what a file holds.
    static func append(_ bytes: [UInt8], to path: String, below folder: String) throws {
        try put(bytes, path, below: folder, options: [.create, .append, .closeOnExec])
    }

    private static func put(
        _ bytes: [UInt8],
        _ path: String,
        below folder: String,
        options: FileDescriptor.OpenOptions
    ) throws {
        let absolute = path.hasPrefix("/") ? path : "\(folder)/\(path)"
        do {
            let file = try FileDescriptor.open(
                FilePath(absolute),
                .writeOnly,
                options: options,
                permissions: [.ownerReadWrite, .groupRead, .otherRead]
            )
            try file.closeAfter { _ = try file.writeAll(bytes) }
        } catch let error as Errno {
            throw GateFailure("output.write", "cannot write '\(path)': \(error)", hints: ["name another file"])
        }
    }
}
